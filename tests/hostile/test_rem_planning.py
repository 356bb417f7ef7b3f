"""Reminders against moves, cancellings, clocks and changed settings (REM-06 to -09, -11 to -13, -15, -16)."""

from __future__ import annotations

import copy
import secrets
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kalends.agenda.models import Offering, Schedule
from kalends.booking import operations as booking
from kalends.booking.models import Appointment
from kalends.foundation.database.models import new_id
from kalends.foundation.errors import Invalid
from kalends.operating import due
from kalends.organizations.models import Provider
from tests.cast import Clinic, at, data
from tests.notifications import test_operations as online
from tests.notifications.reminders.test_planning import (
    DAY,
    HOUR,
    ON,
    WEDNESDAY,
    book,
    cancel,
    carry,
    deliveries,
    look,
    planned,
    remind,
)
from tests.operating.test_due import PARIS, TORONTO, prepare, wall

DUE = at(10, day=WEDNESDAY) - DAY
SECOND = timedelta(seconds=1)
ZONE = ZoneInfo(PARIS)


def kinds(clinic: Clinic) -> Counter[str]:
    with clinic.acting():
        return Counter(clinic.organization.deliveries.values_list("kind", flat=True))


def test_moved_after_the_first_the_second_says_the_new_time(tilleuls: Clinic) -> None:
    """REM-06: the old one never goes, and the change is told once."""
    remind(tilleuls, _1={**ON, "amount": 2}, _2=ON)
    visit = online.book(tilleuls, starts_at=at(10, day=WEDNESDAY))
    look(DUE - DAY)
    by = tilleuls.actor()
    with tilleuls.acting(by):
        to = at(15, day=WEDNESDAY)
        booking.move(
            tilleuls.organization, visit.id, schedule_id=tilleuls.schedule.id, starts_at=to, by=by, now=DUE - DAY
        )
    look(DUE, DUE + 5 * HOUR)
    assert [(row[0], row[2], row[3]) for row in planned(tilleuls)] == [
        (1, [at(10, day=WEDNESDAY)], "aborted"),
        (1, [at(15, day=WEDNESDAY)], "queued"),
        (2, [at(15, day=WEDNESDAY)], "queued"),
    ]
    assert kinds(tilleuls)["appointment_moved"] == 1


def test_cancelled_a_second_before_nothing_is_sent(tilleuls: Clinic) -> None:
    """REM-07: planned ahead or not, whoever carries finds nothing to carry."""
    remind(tilleuls, _1=ON, _2={"state": "on", "medium": "email", "amount": 3, "unit": "hours"})
    visit = book(tilleuls)
    look(DUE - timedelta(minutes=4))
    cancel(tilleuls, visit, now=DUE - SECOND)
    look(DUE, DUE + 21 * HOUR)
    carry()
    assert [(row[0], row[3]) for row in planned(tilleuls)] == [(1, "aborted")]


def test_booked_two_hours_ahead_of_a_day_before_it_is_told_once(tilleuls: Clinic) -> None:
    """REM-08: the confirmation is all; no reminder comes with it, nor later."""
    remind(tilleuls, _1={**ON, "amount": 24, "unit": "hours"})
    start = at(10, day=WEDNESDAY)
    look(start - 3 * HOUR)
    by = tilleuls.patient()
    with tilleuls.acting(by):
        booking.book(
            tilleuls.organization,
            schedule_id=tilleuls.schedule.id,
            service_id=tilleuls.service.id,
            starts_at=start,
            contact=data(),
            by=by,
            now=start - 2 * HOUR,
        )
    look(start - 2 * HOUR, start - HOUR, start)
    assert kinds(tilleuls) == {"appointment_booked": 1}


def test_two_at_the_same_time_are_one_by_each_medium(tilleuls: Clinic) -> None:
    """REM-09: two that would say the same at once by one medium are refused; one by both is one each."""
    for other in ({"amount": 24, "unit": "hours"}, {"medium": "both"}, {"medium": "sms", "state": "new"}):
        with pytest.raises(Invalid):
            remind(tilleuls, _1={**ON, "medium": "both"}, _2={**ON, **other})
    remind(tilleuls, _1={**ON, "medium": "both"})
    book(tilleuls, phone_is_mobile=True)
    look(DUE, DUE, DUE + HOUR)
    assert sorted(row.medium for row in deliveries(tilleuls)) == ["email", "sms"]


def through(clinic: Clinic, begins: datetime, ends: datetime) -> list[datetime]:
    """`kalends due --at` each half hour: when what was queued was due."""
    moment = begins
    while moment <= ends:
        list(due.done(moment.astimezone(UTC)))
        moment = datetime.fromtimestamp(moment.timestamp() + 1800, moment.tzinfo)
    return [row.due_at for row in deliveries(clinic)]


@pytest.mark.parametrize(
    ("zone", "night", "visit", "falls_due"),
    [
        (PARIS, "2027-03-28", "2027-03-29T02:30", "2027-03-28T03:00+02:00"),
        (PARIS, "2027-10-31", "2027-11-01T02:30", "2027-10-31T03:00+01:00"),
        (TORONTO, "2027-03-14", "2027-03-15T02:30", "2027-03-14T03:00-04:00"),
        (TORONTO, "2027-11-07", "2027-11-08T01:30", "2027-11-07T02:00-05:00"),
    ],
)
def test_in_an_hour_that_is_skipped_or_comes_twice_once_when_it_is_over(
    clinics: Callable[..., Clinic], zone: str, night: str, visit: str, falls_due: str
) -> None:
    """REM-11, REM-12: looked at every half hour of that night."""
    clinic = clinics("nuit", time_zone=zone, languages=["en"])
    prepare(clinic, wall(zone, visit), {"amount": 1, "unit": "days"})
    found = through(clinic, wall(zone, f"{night}T00:00"), wall(zone, f"{night}T06:00"))
    assert found == [datetime.fromisoformat(falls_due)]


@pytest.mark.parametrize(
    ("zone", "visit", "rule", "falls_due"),
    [
        (PARIS, "2027-03-28T10:00", {"amount": 1, "unit": "days"}, "2027-03-27T10:00"),
        (PARIS, "2027-03-28T10:00", {"amount": 24, "unit": "hours"}, "2027-03-27T09:00"),
        (PARIS, "2027-10-31T10:00", {"amount": 1, "unit": "days"}, "2027-10-30T10:00"),
        (PARIS, "2027-10-31T10:00", {"amount": 24, "unit": "hours"}, "2027-10-30T11:00"),
        (TORONTO, "2027-03-14T10:00", {"amount": 1, "unit": "days"}, "2027-03-13T10:00"),
        (TORONTO, "2027-11-07T10:00", {"amount": 24, "unit": "hours"}, "2027-11-06T11:00"),
    ],
)
def test_a_day_is_of_the_calendar_and_24_hours_are_elapsed(
    clinics: Callable[..., Clinic], zone: str, visit: str, rule: dict[str, Any], falls_due: str
) -> None:
    """REM-13."""
    clinic = clinics("nuit", time_zone=zone, languages=["en"])
    prepare(clinic, wall(zone, visit), rule)
    moment = wall(zone, falls_due)
    assert through(clinic, moment - 3 * HOUR, moment + 3 * HOUR) == [moment]


def test_both_ways_of_counting_are_named_on_the_page(tilleuls: Clinic, signed_in: Any) -> None:
    """REM-13: "hours" and "days" say how they differ when the clocks change."""
    page = f"/app/tilleuls/settings/providers/{tilleuls.schedule.provider_id}/reminders/"
    html = signed_in(tilleuls.admin).get(page).content.decode()
    assert "Hours are counted one by one. Days keep the hour of the appointment, also when the clocks change." in html


def test_the_second_visit_with_an_account_is_no_longer_new(tilleuls: Clinic) -> None:
    """REM-15: new to each account by itself; a visit with a colleague makes nobody known."""
    colleague = colleague_of(tilleuls)
    remind(tilleuls, _1={**ON, "state": "new"})
    with_colleague = book(tilleuls, 9, day=WEDNESDAY - 2 * DAY)
    with tilleuls.acting():
        tilleuls.organization.appointments.filter(id=with_colleague.id).update(schedule_id=colleague.id)
    book(tilleuls, 10)
    book(tilleuls, 10, day=WEDNESDAY + DAY)
    look(at(10, day=WEDNESDAY - 3 * DAY), DUE, DUE + DAY)
    assert [row[2] for row in planned(tilleuls)] == [[at(10, day=WEDNESDAY)]]


def colleague_of(clinic: Clinic) -> Schedule:
    with clinic.acting():
        provider = Provider.all_rows.create(organization=clinic.organization, name="Dr Blin", sort_key="blin")
        schedule: Schedule = Schedule.all_rows.create(
            organization=clinic.organization,
            name="Dr Blin",
            provider=provider,
            location_id=clinic.schedule.location_id,
            time_zone=clinic.schedule.time_zone,
            step_minutes=30,
        )
        Offering.all_rows.create(organization=clinic.organization, schedule=schedule, service=clinic.service)
    return schedule


def test_from_24_to_48_hours_with_a_thousand_visits_to_come(tilleuls: Clinic) -> None:
    """REM-16: nobody twice, and those between once; a day's visits of one person are told together. With 5,000 it is
    asserted by `kalends bench reminders`."""
    remind(tilleuls, _1={**ON, "amount": 24, "unit": "hours"})
    begins = at(10, day=WEDNESDAY)
    copies_of(tilleuls, book(tilleuls), 999)
    look(begins - DAY)
    before = reminded(tilleuls)
    assert (set(before.values()), {moment.astimezone(ZONE).date() for moment in before}) == ({1}, {WEDNESDAY})
    remind(tilleuls, _1={**ON, "amount": 48, "unit": "hours"})
    look(begins - DAY + timedelta(minutes=10), begins - DAY + timedelta(minutes=20))
    after = reminded(tilleuls)
    days = {moment.astimezone(ZONE).date() for moment in after}
    assert (set(after.values()), days) == ({1}, {WEDNESDAY, WEDNESDAY + DAY})
    assert before.keys() < after.keys()


def copies_of(clinic: Clinic, visit: Appointment, count: int) -> None:
    """One each five minutes after it, day and night."""
    rows = []
    for number in range(1, count + 1):
        row = copy.copy(visit)
        row.id, row.link_seed, row.link_hash = new_id(), secrets.token_bytes(16), secrets.token_bytes(32)
        row.starts_at = visit.starts_at + number * timedelta(minutes=5)
        row.ends_at = row.starts_at + timedelta(minutes=5)
        local = row.starts_at.astimezone(ZONE)
        row.local_day, row.local_minute = local.date(), local.hour * 60 + local.minute
        rows.append(row)
    with clinic.acting():
        clinic.organization.appointments.filter(id=visit.id).update(ends_at=visit.starts_at + timedelta(minutes=5))
        Appointment.all_rows.bulk_create(rows, batch_size=500)


def reminded(clinic: Clinic) -> Counter[datetime]:
    """How often each beginning was reminded of."""
    with clinic.acting():
        return Counter(clinic.organization.reminders.values_list("starts_at", flat=True))


def test_nothing_is_said_while_the_visit_lasts(tilleuls: Clinic) -> None:
    """Counted from its beginning, and never before its end."""
    remind(tilleuls, _1={**ON, "side": "after", "amount": 1, "unit": "hours"})
    visit = book(tilleuls)
    with tilleuls.acting():
        tilleuls.organization.appointments.filter(id=visit.id).update(ends_at=visit.starts_at + 3 * HOUR)
    look(visit.starts_at + HOUR)
    assert [row[1] for row in planned(tilleuls)] == [visit.starts_at + 3 * HOUR]
