"""Calendar files: what programs read in them, in three zones, around the changes of the clock (ICS-05)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Event

from kalends.booking import operations as booking
from kalends.foundation import clock
from kalends.notifications import calendar_file
from kalends.notifications.calendar_file import CANCEL, PUBLISH, REQUEST, Entry
from kalends.organizations.models import Organization
from tests.cast import NOW, Clinic, at
from tests.notifications.test_operations import book

ID = UUID("01900000-0000-7000-8000-000000000001")
TYPED = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=200)
ZONES = ["Europe/Paris", "Europe/Bucharest", "America/Toronto"]
# The hours around each change of 2027, in UTC; the visit may begin in the hour that comes twice.
CHANGES = {
    "Europe/Paris": [datetime(2027, 3, 28, 1, tzinfo=UTC), datetime(2027, 10, 31, 1, tzinfo=UTC)],
    "Europe/Bucharest": [datetime(2027, 3, 28, 1, tzinfo=UTC), datetime(2027, 10, 31, 1, tzinfo=UTC)],
    "America/Toronto": [datetime(2027, 3, 14, 7, tzinfo=UTC), datetime(2027, 11, 7, 6, tzinfo=UTC)],
}


def clinic(**fields: Any) -> Organization:
    return Organization(**{"name": "Clinique", "country": "FR", "phone": "+33261914012", **fields})


def entry(**fields: Any) -> Entry:
    start = fields.get("starts_at", datetime(2026, 12, 7, 9, tzinfo=UTC))
    return Entry(
        **{
            "appointment_id": ID,
            "sequence": 0,
            "starts_at": start,
            "ends_at": start + timedelta(minutes=30),
            "zone_key": "Europe/Paris",
            "location": "12, rue des Tilleuls",
            "written_at": NOW,
            "attendee": "a@b.example",
            **fields,
        }
    )


def event_of(content: bytes) -> Event:
    (event,) = Calendar.from_ical(content).events
    return event


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("minutes", range(-120, 121, 30))
def test_three_readers_see_the_same_instant(zone: str, minutes: int) -> None:
    for change in CHANGES[zone]:
        start = change + timedelta(minutes=minutes)
        content = calendar_file.build(clinic(), entry(starts_at=start, zone_key=zone), method=REQUEST)
        event = event_of(content)
        assert event.start.astimezone(UTC) == start  # icalendar, by the zone's name
        assert event.end.astimezone(UTC) == start + timedelta(minutes=30)
        assert by_its_own_rules(content, zone, start) == start  # dateutil, by the rules in the file alone
        assert by_utc_offsets(content, start) == start  # a reader that counts from the onsets in UTC


def by_its_own_rules(content: bytes, zone: str, start: datetime) -> datetime:
    rules = tzical(StringIO(content.decode())).get(zone)
    written = event_of(content).start
    if written.tzinfo is UTC or written.utcoffset() == timedelta(0):
        return written.astimezone(UTC)
    return written.replace(tzinfo=rules, fold=0).astimezone(UTC)


def by_utc_offsets(content: bytes, start: datetime) -> datetime:
    """RFC 5545, 3.6.5, to the letter: an onset is written in the offset that held before it."""
    calendar = Calendar.from_ical(content)
    written = event_of(content).start
    if written.utcoffset() == timedelta(0):
        return written.astimezone(UTC)
    (zone,) = calendar.walk("VTIMEZONE")
    onsets = sorted(
        ((rule["DTSTART"].dt - rule["TZOFFSETFROM"].td).replace(tzinfo=UTC), rule["TZOFFSETTO"].td)
        for rule in zone.subcomponents
    )
    wall = written.replace(tzinfo=UTC)
    ends = [onset for onset, _ in onsets[1:]] + [datetime.max.replace(tzinfo=UTC)]
    fits = [wall - offset for (onset, offset), end in zip(onsets, ends, strict=True) if onset <= wall - offset < end]
    return fits[0]


@pytest.mark.parametrize("zone", ZONES)
def test_the_rules_in_the_file_are_those_of_the_pinned_data(zone: str) -> None:
    for month in range(1, 13):
        moment = datetime(2026, month, 15, 12, tzinfo=UTC)
        content = calendar_file.build(clinic(), entry(starts_at=moment, zone_key=zone), method=PUBLISH)
        rules = tzical(StringIO(content.decode())).get(zone)
        assert moment.astimezone(rules).utcoffset() == moment.astimezone(ZoneInfo(zone)).utcoffset()


@given(name=TYPED, location=TYPED)
def test_whatever_is_typed_adds_no_property(name: str, location: str) -> None:
    content = calendar_file.build(clinic(name=name), entry(location=location), method=REQUEST)
    plain = calendar_file.build(clinic(), entry(), method=REQUEST)
    assert event_of(content).property_items()[0] == event_of(plain).property_items()[0]
    assert [key for key, _ in event_of(content).property_items()] == [
        key for key, _ in event_of(plain).property_items()
    ]
    for line in content.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()
    for separator in ("\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"):
        assert separator not in content.decode()


def test_a_name_that_would_be_a_property_is_a_name() -> None:
    content = calendar_file.build(
        clinic(name="X\r\nATTENDEE:mailto:x@y.example\r\nBEGIN:VALARM"), entry(), method=REQUEST
    )
    event = event_of(content)
    assert event["ATTENDEE"] == "mailto:a@b.example"
    assert event.subcomponents == []
    assert event["SUMMARY"] == "Appointment, X ATTENDEE:mailto:x@y.example BEGIN:VALARM"


def test_emoji_at_the_fold_stay_whole() -> None:
    for shift in range(8):
        location = "x" * shift + "🦷" * 60
        content = calendar_file.build(clinic(), entry(location=location), method=REQUEST)
        assert event_of(content)["LOCATION"] == location


def test_what_the_visit_is_for_is_not_in_it(tilleuls: Clinic) -> None:
    appointment = book(tilleuls)
    with tilleuls.acting():
        location = tilleuls.organization.locations.get()
    content = calendar_file.calendar_file(tilleuls.organization, appointment, location=location, now=NOW).decode()
    assert [word for word in ("Consultation", "Dermatologie", "Aubrée", "Vasseur") if word in content] == []


def test_a_move_keeps_the_uid_and_counts_and_so_does_the_cancelling(tilleuls: Clinic) -> None:
    appointment = book(tilleuls)
    by = tilleuls.actor()
    found = []
    with tilleuls.acting():
        location = tilleuls.organization.locations.get()
    for act in ("book", "move", "cancel"):
        with tilleuls.acting(by):
            if act == "move":
                appointment = booking.move(
                    tilleuls.organization,
                    appointment.id,
                    schedule_id=tilleuls.schedule.id,
                    starts_at=at(11),
                    by=by,
                    now=NOW,
                )
            if act == "cancel":
                appointment = booking.cancel(tilleuls.organization, appointment.id, by=by, now=NOW)
        content = calendar_file.calendar_file(tilleuls.organization, appointment, location=location, now=NOW)
        event = event_of(content)
        found.append((event["UID"], event["SEQUENCE"], event.start.astimezone(UTC), event["STATUS"]))
        assert Calendar.from_ical(content)["METHOD"] == "PUBLISH"
    uid = f"{appointment.id}@kalends"
    assert found == [
        (uid, 0, at(10), "CONFIRMED"),
        (uid, 1, at(11), "CONFIRMED"),
        (uid, 2, at(11), "CANCELLED"),
    ]


def test_an_invitation_names_both_sides_and_asks_for_no_answer() -> None:
    for method in (REQUEST, CANCEL):
        content = calendar_file.build(clinic(email="accueil@c.example"), entry(), method=method)
        event = event_of(content)
        assert Calendar.from_ical(content)["METHOD"] == method
        assert (event["ORGANIZER"], event["ATTENDEE"]) == ("mailto:accueil@c.example", "mailto:a@b.example")
        assert (event["ATTENDEE"].params["PARTSTAT"], event["ATTENDEE"].params["RSVP"]) == ("ACCEPTED", "FALSE")


def test_the_second_of_two_equal_hours_is_told_in_utc() -> None:
    zone = clock.zone("Europe/Paris")
    first, second = clock.instants_of(datetime(2027, 10, 31).date(), 150, zone)
    written = []
    for instant in (first, second):
        start = datetime.fromtimestamp(instant, UTC)
        content = calendar_file.build(clinic(), entry(starts_at=start), method=REQUEST).decode()
        lines = content.split("BEGIN:VEVENT")[1].split("\r\n")
        written += [line for line in lines if line.startswith("DTSTART")]
    assert written == ["DTSTART;TZID=Europe/Paris:20271031T023000", "DTSTART:20271031T013000Z"]
