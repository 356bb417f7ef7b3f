"""Bookings a second on disjoint times, and 64 clients on one time."""

from __future__ import annotations

import argparse
import json
import threading
import time
from datetime import UTC, date, datetime, timedelta

from bench import clinics, load, scratch
from bench.figures import Figures
from kalends.operating.installation import Installation

SCHEDULES = 60
WARM_UP = 300
BOOKINGS = 3000
CONTENDERS = 64


def run(figures: Figures, options: argparse.Namespace) -> None:
    today = date.today() + timedelta(days=1)
    with scratch.system() as installation:
        bench = clinics.make("booking", schedules=SCHEDULES, horizon_days=90)
        starts = list(clinics._starts(today, 62))
        slots = [(schedule, start.isoformat()) for start in starts for schedule in bench.schedule_ids]
        path = f"/api/v1/public/{bench.slug}/appointments"
        with scratch.web(installation) as port:
            load.drive(port, [_request(path, bench, slots.pop(), n) for n in range(WARM_UP)], clients=8)
            with scratch.owner(installation) as owner:
                # What autovacuum does in its first round: until then PostgreSQL takes all tables for empty ones and
                # checks references through whichever index is the newest.
                owner.execute("ANALYZE")
            for clients in (8, 64):
                taken = [
                    _request(path, bench, slots.pop(), n) for n in range(clients * 10_000, clients * 10_000 + BOOKINGS)
                ]
                outcome = load.drive(port, taken, clients=clients)
                assert outcome.statuses == {201: BOOKINGS}, outcome.statuses
                figures.add(f"disjoint times, HTTP, {clients} clients", outcome.per_second, "/s")
                for name, value in outcome.milliseconds().items():
                    figures.add(f"disjoint times, HTTP, {clients} clients, {name}", value, "ms")
                ours = outcome.per_second
            _one_time(figures, port, path, bench, slots, options.rounds)
        _bare(figures, installation, today, ours)
        _domain(figures, bench, slots)
        _check(figures, installation, bench)
        figures.add("kalends verify, things found", scratch.verify(installation), "")


def _bare(figures: Figures, installation: Installation, today: date, ours: float) -> None:
    """The same number of bookings by the same clients at a view with nothing around it: what the machine gives."""
    first = datetime(today.year, today.month, today.day, 9, tzinfo=UTC)
    asked = []
    for n in range(WARM_UP + BOOKINGS):
        start = first + timedelta(days=n // SCHEDULES // 14, minutes=30 * (n // SCHEDULES % 14))
        body = {"schedule": n % SCHEDULES, "name": f"Bench{n}", "email": "b@bench.example", "phone": "+33612345678"}
        asked.append(load.post("/visits", json.dumps({**body, "start": start.isoformat()}).encode()))
    with scratch.bare(installation) as port:
        load.drive(port, asked[:WARM_UP], clients=8)
        outcome = load.drive(port, asked[WARM_UP:], clients=64)
    assert outcome.statuses == {201: BOOKINGS}, outcome.statuses
    figures.add("a bare Django view, 64 clients", outcome.per_second, "/s")
    figures.add("of the bare view's bookings a second, Kalends makes", ours / outcome.per_second, "x")


def _request(path: str, bench: clinics.Bench, slot: tuple[object, str], number: int) -> bytes:
    schedule, start = slot
    body = {
        "service": str(bench.service_id),
        "schedule": str(schedule),
        "start": start,
        "contact": {
            "last_name": f"Bench{number}",
            "first_name": "Anna",
            "email": f"b{number}@bench.example",
            "phone": f"+336{number % 100_000_000:08}",
            "birth_date": "1980-01-31",
        },
        "locale": "fr",
    }
    return load.post(path, json.dumps(body).encode())


def _one_time(
    figures: Figures, port: int, path: str, bench: clinics.Bench, slots: list[tuple[object, str]], rounds: int
) -> None:
    """64 clients ask for one time at one instant: one gets it, the others are told the nearest."""
    slowest, seconds = 0.0, []
    for number in range(rounds):
        slot = slots.pop()
        asked = [_request(path, bench, slot, 5_000_000 + number * CONTENDERS + n) for n in range(CONTENDERS)]
        outcome = load.drive(port, asked, clients=CONTENDERS, keep_bodies=True)
        assert outcome.statuses == {201: 1, 409: CONTENDERS - 1}, outcome.statuses
        assert sum(b'"alternatives":[{' in body for body in outcome.bodies) == CONTENDERS - 1
        seconds += outcome.seconds
        slowest = max(slowest, outcome.quantile(1.0))
    both = load.Outcome(seconds)
    figures.add(
        f"one time, {CONTENDERS} clients, rounds with exactly one 201 and {CONTENDERS - 1} 409", rounds, "rounds"
    )
    for name, value in both.milliseconds().items():
        figures.add(f"one time, {CONTENDERS} clients, {name}", value, "ms")


def _domain(
    figures: Figures, bench: clinics.Bench, slots: list[tuple[object, str]], threads: int = 8, each: int = 60
) -> None:
    """The domain function alone, in threads of one process."""
    from django.db import connection

    from kalends.booking import operations as booking
    from kalends.contacts.rules import ContactData
    from kalends.foundation.actor import patient
    from kalends.foundation.database import tenancy
    from kalends.organizations.models import Organization

    organization, by = Organization.objects.get(id=bench.organization_id), patient()
    work = [[slots.pop() for _ in range(each)] for _ in range(threads)]

    def book(mine: list[tuple[object, str]], thread: int) -> None:
        for number, (schedule, start) in enumerate(mine):
            data = ContactData(last_name=f"Domain{thread}x{number}", email=f"d{thread}.{number}@bench.example")
            tenancy.perform(
                lambda now, schedule=schedule, start=start, data=data: booking.book(
                    organization,
                    schedule_id=schedule,
                    service_id=bench.service_id,
                    starts_at=datetime.fromisoformat(start),
                    contact=data,
                    by=by,
                    now=now,
                ),
                organization=organization,
                by=by,
            )
        connection.close()

    begun = time.perf_counter()
    running = [threading.Thread(target=book, args=(mine, n)) for n, mine in enumerate(work)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    figures.add(
        f"disjoint times, domain, {threads} threads of one process",
        threads * each / (time.perf_counter() - begun),
        "/s",
    )


def _check(figures: Figures, installation: object, bench: clinics.Bench) -> None:
    """Nothing double, nothing half: counted in the database."""
    with scratch.owner(installation) as owner:
        counts = [
            owner.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("booking_appointment", "agenda_occupancy", "delivery_delivery")
        ]
        double = owner.execute(
            "SELECT count(*) FROM agenda_occupancy a JOIN agenda_occupancy b ON a.schedule_id = b.schedule_id "
            "AND a.seat = b.seat AND a.id < b.id AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at"
        ).fetchone()[0]
    assert counts[0] == counts[1], counts
    figures.add("appointments, each with its place", counts[0], "rows")
    figures.add("confirmations queued", counts[2], "rows")
    figures.add("double", double, "rows")
