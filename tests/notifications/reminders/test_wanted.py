"""Reminders go to who wants them: who refused gets none, also none of those that wait already."""

from __future__ import annotations

from datetime import datetime

from kalends.contacts import operations as contacts
from kalends.notifications.reminders.withdrawing import NO_LONGER
from tests.cast import Clinic, at
from tests.notifications.reminders.test_planning import DAY, HOUR, ON, WEDNESDAY, book, deliveries, look, remind

DUE = at(10, day=WEDNESDAY) - DAY


def say(clinic: Clinic, now: datetime, **said: str) -> None:
    with clinic.acting():
        contact = clinic.organization.contacts.get()
        contacts.set_consents(contact, said, by=clinic.actor(), now=now)


def waiting(clinic: Clinic) -> list[tuple[str, str, str]]:
    return sorted((row.medium, row.state, row.reason) for row in deliveries(clinic))


def test_by_the_ways_that_were_not_refused(tilleuls: Clinic) -> None:
    remind(tilleuls, _1={**ON, "medium": "both"})
    book(tilleuls)
    say(tilleuls, DUE - DAY, sms="refused")
    look(DUE)
    assert waiting(tilleuls) == [("email", "queued", "")]


def test_who_was_not_asked_or_agreed_is_reminded(tilleuls: Clinic) -> None:
    remind(tilleuls, _1={**ON, "medium": "both"})
    book(tilleuls)
    say(tilleuls, DUE - DAY, email="given")
    look(DUE)
    assert waiting(tilleuls) == [("email", "queued", ""), ("sms", "queued", "")]


def test_what_waits_is_taken_back_and_waits_again(tilleuls: Clinic) -> None:
    remind(tilleuls, _1={**ON, "medium": "both"})
    book(tilleuls)
    look(DUE)
    say(tilleuls, DUE + HOUR, email="refused")
    assert waiting(tilleuls) == [("email", "aborted", NO_LONGER), ("sms", "queued", "")]
    say(tilleuls, DUE + 2 * HOUR, email="given")
    look(DUE + 3 * HOUR)
    assert waiting(tilleuls) == [("email", "queued", ""), ("sms", "queued", "")]
