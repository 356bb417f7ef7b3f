"""How much memory a web process takes: new, after bookings, after all kinds of pages. Linux only.

RSS counts what both processes share in each of them, PSS counts it once, half in each. Both are the larger of the two
processes', which were asked for the same by the same clients.
"""

from __future__ import annotations

from datetime import date, timedelta

from bench import booking, clinics, load, pages, scratch
from bench.contacts import fill
from bench.figures import Figures

SCHEDULES, PEOPLE = 5, 5_000
BOOKINGS, ROUNDS = 2_000, 60


def run(figures: Figures, options: object) -> None:
    today = date.today()
    monday = today + timedelta(days=7 - today.weekday())
    with scratch.system() as installation:
        bench = clinics.make("pages", schedules=SCHEDULES, horizon_days=90)
        booked = clinics.make("booking", schedules=60, horizon_days=90)
        pages.staff("pages")
        with scratch.owner(installation) as owner:
            fill(owner, bench.organization_id, PEOPLE)
            pages._book(owner, bench, monday)
            visit = pages._a_visit(owner, bench, monday)
        starts = list(clinics._starts(today + timedelta(days=1), 62))
        slots = [(schedule, start.isoformat()) for start in starts for schedule in booked.schedule_ids]
        address = f"/api/v1/public/{booked.slug}/appointments"
        with scratch.web(installation) as port:
            _told(figures, "new")
            taken = [booking._request(address, booked, slots.pop(), number) for number in range(BOOKINGS)]
            assert load.drive(port, taken, clients=8).statuses == {201: BOOKINGS}
            _told(figures, f"after {BOOKINGS} bookings")
            asked = _asked(pages.sign_in(port), bench, monday, today, pages._paths(bench, monday, visit))
            for path in asked:
                seen = load.drive(port, [path] * 4, clients=4)
                assert set(seen.statuses) == {200}, (path, seen.statuses)
            load.drive(port, asked * ROUNDS, clients=8)
            _told(figures, f"after {len(asked) * ROUNDS} pages of {len(asked)} kinds more")


def _asked(cookies: str, bench: clinics.Bench, monday: date, today: date, paths: dict[str, str]) -> list[bytes]:
    """What receptionists look at, and what patients do, these in three languages."""
    slots = f"/api/v1/public/{bench.slug}/slots?service={bench.service_id}&from={today}&to={today + timedelta(days=29)}"
    of_all = [
        "/accounts/login/",
        "/pages/your-data/",
        f"/pages/services/{bench.service_id}/",
        *(path for path in paths.values() if "/app/" not in path),
    ]
    of_staff = [
        "",
        "patients/",
        "patients/?q=mar",
        "outcomes/",
        "requests/",
        "waiting/",
        "sent/",
        "notices/",
        "settings/services/",
    ]
    own = [*(path for path in paths.values() if "/app/" in path), *(f"/app/pages/{path}" for path in of_staff)]
    own += [f"/app/pages/agenda/?view={view}&day={monday}" for view in ("day", "days")]
    return [
        load.get(slots),
        *(load.get(path, cookies) for path in own),
        *(load.get(path, f"kalends-language={language}") for path in of_all for language in ("en", "fr", "ro")),
    ]


def _told(figures: Figures, when: str) -> None:
    for what, size in scratch.web_memory().items():
        figures.add(f"{when}, {what}", size, "MB")
