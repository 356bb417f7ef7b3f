"""Callers of the API: people of the cast with tokens, and patients without any. Their clock is the real one."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from http import HTTPStatus
from threading import Barrier
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from django.db import connections
from django.http import HttpResponse
from django.test import Client

from kalends.organizations import operations as organizations
from kalends.organizations.permissions import Role
from tests.cast import Clinic

PARIS = ZoneInfo("Europe/Paris")


def monday() -> date:
    """A Monday that notice and horizon allow, whenever the tests run."""
    today = datetime.now(PARIS).date()
    return today + timedelta(days=14 - today.weekday())


def wall(hour: int, minute: int = 0, *, day: date | None = None) -> str:
    """Wall time of Paris, as the API writes it."""
    day = day or monday()
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=PARIS).isoformat()


def person(number: int = 0, **more: Any) -> dict[str, Any]:
    return {
        "last_name": f"Aubrée{'x' * number}",
        "first_name": "Clémence",
        "email": f"clemence{number or ''}@courriel.example",
        "phone": "+33 6 12 34 56 78",
        "birth_date": "1987-03-14",
        **more,
    }


@dataclass
class Caller:
    """Speaks JSON; `headers` go with every call."""

    headers: dict[str, str] = field(default_factory=dict)
    client: Client = field(default_factory=Client)

    def get(self, path: str, **asked: Any) -> HttpResponse:
        return self.client.get(f"/api/v1/{path}", asked, headers=self.headers)

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        raw = b"" if body is None else body if isinstance(body, bytes) else orjson.dumps(body)
        return self.client.generic(
            method,
            f"/api/v1/{path}",
            raw,
            content_type="" if body is None else "application/json",
            headers={**self.headers, **headers},
        )

    def post(self, path: str, body: Any = None, *, key: str | None = None) -> HttpResponse:
        return self.send("POST", path, body, **({} if key is None else {"Idempotency-Key": key}))

    def put(self, path: str, body: Any) -> HttpResponse:
        return self.send("PUT", path, body)

    def patch(self, path: str, body: Any) -> HttpResponse:
        return self.send("PATCH", path, body)

    def delete(self, path: str) -> HttpResponse:
        return self.send("DELETE", path)


def member(clinic: Clinic, role: Role = Role.ADMIN, scopes: tuple[str, ...] = ()) -> Caller:
    """A member of the clinic with a fresh token."""
    people = {Role.ADMIN: clinic.admin, Role.STAFF: clinic.staff, Role.PROVIDER: clinic.doctor}
    with clinic.acting() as now:
        _token, text = organizations.make_token(
            clinic.organization, person=people[role], name="test", scopes=scopes, by=clinic.actor(), now=now
        )
    return Caller({"Authorization": f"Bearer {text}"})


def booking(clinic: Clinic, hour: int = 10, minute: int = 0, number: int = 0, **more: Any) -> dict[str, Any]:
    """What a patient sends to book."""
    return {
        "service": str(clinic.service.id),
        "schedule": str(clinic.schedule.id),
        "start": wall(hour, minute),
        "contact": person(number),
        **more,
    }


def slot(clinic: Clinic, hour: int, minute: int = 0) -> dict[str, str]:
    """A half hour as slots and alternatives tell it."""
    begin = datetime.fromisoformat(wall(hour, minute))
    return {
        "start": begin.isoformat(),
        "end": (begin + timedelta(minutes=30)).isoformat(),
        "schedule": str(clinic.schedule.id),
        "provider": str(clinic.schedule.provider_id),
        "location": str(clinic.schedule.location_id),
    }


def problem(status: int, code: str, detail: str, *errors: tuple[str, str], **more: Any) -> dict[str, Any]:
    """A whole problem document."""
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        "errors": [{"field": field, "message": message} for field, message in errors],
        **more,
    }


NOT_FOUND = problem(404, "not_found", "There is nothing here.")


def unknown(name: str) -> dict[str, Any]:
    return problem(404, "not_found", "There is nothing here.", (name, "There is nothing here with this id."))


def told(response: HttpResponse) -> tuple[int, Any]:
    """Status and body. A refusal has to be a problem document, an answer plain JSON."""
    expected = "application/json" if response.status_code < 400 else "application/problem+json"
    assert response.headers["Content-Type"] == expected, response.content
    return response.status_code, orjson.loads(response.content)


def race(callers: int, call: Callable[[int], Any]) -> list[tuple[int, bytes]]:
    """Call from so many threads at one instant: statuses and bodies. Each thread has its own connection."""
    start = Barrier(callers)

    def one(number: int) -> tuple[int, bytes]:
        try:
            start.wait(timeout=30)
            response = call(number)
            return response.status_code, response.content
        finally:
            connections.close_all()

    with ThreadPoolExecutor(callers) as threads:
        return list(threads.map(one, range(callers)))
