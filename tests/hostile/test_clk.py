"""CLK: days on which clocks change, from the opening hours to the appointment that stands in the agenda.

CLK-11: tests/booking/test_retiming.py, tests/operating/test_zone_rules.py; 12: tests/operating/test_doctor.py;
19, 20: tests/hostile/test_rem_clock.py.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from kalends.agenda.models import OpeningRule
from kalends.agenda.queries.free_times import free_times
from kalends.agenda.queries.slots import Slot
from kalends.booking import operations as booking
from kalends.booking.refusals import SlotNotOpen
from kalends.foundation import clock
from kalends.foundation.actor import ChannelKind
from tests.cast import Clinic, data

ZONES = {"FR": "Europe/Paris", "RO": "Europe/Bucharest", "CA": "America/Toronto", "MD": "Europe/Chisinau"}


@pytest.fixture
def night(clinics: Callable[..., Clinic]) -> Callable[[str], Clinic]:
    """A clinic that is open every night from 0:00 to 5:00 and every afternoon from 13:00 to 18:00."""

    def make(country: str) -> Clinic:
        clinic = clinics(f"night-{country.lower()}", country=country, time_zone=ZONES[country])
        with clinic.acting():
            clinic.organization.opening_rules.all().delete()
            clinic.organization.services.update(horizon_days=700, notice_minutes=0)
            for weekday in range(1, 8):
                for start, end in ((0, 300), (780, 1080)):
                    OpeningRule.all_rows.create(
                        organization=clinic.organization,
                        schedule=clinic.schedule,
                        weekday=weekday,
                        from_minute=start,
                        to_minute=end,
                    )
        return clinic

    return make


def offered(clinic: Clinic, day: date) -> list[Slot]:
    now = datetime(day.year, day.month, day.day, 12, tzinfo=UTC) - timedelta(days=30)
    with clinic.acting():
        found = free_times(
            clinic.organization,
            service_id=clinic.service.id,
            first=day,
            last=day,
            channel=ChannelKind.WEBSITE,
            now=now,
            want_next=False,
        )
    assert found is not None
    return list(found.slots)


def walls(slots: list[Slot], before: int = 12) -> list[str]:
    return [slot.local_start.strftime("%H:%M") for slot in slots if slot.local_start.hour < before]


@pytest.mark.parametrize(
    ("country", "day", "absent"),
    [
        ("FR", date(2027, 3, 28), ["02:00", "02:30"]),
        ("FR", date(2028, 3, 26), ["02:00", "02:30"]),
        ("RO", date(2027, 3, 28), ["03:00", "03:30"]),
        ("CA", date(2027, 3, 14), ["02:00", "02:30"]),
        ("CA", date(2028, 3, 12), ["02:00", "02:30"]),
        ("MD", date(2027, 3, 28), ["03:00", "03:30"]),  # CLK-14: with the older data it was an hour earlier
    ],
)
def test_clk_01_03_04_14_an_absent_hour_is_not_offered(
    night: Callable[[str], Clinic], country: str, day: date, absent: list[str]
) -> None:
    clinic = night(country)
    ordinary = [f"{hour:02}:{minute:02}" for hour in range(5) for minute in (0, 30)]
    found = offered(clinic, day)
    assert walls(found) == [wall for wall in ordinary if wall not in absent]
    assert len({slot.start for slot in found}) == len(found)


@pytest.mark.parametrize(
    ("country", "day", "twice"),
    [
        ("FR", date(2027, 10, 31), ["02:00", "02:30"]),
        ("FR", date(2028, 10, 29), ["02:00", "02:30"]),
        ("RO", date(2027, 10, 31), ["03:00", "03:30"]),
        ("CA", date(2027, 11, 7), ["01:00", "01:30"]),
        ("CA", date(2028, 11, 5), ["01:00", "01:30"]),
    ],
)
def test_clk_02_03_04_a_doubled_hour_is_offered_and_booked_twice(
    night: Callable[[str], Clinic], country: str, day: date, twice: list[str]
) -> None:
    clinic = night(country)
    found = offered(clinic, day)
    assert {wall: walls(found).count(wall) for wall in twice} == dict.fromkeys(twice, 2)
    assert len(walls(found)) == 12
    both = [slot for slot in found if slot.local_start.strftime("%H:%M") == twice[1]]
    folds = []
    for number, slot in enumerate(both):
        with clinic.acting():
            appointment = booking.book(
                clinic.organization,
                schedule_id=clinic.schedule.id,
                service_id=clinic.service.id,
                starts_at=slot.starts_at,
                contact=data(f"Nuit{number}", email=f"n{number}@courriel.example", phone=""),
                by=clinic.actor(),
                now=slot.starts_at - timedelta(days=3),
            )
        folds.append((appointment.local_minute, appointment.fold))
    minute = int(twice[1][:2]) * 60 + 30
    assert folds == [(minute, 0), (minute, 1)]
    assert [slot for slot in offered(clinic, day) if slot in both] == []


def test_clk_08_half_past_one_to_half_past_three_are_three_hours(night: Callable[[str], Clinic]) -> None:
    """In the night in which the clocks go back; wall clocks subtracted from each other would say two."""
    clinic, day = night("FR"), date(2027, 10, 31)
    first = next(slot for slot in offered(clinic, day) if slot.local_start.strftime("%H:%M") == "01:30")
    now = first.starts_at - timedelta(days=3)
    with clinic.acting():
        visit = booking.book(
            clinic.organization,
            schedule_id=clinic.schedule.id,
            service_id=clinic.service.id,
            starts_at=first.starts_at,
            contact=data(),
            by=clinic.actor(),
            now=now,
        )
        ends_at = datetime(2027, 10, 31, 2, 30, tzinfo=UTC)
        visit = booking.stretch(clinic.organization, visit.id, ends_at=ends_at, by=clinic.actor(), now=now)
        zone = clock.zone(visit.time_zone)
        shown = [clock.wall(clock.epoch_of(at), zone).strftime("%H:%M") for at in (visit.starts_at, visit.ends_at)]
        last = visit.history.order_by("-id").first()
        assert last is not None
        assert (shown, last.after["minutes"], last.before["minutes"]) == (["01:30", "03:30"], 180, 30)
        place = clinic.organization.occupancies.get()
        assert place.ends_at - place.starts_at == timedelta(hours=3)
    assert "03:00" not in walls(offered(clinic, day))
    assert "03:30" in walls(offered(clinic, day))


@pytest.mark.parametrize("day", [date(2027, 3, 28), date(2027, 10, 31), date(2028, 3, 26), date(2028, 10, 29)])
def test_clk_05_the_afternoon_is_as_ever(night: Callable[[str], Clinic], day: date) -> None:
    afternoon = [slot for slot in offered(night("FR"), day) if slot.local_start.hour >= 12]
    assert [slot.local_start.strftime("%H:%M") for slot in afternoon] == [
        f"{hour}:{minute:02}" for hour in range(13, 18) for minute in (0, 30)
    ]


def test_clk_07_a_wall_time_that_occurs_twice_has_two_instants() -> None:
    zone = clock.zone("Europe/Paris")
    instants = clock.instants_of(date(2027, 10, 31), 150, zone)
    assert [datetime.fromtimestamp(instant, UTC).isoformat() for instant in instants] == [
        "2027-10-31T00:30:00+00:00",
        "2027-10-31T01:30:00+00:00",
    ]


@pytest.mark.parametrize(
    "when",
    [
        datetime(2027, 3, 28, 9, 7, tzinfo=UTC),
        datetime(2038, 1, 19, 13, 0, tzinfo=UTC),
        datetime(9999, 12, 31, 13, 0, tzinfo=UTC),
        datetime(1, 1, 2, 13, 0, tzinfo=UTC),
    ],
)
def test_clk_21_years_far_away_are_refused(night: Callable[[str], Clinic], when: datetime) -> None:
    clinic = night("FR")
    with pytest.raises(SlotNotOpen), clinic.acting() as now:
        booking.book(
            clinic.organization,
            schedule_id=clinic.schedule.id,
            service_id=clinic.service.id,
            starts_at=when,
            contact=data(),
            by=clinic.actor(),
            now=now,
        )
