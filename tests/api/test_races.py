"""Many at once through the whole stack: one wins, the others are told what is left."""

from __future__ import annotations

import httpx
import pytest

from kalends.agenda import operations as agenda
from tests.api.callers import Caller, booking, race, told
from tests.cast import Clinic

PATH = "public/tilleuls/appointments"


@pytest.mark.slow
def test_64_patients_on_one_time(tilleuls: Clinic, server: httpx.Client) -> None:
    """BOK-01, through a real server."""
    answers = race(64, lambda number: server.post(PATH, json=booking(tilleuls, number=number)))
    assert sorted(status for status, _ in answers) == [201] + [409] * 63
    losers = [body for status, body in answers if status == 409]
    assert all(b'"code":"slot_taken"' in body and b'"alternatives":[{"start":' in body for body in losers)
    with tilleuls.acting():
        assert tilleuls.organization.appointments.count() == 1
        assert tilleuls.organization.occupancies.count() == 1


@pytest.mark.slow
def test_a_group_of_ten_takes_exactly_ten(tilleuls: Clinic, server: httpx.Client) -> None:
    """BOK-08."""
    with tilleuls.acting() as now:
        agenda.edit_schedule(tilleuls.schedule, capacity=10, by=tilleuls.actor(), now=now)
    answers = race(24, lambda number: server.post(PATH, json=booking(tilleuls, number=number)))
    assert sorted(status for status, _ in answers) == [201] * 10 + [409] * 14


def test_moving_into_a_time_that_is_being_booked(tilleuls: Clinic) -> None:
    """BOK-09: one wins; whoever loses keeps the old place."""
    _, body = told(Caller().post(PATH, booking(tilleuls, 10)))
    link = f"public/appointments/{body['manage_url'].split('/')[-2]}"
    move = {"schedule": str(tilleuls.schedule.id), "start": booking(tilleuls, 11)["start"]}

    def act(number: int):  # type: ignore[no-untyped-def]
        if number:
            return Caller().post(PATH, booking(tilleuls, 11, number=number))
        return Caller().post(f"{link}/move", move)

    statuses = [status for status, _ in race(4, act)]
    assert sorted(status for status in statuses if status != 409) in ([200], [201])
    with tilleuls.acting():
        places = tilleuls.organization.occupancies.count()
        assert places == (1 if statuses[0] == 200 else 2)


def test_cancelling_and_booking_again_at_once(tilleuls: Clinic) -> None:
    """BOK-11: never two, never a lost time."""
    _, body = told(Caller().post(PATH, booking(tilleuls)))
    link = f"public/appointments/{body['manage_url'].split('/')[-2]}"

    def act(number: int):  # type: ignore[no-untyped-def]
        if number:
            return Caller().post(PATH, booking(tilleuls, number=number))
        return Caller().post(f"{link}/cancel")

    statuses = [status for status, _ in race(6, act)]
    assert statuses[0] == 200
    assert set(statuses[1:]) <= {201, 409}
    assert statuses.count(201) <= 1
    with tilleuls.acting():
        assert tilleuls.organization.occupancies.count() == statuses.count(201)
