"""A practitioner is absent: each visit moves, is cancelled or stays; the result says what was done and what not."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from kalends.agenda import operations as agenda
from kalends.booking.models import Appointment
from tests.cast import Clinic
from tests.web.staff.desk import Browser, again, at, book, coming, text

PATH = "/app/tilleuls/absence/"


@pytest.fixture
def client(tilleuls: Clinic, signed_in: Browser) -> Client:
    return signed_in(tilleuls.admin)


def asked(clinic: Clinic, **more: Any) -> dict[str, Any]:
    day = coming().isoformat()
    return {"who": str(clinic.schedule.provider_id), "first": day, "last": day, "reason": "Malade", **more}


def other(number: int) -> dict[str, str]:
    return {"last": f"Blot{number}", "first": "Marie", "email": f"m{number}@b.example", "phone": ""}


def three(clinic: Clinic) -> list[Appointment]:
    return [book(clinic, at(10)), book(clinic, at(11), **other(1)), book(clinic, at(14), **other(2))]


def place(clinic: Clinic, hour: int) -> str:
    return f"{clinic.schedule.id}|{at(hour, day=coming(2)).isoformat()}"


def told(clinic: Clinic) -> list[str]:
    with clinic.acting():
        return sorted(clinic.organization.deliveries.values_list("kind", flat=True))


def test_the_visits_of_the_day_with_times_that_are_proposed_once(tilleuls: Clinic, client: Client) -> None:
    three(tilleuls)
    page = client.get(PATH, asked(tilleuls, preset="move")).content.decode()
    selected = [part.partition('"')[0] for part in page.split('<option value="')[1:] if " selected" in part[:140]]
    times = [value for value in selected if "|" in value]
    assert len(times) == len(set(times)) == 3
    for name in ("Aubrée", "Blot1", "Blot2"):
        assert name in page


def test_moved_cancelled_and_left_each_by_itself(tilleuls: Clinic, client: Client) -> None:
    first, second, third = three(tilleuls)
    chosen = {
        f"visit_{first.id}": place(tilleuls, 9),
        f"visit_{second.id}": "cancel",
        f"visit_{third.id}": "leave",
    }
    for _ in range(2):  # pressed twice
        page = text(client.post(PATH, asked(tilleuls, tell="on", **chosen)))
        assert ("cancelled" in page, "left as it is" in page, "Not done" in page) == (True, True, False)
    now = [again(tilleuls, one) for one in (first, second, third)]
    assert [one.status for one in now] == ["booked", "cancelled", "booked"]
    assert (now[0].starts_at, now[1].cancel_reason, now[2].starts_at) == (at(9, day=coming(2)), "Malade", at(14))
    assert told(tilleuls) == ["appointment_booked"] * 3 + ["appointment_cancelled", "appointment_moved"]


def test_what_could_not_be_done_says_why_and_holds_up_nothing(tilleuls: Clinic, client: Client) -> None:
    first, second, _third = three(tilleuls)
    book(tilleuls, at(9, day=coming(2)), **other(3))
    page = text(
        client.post(PATH, asked(tilleuls, **{f"visit_{first.id}": place(tilleuls, 9), f"visit_{second.id}": "cancel"}))
    )
    assert "Not done: Clémence Aubrée" in page
    assert "This time has just been taken." in page
    assert (again(tilleuls, first).starts_at, again(tilleuls, second).status) == (at(10), "cancelled")
    assert told(tilleuls) == ["appointment_booked"] * 4


def test_the_agenda_is_closed_once(tilleuls: Clinic, client: Client) -> None:
    for _ in range(2):
        assert "The agenda is closed" in text(client.post(PATH, asked(tilleuls, close="on")))
    with tilleuls.acting():
        closure = tilleuls.organization.closures.get()
    assert (closure.schedule_id, closure.from_day, closure.to_day, closure.reason) == (
        tilleuls.schedule.id,
        coming(),
        coming(),
        "Malade",
    )


def test_staff_move_and_cancel_but_do_not_close(tilleuls: Clinic, signed_in: Browser) -> None:
    first, *_others = three(tilleuls)
    staff = signed_in(tilleuls.staff)
    assert "Close the agenda" not in text(staff.get(PATH, asked(tilleuls)))
    refused = staff.post(PATH, asked(tilleuls, close="on", **{f"visit_{first.id}": "cancel"}))
    assert (refused.status_code, again(tilleuls, first).status) == (403, "booked")
    staff.post(PATH, asked(tilleuls, **{f"visit_{first.id}": "cancel"}))
    assert again(tilleuls, first).status == "cancelled"


@pytest.mark.parametrize(
    "wrong",
    [{"first": "2026-13-01"}, {"first": "2027-01-02", "last": "2027-01-01"}, {"who": "x"}, {"visit_x": "leave"}],
)
def test_what_cannot_be_read_is_refused(tilleuls: Clinic, client: Client, wrong: dict[str, str]) -> None:
    assert client.post(PATH, asked(tilleuls, **wrong)).status_code == 400


def test_strangers_are_not_found(tilleuls: Clinic, carpati: Clinic, client: Client) -> None:
    foreign = book(carpati, at(10))
    assert client.get(PATH, asked(carpati)).status_code == 404
    assert client.post(PATH, asked(tilleuls, **{f"visit_{foreign.id}": "cancel"})).status_code == 404
    assert again(carpati, foreign).status == "booked"


def test_the_practitioner_is_told_as_ticked(tilleuls: Clinic, client: Client) -> None:
    first, second, _third = three(tilleuls)
    assert "No e-mail address on this account." in text(client.get(PATH, asked(tilleuls)))
    with tilleuls.acting() as now:
        provider = tilleuls.organization.providers.get()
        tilleuls.organization.providers.update(email="vasseur@centre.example")
        agenda.set_options(
            tilleuls.organization, provider, by=tilleuls.actor(), now=now, notice_deleted=["email"], notice_moved=[]
        )
    boxes = [client.get(PATH, asked(tilleuls, preset=preset)).context["confirmation"] for preset in ("cancel", "move")]
    assert [box.notify for box in boxes] == [True, False]
    client.post(PATH, asked(tilleuls, notify="on", **{f"visit_{first.id}": "cancel"}))
    client.post(PATH, asked(tilleuls, **{f"visit_{second.id}": "cancel"}))
    assert [kind for kind in told(tilleuls) if kind.startswith("notice")] == ["notice_deleted"]
