"""No more reminders, with the mail program's own button too; and: this was not meant for me (TEL-08)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from kalends.delivery import unsubscribing
from tests.cast import Clinic
from tests.delivery.sink import Sink, listening
from tests.delivery.test_courier import carry, make_due, queue, rows


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    sink = Sink()
    with listening(sink) as settings.EMAIL_URL:
        yield sink


def stopped(clinic: Clinic) -> list[tuple[str, str, bool]]:
    with clinic.acting():
        return [(one.address, one.covers, one.is_stranger) for one in clinic.organization.opt_outs.all()]


def test_only_what_nobody_asked_for_can_be_stopped_and_it_stops(tilleuls: Clinic, sink: Sink) -> None:
    queue(tilleuls, "a@b.example", nature="unasked")
    queue(tilleuls, "c@b.example", nature="answer")
    carry()
    mails = {str(mail["To"]): mail for mail in sink.messages}
    assert (mails["c@b.example"]["List-Unsubscribe"], mails["c@b.example"]["List-Unsubscribe-Post"]) == (None, None)
    assert mails["a@b.example"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    page = urlsplit(str(mails["a@b.example"]["List-Unsubscribe"]).strip(" <>")).path
    client = Client(enforce_csrf_checks=True)
    assert (client.get(page).status_code, stopped(tilleuls)) == (200, [])
    for _time in "ab":
        assert client.post(page, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert stopped(tilleuls) == [("a@b.example", "unasked", False)]
    queue(tilleuls, "a@b.example", nature="unasked")
    queue(tilleuls, "a@b.example", nature="news")
    carry()
    assert [row.state for row in rows(tilleuls)] == ["sent", "sent", "suppressed", "sent"]


def test_tel_08_who_is_somebody_else_gets_nothing_at_once_and_the_practice_is_told(
    tilleuls: Clinic, sink: Sink
) -> None:
    queue(tilleuls, "a@b.example", nature="unasked")
    queue(tilleuls, "a@b.example", nature="news")
    page = urlsplit(unsubscribing.page_of(tilleuls.organization, rows(tilleuls)[0].id)).path
    assert Client().post(page, {"wish": "stranger"}).status_code == 200
    assert stopped(tilleuls) == [("a@b.example", "all", True)]
    carry()
    make_due(tilleuls)
    assert ({row.state for row in rows(tilleuls)}, sink.recipients) == ({"suppressed"}, [])


def test_an_address_that_proves_nothing_stops_nothing(tilleuls: Clinic, carpati: Clinic) -> None:
    queue(tilleuls, "a@b.example", nature="unasked")
    queue(carpati, "a@b.example", nature="unasked")
    mine, theirs = rows(tilleuls)[0].id, rows(carpati)[0].id
    page = urlsplit(unsubscribing.page_of(tilleuls.organization, mine)).path
    secret = page.rstrip("/").rpartition("/")[2]
    wrong = [
        f"/tilleuls/messages/{theirs}/{secret}/",
        f"/carpati/messages/{mine}/{secret}/",
        f"/carpati/messages/{theirs}/{secret}/",
        f"/tilleuls/messages/{mine}/{'A' * len(secret)}/",
        f"/tilleuls/messages/{mine}/x/",
    ]
    assert [Client().post(address).status_code for address in wrong] == [404] * 5
    assert (stopped(tilleuls), stopped(carpati)) == ([], [])
