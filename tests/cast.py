"""The people and places of the tests: always the same, made by our own operations' tables.

Two clinics that must never see each other. `tilleuls` (Angers) has Dr Vasseur, 30-minute visits Monday to
Friday 9-12 and 13-17; `carpati` (Cluj) is the stranger. The clock of most tests stands on Monday 7 December
2026, 8:00 in Paris.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from kalends.accounts.models import Person
from kalends.agenda.models import Channel, ChannelService, Offering, OpeningRule, Schedule, Service
from kalends.contacts.rules import ContactData
from kalends.foundation.actor import Actor, ActorKind, ChannelKind
from kalends.foundation.actor import patient as patient_actor
from kalends.foundation.database import tenancy
from kalends.organizations.models import Location, Membership, Organization, Provider
from kalends.organizations.permissions import Role, rights_of

MONDAY = date(2026, 12, 7)
NOW = datetime(2026, 12, 7, 7, 0, tzinfo=UTC)  # 8:00 in Paris
PASSWORD = "une phrase assez longue"


def at(hour: int, minute: int = 0, *, day: date = MONDAY) -> datetime:
    """Wall time of Paris in December, as an instant."""
    return datetime(day.year, day.month, day.day, hour - 1, minute, tzinfo=UTC)


def data(last: str = "Aubrée", first: str = "Clémence", **more: Any) -> ContactData:
    return ContactData(
        **{
            "last_name": last,
            "first_name": first,
            "birth_date": date(1987, 3, 14),
            "email": "clemence@courriel.example",
            "phone": "+33612345678",
            "language": "fr",
            **more,
        }
    )


@dataclass(frozen=True)
class Clinic:
    organization: Organization
    schedule: Schedule
    service: Service
    admin: Person
    staff: Person
    doctor: Person

    @property
    def id(self) -> UUID:
        return self.organization.id

    def actor(self, role: Role = Role.ADMIN, channel: ChannelKind = ChannelKind.STAFF) -> Actor:
        person = {Role.ADMIN: self.admin, Role.STAFF: self.staff, Role.PROVIDER: self.doctor}[role]
        return Actor(
            kind=ActorKind.PERSON,
            label=person.name,
            person_id=person.id,
            role=role,
            channel=channel,
            rights=rights_of(role, [], []),
        )

    def acting(self, by: Actor | None = None) -> Any:
        """`with clinic.acting():` the one way into a transaction, as somebody of the clinic."""
        return tenancy.acting(organization=self.organization, by=by or self.actor())

    def patient(self) -> Actor:
        return patient_actor(address="203.0.113.7")


def make_clinic(slug: str, **fields: Any) -> Clinic:
    """A clinic with one schedule, one service on all channels, an admin, a secretary and a doctor."""
    organization = Organization(
        **{
            "slug": slug,
            "name": slug.capitalize(),
            "country": "FR",
            "time_zone": "Europe/Paris",
            "languages": ["fr", "en", "ro"],
            "is_published": True,
            "phone": "+33261914012",
            **fields,
        }
    )
    people = {
        role: Person.objects.create_user(f"{role.value}@{slug}.example", PASSWORD, name=name)
        for role, name in (
            (Role.ADMIN, "Inès Barbier"),
            (Role.STAFF, "Nadia Kerjean"),
            (Role.PROVIDER, "Hélène Vasseur"),
        )
    }
    who = Actor(kind=ActorKind.SYSTEM, label="cast", role="system")
    with tenancy.acting(organization=organization, by=who) as now:
        organization.save(force_insert=True)
        location = Location.all_rows.create(
            organization=organization,
            name="Centre",
            address="12, rue des Tilleuls",
            postcode="49000",
            town="Angers",
            country=organization.country,
            time_zone=organization.time_zone,
        )
        provider = Provider.all_rows.create(
            organization=organization,
            name="Dr Hélène Vasseur",
            sort_key="vasseur helene",
            speciality="Dermatologie",
        )
        for role, person in people.items():
            Membership.all_rows.create(
                organization=organization,
                person=person,
                role=role,
                provider=provider if role == Role.PROVIDER else None,
                created_at=now,
            )
        schedule = Schedule.all_rows.create(
            organization=organization,
            name="Dr Vasseur",
            provider=provider,
            location=location,
            time_zone=location.time_zone,
            step_minutes=30,
        )
        service = Service.all_rows.create(
            organization=organization,
            names={"fr": "Consultation", "en": "Consultation", "ro": "Consultație"},
            category="Dermatologie",
            duration=30,
            price_minor=5400,
            horizon_days=60,
            required_fields=["email", "phone", "birth_date"],
        )
        Offering.all_rows.create(organization=organization, schedule=schedule, service=service)
        for kind in ChannelKind:
            channel = Channel.all_rows.create(organization=organization, kind=kind)
            ChannelService.all_rows.create(organization=organization, channel=channel, service=service)
        for weekday in range(1, 6):
            for start, end in ((540, 720), (780, 1020)):
                OpeningRule.all_rows.create(
                    organization=organization,
                    schedule=schedule,
                    weekday=weekday,
                    from_minute=start,
                    to_minute=end,
                )
    return Clinic(organization, schedule, service, people[Role.ADMIN], people[Role.STAFF], people[Role.PROVIDER])


@pytest.fixture
def clinics(db: None) -> Callable[..., Clinic]:
    return make_clinic


@pytest.fixture
def tilleuls(db: None) -> Clinic:
    return make_clinic("tilleuls", name="Centre médical des Tilleuls")


@pytest.fixture
def carpati(db: None) -> Clinic:
    return make_clinic(
        "carpati", name="Clinica Carpați", country="RO", time_zone="Europe/Bucharest", languages=["ro", "en"]
    )


@pytest.fixture
def signed_in(db: None) -> Callable[[Person], Client]:
    """A browser in which that person has signed in."""

    def as_person(person: Person) -> Client:
        client = Client()
        client.force_login(person, backend="kalends.accounts.backend.Backend")
        return client

    return as_person
