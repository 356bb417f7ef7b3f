"""Free times: one schedule (A), the first of 20 and of 200 (B), ten times the history (C)."""

from __future__ import annotations

import time
from datetime import date, timedelta
from statistics import median

from bench import clinics, load, scratch
from bench.figures import Figures
from kalends.operating.installation import Installation

SECONDS = 4.0


def run(figures: Figures, options: object) -> None:
    today = date.today() + timedelta(days=1)
    with scratch.system() as installation:
        with scratch.owner(installation) as owner:
            one = clinics.make("one", schedules=1, horizon_days=30)
            old = clinics.make("old", schedules=1, horizon_days=30)
            twenty = clinics.make("twenty", schedules=20, horizon_days=30)
            many = clinics.make("many", schedules=200, horizon_days=30)
            clinics.book_share(owner, one, share=0.6, first=today, days=31)
            clinics.book_share(owner, old, share=0.6, first=today, days=31)
            clinics.book_share(owner, old, share=0.6, first=today - timedelta(days=330), days=329)
            clinics.book_share(owner, twenty, share=0.6, first=today, days=31)
            count = clinics.book_share(owner, many, share=0.6, first=today - timedelta(days=280), days=311)
            figures.add("B200 appointments", count, "rows")
        a, c = (_path(bench, today, schedule=True) for bench in (one, old))
        b20, b200 = (_path(bench, today, schedule=False) for bench in (twenty, many))
        _domain(figures, "A domain", one, today, 100)
        _domain(figures, "B20 first, domain", twenty, today, 30, limit=1)
        _domain(figures, "B20 all, domain", twenty, today, 10, limit=500_000)
        _domain(figures, "B200 first, domain", many, today, 10, limit=1)
        with scratch.web(installation) as port:
            _http(figures, "A", port, a)
            _http(figures, "B20 first", port, b20 + "&limit=1")
            _http(figures, "B20 all", port, b20)
            _http(figures, "B200 first", port, b200 + "&limit=1")
            figures.add("C ten times the history", _how_much_slower(port, c, than=a), "x")
        _bare(figures, installation, today)


def _bare(figures: Figures, installation: Installation, today: date) -> None:
    """A view with nothing around it on the same work as A: what the machine gives."""
    with scratch.bare(installation) as port:
        with scratch.owner(installation) as owner:
            owner.execute(
                "INSERT INTO bare_visit SELECT gen_random_uuid(), 1, 'x', 'x', 'x', at, at + interval '30 minutes' "
                "FROM generate_series(%s::timestamptz, %s::timestamptz + interval '30 days', interval '50 minutes') at",
                [today, today],
            )
        _http(figures, "a bare Django view", port, f"/visits?from={today}")


def _path(bench: clinics.Bench, today: date, *, schedule: bool) -> str:
    last = today + timedelta(days=29)
    path = f"/api/v1/public/{bench.slug}/slots?service={bench.service_id}&from={today}&to={last}"
    return path + (f"&schedule={bench.schedule_ids[0]}" if schedule else "")


def _domain(figures: Figures, name: str, bench: clinics.Bench, today: date, rounds: int, limit: int = 500) -> None:
    from kalends.agenda.queries.free_times import free_times
    from kalends.foundation.actor import patient
    from kalends.foundation.database import tenancy
    from kalends.organizations.models import Organization

    organization, by = Organization.objects.get(id=bench.organization_id), patient()
    seconds = []
    for _ in range(rounds + 3):
        begun = time.perf_counter()
        with tenancy.acting(organization=organization, by=by) as now:
            found = free_times(
                organization,
                service_id=bench.service_id,
                first=today,
                last=today + timedelta(days=29),
                channel=by.channel,
                now=now,
                limit=limit,
            )
        seconds.append(time.perf_counter() - begun)
    assert found is not None
    assert found.slots
    figures.add(f"{name}, 1 client", sorted(seconds[3:])[rounds // 2] * 1000, "ms")


def _http(figures: Figures, name: str, port: int, path: str) -> None:
    request = load.get(path)
    load.drive(port, [request] * 60, clients=8)
    for clients in (1, 8):
        outcome = load.drive_for(port, lambda: request, clients=clients, seconds=SECONDS)
        assert set(outcome.statuses) == {200}, outcome.statuses
        figures.add(f"{name}, HTTP, {clients} client{'s' * (clients > 1)}", outcome.quantile(0.5) * 1000, "ms")
        figures.add(f"{name}, HTTP, {clients} client{'s' * (clients > 1)}", outcome.per_second, "/s")


def _how_much_slower(port: int, path: str, *, than: str) -> float:
    """By the medians of one client that asks for both in turn: what the machine does meanwhile is the same for both."""
    asked = [load.get(than), load.get(path)]
    load.drive(port, asked * 60, clients=2)
    seconds = load.drive(port, asked * 600, clients=1).seconds
    return median(seconds[1::2]) / median(seconds[::2])
