"""Blind copies: of which letters, to whom, and what is not in them."""

from __future__ import annotations

import re
from typing import Any

import pytest

from kalends.delivery import letters
from kalends.foundation import secrets
from kalends.foundation.errors import Invalid
from kalends.notifications.institution import copies
from kalends.notifications.institution.queries import settings_of
from kalends.notifications.institution.rules import COPIED, COPY_KINDS
from kalends.notifications.reminders import planning
from kalends.notifications.reminders.operations import set_rules
from kalends.notifications.texts import Kind
from tests.cast import NOW, Clinic, at
from tests.notifications.institution.test_telling import book, cancel, choose, rows
from tests.notifications.test_texts import all_letters, written

ARCHIVE, QUALITY = "arhiva@arcada.example", "calitate@arcada.example"


def copied(clinic: Clinic) -> list[tuple[str, str]]:
    return [(row.kind, row.recipient) for row in rows(clinic, "copy_")]


def wish(email: str, *kinds: str, on: bool = True) -> dict[str, Any]:
    return {"email": email, "on": on, "kinds": list(kinds)}


def test_each_address_gets_what_was_ticked_for_it(tilleuls: Clinic) -> None:
    choose(
        tilleuls,
        copies=[
            wish(ARCHIVE, "bookings", "cancellations"),
            wish(QUALITY, "cancellations"),
            wish("x@y.example", on=False),
        ],
    )
    cancel(tilleuls, book(tilleuls))
    assert copied(tilleuls) == [
        ("copy_appointment_booked", ARCHIVE),
        ("copy_appointment_cancelled", ARCHIVE),
        ("copy_appointment_cancelled", QUALITY),
    ]


def test_what_the_patient_is_not_told_is_not_copied(tilleuls: Clinic) -> None:
    choose(tilleuls, copies=[wish(ARCHIVE, "bookings")])
    book(tilleuls, tell_patient=False)
    assert copied(tilleuls) == []


def test_a_patient_who_is_on_the_list_gets_one_mail(tilleuls: Clinic) -> None:
    choose(tilleuls, copies=[wish("Clemence@courriel.example", "bookings")])
    book(tilleuls)
    assert (len(rows(tilleuls, "")), copied(tilleuls)) == (1, [])


def test_the_copy_has_the_patients_words_in_the_patients_language(tilleuls: Clinic) -> None:
    choose(tilleuls, copies=[wish(ARCHIVE, "bookings")])
    book(tilleuls, language="ro")
    both = written(tilleuls)
    sent, copy = both["appointment_booked"], both["copy_appointment_booked"]
    assert copy.subject == f"Copie : {sent.subject}"
    line, _blank, rest = copy.text.partition("\n\n")
    assert line.startswith("Copie de l’e-mail à clemence@courriel.example.")
    private = re.compile(r"http://\S+")
    assert private.sub("", rest) == private.sub("", sent.text)
    assert (sent.calendar is not None, copy.calendar) == (True, None)
    assert line in copy.html


def test_no_kind_of_letter_leaves_a_private_link_in_its_copy(tilleuls: Clinic) -> None:
    choose(tilleuls, copies=[wish(ARCHIVE, *COPY_KINDS)])
    all_letters(tilleuls)
    found = written(tilleuls)
    kinds = sorted(kind for kind in found if kind.startswith("copy_"))
    assert kinds == sorted(copies.kind_of_copy(kind) for kind in COPIED)
    for kind in kinds:
        whole = found[kind].text + found[kind].html
        assert [one for one in re.findall(r"[A-Za-z0-9_-]{40,}", whole) if secrets.read(one)] == []


def test_every_letter_to_patients_can_be_copied() -> None:
    """A kind that is added to the patient's letters is added here as well."""
    notices = {kind for kind in Kind if kind.startswith(("notice_", "institution_"))}
    notices |= {Kind.INVITATION, Kind.SENDER, Kind.TEXTS_STOPPED}
    assert set(COPIED) == {str(kind) for kind in Kind} - {str(kind) for kind in notices}
    assert {copies.kind_of_copy(kind) for kind in COPIED} <= letters._writers.keys()


def test_reminders_are_copied_and_taken_back_together(tilleuls: Clinic) -> None:
    choose(tilleuls, copies=[wish(ARCHIVE, "reminders")])
    visit = book(tilleuls)
    by = tilleuls.actor()
    with tilleuls.acting(by):
        provider = tilleuls.organization.providers.get(id=tilleuls.schedule.provider_id)
        set_rules(
            tilleuls.organization, provider, sent={1: {"state": "on", "amount": 1, "unit": "hours"}}, by=by, now=NOW
        )
    with tilleuls.acting():
        planning.plan(tilleuls.organization, now=at(9))
    assert copied(tilleuls) == [("copy_reminder", ARCHIVE)]
    letter = written(tilleuls)["copy_reminder"]
    assert f"/app/tilleuls/appointments/{visit.id}/" in letter.text
    cancel(tilleuls, visit, now=at(9))
    assert (
        {row.state for row in rows(tilleuls, "reminder")}
        == {row.state for row in rows(tilleuls, "copy_")}
        == {"aborted"}
    )


def test_a_letter_that_would_keep_its_link_is_not_copied(tilleuls: Clinic) -> None:
    token = str(secrets.random(tilleuls.id))
    with pytest.raises(copies.LinkLeft):
        copies._without_links(tilleuls.organization, f"Code: {token}", {"": "/"})


@pytest.mark.parametrize(
    ("typed", "fields"),
    [
        ([wish(ARCHIVE, "bookings"), wish("arhiva@arcada", "bookings")], ["copies.1"]),
        ([wish(ARCHIVE)], ["copies.0"]),
        ([wish(f"a{number}@arcada.example", "bookings") for number in range(201)], ["copies"]),
    ],
)
def test_what_cannot_be_is_named(tilleuls: Clinic, typed: list[dict[str, Any]], fields: list[str]) -> None:
    with pytest.raises(Invalid) as refusal:
        choose(tilleuls, copies=typed)
    assert [one.field for one in refusal.value.errors] == fields


def test_an_address_that_is_switched_off_stays_in_the_list_with_what_it_got(tilleuls: Clinic) -> None:
    choose(tilleuls, copies=[wish(ARCHIVE, "bookings", on=False), wish("ARHIVA@arcada.example", "reminders")])
    with tilleuls.acting():
        assert settings_of(tilleuls.organization).copies == [wish(ARCHIVE, "bookings", on=False)]
