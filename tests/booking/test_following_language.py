"""A contact is written to in the language that its record says now, also about what was booked before."""

from __future__ import annotations

from datetime import datetime

import pytest

from kalends.contacts import operations as contacts
from tests.booking.waiting_list import book, join, person, switch
from tests.cast import NOW, Clinic, at
from tests.notifications.reminders import test_planning as reminders


def speak(clinic: Clinic, language: str, *, now: datetime = NOW) -> None:
    with clinic.acting():
        known = clinic.organization.contacts.get(last_name="Nom1")
        contacts.edit(known, person(1, language=language), by=clinic.actor(), now=now)


def languages(clinic: Clinic) -> list[tuple[str, int]]:
    with clinic.acting():
        return list(clinic.organization.appointments.order_by("starts_at").values_list("language", "version"))


def test_visits_to_come_follow_and_what_is_over_stays(tilleuls: Clinic) -> None:
    first = book(tilleuls, person(1), at(10))
    book(tilleuls, person(1), at(14))
    book(tilleuls, person(2), at(15))
    speak(tilleuls, "ro", now=first.ends_at)
    assert languages(tilleuls) == [("fr", 1), ("ro", 2), ("fr", 1)]
    speak(tilleuls, "ro", now=first.ends_at)
    assert languages(tilleuls) == [("fr", 1), ("ro", 2), ("fr", 1)]


def test_who_waits_is_offered_times_in_it(tilleuls: Clinic) -> None:
    switch(tilleuls)
    join(tilleuls, person(1), language="fr")
    speak(tilleuls, "ro")
    with tilleuls.acting():
        assert tilleuls.organization.waitlist.get().language == "ro"


@pytest.mark.parametrize("language", ["en", "ro"])
def test_the_reminder_is_in_it(tilleuls: Clinic, language: str) -> None:
    reminders.remind(tilleuls, _1=reminders.ON)
    book(tilleuls, person(1), at(10, day=reminders.WEDNESDAY))
    speak(tilleuls, language)
    reminders.look(at(10, day=reminders.WEDNESDAY) - reminders.DAY)
    assert [row.language for row in reminders.deliveries(tilleuls) if row.kind == "reminder"] == [language]
