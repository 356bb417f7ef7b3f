"""What an organization has decided, when something is about to leave: test mode, quiet hours, opt-outs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from kalends.delivery.courier import TEST_MODE
from kalends.delivery.operations import opt_out
from kalends.delivery.operations.claiming import QUIET, claim
from kalends.delivery.policy import holds_now
from kalends.foundation import clock
from tests.cast import Clinic
from tests.delivery.sink import Sink, listening
from tests.delivery.test_courier import carry, make_due, queue, rows, states
from tests.delivery.test_settings import decide
from tests.delivery.texting import send, text

PARIS = clock.zone("Europe/Paris")
TO_TESTS = {"test_mode": True, "test_email": "essai@tilleuls.example"}


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    sink = Sink()
    with listening(sink) as settings.EMAIL_URL:
        yield sink


def around(now: datetime, before: int, after: int) -> tuple[int, int]:
    """Quiet hours that began so many minutes ago and end in so many, by the clocks of Paris."""
    local = now.astimezone(PARIS)
    minute = local.hour * 60 + local.minute
    return (minute - before) % 1440, (minute + after) % 1440


def be_quiet(clinic: Clinic, medium: str = "email", before: int = 60, after: int = 60) -> datetime:
    """It is quiet now; until when."""
    with clinic.acting() as now:
        begins, ends = around(now, before, after)
    decide(clinic, **{f"{medium}_quiet_from": begins, f"{medium}_quiet_until": ends})
    return now.replace(second=0, microsecond=0) + timedelta(minutes=after)


class TestTestMode:
    def test_all_goes_to_one_address_and_says_whom_it_was_for(self, tilleuls: Clinic, sink: Sink) -> None:
        decide(tilleuls, **TO_TESTS)
        queue(tilleuls, "a@b.example", "c@d.example")
        carry()
        assert sink.recipients == ["essai@tilleuls.example"] * 2
        found = [(row.recipient, row.state, row.redirected_to) for row in rows(tilleuls)]
        assert found == [(one, "sent", "essai@tilleuls.example") for one in ("a@b.example", "c@d.example")]
        mail = next(one for one in sink.messages if "a@b.example" in one["Subject"])
        assert mail["Subject"].startswith("[Test, for a@b.example] ")
        assert mail["To"] == "essai@tilleuls.example"
        plain, html = (mail.get_body((kind,)) for kind in ("plain", "html"))
        assert plain is not None
        assert plain.get_content().startswith("[Test, for a@b.example]")
        assert html is not None
        assert "<strong>[Test, for a@b.example]</strong>" in html.get_content()

    def test_what_has_no_address_there_is_held_back(self, tilleuls: Clinic) -> None:
        decide(tilleuls, **TO_TESTS)
        text(tilleuls, "+33612345678")
        send()
        (row,) = rows(tilleuls)
        assert (row.state, row.reason, row.redirected_to) == ("suppressed", TEST_MODE, "")

    def test_a_text_message_says_it_first(self, tilleuls: Clinic) -> None:
        decide(tilleuls, test_mode=True, test_phone="+33699999999")
        text(tilleuls, "+33612345678", "Rappel")
        send()
        (row,) = rows(tilleuls)
        assert (row.state, row.redirected_to, row.parts) == ("sent", "+33699999999", 1)

    def test_switched_off_it_goes_to_whom_it_is_meant_for(self, tilleuls: Clinic, sink: Sink) -> None:
        decide(tilleuls, test_mode=True, test_email="refused-450@tilleuls.example")
        queue(tilleuls, "a@b.example")
        carry()
        decide(tilleuls, test_mode=False)
        make_due(tilleuls)
        carry()
        assert [(row.state, row.redirected_to) for row in rows(tilleuls)] == [("sent", "")]
        assert sink.recipients == ["a@b.example"]

    def test_who_decides_waits_for_who_is_taking_something(self, tilleuls: Clinic, carpati: Clinic) -> None:
        from threading import Thread

        from django.db import connections

        queue(tilleuls, "a@b.example")
        done: list[str] = []

        def switch_on() -> None:
            decide(tilleuls, **TO_TESTS)
            done.append("on")
            connections.close_all()

        other = Thread(target=switch_on)
        with tilleuls.acting() as now:
            assert holds_now(tilleuls.organization).test_mode is False
            other.start()
            assert len(claim(tilleuls.organization, media=["email"], claimer="w", now=now)) == 1
            other.join(0.3)
            assert done == []
        other.join()
        assert (done, states(tilleuls)) == (["on"], [("a@b.example", "queued")])
        assert [row.claimed_by for row in rows(tilleuls)] == [""]


class TestQuietHours:
    def test_what_falls_into_them_waits_until_they_end(self, tilleuls: Clinic, sink: Sink) -> None:
        until = be_quiet(tilleuls)
        queue(tilleuls, "a@b.example")
        carry()
        (row,) = rows(tilleuls)
        assert (row.state, row.due_at, row.reason, row.attempts) == ("queued", until, QUIET, 0)
        make_due(tilleuls)
        decide(tilleuls, email_quiet_from=None, email_quiet_until=None)
        carry()
        assert [(row.state, row.reason) for row in rows(tilleuls)] == [("sent", "")]

    def test_shorter_hours_let_go_what_waited_and_nothing_else(self, tilleuls: Clinic, sink: Sink) -> None:
        be_quiet(tilleuls)
        with tilleuls.acting() as now:
            tomorrow = now + timedelta(days=1)
        queue(tilleuls, "a@b.example")
        queue(tilleuls, "later@b.example", due_at=tomorrow, useless_after=tomorrow + timedelta(days=1))
        carry()
        decide(tilleuls, email_quiet_from=None, email_quiet_until=None)
        carry()
        assert states(tilleuls) == [("a@b.example", "sent"), ("later@b.example", "queued")]

    def test_an_answer_to_an_act_of_just_now_does_not_wait(self, tilleuls: Clinic, sink: Sink) -> None:
        be_quiet(tilleuls)
        with tilleuls.acting() as now:
            an_hour_ago = now - timedelta(hours=1)
        queue(tilleuls, "now@b.example", nature="answer")
        queue(tilleuls, "earlier@b.example", nature="answer", now=an_hour_ago)
        carry()
        assert states(tilleuls) == [("now@b.example", "sent"), ("earlier@b.example", "queued")]

    def test_what_would_be_useless_then_does_not_wait(self, tilleuls: Clinic, sink: Sink) -> None:
        until = be_quiet(tilleuls)
        queue(tilleuls, "begins@b.example", useless_after=until)
        queue(tilleuls, "after@b.example", useless_after=until + timedelta(minutes=1))
        carry()
        assert states(tilleuls) == [("begins@b.example", "sent"), ("after@b.example", "queued")]

    def test_each_medium_has_its_own_and_other_hours_are_not_quiet(self, tilleuls: Clinic, sink: Sink) -> None:
        be_quiet(tilleuls, "fax")
        be_quiet(tilleuls, before=120, after=-60)
        queue(tilleuls, "a@b.example")
        carry()
        assert states(tilleuls) == [("a@b.example", "sent")]


class TestOptOuts:
    def test_who_wants_no_reminders_hears_of_changes(self, tilleuls: Clinic, sink: Sink) -> None:
        with tilleuls.acting() as now:
            opt_out(
                tilleuls.organization,
                medium="email",
                address="A@b.example",
                covers="unasked",
                by=tilleuls.patient(),
                now=now,
            )
        queue(tilleuls, "a@b.example", nature="unasked")
        queue(tilleuls, "a@b.example", nature="news")
        carry()
        assert [(row.nature, row.state) for row in rows(tilleuls)] == [("unasked", "suppressed"), ("news", "sent")]

    def test_who_says_more_gets_less_and_the_date_stands(self, tilleuls: Clinic) -> None:
        for more in ({"covers": "unasked"}, {"is_stranger": True}, {"covers": "unasked"}):
            with tilleuls.acting() as now:
                opt_out(
                    tilleuls.organization, medium="email", address="a@b.example", by=tilleuls.patient(), now=now, **more
                )
        with tilleuls.acting():
            (one,) = tilleuls.organization.opt_outs.all()
            lines = tilleuls.organization.audit_entries.filter(act="opt-out:begin").count()
        assert (one.covers, one.is_stranger, lines) == ("all", True, 2)
