"""A mail server says at once that there is no such address: as if the mail had come back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from kalends.delivery.bounces.reading import no_such_address
from tests.cast import Clinic
from tests.delivery.returning import PATIENT, carry, die, mail
from tests.delivery.sink import Sink, listening
from tests.delivery.test_bounces import dead
from tests.delivery.texting import row

REFUSALS = {
    "gone@x.example": "550 5.1.1 <gone@x.example>: Recipient address rejected: User unknown",
    "off@x.example": "550 5.2.1 Mailbox disabled",
    "disliked@x.example": "550 5.7.1 Relaying denied",
    "bare@x.example": "550 not this one",
    "sender@x.example": "550 5.1.8 Bad sender",
    "later@x.example": "450 4.1.1 Not yet known",
}
Browser = Callable[..., Client]


class _Refusing(Sink):
    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        return REFUSALS.get(address) or await super().handle_RCPT(server, session, envelope, address, options)


@pytest.fixture(params=[False, True], ids=["one by one", "pipelining"])
def sink(request: pytest.FixtureRequest, settings: Any) -> Iterator[Sink]:
    sink = _Refusing(pipelining=request.param)
    with listening(sink) as settings.EMAIL_URL:
        yield sink


def test_only_an_answer_about_the_address_kills_it(tilleuls: Clinic, sink: Sink) -> None:
    ids = {address: mail(tilleuls, address) for address in (*REFUSALS, "there@x.example")}
    carry()
    assert {address: row(tilleuls, id).state for address, id in ids.items()} == {
        **dict.fromkeys(REFUSALS, "failed"),
        "later@x.example": "queued",
        "there@x.example": "sent",
    }
    assert sorted((one.address, one.reason, one.delivery_id) for one in dead(tilleuls)) == [
        ("gone@x.example", "5.1.1 Recipient address rejected: User unknown", ids["gone@x.example"]),
        ("off@x.example", "5.2.1 Mailbox disabled", ids["off@x.example"]),
    ]
    again = mail(tilleuls, "gone@x.example")
    carry()
    assert row(tilleuls, again).state == "suppressed"


def test_what_a_test_address_answers_says_nothing_of_the_patient(tilleuls: Clinic, sink: Sink) -> None:
    with tilleuls.acting() as now:
        from kalends.delivery.operations import set_settings

        tested = {"test_mode": True, "test_email": "gone@x.example"}
        set_settings(tilleuls.organization, by=tilleuls.actor(), now=now, **tested)
    id = mail(tilleuls)
    carry()
    assert (row(tilleuls, id).state, dead(tilleuls)) == ("failed", [])


def test_cleared_the_address_gets_what_was_held_back_when_somebody_says_so(
    tilleuls: Clinic, sink: Sink, signed_in: Browser
) -> None:
    die(tilleuls)
    sink.recipients.clear()
    held = mail(tilleuls)
    carry()
    assert row(tilleuls, held).state == "suppressed"
    client = signed_in(tilleuls.staff)
    answer = client.post("/app/tilleuls/sent/arriving/", {"address": PATIENT}, follow=True)
    assert [(one.id, url) for one, url in answer.context["rows"]] == [(held, f"/app/tilleuls/sent/{held}/again/")]
    carry()
    assert (row(tilleuls, held).state, sink.recipients) == ("suppressed", [])
    assert client.post(f"/app/tilleuls/sent/{held}/again/").status_code == 302
    carry()
    assert (row(tilleuls, held).state, sink.recipients) == ("sent", [PATIENT])


@pytest.mark.parametrize("answer", ["", "550", "550 4.1.1 x", "550 5.1.7 x", "550 5.4.1 x", "250 2.1.5 fine"])
def test_what_does_not_say_so(answer: str) -> None:
    assert no_such_address(answer) == ""
