"""Two visits change places, or neither (BOK-10)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kalends.agenda.models import Offering, Schedule, Service
from kalends.booking import operations as booking
from kalends.booking import queries
from kalends.booking.models import Appointment
from kalends.booking.refusals import CannotSwap, TwoPlacesAtOnce
from tests.booking.test_booking import book
from tests.booking.test_states import BLOT, cancel, set_status, told
from tests.cast import NOW, Clinic, at, data


def swap(clinic: Clinic, first: Appointment, second: Appointment, **more) -> tuple[Appointment, Appointment]:
    with clinic.acting():
        return booking.swap(clinic.organization, first.id, second.id, by=clinic.actor(), now=NOW, **more)


def seats(clinic: Clinic) -> dict:
    with clinic.acting():
        return {
            place.holder_id: (place.schedule_id, place.starts_at) for place in clinic.organization.occupancies.all()
        }


def another_agenda(clinic: Clinic) -> Schedule:
    with clinic.acting():
        first = clinic.schedule
        second = Schedule.all_rows.create(
            organization=clinic.organization,
            name="Dr Roux",
            provider=first.provider,
            location=first.location,
            time_zone=first.time_zone,
            step_minutes=30,
        )
        Offering.all_rows.create(organization=clinic.organization, schedule=second, service=clinic.service)
        for rule in first.opening_rules.all():
            rule.pk, rule.schedule = None, second
            second.opening_rules.create(
                organization=clinic.organization,
                weekday=rule.weekday,
                from_minute=rule.from_minute,
                to_minute=rule.to_minute,
            )
    return second


def test_each_has_the_time_of_the_other(tilleuls: Clinic) -> None:
    first, second = book(tilleuls), book(tilleuls, at(11), who=BLOT)
    set_status(tilleuls, first, "confirmed")
    swapped = swap(tilleuls, first, second, why="Train")
    assert [(one.starts_at, one.local_minute, one.status, one.sequence, one.moves) for one in swapped] == [
        (at(11), 660, "booked", 1, 0),
        (at(10), 600, "booked", 1, 0),
    ]
    assert seats(tilleuls) == {
        first.id: (tilleuls.schedule.id, at(11)),
        second.id: (tilleuls.schedule.id, at(10)),
    }
    with tilleuls.acting():
        history = [(one.what, one.why) for one in swapped[0].history.order_by("id")]
    assert history[-1] == ("moved", "Train")
    assert told(tilleuls)[2:] == ["appointment_moved", "appointment_moved"]


def test_across_two_agendas(tilleuls: Clinic) -> None:
    other = another_agenda(tilleuls)
    first = book(tilleuls)
    with tilleuls.acting():
        second = booking.book(
            tilleuls.organization,
            schedule_id=other.id,
            service_id=tilleuls.service.id,
            starts_at=at(11),
            contact=BLOT,
            by=tilleuls.actor(),
            now=NOW,
        )
    with tilleuls.acting():
        offered = queries.swappable(tilleuls.organization, first, now=NOW)
    assert [one.id for one in offered] == [second.id]
    swap(tilleuls, first, second)
    assert seats(tilleuls) == {first.id: (other.id, at(11)), second.id: (tilleuls.schedule.id, at(10))}


def test_unequal_visits_stay_where_they_are(tilleuls: Clinic) -> None:
    with tilleuls.acting():
        long = Service.all_rows.create(organization=tilleuls.organization, names={"fr": "Long"}, duration=60)
        Offering.all_rows.create(organization=tilleuls.organization, schedule=tilleuls.schedule, service=long)
        for channel in tilleuls.organization.channels.all():
            channel.ticks.create(organization=tilleuls.organization, channel=channel, service=long)
    first = book(tilleuls)
    with tilleuls.acting():
        second = booking.book(
            tilleuls.organization,
            schedule_id=tilleuls.schedule.id,
            service_id=long.id,
            starts_at=at(14),
            contact=BLOT,
            by=tilleuls.actor(),
            now=NOW,
        )
    before = seats(tilleuls)
    with pytest.raises(CannotSwap):
        swap(tilleuls, first, second)
    assert seats(tilleuls) == before


def test_what_is_over_or_cancelled_is_not_swapped(tilleuls: Clinic) -> None:
    first, second = book(tilleuls), book(tilleuls, at(11), who=BLOT)
    with pytest.raises(CannotSwap), tilleuls.acting():
        booking.swap(tilleuls.organization, first.id, second.id, by=tilleuls.actor(), now=at(10))
    cancel(tilleuls, second)
    with pytest.raises(CannotSwap):
        swap(tilleuls, first, second)
    with pytest.raises(CannotSwap):
        swap(tilleuls, first, first)


def test_refused_with_both_unchanged_when_a_patient_would_be_in_two_places(tilleuls: Clinic) -> None:
    other = another_agenda(tilleuls)
    first, second = book(tilleuls), book(tilleuls, at(11), who=BLOT)
    with tilleuls.acting():
        contact = tilleuls.organization.contacts.get(id=first.contact_id)
        booking.book(
            tilleuls.organization,
            schedule_id=other.id,
            service_id=tilleuls.service.id,
            starts_at=at(11),
            contact=contact,
            by=tilleuls.actor(),
            now=NOW,
        )
    before = seats(tilleuls)
    with pytest.raises(TwoPlacesAtOnce):
        swap(tilleuls, first, second)
    assert seats(tilleuls) == before


def test_an_overbooked_place_goes_over_with_its_mark(tilleuls: Clinic) -> None:
    book(tilleuls, who=data("Cler", email="c@b.example", phone=""))
    extra = book(tilleuls, by=tilleuls.actor(), overbooking_reason="Urgence")
    other = book(tilleuls, at(10) + timedelta(hours=1), who=BLOT)
    first, second = swap(tilleuls, extra, other)
    assert [(one.is_overbooked, one.overbooking_reason) for one in (first, second)] == [(False, ""), (True, "Urgence")]
