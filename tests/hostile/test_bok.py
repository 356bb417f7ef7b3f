"""BOK: many want one time at one instant. Real parallel connections, as the application's role."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connection

from kalends.agenda.models import Offering, Service
from kalends.agenda.queries.free_times import free_times
from kalends.booking import operations as booking
from kalends.booking.models import Appointment
from kalends.booking.refusals import SlotNotOpen, SlotTaken
from kalends.contacts.rules import ContactData
from kalends.foundation.actor import ChannelKind
from kalends.foundation.database import tenancy
from kalends.foundation.errors import Refusal
from tests.cast import MONDAY, NOW, Clinic, at, data

OVERLAPS = """
SELECT count(*) FROM agenda_occupancy a JOIN agenda_occupancy b
ON a.schedule_id = b.schedule_id AND a.seat = b.seat AND a.id < b.id
AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at
"""


def together(acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run all acts at one instant, each on a connection of its own; their results or refusals, in order."""
    barrier, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(number: int) -> None:
        with connection.cursor() as cursor:  # connected before the race begins
            cursor.execute("SELECT 1")
        barrier.wait(30)
        try:
            results[number] = acts[number]()
        except Refusal as refusal:
            results[number] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def person(number: int) -> ContactData:
    return data(f"Nom{number}", email=f"p{number}@courriel.example", phone="")


def booker(clinic: Clinic, when: datetime, number: int, service: Service | None = None) -> Callable[[], Appointment]:
    by = clinic.patient()

    def act(now: datetime) -> Appointment:
        return booking.book(
            clinic.organization,
            schedule_id=clinic.schedule.id,
            service_id=(service or clinic.service).id,
            starts_at=when,
            contact=person(number),
            by=by,
            now=NOW,
        )

    return lambda: tenancy.perform(act, organization=clinic.organization, by=by)


def outcomes(results: Sequence[Any]) -> Counter[str]:
    return Counter("booked" if isinstance(result, Appointment) else type(result).__name__ for result in results)


def test_bok_01_one_time_has_one_winner(tilleuls: Clinic, owner: psycopg.Connection) -> None:
    for number in range(5):
        when = at(9, day=MONDAY + timedelta(days=1)) + timedelta(minutes=30 * number)
        results = together([booker(tilleuls, when, 100 * number + n) for n in range(24)])
        assert outcomes(results) == {"booked": 1, "SlotTaken": 23}
    assert owner.execute(OVERLAPS).fetchone() == (0,)
    assert owner.execute("SELECT count(*) FROM contacts_contact").fetchone() == (5,)


def test_bok_02_visits_of_different_length_never_overlap(tilleuls: Clinic, owner: psycopg.Connection) -> None:
    with tilleuls.acting():
        long = Service.all_rows.create(
            organization=tilleuls.organization, names={"fr": "Long"}, duration=90, required_fields=[], buffer_after=15
        )
        Offering.all_rows.create(organization=tilleuls.organization, schedule=tilleuls.schedule, service=long)
        for channel in tilleuls.organization.channels.all():
            channel.ticks.create(organization=tilleuls.organization, channel=channel, service=long)
    acts = []
    for number in range(24):
        minute = 30 * (number % 5)
        acts.append(booker(tilleuls, at(9) + timedelta(minutes=minute), number, long if number % 3 == 0 else None))
    results = together(acts)
    assert set(outcomes(results)) <= {"booked", "SlotTaken", "SlotNotOpen"}
    assert outcomes(results)["booked"] >= 2
    assert owner.execute(OVERLAPS).fetchone() == (0,)


def test_bok_08_a_group_takes_exactly_as_many_as_it_has_seats(tilleuls: Clinic, owner: psycopg.Connection) -> None:
    with tilleuls.acting():
        tilleuls.organization.schedules.update(capacity=10)
    results = together([booker(tilleuls, at(10), n) for n in range(32)])
    assert outcomes(results) == {"booked": 10, "SlotTaken": 22}
    assert owner.execute("SELECT count(DISTINCT seat), max(seat) FROM agenda_occupancy").fetchone() == (10, 10)


def test_bok_09_a_move_and_a_booking_want_one_time(tilleuls: Clinic, owner: psycopg.Connection) -> None:
    for number in range(6):
        day = MONDAY + timedelta(days=7 + number) if number < 5 else MONDAY + timedelta(days=14)
        appointment = booker(tilleuls, at(9, day=day), 10 * number)()
        target = at(10, day=day)

        def move(appointment: Appointment = appointment, target: datetime = target) -> Appointment:
            by = tilleuls.actor()
            return tenancy.perform(
                lambda now: booking.move(
                    tilleuls.organization,
                    appointment.id,
                    schedule_id=tilleuls.schedule.id,
                    starts_at=target,
                    by=by,
                    now=NOW,
                ),
                organization=tilleuls.organization,
                by=by,
            )

        results = together([move, booker(tilleuls, target, 10 * number + 1)])
        assert outcomes(results) == {"booked": 1, "SlotTaken": 1}
        with tilleuls.acting():
            kept = tilleuls.organization.appointments.get(id=appointment.id)
            place = tilleuls.organization.occupancies.get(holder_id=appointment.id)
        assert kept.starts_at == place.starts_at == (at(9, day=day) if isinstance(results[0], SlotTaken) else target)
    assert owner.execute(OVERLAPS).fetchone() == (0,)


def test_bok_10_two_moves_that_cross_do_not_wait_for_each_other_for_ever(tilleuls: Clinic) -> None:
    day = MONDAY + timedelta(days=2)
    first, second = booker(tilleuls, at(9, day=day), 1)(), booker(tilleuls, at(10, day=day), 2)()

    def move(appointment: Appointment, when: datetime) -> Callable[[], Appointment]:
        by = tilleuls.actor()
        return lambda: tenancy.perform(
            lambda now: booking.move(
                tilleuls.organization, appointment.id, schedule_id=tilleuls.schedule.id, starts_at=when, by=by, now=NOW
            ),
            organization=tilleuls.organization,
            by=by,
        )

    results = together([move(first, at(10, day=day)), move(second, at(9, day=day))])
    assert outcomes(results) == {"SlotTaken": 2}


def test_bok_11_cancelling_and_booking_again_never_loses_or_doubles_the_time(
    tilleuls: Clinic, owner: psycopg.Connection
) -> None:
    appointment = booker(tilleuls, at(10), 0)()
    by = tilleuls.actor()

    def cancel() -> Appointment:
        return tenancy.perform(
            lambda now: booking.cancel(tilleuls.organization, appointment.id, by=by, now=NOW),
            organization=tilleuls.organization,
            by=by,
        )

    results = together([cancel, *(booker(tilleuls, at(10), n) for n in range(1, 9))])
    booked = [result for result in results[1:] if isinstance(result, Appointment)]
    assert len(booked) <= 1
    again = outcomes([_try(booker(tilleuls, at(10), 99))])
    assert again == ({"SlotTaken": 1} if booked else {"booked": 1})
    assert owner.execute("SELECT count(*) FROM agenda_occupancy").fetchone() == (1,)


def _try(act: Callable[[], Appointment]) -> Any:
    try:
        return act()
    except Refusal as refusal:
        return refusal


@pytest.mark.parametrize("faults", [1, 2])
def test_bok_18_a_dead_lock_is_tried_again_and_not_shown(tilleuls: Clinic, faults: int) -> None:
    tries = []

    def act(now: datetime) -> str:
        tries.append(now)
        if len(tries) <= faults:
            with connection.cursor() as cursor:
                cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'forced' USING ERRCODE = '40P01'; END $$")
        return "done"

    assert tenancy.perform(act, organization=tilleuls.organization, by=tilleuls.actor()) == "done"
    assert len(tries) == faults + 1


def test_bok_18_other_faults_are_not_tried_again(tilleuls: Clinic) -> None:
    tries = []

    def act(now: datetime) -> None:
        tries.append(now)
        with connection.cursor() as cursor:
            cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'forced' USING ERRCODE = '57014'; END $$")

    with pytest.raises(OperationalError):
        tenancy.perform(act, organization=tilleuls.organization, by=tilleuls.actor())
    assert len(tries) == 1


def test_bok_19_visits_may_touch(tilleuls: Clinic) -> None:
    results = together([booker(tilleuls, at(9), 1), booker(tilleuls, at(9, 30), 2), booker(tilleuls, at(10), 3)])
    assert outcomes(results) == {"booked": 3}


def test_bok_06_channels_meet_in_one_place(tilleuls: Clinic) -> None:
    def by_channel(number: int, channel: ChannelKind) -> Callable[[], Appointment]:
        by = tilleuls.patient() if channel == ChannelKind.WEBSITE else tilleuls.actor(channel=channel)
        return lambda: tenancy.perform(
            lambda now: booking.book(
                tilleuls.organization,
                schedule_id=tilleuls.schedule.id,
                service_id=tilleuls.service.id,
                starts_at=at(11),
                contact=person(number),
                by=by,
                now=NOW,
            ),
            organization=tilleuls.organization,
            by=by,
        )

    results = together([by_channel(number, channel) for number, channel in enumerate(list(ChannelKind) * 4)])
    assert outcomes(results) == {"booked": 1, "SlotTaken": 15}


@pytest.mark.parametrize(
    ("now", "sunday", "elapsed"),
    [
        (datetime(2027, 3, 27, 9, tzinfo=UTC), date(2027, 3, 28), 23),
        (datetime(2027, 10, 30, 8, tzinfo=UTC), date(2027, 10, 31), 25),
    ],
)
def test_bok_16_notice_of_a_day_is_that_of_the_wall_clock_shown_and_enforced_alike(
    tilleuls: Clinic, now: datetime, sunday: date, elapsed: int
) -> None:
    """Asked for at 10:00 on the day before the clocks change: from 10:00 on, 23 or 25 hours later."""
    with tilleuls.acting():
        tilleuls.organization.services.update(notice_minutes=24 * 60)
        tilleuls.schedule.opening_rules.create(
            organization=tilleuls.organization, weekday=7, from_minute=540, to_minute=720
        )
        shown = free_times(
            tilleuls.organization,
            service_id=tilleuls.service.id,
            first=sunday,
            last=sunday,
            channel=ChannelKind.WEBSITE,
            now=now,
        )
    assert shown is not None
    first = now + timedelta(hours=elapsed)
    hours = [slot.local_start.strftime("%H:%M") for slot in shown.slots]
    assert hours == ["10:00", "10:30", "11:00", "11:30"]
    assert shown.slots[0].starts_at == first

    def asks(starts_at: datetime) -> Any:
        with tilleuls.acting(tilleuls.patient()):
            return booking.book(
                tilleuls.organization,
                schedule_id=tilleuls.schedule.id,
                service_id=tilleuls.service.id,
                starts_at=starts_at,
                contact=data(),
                by=tilleuls.patient(),
                now=now,
            )

    with pytest.raises(SlotNotOpen):
        asks(first - timedelta(minutes=30))
    assert asks(first).starts_at == first
