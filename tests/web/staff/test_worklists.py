"""Requests to answer and visits without outcome: listed, counted in the menu, settled with one press."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.test import Client

from kalends.agenda import operations as agenda
from kalends.booking.models import Appointment
from tests.cast import Clinic
from tests.web.staff.desk import Browser, again, at, audited, begun, book, notices, text

OUTCOMES, REQUESTS = "/app/tilleuls/outcomes/", "/app/tilleuls/requests/"


@pytest.fixture
def client(tilleuls: Clinic, signed_in: Browser) -> Client:
    return signed_in(tilleuls.admin)


def ask(clinic: Clinic, hour: int = 10, **who: Any) -> Appointment:
    with clinic.acting():
        clinic.organization.services.update(needs_approval=True)
    return book(clinic, at(hour), by=clinic.patient(), **who)


def over(clinic: Clinic, owner: psycopg.Connection, hour: int = 10, **who: Any) -> Appointment:
    """A visit of yesterday."""
    appointment = book(clinic, at(hour), **who)
    begun(owner, appointment)
    owner.execute(
        "UPDATE booking_appointment SET starts_at = starts_at - interval '1 day', ends_at = ends_at - interval '1 day',"
        " local_day = local_day - 1 WHERE id = %s",
        [appointment.id],
    )
    return again(clinic, appointment)


def other(number: int) -> dict[str, str]:
    return {"last": f"Blot{number}", "first": "Marie", "email": f"m{number}@b.example", "phone": ""}


def test_nothing_waits(client: Client) -> None:
    day = client.get("/app/tilleuls/").content.decode()
    assert (OUTCOMES in day, REQUESTS in day) == (False, False)
    assert "Everything is noted" in text(client.get(OUTCOMES))
    assert "No request waits" in text(client.get(REQUESTS))


def test_what_waits_is_counted_in_the_menu(tilleuls: Clinic, client: Client, owner: psycopg.Connection) -> None:
    over(tilleuls, owner)
    ask(tilleuls, 11, **other(1))
    menu = client.get("/app/tilleuls/").content.decode()
    assert f'<a href="{REQUESTS}">Requests<span class="count">1</span></a>' in menu
    assert f'<a href="{OUTCOMES}">Without outcome<span class="count">1</span></a>' in menu


@pytest.mark.parametrize("outcome", ["fulfilled", "arrived", "no_show"])
def test_one_press_for_each(tilleuls: Clinic, client: Client, owner: psycopg.Connection, outcome: str) -> None:
    appointment = over(tilleuls, owner)
    listed = client.get(OUTCOMES)
    assert "Aubrée Clémence" in text(listed)
    sent = {"status": outcome, "next": "outcomes", "day": appointment.local_day.isoformat()}
    answer = client.post(f"/app/tilleuls/appointments/{appointment.id}/status/", sent)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{OUTCOMES}?day={appointment.local_day}")
    assert again(tilleuls, appointment).status == outcome


def test_a_whole_day_is_seen_after_a_question(tilleuls: Clinic, client: Client, owner: psycopg.Connection) -> None:
    first = over(tilleuls, owner)
    second = over(tilleuls, owner, 11, **other(1))
    missed = over(tilleuls, owner, 14, **other(2))
    question = client.get(OUTCOMES, {"sure": first.local_day.isoformat()})
    assert "Note all 3 visits as seen?" in text(question)
    client.post(f"/app/tilleuls/appointments/{missed.id}/status/", {"status": "no_show"})
    sent = {"visit": [str(one.id) for one in (first, second, missed)]}
    done = client.post(f"{OUTCOMES}seen/", sent, follow=True)
    states = [again(tilleuls, one).status for one in (first, second, missed)]
    assert states == ["fulfilled", "fulfilled", "no_show"]
    assert "2 visits noted as seen. The others had been noted meanwhile, and stay as they are." in text(done)


def test_nothing_to_come_is_noted_as_seen(tilleuls: Clinic, client: Client) -> None:
    appointment = book(tilleuls, at(10))
    client.post(f"{OUTCOMES}seen/", {"visit": [str(appointment.id)]})
    assert again(tilleuls, appointment).status == "booked"


def test_a_practitioner_sees_their_own(tilleuls: Clinic, signed_in: Browser, owner: psycopg.Connection) -> None:
    over(tilleuls, owner)
    assert "Aubrée" in text(signed_in(tilleuls.doctor).get(OUTCOMES))
    owner.execute("UPDATE organizations_membership SET provider_id = NULL WHERE role = 'provider'")
    assert "Aubrée" not in text(signed_in(tilleuls.doctor).get(OUTCOMES))


def test_approving_from_the_list(tilleuls: Clinic, client: Client) -> None:
    appointment = ask(tilleuls)
    listed = client.get(REQUESTS)
    assert "Aubrée Clémence" in text(listed)
    # On a narrow page the head of the table is not there, and two dates stand under each other.
    assert '<td data-l="Kept until">' in listed.content.decode()
    assert audited(tilleuls, "appointment:list")[-1]["shown"] == [str(appointment.id)]
    path = f"/app/tilleuls/appointments/{appointment.id}"
    answer = client.post(f"{path}/approval/", {"next": "requests"})
    assert (answer.status_code, answer.headers["Location"]) == (302, REQUESTS)
    assert again(tilleuls, appointment).status == "booked"


def test_refusing_asks_for_a_reason(tilleuls: Clinic, client: Client) -> None:
    appointment = ask(tilleuls)
    path = f"/app/tilleuls/appointments/{appointment.id}/cancellation/"
    assert "Refuse this request?" in text(client.get(path))
    client.post(path, {"reason": "Complet", "tell": "on"})
    refused = again(tilleuls, appointment)
    assert (refused.status, refused.cancelled_by, refused.cancel_reason) == ("cancelled", "staff", "Complet")


def test_approving_a_time_that_is_gone_offers_others(
    tilleuls: Clinic, client: Client, owner: psycopg.Connection
) -> None:
    appointment = ask(tilleuls)
    owner.execute("UPDATE agenda_occupancy SET expires_at = now() - interval '1 minute'")
    book(tilleuls, at(10), **other(1))
    answer = client.post(f"/app/tilleuls/appointments/{appointment.id}/approval/")
    assert answer.status_code == 409
    assert "This time has just been taken." in notices(answer)[0]
    assert str(appointment.contact_id) in answer.content.decode()
    assert again(tilleuls, appointment).status == "pending"


def test_a_request_shows_what_can_be_done_with_it(tilleuls: Clinic, client: Client) -> None:
    appointment = ask(tilleuls)
    shown = text(client.get(f"/app/tilleuls/appointments/{appointment.id}/"))
    assert [word for word in ("Approve", "Refuse", "its time is kept until", "Move") if word not in shown] == []
    assert [word for word in ("Not confirmed after all", "Swap with") if word in shown] == []


def test_taking_back_a_cancelling(tilleuls: Clinic, client: Client, signed_in: Browser) -> None:
    appointment = book(tilleuls, at(10))
    path = f"/app/tilleuls/appointments/{appointment.id}/"
    client.post(f"{path}cancellation/", {"reason": ""})
    assert "Take back “Cancelled”?" in text(client.get(path))
    assert "Take back" not in text(signed_in(tilleuls.staff).get(path))
    client.post(f"{path}undoing/", {"tell": "on"})
    assert again(tilleuls, appointment).status == "booked"
    assert "Taken back: Cancelled, now Booked again" in text(client.get(path))


def test_not_coming_asks_once_more(tilleuls: Clinic, client: Client, owner: psycopg.Connection) -> None:
    appointment = over(tilleuls, owner)
    shown = text(client.get(f"/app/tilleuls/appointments/{appointment.id}/"))
    assert "Note that nobody came?" in shown


def test_swapping_with_a_visit_of_the_day(tilleuls: Clinic, client: Client) -> None:
    first, second = book(tilleuls, at(10)), book(tilleuls, at(11), **other(1))
    book(tilleuls, at(11) + timedelta(days=1), **other(2))
    path = f"/app/tilleuls/appointments/{first.id}/swapping/"
    page = text(client.get(path))
    assert ("Blot1" in page, "Blot2" in page) == (True, False)
    assert client.post(path, {"why": "Train"}).status_code == 422
    client.post(path, {"other": str(second.id), "why": "Train", "tell": "on"})
    assert (again(tilleuls, first).starts_at, again(tilleuls, second).starts_at) == (at(11), at(10))


def test_swapping_tells_whom_the_boxes_say(tilleuls: Clinic, client: Client) -> None:
    first, second = book(tilleuls, at(10)), book(tilleuls, at(11), last="Blot", first="Marie", email="m@b.example")
    path = f"/app/tilleuls/appointments/{first.id}/swapping/"
    with tilleuls.acting() as now:
        provider = tilleuls.organization.providers.get()
        tilleuls.organization.providers.update(email="vasseur@centre.example")
        agenda.set_options(
            tilleuls.organization, provider, by=tilleuls.actor(), now=now, notice_moved=["email"], immediate_reminder=[]
        )
    confirmation = client.get(path).context["confirmation"]
    assert (confirmation.tell, confirmation.notify) == (False, True)
    for sent in ({}, {"tell": "on", "notify": "on"}):
        client.post(path, {"other": str(second.id), **sent})
    with tilleuls.acting():
        kinds = sorted(tilleuls.organization.deliveries.values_list("kind", flat=True))
    assert [kind for kind in kinds if "moved" in kind] == ["appointment_moved"] * 2 + ["notice_moved"] * 2
