from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from kalends.accounts.models import Person
from kalends.booking.operations import book
from tests.cast import Clinic, at, data

Browser = Callable[[Person], Client]


class TestDay:
    def test_shows_who_comes_and_what_is_free(self, tilleuls: Clinic, signed_in: Browser) -> None:
        with tilleuls.acting() as now:
            book(
                tilleuls.organization,
                schedule_id=tilleuls.schedule.id,
                service_id=tilleuls.service.id,
                starts_at=at(10),
                contact=data(),
                by=tilleuls.actor(),
                now=now,
            )
        page = signed_in(tilleuls.staff).get("/app/tilleuls/?day=2026-12-07")
        agenda = page.context["day"].agendas[0]
        assert [(line.kind, line.time, line.name) for line in agenda.lines] == [
            ("free", "9:00", "1 h free"),
            ("visit", "10:00", "Aubrée Clémence"),
            ("free", "10:30", "1 h 30 free"),
            ("free", "13:00", "4 h free"),
        ]
        assert agenda.summary == "1 appointment, 6 h 30 free"
