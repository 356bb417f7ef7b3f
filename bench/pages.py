"""What receptionists and patients look at all day, with 1,000,000 appointments in the database, through HTTP.

The agenda is that of an organization with five schedules and 20,000 contacts; the other appointments are a large
organization's. CPU is that of the web processes and of the database, a page, with one client: it hardly changes with
what else the machine does.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from uuid import UUID

import httpx
import psycopg

from bench import clinics, load, scratch
from bench.contacts import fill
from bench.figures import Figures

SCHEDULES, OTHERS, PEOPLE = 5, 190, 20_000
YEARS, SHARE = 3, 0.5
SECONDS = 4.0
WARMING = 60
EMAIL, PASSWORD = "desk@bench.example", "bench-of-all-pages"


def run(figures: Figures, options: object) -> None:
    today = date.today()
    monday = today + timedelta(days=7 - today.weekday())
    with scratch.system() as installation:
        own = clinics.make("pages", schedules=SCHEDULES, horizon_days=60)
        other = clinics.make("others", schedules=OTHERS, horizon_days=60)
        staff("pages")
        with scratch.owner(installation) as owner:
            fill(owner, own.organization_id, PEOPLE)
            count = _book(owner, own, monday) + _book(owner, other, monday)
            owner.execute("VACUUM ANALYZE")
            visit = _a_visit(owner, own, monday)
        figures.add("appointments", count, "rows")
        with scratch.web(installation) as port:
            cookies = sign_in(port)
            for name, path in _paths(own, monday, visit).items():
                _measure(figures, name, port, load.get(path, cookies))


def _paths(own: clinics.Bench, monday: date, visit: UUID) -> dict[str, str]:
    shown = "&".join(f"schedule={one}" for one in own.schedule_ids)
    week = f"/app/pages/agenda/?view=week&day={monday}&{shown}"
    return {
        "agenda, a week of five schedules": week,
        "agenda, its columns alone": f"{week}&part=columns",
        "agenda, one changed column": f"{week}&part=columns&only={monday}_{own.schedule_ids[0]}",
        "agenda, a day of five schedules": f"/app/pages/agenda/?view=side&day={monday}&{shown}",
        "appointment in the drawer": f"/app/pages/appointments/{visit}/?part=drawer",
        "contacts found by two beginnings": "/app/pages/agenda/people/?q=mar+j",
        "public page": "/pages/",
        "public page, times": f"/pages/services/{own.service_id}/times/?provider=anyone",
    }


def _measure(figures: Figures, name: str, port: int, request: bytes) -> None:
    seen = load.drive(port, [request] * WARMING, clients=8, keep_bodies=True)
    assert set(seen.statuses) == {200}, (name, seen.statuses)
    figures.add(f"{name}, size", len(seen.bodies[0]) / 1000, "kB")
    before = scratch.cpu_seconds()
    for clients in (1, 8):
        outcome = load.drive_for(port, lambda: request, clients=clients, seconds=SECONDS)
        many = f"{clients} client{'s' * (clients > 1)}"
        if clients == 1:
            for what, used in scratch.cpu_seconds().items():
                figures.add(f"{name}, CPU of {what}", (used - before[what]) / len(outcome.seconds) * 1000, "ms")
        figures.add(f"{name}, {many}", outcome.per_second, "/s")
        figures.add(f"{name}, {many}, p50", outcome.quantile(0.5) * 1000, "ms")
        figures.add(f"{name}, {many}, p95", outcome.quantile(0.95) * 1000, "ms")


def _book(owner: psycopg.Connection, bench: clinics.Bench, monday: date) -> int:
    known = owner.execute("SELECT id FROM contacts_contact WHERE organization_id = %s", [bench.organization_id])
    first, days = monday - timedelta(weeks=52 * (YEARS - 1)), 7 * 52 * YEARS
    contacts = [row[0] for row in known]
    return clinics.book_share(owner, bench, share=SHARE, first=first, days=days, contacts=contacts)


def _a_visit(owner: psycopg.Connection, bench: clinics.Bench, monday: date) -> UUID:
    row = owner.execute(
        "SELECT id FROM booking_appointment WHERE organization_id = %s AND schedule_id = %s AND local_day = %s",
        [bench.organization_id, bench.schedule_ids[0], monday],
    ).fetchone()
    assert row is not None
    found: UUID = row[0]
    return found


def staff(slug: str) -> None:
    from kalends.accounts.operations import make_person
    from kalends.foundation.actor import system
    from kalends.foundation.database import tenancy
    from kalends.organizations.models import Organization
    from kalends.organizations.operations import make_membership
    from kalends.organizations.permissions import Role

    organization, by = Organization.objects.get(slug=slug), system("bench")
    with tenancy.acting(organization=organization, by=by) as now:
        person = make_person(email=EMAIL, name="Desk", password=PASSWORD, language="fr")
        make_membership(organization, person=person, role=Role.ADMIN, provider=None, granted=(), by=by, now=now)


def sign_in(port: int) -> str:
    """As a browser does; what it sends from then on."""
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
        page = client.get("/accounts/login/").text
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token is not None
        answer = client.post(
            "/accounts/login/", data={"csrfmiddlewaretoken": token[1], "login": EMAIL, "password": PASSWORD}
        )
        assert answer.status_code == 302, answer.status_code
        return "; ".join(f"{name}={value}" for name, value in client.cookies.items())
