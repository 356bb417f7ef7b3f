"""No more reminders, with the mail program's own button too; and: this was not meant for me (TEL-08)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from kalends.delivery import unsubscribing
from kalends.foundation import limits
from tests.cast import Clinic
from tests.delivery.sink import Sink, listening
from tests.delivery.test_courier import carry, make_due, queue, rows
from tests.delivery.texting import text


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


def texted(clinic: Clinic, number: str, **more: Any) -> str:
    """The address of the short link in a text message."""
    id = text(clinic, number, nature="unasked", **more)
    return urlsplit(unsubscribing.short_page_of(clinic.organization, id)).path


def test_tel_08_a_short_link_leads_to_the_page_and_changes_nothing(tilleuls: Clinic) -> None:
    page, other = texted(tilleuls, "+33612345601"), texted(tilleuls, "+33612345602")
    code = page.split("/")[3]
    assert (len(code), code != other.split("/")[3]) == (18, True)
    client = Client()
    led = client.get(page)
    assert (led.status_code, led.headers["Referrer-Policy"], stopped(tilleuls)) == (302, "no-referrer", [])
    long = urlsplit(led.headers["Location"]).path
    assert (client.get(long).status_code, stopped(tilleuls)) == (200, [])
    assert client.post(page).status_code == 405
    assert client.post(long, {"wish": "stranger"}).status_code == 200
    assert stopped(tilleuls) == [("+33612345601", "all", True)]
    assert client.get(page).status_code == 302


def test_a_short_link_ends_with_what_it_is_about(tilleuls: Clinic) -> None:
    with tilleuls.acting() as now:
        ended = now - timedelta(seconds=1)
    assert Client().get(texted(tilleuls, "+33612345601", useless_after=ended)).status_code == 404
    forgotten = texted(tilleuls, "+33612345602")
    with tilleuls.acting():
        tilleuls.organization.deliveries.update(forgotten_at=ended)
    assert Client().get(forgotten).status_code == 404


def test_a_code_that_proves_nothing_leads_nowhere(tilleuls: Clinic, carpati: Clinic) -> None:
    page = texted(tilleuls, "+33612345601")
    queue(tilleuls, "a@b.example", nature="unasked")
    mail = next(row for row in rows(tilleuls) if row.medium == "email")
    code, when = page.split("/")[3], page.split("/")[3][:6]
    wrong = [
        f"/carpati/n/{code}/",
        f"/tilleuls/n/{when}{'a' * 12}/",
        f"/tilleuls/n/{'7' * 18}/",
        f"/tilleuls/n/{code.upper()}/",
        f"/tilleuls/n/{code}a/",
        "/tilleuls/n/x/",
        urlsplit(unsubscribing.short_page_of(tilleuls.organization, mail.id)).path,
    ]
    assert [Client().get(address).status_code for address in wrong] == [404] * 7


def test_codes_cannot_be_tried_without_end(tilleuls: Clinic, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.LIMITS = True
    monkeypatch.setattr(limits, "PUBLIC_ACTS", limits.Limit(3, seconds=60, clock=lambda: 0.0))
    tried = [Client().get(f"/tilleuls/n/{'a' * 17}{digit}/").status_code for digit in "abcd"]
    assert tried == [404, 404, 404, 429]
