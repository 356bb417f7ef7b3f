"""LIM: how often one may send something to the public page and the public API, each counted by address."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client, override_settings

from kalends.booking.queries import link_secret
from kalends.foundation.limits import PUBLIC_ACTS
from tests.api.callers import Caller, booking, told
from tests.cast import Clinic
from tests.web.staff.desk import at, book

SENTENCE = "Too many tries in a short time. Wait a moment, then try again."


@pytest.fixture
def flooded(tilleuls: Clinic) -> Iterator[Clinic]:
    """Somebody at the tests' own address has sent as much as one may in a minute, and time stands still."""
    clock, PUBLIC_ACTS._clock = PUBLIC_ACTS._clock, lambda: 30.0
    for _ in range(PUBLIC_ACTS.most):
        PUBLIC_ACTS.spend((tilleuls.id, "127.0.0.1"))
    yield tilleuls
    PUBLIC_ACTS._clock = clock


def hold(clinic: Clinic, **headers: str) -> Any:
    asked = {key: value for key, value in booking(clinic).items() if key != "contact"}
    return Caller(headers).post(f"public/{clinic.organization.slug}/holds", asked)


def test_the_api_says_when_to_come_back(flooded: Clinic) -> None:
    private = link_secret(book(flooded, at(10)))
    for response in (
        hold(flooded),
        Caller().post("public/tilleuls/appointments", booking(flooded)),
        Caller().post(f"public/appointments/{private}/cancel"),
        Caller().post(f"public/appointments/{private}/confirm"),
    ):
        status, problem = told(response)
        assert (status, problem["code"], problem["detail"]) == (429, "too_many_requests", SENTENCE)
        assert response.headers["Retry-After"] == "31"


def test_the_page_says_it_calmly(flooded: Clinic) -> None:
    visit = book(flooded, at(10))
    client, private = Client(headers={"accept-language": "en"}), link_secret(visit)
    for path in (
        "holds/",
        f"services/{flooded.service.id}/waiting/",
        f"appointment/{private}/cancellation/",
        f"appointment/{private}/confirmation/",
    ):
        answer = client.post(f"/tilleuls/{path}")
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "31"), path
        assert SENTENCE in answer.content.decode()
    with flooded.acting():
        assert flooded.organization.appointments.get().status == "booked"


def test_looking_is_not_counted_nor_are_others(flooded: Clinic, carpati: Clinic) -> None:
    assert Client().get("/tilleuls/").status_code == 200
    assert Caller().get("public/tilleuls/services").status_code == 200
    asked = {"service": str(carpati.service.id), "schedule": str(carpati.schedule.id)}
    assert Caller().post("public/carpati/appointments", {**booking(carpati), **asked}).status_code == 201
    from_elsewhere = Caller(client=Client(REMOTE_ADDR="203.0.113.9"))
    assert from_elsewhere.post("public/tilleuls/appointments", booking(flooded)).status_code == 201
    with override_settings(LIMITS=False):
        assert hold(flooded).status_code == 409


def test_lim_04_a_forged_address_changes_nothing(flooded: Clinic) -> None:
    for header in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Remote-Addr"):
        assert hold(flooded, **{header: "203.0.113.9"}).status_code == 429


def test_staff_are_not_counted(flooded: Clinic) -> None:
    from tests.api.callers import member

    assert member(flooded).post("tilleuls/appointments", booking(flooded)).status_code == 201
