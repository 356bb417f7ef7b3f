"""From the fields of a call to the patient they speak of."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from django.utils.translation import gettext as _

from kalends.api.problems import UnknownId
from kalends.api.schemas.contacts import ContactSent
from kalends.contacts.models import Contact
from kalends.contacts.reading import read_contact
from kalends.contacts.rules import ContactData
from kalends.foundation import clock
from kalends.foundation.errors import FieldError, Invalid, RequiredField
from kalends.foundation.text import clean_text
from kalends.organizations.models import Organization


def read_patient(
    organization: Organization,
    sent: ContactSent,
    *,
    reason: str | None,
    required: Collection[str],
    language: str,
    now: datetime,
) -> tuple[ContactData, str]:
    """The patient and why they come. Raises RequiredField or Invalid, with every bad field."""
    cleaned = clean_text(reason or "")
    missing = [FieldError("reason", _("Please fill this in."))] if "reason" in required and not cleaned else []
    try:
        patient = read_contact(
            sent.model_dump(),
            required=required,
            country=organization.country,
            language=language,
            today=today_in(organization, now),
            prefix="contact.",
        )
    except Invalid as fault:
        raise type(fault)([*fault.errors, *missing]) from fault
    if missing:
        raise RequiredField(missing)
    return patient, cleaned


class PatientNamed(Protocol):
    """What a call says of the patient: the fields of somebody new, or whose record it is."""

    @property
    def contact(self) -> ContactSent | None: ...
    @property
    def contact_id(self) -> UUID | None: ...
    @property
    def reason(self) -> str | None: ...
    @property
    def locale(self) -> str | None: ...


def patient_of(organization: Organization, asked: PatientNamed, now: datetime) -> tuple[Contact | ContactData, str]:
    """Whom staff book for, and why they come. Raises RequiredField, Invalid, UnknownId."""
    if asked.contact is not None:
        language = language_of(organization, asked.locale)
        return read_patient(organization, asked.contact, reason=asked.reason, required=(), language=language, now=now)
    if asked.contact_id is None:
        raise RequiredField([FieldError("contact", _("Please fill this in."))])
    contact = organization.contacts.filter(id=asked.contact_id).first()
    if contact is None:
        raise UnknownId("contact_id")
    return contact, clean_text(asked.reason or "")


def today_in(organization: Organization, now: datetime) -> date:
    return clock.local_date(clock.epoch_of(now), clock.zone(organization.time_zone))


def language_of(organization: Organization, locale: str | None) -> str:
    """The language to write in: the one asked for, where the organization offers it, else its first."""
    asked = (locale or "").split("-")[0].lower()
    return asked if asked in organization.languages else organization.language


def ways_of(sent: bool | Sequence[str] | None) -> Sequence[str] | None:
    """How the practitioner is told; plain yes is by e-mail, None as the agenda is set up."""
    return (("email",) if sent else ()) if isinstance(sent, bool) else sent
