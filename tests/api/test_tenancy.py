"""A's token meets B's ids everywhere: nothing is found, nothing is told, nothing is changed."""

from __future__ import annotations

import re
from typing import Any

import orjson
import psycopg
import pytest

from kalends.api.v1.api import operations
from kalends.delivery.operations import opt_out
from tests.api.callers import Caller, booking, member, monday, person, wall
from tests.booking.waiting_list import switch
from tests.cast import Clinic

WITH_IDS = [(route, method) for route, method, permission in operations() if "uuidstr" in route]


@pytest.fixture
def strangers(carpati: Clinic) -> dict[str, str]:
    """One of each of B's things, by the part of the address that leads to it."""
    caller = member(carpati)
    switch(carpati, span=90)
    asked = {"service": str(carpati.service.id), "schedule": str(carpati.schedule.id)}
    booked = caller.post("carpati/appointments", {**booking(carpati), **asked})
    contact = caller.post("carpati/contacts", person(5))
    waiting = caller.post("carpati/waitlist", {"services": [asked["service"]], "contact": person(6)})
    room = caller.post("carpati/resources", {"location": str(carpati.schedule.location_id), "name": "Sala 1"})
    agenda = f"carpati/schedules/{carpati.schedule.id}"
    feed = caller.post(f"{agenda}/feeds", {"label": "Telefon"})
    foreign = caller.post(f"{agenda}/subscriptions", {"url": "https://calendar.example/a.ics"})
    assert {made.status_code for made in (booked, contact, waiting, room, feed, foreign)} == {201}
    with carpati.acting() as now:
        wrong = {"medium": "sms", "address": "+40722123456", "is_stranger": True}
        opt_out(carpati.organization, by=carpati.actor(), now=now, **wrong)
        stranger = carpati.organization.opt_outs.get().id
        carpati.organization.deliveries.update(state="failed")
        sent = carpati.organization.deliveries.order_by("id").first().id
    return {
        "strangers": str(stranger),
        "deliveries": str(sent),
        "waitlist": orjson.loads(waiting.content)["id"],
        "resources": orjson.loads(room.content)["id"],
        "feeds": orjson.loads(feed.content)["id"],
        "subscriptions": orjson.loads(foreign.content)["id"],
        "services": str(carpati.service.id),
        "schedules": str(carpati.schedule.id),
        "locations": str(carpati.schedule.location_id),
        "providers": str(carpati.schedule.provider_id),
        "appointments": orjson.loads(booked.content)["id"],
        "contacts": orjson.loads(contact.content)["id"],
    }


def valid_body(route: str, method: str, clinic: Clinic) -> Any:
    """A body that A might send to its own."""
    bodies = {
        "opening": {"rules": [{"weekday": 1, "from": "09:00", "to": "12:00"}]},
        "closures": {"from": monday().isoformat(), "to": monday().isoformat()},
        "calendar-files": {"name": "Pris", "content": "BEGIN:VCALENDAR\nEND:VCALENDAR\n"},
        "blocks": {"start": wall(10), "end": wall(11)},
        "move": {"schedule": str(clinic.schedule.id), "start": wall(15)},
        "cancel": {"reason": "x"},
        "status": {"status": "arrived"},
        "undo": {"tell_patient": False},
        "offer": {"schedule": str(clinic.schedule.id), "start": wall(15)},
        "swap": {"with": str(clinic.schedule.id)},
        "payment": {"state": "paid"},
        "options": {"days_shown": 5},
        "feeds": {"label": "Pris"},
        "subscriptions": {"url": "https://calendar.example/b.ics"},
        "read": {},
        "reading": {},
        "test-page": {},
        "again": {},
        "confirmation": {},
        "reminder-rules": {"provider": str(clinic.schedule.provider_id), "rules": [{"number": 1, "state": "on"}]},
    }
    last = route.rsplit("/", 1)[-1]
    fields = {"contacts": {"last_name": "Pris"}, "waitlist": {"note": "Pris"}}
    return None if method == "GET" else bodies.get(last, fields.get(route.split("/")[1], {"name": "Pris"}))


def everything(owner: psycopg.Connection, clinic: Clinic) -> list[Any]:
    """All rows of an organization that say what it has."""
    tables = (
        *("agenda_schedule", "agenda_service", "agenda_openingrule", "agenda_closure", "agenda_block"),
        *("agenda_occupancy", "organizations_location", "organizations_provider"),
        *("booking_appointment", "booking_historyentry", "contacts_contact", "audit_entry"),
        *("booking_waitlistentry", "agenda_resource", "agenda_provideroptions"),
        *("booking_feed", "agenda_subscription"),
        *("notifications_reminderrule", "delivery_delivery", "delivery_faxnumber", "delivery_optout"),
        "payments_payment",
        "notifications_notificationsettings",
    )
    return [
        owner.execute(f"SELECT * FROM {table} WHERE organization_id = %s ORDER BY id", [clinic.id]).fetchall()
        for table in tables
    ]


@pytest.mark.parametrize(("route", "method"), WITH_IDS)
def test_an_id_of_b_in_the_address(
    tilleuls: Clinic,
    carpati: Clinic,
    strangers: dict[str, str],
    owner: psycopg.Connection,
    route: str,
    method: str,
) -> None:
    """TEN-01."""
    caller = member(tilleuls)
    kind = route.split("/")[1]
    before = everything(owner, carpati)
    path = re.sub("<uuidstr:id>", strangers[kind], re.sub("<slug:org>", "tilleuls", route))
    response = caller.send(method, path, valid_body(route, method, tilleuls))
    assert response.status_code == 404
    assert all(word not in response.content.decode() for word in ("carpati", "Carpa", "Aubr", strangers[kind]))
    assert everything(owner, carpati) == before


def test_an_id_of_b_in_the_body(
    tilleuls: Clinic, carpati: Clinic, strangers: dict[str, str], owner: psycopg.Connection
) -> None:
    """TEN-02, TEN-03."""
    caller = member(tilleuls)
    own = orjson.loads(caller.post("tilleuls/appointments", booking(tilleuls)).content)["id"]
    schedule, service = strangers["schedules"], strangers["services"]
    asked = {name: value for name, value in booking(tilleuls, 11).items() if name != "contact"}
    before = everything(owner, carpati), everything(owner, tilleuls)
    calls: list[tuple[str, str, Any]] = [
        ("POST", "public/tilleuls/holds", {**asked, "schedule": schedule}),
        ("POST", "public/tilleuls/holds", {**asked, "service": service}),
        ("POST", "public/tilleuls/appointments", {**booking(tilleuls, 11), "schedule": schedule}),
        ("POST", "tilleuls/appointments", {**booking(tilleuls, 11), "service": service}),
        ("POST", "tilleuls/appointments", {**asked, "contact_id": strangers["contacts"]}),
        ("POST", f"tilleuls/appointments/{own}/move", {"schedule": schedule, "start": wall(15)}),
        ("POST", f"tilleuls/appointments/{own}/swap", {"with": strangers["appointments"]}),
        ("PATCH", f"tilleuls/schedules/{tilleuls.schedule.id}", {"provider": strangers["providers"]}),
        ("PATCH", f"tilleuls/schedules/{tilleuls.schedule.id}", {"location": strangers["locations"]}),
        ("PATCH", f"tilleuls/schedules/{tilleuls.schedule.id}", {"services": [{"service": service}]}),
        ("PUT", "tilleuls/notification-settings", {"booking": {"services": [service]}}),
        ("PUT", "tilleuls/channels", {"items": [{"kind": "api", "services": [service]}]}),
    ]
    for method, path, body in calls:
        assert caller.send(method, path, body).status_code == 404, (path, body)
    assert (everything(owner, carpati), everything(owner, tilleuls)) == before


def test_an_id_of_b_as_a_filter(tilleuls: Clinic, strangers: dict[str, str]) -> None:
    """TEN-04."""
    caller = member(tilleuls)
    for name, kind in (("schedule", "schedules"), ("provider", "providers"), ("contact", "contacts")):
        response = caller.get("tilleuls/appointments", **{name: strangers[kind]})
        assert (response.status_code, orjson.loads(response.content)) == (200, {"items": [], "next": None})


def test_a_key_of_b_answers_nothing_of_b(tilleuls: Clinic, carpati: Clinic) -> None:
    """One visitor, one key, two organizations: two acts."""
    first = Caller().post("public/tilleuls/appointments", booking(tilleuls), key="a")
    asked = {"service": str(carpati.service.id), "schedule": str(carpati.schedule.id)}
    second = Caller().post("public/carpati/appointments", {**booking(carpati), **asked}, key="a")
    assert (first.status_code, second.status_code) == (201, 201)
    assert orjson.loads(first.content)["id"] != orjson.loads(second.content)["id"]
