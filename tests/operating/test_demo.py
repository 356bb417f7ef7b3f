"""The demo, loaded for real: one clinic in the tests with a database, all three as they are told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth import authenticate

from kalends.agenda.queries.free_times import free_times
from kalends.booking import operations as booking
from kalends.contacts.rules import ContactData
from kalends.foundation.actor import ChannelKind, patient, system
from kalends.foundation.database import tenancy
from kalends.foundation.phone import read_phone
from kalends.notifications.institution.queries import settings_of
from kalends.notifications.reminders import planning
from kalends.operating.demo import loading, signins
from kalends.operating.demo.carpati import CARPATI
from kalends.operating.demo.described import PASSWORD, Clinic
from kalends.operating.demo.tilleuls import TILLEULS
from kalends.organizations.models import RESERVED_SLUGS, Organization
from kalends.organizations.permissions import Role
from tests.operating.test_backup import kalends


def each(clinics: tuple[Clinic, ...] = tuple(loading.SMALL)):
    return pytest.mark.parametrize("clinic", clinics, ids=[clinic.slug for clinic in clinics])


@each()
def test_a_clinic_is_told_whole(clinic: Clinic) -> None:
    assert clinic.slug not in RESERVED_SLUGS
    assert [worker.role for worker in clinic.workers] == [Role.ADMIN, Role.STAFF, Role.PROVIDER]
    practitioners = {told.name for told in clinic.practitioners}
    assert set(clinic.told.reminders) <= practitioners
    emails = [email for name, kept in clinic.told.notices.items() if name.endswith("_emails") for email in kept]
    emails += [copy["email"] for copy in clinic.told.notices["copies"]]
    assert [email for email in emails if not email.endswith(f"@{clinic.slug}.example")] == []
    by_text = [rule for rules in clinic.told.reminders.values() for rule in rules.values() if rule.get("medium")]
    assert [rule["state"] for rule in by_text if rule["state"] != "off"] == []
    assert {told.more.get("payment_due") for told in clinic.services.values()} == {None, "before", "after"}
    assert {told.provider for told in clinic.agendas} <= practitioners
    assert {worker.provider for worker in clinic.workers} - {""} <= practitioners
    assert {key for told in clinic.agendas for key in told.services} == set(clinic.services)
    for offered in clinic.services.values():
        assert set(offered.names) == {"fr", "en", "ro"}
    assert [told.names["en"] for told in clinic.services.values() if told.more.get("visibility") == "phone"] != []
    assert [told.name for told in clinic.agendas if told.capacity > 1] != []
    assert [rule for told in clinic.agendas for rule in told.hours if rule.weeks != "all"] != []


@each()
def test_nobody_of_the_demo_exists(clinic: Clinic) -> None:
    addresses = [worker.email for worker in clinic.workers] + [clinic.email, f"x@{clinic.people.mail}"]
    assert [address for address in addresses if not address.endswith(".example")] == []
    for start in clinic.people.phones:
        number = start.ljust(clinic.people.phone_length, "7")
        assert read_phone(number, country=clinic.country).number == number


@pytest.mark.slow
def test_a_loaded_clinic_has_a_past_and_a_future(db: None) -> None:
    assert loading.load([CARPATI]) == [CARPATI]
    organization = Organization.objects.get(slug="carpati")
    with tenancy.acting(organization=organization, by=system("test")) as now:
        today = now.date()
        seen = set(organization.appointments.values_list("status", flat=True))
        assert {"booked", "fulfilled", "cancelled"} <= seen
        assert set(organization.appointments.values_list("source", flat=True)) == {"website", "phone", "staff"}
        early, late = today - timedelta(days=21), today + timedelta(days=7)
        assert organization.appointments.filter(local_day__lt=early).exists()
        assert organization.appointments.filter(local_day__gt=late).exists()
        assert not organization.history_entries.filter(at__gt=now).exists()
        fresh = set(organization.history_entries.filter(at__gt=now - timedelta(days=2)).values_list("appointment_id"))
        assert set(organization.deliveries.values_list("cause_id")) <= fresh
        assert organization.closures.filter(is_public_holiday=True, from_day__year=today.year + 1).exists()
        assert organization.blocks.count() == len(CARPATI.blocked)
        assert {"booked", "moved", "cancelled", "paid"} <= set(
            organization.history_entries.values_list("what", flat=True)
        )
        states = organization.payments.filter(due_at__lt=now + timedelta(hours=48)).values_list("state", flat=True)
        assert "unpaid" not in states
        assert organization.payments.filter(state="paid").exists()
        assert [one.number for one in planning.coming(organization, until=now + timedelta(days=7), now=now)] != []
        assert settings_of(organization).booking_emails == ["receptie@carpati.example"]
        # Nothing but what the patients of fresh bookings are told.
        assert not organization.reminders.exists()
        assert not organization.deliveries.filter(recipient__endswith="@carpati.example").exists()
    assert loading.load([CARPATI]) == []


@pytest.mark.slow
def test_a_stranger_can_book_and_the_staff_can_sign_in(db: None) -> None:
    loading.load([CARPATI])
    organization = Organization.objects.get(slug="carpati")
    somebody = ContactData("Ene", "Oana", birth_date=None, email="oana@posta.example", phone="+40700000999")
    booked = []
    with tenancy.acting(organization=organization, by=patient()) as now:
        for service in organization.services.filter(visibility="online"):
            found = free_times(
                organization,
                service_id=service.id,
                first=now.date() + timedelta(days=2),
                last=now.date() + timedelta(days=30),
                channel=ChannelKind.WEBSITE,
                now=now,
            )
            assert found is not None
            slot = found.slots[0]
            booking.book(
                organization,
                schedule_id=slot.schedule.id,
                service_id=service.id,
                starts_at=slot.starts_at,
                contact=somebody,
                overlap_allowed=True,
                by=patient(),
                now=now,
            )
            booked.append(service.names["en"])
    assert len(booked) == 6
    for worker in CARPATI.workers:
        assert authenticate(None, username=worker.email, email=worker.email, password=PASSWORD) is not None


@pytest.mark.slow
def test_the_day_of_the_loading_shows_every_state(db: None) -> None:
    zone = _where_it_is_ten()
    loading.load([replace(TILLEULS, time_zone=zone)])
    organization = Organization.objects.get(slug="tilleuls")
    with tenancy.acting(organization=organization, by=system("test")) as now:
        today = now.astimezone(ZoneInfo(zone)).date()
        visits = organization.appointments.filter(local_day=today)
        assert set(visits.values_list("status", flat=True)) == {
            "booked", "confirmed", "arrived", "fulfilled", "no_show", "cancelled", "pending",
        }  # fmt: skip
        assert visits.filter(is_overbooked=True).count() == 1
        assert organization.holds.filter(expires_at__gt=now).count() == 1
        assert organization.offers.filter(status="open").count() == 1
        blocks = [
            block for block in organization.blocks.all() if block.starts_at.astimezone(ZoneInfo(zone)).date() == today
        ]
        assert [block.is_pre_reservation for block in blocks].count(True) == 1
        assert len(blocks) == 3
        assert visits.values("schedule").distinct().count() == 5
        assert not organization.history_entries.filter(at__gt=now).exists()
        by_people = organization.history_entries.filter(actor_kind="person")
        assert set(by_people.values_list("channel", flat=True)) == {"phone", "staff"}


def _where_it_is_ten() -> str:
    """A zone without summer time; the signs in their names are the other way round."""
    ahead = 10 - datetime.now(UTC).hour
    ahead += 24 if ahead < -12 else 0
    return f"Etc/GMT{-ahead:+}" if ahead else "Etc/GMT"


def test_sign_ins_are_told_of_what_is_loaded(clinics) -> None:
    clinics("carpati")
    assert signins.lines(loading.SMALL, base_url="https://agenda.example") == [
        "Clinica Carpați, Cluj-Napoca: https://agenda.example/carpati/",
        "  admin    radu.ionescu@carpati.example            kalends-demo  https://agenda.example/app/carpati/",
        "  staff    maria.bota@carpati.example              kalends-demo  https://agenda.example/app/carpati/",
        "  provider ioana.muresan@carpati.example           kalends-demo  https://agenda.example/app/carpati/",
    ]


@pytest.mark.slow
def test_the_command_loads_all_once_and_keeps_every_promise(place: Path) -> None:
    data = place / "data"
    code, said, _ = kalends("demo", data=data, KALENDS_BASE_URL="https://agenda.example")
    told = said.splitlines()
    assert (code, len(told)) == (0, 12)
    assert told[0] == "Centre médical des Tilleuls, Angers: https://agenda.example/tilleuls/"
    code, again, _ = kalends("demo", "--if-empty", data=data, KALENDS_BASE_URL="https://agenda.example")
    assert (code, again) == (0, said)
    code, said, _ = kalends("verify", data=data)
    assert (code, said.splitlines()[-1]) == (0, "Every promise holds.")
    code, _, refused = kalends("import", "ics", "any.ics", "--organization", "nobody", "--schedule", "x", data=data)
    assert (code, refused) == (2, "There is no organization nobody.\n")
