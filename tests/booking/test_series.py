"""Series: nothing silent, nothing half, each date by itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from kalends.booking import operations as booking
from kalends.booking.models import Appointment
from kalends.booking.operations.series import Made
from kalends.booking.queries.series import Wish, preview_series
from kalends.booking.refusals import NothingToRepeat, SlotTaken
from kalends.booking.rules.series import Pattern
from kalends.delivery import letters
from kalends.foundation.actor import ChannelKind
from kalends.foundation.errors import Invalid
from tests.agenda.shared import act, booked
from tests.cast import MONDAY, NOW, Clinic, at, data

OTHER = {"last": "Autre", "email": "autre@courriel.example", "phone": ""}


def wish(clinic: Clinic, policy: Any = "skip", *, first: date = MONDAY, count: int = 12, **more: Any) -> Wish:
    return Wish(clinic.schedule.id, clinic.service.id, 540, Pattern(first, 1, "week", count=count), policy, **more)


def make(clinic: Clinic, wanted: Wish, **more: Any) -> Made:
    made: Made = act(clinic, booking.make_series, clinic.organization, wanted, contact=data(), **more)
    return made


def told(made: Made) -> list[tuple[int, str, str]]:
    return [(row.number, row.outcome, row.why) for row in made.dates]


def test_bok_13_twelve_dates_the_seventh_taken(tilleuls: Clinic) -> None:
    booked(tilleuls, 9, day=MONDAY + timedelta(weeks=6), **OTHER)
    made = make(tilleuls, wish(tilleuls))
    assert told(made) == [(n, "skipped", "slot_taken") if n == 7 else (n, "made", "") for n in range(1, 13)]
    assert len(made.appointments) == 11
    assert {visit.series_id for visit in made.appointments} == {made.series.id}


def test_bok_13_shifted_or_stopped(tilleuls: Clinic) -> None:
    taken = MONDAY + timedelta(weeks=1)
    booked(tilleuls, 9, day=taken, **OTHER)
    with tilleuls.acting():
        planned = preview_series(
            tilleuls.organization, wish(tilleuls, "stop", count=3), contact=None, channel=ChannelKind.STAFF, now=NOW
        )
    assert [one.outcome for one in planned] == ["made", "stopped", "stopped"]
    made = make(tilleuls, wish(tilleuls, "shift", count=3))
    assert told(made)[1] == (2, "shifted", "slot_taken")
    assert made.appointments[1].starts_at == at(9, 30, day=taken)


def test_clk_06_nine_o_clock_stays_nine_o_clock(tilleuls: Clinic) -> None:
    """Tuesdays over the end of October 2027: the instants move by an hour, the wall time does not."""
    made = make(tilleuls, wish(tilleuls, first=date(2027, 10, 12), count=4))
    seen = [(visit.local_day, visit.local_minute, visit.starts_at.astimezone(UTC).hour) for visit in made.appointments]
    assert seen == [
        (date(2027, 10, 12), 540, 7),
        (date(2027, 10, 19), 540, 7),
        (date(2027, 10, 26), 540, 7),
        (date(2027, 11, 2), 540, 8),
    ]


def test_the_patients_own_visits_clash_too(tilleuls: Clinic) -> None:
    make(tilleuls, wish(tilleuls, count=2))
    again = make(tilleuls, wish(tilleuls, count=3))
    assert told(again) == [(1, "skipped", "patient_busy"), (2, "skipped", "patient_busy"), (3, "made", "")]


def test_nothing_at_all_is_refused_and_leaves_nothing(tilleuls: Clinic) -> None:
    booked(tilleuls, 9, **OTHER)
    with pytest.raises(NothingToRepeat):
        make(tilleuls, wish(tilleuls, count=1))
    with tilleuls.acting():
        assert (tilleuls.organization.series.count(), tilleuls.organization.contacts.count()) == (0, 1)


def test_what_is_no_series_is_named(tilleuls: Clinic) -> None:
    for pattern, field in (
        (Pattern(MONDAY, 0, "week", count=3), "every"),
        (Pattern(MONDAY, 1, "week"), "count"),
        (Pattern(MONDAY, 1, "week", count=61), "count"),
        (Pattern(MONDAY, 1, "week", until=MONDAY - timedelta(days=1)), "until"),
    ):
        with pytest.raises(Invalid) as refused:
            make(tilleuls, Wish(tilleuls.schedule.id, tilleuls.service.id, 540, pattern, "skip"))
        assert [error.field for error in refused.value.errors] == [field]


def test_a_visit_that_is_booked_begins_a_series(tilleuls: Clinic) -> None:
    visit = booked(tilleuls, 9)
    with tilleuls.acting():
        contact = tilleuls.organization.contacts.get()
        made = booking.make_series(
            tilleuls.organization,
            wish(tilleuls, count=3, has_first=True),
            contact=contact,
            begins_with=tilleuls.organization.appointments.get(id=visit.id),
            by=tilleuls.actor(),
            now=NOW,
        )
    assert told(made) == [(1, "made", ""), (2, "made", ""), (3, "made", "")]
    assert made.appointments[0].id == visit.id


def test_a_skipped_date_is_added_later(tilleuls: Clinic) -> None:
    in_the_way = booked(tilleuls, 9, day=MONDAY + timedelta(weeks=1), **OTHER)
    made = make(tilleuls, wish(tilleuls, count=2))
    with pytest.raises(SlotTaken):
        act(tilleuls, booking.add_date, tilleuls.organization, made.series.id, 2)
    act(tilleuls, booking.cancel, tilleuls.organization, in_the_way.id)
    visit: Appointment = act(tilleuls, booking.add_date, tilleuls.organization, made.series.id, 2)
    assert (visit.series_id, visit.local_day) == (made.series.id, MONDAY + timedelta(weeks=1))
    with pytest.raises(NothingToRepeat):
        act(tilleuls, booking.add_date, tilleuls.organization, made.series.id, 2)


def test_moving_one_moves_no_other_and_the_rest_can_be_cancelled(tilleuls: Clinic) -> None:
    made = make(tilleuls, wish(tilleuls, count=4))
    first, second, third, fourth = made.appointments
    act(tilleuls, booking.move, tilleuls.organization, second.id, schedule_id=tilleuls.schedule.id, starts_at=at(15))
    cancelled = act(tilleuls, booking.cancel_rest, tilleuls.organization, third.id)
    assert [visit.id for visit in cancelled] == [third.id, fourth.id]
    with tilleuls.acting():
        left = tilleuls.organization.appointments.filter(status="booked").order_by("starts_at")
        assert [(visit.id, visit.starts_at) for visit in left] == [(first.id, at(9)), (second.id, at(15))]


def test_one_letter_tells_all_dates_with_one_calendar_file(tilleuls: Clinic) -> None:
    made = make(tilleuls, wish(tilleuls, count=3))
    with tilleuls.acting():
        (delivery,) = tilleuls.organization.deliveries.all()
        found = letters.look_up(tilleuls.organization, [delivery])
    letter = letters.write(tilleuls.organization, delivery, found)
    assert delivery.kind == "series_booked"
    assert letter.calendar is not None
    visits = Calendar.from_ical(letter.calendar.content).walk("VEVENT")
    assert [str(visit["uid"]) for visit in visits] == [f"{one.id}@kalends" for one in made.appointments]
    assert [visit["dtstart"].dt.astimezone(UTC) for visit in visits] == [
        at(9) + timedelta(weeks=number) for number in range(3)
    ]
    assert letter.text.count("/tilleuls/appointment/") == 3


def test_a_cancelled_rest_is_told_in_one_letter(tilleuls: Clinic) -> None:
    made = make(tilleuls, wish(tilleuls, count=3))
    act(tilleuls, booking.cancel_rest, tilleuls.organization, made.appointments[1].id)
    with tilleuls.acting():
        kinds = [one.kind for one in tilleuls.organization.deliveries.order_by("queued_at", "id")]
        dates = tilleuls.organization.deliveries.get(kind="series_cancelled").facts["visits"]
    assert sorted(kinds) == ["series_booked", "series_cancelled"]
    assert [datetime.fromisoformat(one["starts_at"]) for one in dates] == [
        at(9) + timedelta(weeks=number) for number in (1, 2)
    ]
