"""The patient's private link over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from kalends.agenda import operations as agenda
from kalends.booking import operations as bookings
from tests.api.callers import NOT_FOUND, Caller, booking, monday, problem, slot, told, unknown, wall
from tests.cast import Clinic


def booked(clinic: Clinic, hour: int = 10, number: int = 0) -> tuple[str, str]:
    """The id of a fresh appointment, and the path of its private link."""
    status, body = told(Caller().post("public/tilleuls/appointments", booking(clinic, hour, number=number)))
    assert status == 201
    return body["id"], f"public/appointments/{body['manage_url'].split('/')[-2]}"


def shown(clinic: Clinic, appointment_id: str, **changes: Any) -> dict[str, Any]:
    """What the link of an untouched appointment at 10:00 shows, but for `changes`."""
    day_before = wall(10, day=monday() - timedelta(days=1))
    return {
        "id": appointment_id,
        "status": "booked",
        "start": wall(10),
        "end": wall(10, 30),
        "organization": {"slug": "tilleuls", "name": "Centre médical des Tilleuls", "phone": "+33261914012"},
        "service": {"id": str(clinic.service.id), "name": "Consultation"},
        "schedule": str(clinic.schedule.id),
        "provider": {"id": str(clinic.schedule.provider_id), "name": "Dr Hélène Vasseur"},
        "location": {
            "id": str(clinic.schedule.location_id),
            "name": "Centre",
            "address": "12, rue des Tilleuls",
            "postcode": "49000",
            "town": "Angers",
            "phone": "",
        },
        "can_confirm": True,
        "can_move": True,
        "move_until": day_before,
        "can_cancel": True,
        "cancel_until": day_before,
        "payment": None,
        **changes,
    }


def test_looking_shows_the_visit_and_changes_nothing(tilleuls: Clinic) -> None:
    appointment_id, link = booked(tilleuls)
    assert told(Caller().get(link)) == (200, shown(tilleuls, appointment_id))
    assert told(Caller().get(link)) == (200, shown(tilleuls, appointment_id))


def test_confirming_said_twice_is_said_once(tilleuls: Clinic) -> None:
    appointment_id, link = booked(tilleuls)
    confirmed = (200, shown(tilleuls, appointment_id, status="confirmed", can_confirm=False))
    assert told(Caller().post(f"{link}/confirm")) == confirmed
    assert told(Caller().post(f"{link}/confirm")) == confirmed


def test_cancelling_frees_the_time_and_keeps_the_record(tilleuls: Clinic) -> None:
    appointment_id, link = booked(tilleuls)
    changes = {"status": "cancelled", "can_confirm": False, "can_move": False, "can_cancel": False}
    cancelled = (200, shown(tilleuls, appointment_id, **changes))
    assert told(Caller().post(f"{link}/cancel", {"reason": "Je vais mieux"})) == cancelled
    assert told(Caller().post(f"{link}/cancel")) == cancelled
    with tilleuls.acting():
        appointment = tilleuls.organization.appointments.get()
        assert (appointment.cancelled_by, appointment.cancel_reason) == ("patient", "Je vais mieux")
        assert tilleuls.organization.occupancies.count() == 0
    sentence = "This appointment can no longer be changed in this way."
    assert told(Caller().post(f"{link}/confirm")) == (409, problem(409, "invalid", sentence))


def test_moving_keeps_the_link(tilleuls: Clinic) -> None:
    appointment_id, link = booked(tilleuls)
    moved = (
        200,
        shown(
            tilleuls,
            appointment_id,
            start=wall(15),
            end=wall(15, 30),
            move_until=wall(15, day=monday() - timedelta(days=1)),
            cancel_until=wall(15, day=monday() - timedelta(days=1)),
        ),
    )
    asked = {"schedule": str(tilleuls.schedule.id), "start": wall(15)}
    assert told(Caller().post(f"{link}/move", asked)) == moved
    assert told(Caller().get(link)) == moved
    assert told(Caller().post(f"{link}/move", asked)) == moved


def test_moving_to_a_taken_time_leaves_the_old_one(tilleuls: Clinic) -> None:
    appointment_id, link = booked(tilleuls)
    booked(tilleuls, 15, number=1)
    asked = {"schedule": str(tilleuls.schedule.id), "start": wall(15)}
    alternatives = [slot(tilleuls, 14), slot(tilleuls, 14, 30), slot(tilleuls, 15, 30)]
    expected = problem(409, "slot_taken", "This time has just been taken.", alternatives=alternatives)
    assert told(Caller().post(f"{link}/move", asked)) == (409, expected)
    assert told(Caller().get(link)) == (200, shown(tilleuls, appointment_id))


def test_moving_to_a_strangers_agenda_is_not_found(tilleuls: Clinic, carpati: Clinic) -> None:
    _, link = booked(tilleuls)
    asked = {"schedule": str(carpati.schedule.id), "start": wall(15)}
    assert told(Caller().post(f"{link}/move", asked)) == (404, unknown("schedule"))


def test_moving_to_a_time_that_was_never_offered(tilleuls: Clinic) -> None:
    _, link = booked(tilleuls)
    asked = {"schedule": str(tilleuls.schedule.id), "start": wall(7, 13)}
    sentence = "This time cannot be booked. Choose one of the times shown."
    assert told(Caller().post(f"{link}/move", asked)) == (409, problem(409, "slot_not_open", sentence))


def test_only_so_many_moves(tilleuls: Clinic) -> None:
    _, link = booked(tilleuls)
    schedule = str(tilleuls.schedule.id)
    statuses = [
        Caller().post(f"{link}/move", {"schedule": schedule, "start": wall(hour)}).status_code for hour in (11, 14, 15)
    ]
    assert statuses == [200, 200, 200]
    sentence = "This appointment has been moved as often as is possible here. Please phone the practice."
    answered = told(Caller().post(f"{link}/move", {"schedule": schedule, "start": wall(16)}))
    assert answered == (409, problem(409, "too_many_moves", sentence))


def test_after_the_cutoff_only_the_telephone_helps(tilleuls: Clinic) -> None:
    _, link = booked(tilleuls)
    with tilleuls.acting() as now:
        agenda.edit_service(
            tilleuls.service, cancel_cutoff_hours=8000, move_cutoff_hours=8000, by=tilleuls.actor(), now=now
        )
    _, told_now = told(Caller().get(link))
    assert (told_now["can_cancel"], told_now["can_move"], told_now["can_confirm"]) == (False, False, True)
    late = (409, problem(409, "cutoff_passed", "It is too late to change this here. Please phone the practice."))
    assert told(Caller().post(f"{link}/cancel")) == late
    assert told(Caller().post(f"{link}/move", {"schedule": str(tilleuls.schedule.id), "start": wall(15)})) == late


def test_a_link_is_a_secret(tilleuls: Clinic) -> None:
    appointment_id, link = booked(tilleuls)
    token = link.removeprefix("public/appointments/")
    forged = [token[:-2] + "AA", token[:-1], token + "A", appointment_id, "x" * 43, "%00", "ä" * 43, token.swapcase()]
    for wrong in forged:
        for answered in (
            Caller().get(f"public/appointments/{wrong}"),
            Caller().post(f"public/appointments/{wrong}/confirm"),
            Caller().post(f"public/appointments/{wrong}/cancel"),
            Caller().post(f"public/appointments/{wrong}/move", {"schedule": "x", "start": wall(15)}),
        ):
            assert told(answered) == (404, NOT_FOUND), wrong


def test_a_revoked_link_opens_nothing(tilleuls: Clinic) -> None:
    appointment_id, link = booked(tilleuls)
    with tilleuls.acting() as now:
        appointment = tilleuls.organization.appointments.get(id=appointment_id)
        bookings.revoke_link(tilleuls.organization, appointment.id, by=tilleuls.actor(), now=now)
    assert told(Caller().get(link)) == (404, NOT_FOUND)


@pytest.mark.parametrize("act", ["confirm", "cancel", "move"])
def test_opening_an_act_by_get_does_nothing(tilleuls: Clinic, act: str) -> None:
    appointment_id, link = booked(tilleuls)
    response = Caller().get(f"{link}/{act}")
    assert (response.status_code, response.headers["Allow"]) == (405, "POST")
    assert told(Caller().get(link)) == (200, shown(tilleuls, appointment_id))


def test_a_reason_is_one_short_line(tilleuls: Clinic) -> None:
    _, link = booked(tilleuls)
    error = ("reason", "This is too long: at most 200 characters.")
    expected = problem(422, "invalid", "Some fields need your attention.", error)
    assert told(Caller().post(f"{link}/cancel", {"reason": "x" * 201})) == (422, expected)
    assert Caller().post(f"{link}/cancel", {"reason": "two\r\nlines\u2028three"}).status_code == 200
    with tilleuls.acting():
        assert tilleuls.organization.appointments.get().cancel_reason == "two lines three"
