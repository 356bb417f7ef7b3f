"""A clinic without patients: made by the same operations as any other."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kalends.accounts.models import Person
from kalends.accounts.operations import make_person
from kalends.agenda import operations as agenda
from kalends.agenda.models import Schedule, Service
from kalends.agenda.rules import DayOverride
from kalends.foundation.actor import Actor, system
from kalends.operating.demo.described import PASSWORD, Agenda, Clinic
from kalends.organizations import operations as organizations
from kalends.organizations.models import Organization, Provider
from kalends.organizations.queries import actor_of

MADE_BEFORE = timedelta(days=60)
ASKED = ("email", "phone", "birth_date")
BY = system("demo")


@dataclass(frozen=True, slots=True)
class Built:
    """`today` is the clinic's; `clerks` are those of its people who book."""

    clinic: Clinic
    organization: Organization
    services: Mapping[str, Service]
    schedules: Mapping[str, Schedule]
    clerks: tuple[Actor, ...]
    today: date


STILL_OPEN_FOR, CLOSES = 180, 23 * 60
"""Wall minutes. Who looks at the demo in the evening still finds times to come."""


def build(clinic: Clinic, organization: Organization, *, today: date, minute: int, now: datetime) -> Built:
    """Write all of `clinic` but its patients. Inside `acting(organization=organization)`.

    `minute` is that of the clinic's day `today` at which the demo is loaded.
    """
    organizations.make_organization(organization, by=BY, now=now)
    agenda.open_channels(organization, by=BY, now=now)
    location = organizations.make_location(
        organization, name=clinic.name, phone=clinic.phone, by=BY, now=now, **clinic.place
    )
    providers = {
        told.name: organizations.make_provider(organization, name=told.name, speciality=told.speciality, by=BY, now=now)
        for told in clinic.practitioners
    }
    clerks = _people(clinic, organization, providers, now)
    services = _services(clinic, organization, now)
    schedules: dict[str, Schedule] = {}
    for told in clinic.agendas:
        schedule = agenda.make_schedule(
            organization,
            provider=providers[told.provider],
            location=location,
            name=told.name,
            step_minutes=told.step,
            capacity=told.capacity,
            by=BY,
            now=now,
        )
        agenda.set_opening(
            schedule, rules=told.hours, overrides=_today(told, today, minute), version=None, by=BY, now=now
        )
        offered: list[agenda.OfferingSpec] = [{"service": services[key]} for key in told.services]
        agenda.set_offerings(schedule, offered, by=BY, now=now)
        schedules[told.name] = schedule
    built = Built(clinic, organization, services, schedules, clerks, today)
    _closures(built, now)
    return built


def _today(told: Agenda, today: date, minute: int) -> tuple[DayOverride, ...]:
    if not told.today:
        return ()
    *before, (begins, ends) = told.today
    ends = max(ends, min(minute + STILL_OPEN_FOR, CLOSES) // 60 * 60)
    return (DayOverride(today, (*before, (begins, ends))),)


def unsaved(clinic: Clinic) -> Organization:
    return Organization(
        slug=clinic.slug,
        name=clinic.name,
        country=clinic.country,
        time_zone=clinic.time_zone,
        languages=list(clinic.languages),
        currency=clinic.currency,
        phone=clinic.phone,
        email=clinic.email,
        website=clinic.website,
        privacy_text=clinic.privacy_text,
        is_published=True,
    )


def _people(
    clinic: Clinic, organization: Organization, providers: Mapping[str, Provider], now: datetime
) -> tuple[Actor, ...]:
    clerks = []
    for told in clinic.workers:
        person = _person(told.email, told.name, clinic.languages[0])
        membership = organizations.make_membership(
            organization,
            person=person,
            role=told.role,
            provider=providers[told.provider] if told.provider else None,
            granted=told.granted,
            by=BY,
            now=now,
        )
        if not told.provider:
            clerks.append(actor_of(membership, person))
    return tuple(clerks)


def _person(email: str, name: str, language: str) -> Person:
    """Somebody of an earlier demo, whose clinic is gone, comes back as they are."""
    known = Person.objects.filter(email=email).first()
    return known or make_person(email=email, name=name, password=PASSWORD, language=language)


def _services(clinic: Clinic, organization: Organization, now: datetime) -> dict[str, Service]:
    return {
        key: agenda.make_service(
            organization,
            names=told.names,
            duration=told.duration,
            category=told.category,
            price_minor=told.price_minor,
            colour=told.colour,
            preparation=told.preparation,
            required_fields=list(ASKED),
            position=position,
            by=BY,
            now=now,
            **told.more,
        )
        for position, (key, told) in enumerate(clinic.services.items())
    }


def _closures(built: Built, now: datetime) -> None:
    """Holidays of the years in sight, and what the clinic itself closes."""
    years = sorted({(built.today + timedelta(days=shift)).year for shift in (-60, 0)} | {built.today.year + 1})
    agenda.add_public_holidays(built.organization, years=years, by=BY, now=now)
    for told in built.clinic.closed:
        first = built.today + timedelta(days=told.in_days)
        agenda.add_closure(
            built.organization,
            schedule=built.schedules[told.agenda] if told.agenda else None,
            from_day=first,
            from_minute=told.from_minute,
            to_day=first + timedelta(days=told.days - 1),
            to_minute=told.to_minute,
            reason=told.reason,
            by=BY,
            now=now,
        )


def dice(clinic: Clinic) -> random.Random:
    """The same throws for the same clinic, whoever loads it."""
    return random.Random(clinic.slug)  # noqa: S311 - nothing here is a secret
