"""Group appointments: every notice is one recipient's own, and leaving frees one seat."""

from __future__ import annotations

import pytest
from django.test import Client

from kalends.booking import operations as booking
from kalends.booking.models import Appointment
from kalends.booking.queries import link_secret
from kalends.booking.refusals import SlotTaken
from kalends.delivery import letters
from tests.booking.test_booking import book
from tests.cast import NOW, Clinic, at, data

ABROAD = {"birth_date": data().birth_date, "language": "fr"}
PEOPLE = {
    "Aubrée": data(),
    "Blotière": data("Blotière", "Marie", email="marie@b.example", phone="+33611111111", **ABROAD),
    "Clérambault": data("Clérambault", "Jean", email="jean@b.example", phone="+33622222222", **ABROAD),
}
OF = {
    "Aubrée": ("Aubrée", "Clémence", "clemence@courriel.example", "612345678"),
    "Blotière": ("Blotière", "Marie", "marie@b.example", "611111111"),
    "Clérambault": ("Clérambault", "Jean", "jean@b.example", "622222222"),
}


@pytest.fixture
def group(tilleuls: Clinic) -> Clinic:
    with tilleuls.acting():
        tilleuls.organization.schedules.update(capacity=3)
    return tilleuls


def all_of(clinic: Clinic) -> dict[str, Appointment]:
    return {name: book(clinic, who=who) for name, who in PEOPLE.items()}


def others_in(text: str, name: str) -> list[str]:
    """What belongs to another attendee and stands in `text`."""
    return [word for other, words in OF.items() if other != name for word in words if word in text]


def test_the_seats_are_filled_lowest_first_and_one_too_many_is_refused(group: Clinic) -> None:
    made = all_of(group)
    with group.acting():
        seats = dict(group.organization.occupancies.values_list("holder_id", "seat"))
    assert [seats[one.id] for one in made.values()] == [1, 2, 3]
    with pytest.raises(SlotTaken):
        book(group, who=data("Dru", email="d@b.example", phone=""))


def test_leaving_frees_one_seat(group: Clinic) -> None:
    made = all_of(group)
    with group.acting():
        booking.cancel(group.organization, made["Blotière"].id, by=group.actor(), now=NOW)
        seats = sorted(group.organization.occupancies.values_list("seat", flat=True))
    assert seats == [1, 3]
    book(group, who=data("Dru", email="d@b.example", phone=""))
    with pytest.raises(SlotTaken):
        book(group, who=data("Ey", email="e@b.example", phone=""))


def test_no_letter_and_no_calendar_names_another_attendee(group: Clinic) -> None:
    made = all_of(group)
    by = group.actor()
    with group.acting(by):
        booking.move(
            group.organization,
            made["Aubrée"].id,
            schedule_id=group.schedule.id,
            starts_at=at(11),
            by=by,
            now=NOW,
        )
        booking.cancel(group.organization, made["Blotière"].id, by=by, now=NOW)
        booking.swap(group.organization, made["Aubrée"].id, made["Clérambault"].id, by=by, now=NOW)
    with group.acting():
        waiting = list(group.organization.deliveries.order_by("id"))
        found = letters.look_up(group.organization, waiting)
    addresses = {words[2]: name for name, words in OF.items()}
    seen = []
    for delivery in waiting:
        letter = letters.write(group.organization, delivery, found)
        calendar = letter.calendar.content.decode() if letter.calendar else ""
        name = addresses[delivery.recipient]
        whole = "".join((letter.subject, letter.text, letter.html, calendar.replace("\r\n ", "")))
        assert others_in(whole, name) == [], (delivery.kind, name)
        seen.append(delivery.kind)
    assert len(seen) == 7


def test_no_page_and_no_answer_names_another_attendee(group: Clinic) -> None:
    for name, appointment in all_of(group).items():
        token = link_secret(appointment)
        for path in (
            f"/tilleuls/appointment/{token}/",
            f"/tilleuls/appointment/{token}/calendar.ics",
            f"/api/v1/public/appointments/{token}",
        ):
            response = Client().get(path)
            assert response.status_code == 200, path
            assert others_in(response.content.decode(), name) == [], path
    for path in ("/tilleuls/", "/api/v1/public/tilleuls/services"):
        assert others_in(Client().get(path).content.decode(), "") == [], path
