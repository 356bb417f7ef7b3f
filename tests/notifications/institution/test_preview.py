"""Who gets what, and why: as the settings are typed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from kalends.notifications.institution.example import example_of, letter_about
from kalends.notifications.institution.preview import Case, Event, To, who_gets
from tests.cast import NOW, Clinic
from tests.notifications.institution.test_telling import choose, rows
from tests.notifications.test_operations import book

PATIENT, DESK, NIGHT, ARCHIVE = "ana@posta.example", "desk@a.example", "night@a.example", "archive@a.example"
HERE, THERE, SERVICE = uuid4(), uuid4(), uuid4()


def typed(**fields: Any) -> dict[str, Any]:
    return {
        "booking_emails": [],
        "booking_locations": [],
        "booking_services": [],
        "booking_minimal": False,
        "copies": [],
        "cancellation_emails": [],
        "cancellation_mode": "late",
        "cancellation_hours": 24,
        "payment_emails": [],
        "payment_hours": 48,
        **fields,
    }


def case(event: Event, hours: int = 7, **more: Any) -> Case:
    return Case(event, HERE, SERVICE, NOW + timedelta(hours=hours), NOW, PATIENT, **more)


def told(event: Event, hours: int = 7, **fields: Any) -> tuple[list[tuple[str, str, str]], list[tuple[str, str]]]:
    shown = who_gets(case(event, hours), typed(**fields))
    gets = [(line.address, str(line.to), line.why) for line in shown.gets[1:]]
    assert (shown.gets[0].address, shown.gets[0].why) == (PATIENT, "is the patient")
    return gets, [(line.address, line.why) for line in shown.nothing]


def test_bookings_and_moves_are_told_by_part_1() -> None:
    for event in (Event.BOOKED, Event.MOVED):
        assert told(event, booking_emails=[DESK], cancellation_emails=[NIGHT]) == (
            [(DESK, "institution", "part 1, with all data")],
            [(NIGHT, "part 3 tells of cancellations only")],
        )
    assert told(Event.BOOKED, booking_emails=[DESK], booking_minimal=True)[0][0][2] == "part 1, with least data"


def test_what_is_narrowed_says_so() -> None:
    assert told(Event.BOOKED, booking_emails=[DESK], booking_locations=[THERE])[1] == [
        (DESK, "part 1: not at this location")
    ]
    assert told(Event.BOOKED, booking_emails=[DESK], booking_services=[uuid4()])[1] == [
        (DESK, "part 1: not for this service")
    ]
    assert told(Event.BOOKED, booking_emails=[DESK], booking_locations=[HERE], booking_services=[SERVICE])[1] == []


@pytest.mark.parametrize(
    ("mode", "hours", "gets", "why"),
    [
        ("every", 100, True, "part 3: at each cancellation"),
        ("late", 7, True, "part 3: less than 24 hours before"),
        ("late", 24, False, "part 3: not less than 24 hours before"),
        ("held", 100, True, "part 3: not before 24 hours ahead"),
    ],
)
def test_cancellations_by_their_mode(mode: str, hours: int, gets: bool, why: str) -> None:
    found, nothing = told(
        Event.CANCELLED, hours, booking_emails=[DESK], cancellation_emails=[NIGHT], cancellation_mode=mode
    )
    assert found == ([(NIGHT, "institution", why)] if gets else [])
    assert nothing[0] == (DESK, "part 1 tells of bookings and moves only")
    assert nothing[1:] == ([] if gets else [(NIGHT, why)])


def test_payments_by_part_4() -> None:
    assert told(Event.PAYMENT, payment_emails=[DESK], booking_emails=[NIGHT]) == (
        [(DESK, "institution", "part 4: 48 hours before the deadline")],
        [(NIGHT, "part 1 tells of bookings and moves only")],
    )
    assert told(Event.BOOKED, payment_emails=[DESK])[1] == [(DESK, "part 4 tells of payments only")]


def test_what_is_held_back_says_until_when() -> None:
    wanted = typed(cancellation_emails=[NIGHT], cancellation_mode="held")
    later = [who_gets(case(Event.CANCELLED, hours), wanted).gets[1].later for hours in (100, 7)]
    assert later == [NOW + timedelta(hours=76), None]


def test_copies_by_what_was_ticked() -> None:
    copies = [
        {"email": ARCHIVE, "on": True, "kinds": ["bookings"]},
        {"email": "off@a.example", "on": False, "kinds": ["bookings"]},
        {"email": PATIENT, "on": True, "kinds": ["bookings"]},
    ]
    assert told(Event.BOOKED, copies=copies) == (
        [(ARCHIVE, "copy", "part 2")],
        [("off@a.example", "part 2: switched off")],
    )
    assert told(Event.CANCELLED, copies=copies)[1][0] == (ARCHIVE, "part 2: gets no copy of these")


def test_a_bad_address_gets_nothing_and_names_its_part() -> None:
    copies = [{"email": "archive@a", "on": True, "kinds": ["bookings"]}]
    assert told(Event.BOOKED, booking_emails=["desk@a"], copies=copies, cancellation_emails=["night"])[1] == [
        ("archive@a", "part 2 cannot be saved"),
        ("desk@a", "part 1 cannot be saved"),
        ("night", "part 3 cannot be saved"),
    ]


def test_an_address_in_two_parts_stands_where_it_gets_something() -> None:
    gets, nothing = told(Event.CANCELLED, booking_emails=[DESK], cancellation_emails=["Desk@A.example"])
    assert ([one[0] for one in gets], nothing) == (["Desk@A.example"], [])


@pytest.mark.parametrize("event", list(Event))
@pytest.mark.parametrize("to", list(To))
def test_the_message_is_the_real_letter(tilleuls: Clinic, event: Event, to: To) -> None:
    with tilleuls.acting():
        schedule = tilleuls.organization.schedules.select_related("provider", "location").get()
    example = example_of(tilleuls.organization, schedule, tilleuls.service, event, hours=7, now=NOW)
    letter = letter_about(tilleuls.organization, example, event, to, minimal=False, now=NOW)
    assert "lundi 7 décembre 2026" in letter.text
    assert "15:00" in letter.text
    assert "Dr Hélène Vasseur" in letter.html


def test_the_example_agrees_with_what_is_really_queued(tilleuls: Clinic) -> None:
    """The preview's answer, and the rows of a booking under the same settings."""
    copies = [{"email": ARCHIVE, "on": True, "kinds": ["bookings"]}]
    wanted = {"booking_emails": [DESK], "copies": copies, "cancellation_emails": [NIGHT]}
    choose(tilleuls, **wanted)
    book(tilleuls)
    place = {"location": tilleuls.schedule.location_id, "service": tilleuls.service.id}
    case = Case(Event.BOOKED, **place, starts_at=NOW, now=NOW, patient="clemence@courriel.example")
    shown = who_gets(case, typed(**wanted))
    assert sorted(line.address for line in shown.gets) == sorted(row.recipient for row in rows(tilleuls, ""))
