"""Patients and callers. Looking is written down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router

from kalends.api.access import Call, requires
from kalends.api.acts import done, made
from kalends.api.answers import answer, told_at
from kalends.api.paging import page
from kalends.api.schemas import contacts as schemas
from kalends.api.v1.booking.reading import today_in
from kalends.audit import operations as audit
from kalends.contacts import operations as contacts
from kalends.contacts import queries
from kalends.contacts.models import Contact
from kalends.contacts.operations.consents import WAYS, columns_of
from kalends.contacts.reading import LONGEST, read_contact
from kalends.contacts.rules import ContactData
from kalends.delivery import operations as delivery
from kalends.delivery.models import OptOut
from kalends.delivery.queries import addresses_of, dead_addresses, opt_outs
from kalends.foundation import clock
from kalends.foundation.actor import Actor
from kalends.foundation.database import tenancy
from kalends.foundation.errors import Invalid, NotAllowed, NotFound
from kalends.organizations.models import Organization
from kalends.organizations.permissions import Right

router = Router(tags=["contacts"])
ORDER = ("last_key", "first_key", "id")
_AS_THEY_ARE = (
    *("id", "last_name", "first_name", "birth_date", "email", "phone", "phone_extension"),
    *("address", "postcode", "town", "remark", "language", "possible_duplicate"),
)


@router.get("/{slug:org}/contacts", auth=requires(Right.CONTACT_READ), response=schemas.Contacts)
def find_contacts(request: Call, org: str, asked: Query[schemas.ContactsAsked]) -> HttpResponse:
    """Contacts that match every word of `search`. The whole list, without a search, needs `contact:export`."""
    organization, by = request.organization, request.actor
    following: str | None = None
    if not asked.search and not by.may(Right.CONTACT_EXPORT):
        raise NotAllowed
    with tenancy.acting(organization=organization, by=by) as now:
        if asked.search:
            found = list(queries.search(organization, asked.search, most=asked.limit))
        else:
            found, following = page(organization.contacts.filter(merged_into_id=None), ORDER, asked)
        audit.record_about(
            "contact:search" if asked.search else "contact:list",
            organization_id=organization.id,
            kind="contact",
            subject_id=None,
            by=by,
            now=now,
            why=asked.search[:200],
            after={"shown": [str(contact.id) for contact in found]},
        )
        items = _told(organization, found)
    return answer({"items": items, "next": following})


@router.post("/{slug:org}/contacts", auth=requires(Right.CONTACT_EDIT), response={201: schemas.Contact})
def make_contact(request: Call, org: str, asked: schemas.ContactMade) -> HttpResponse:
    """A new contact, even where somebody of that name is known: `possible_duplicate` says so."""
    organization = request.organization

    def act(now: datetime) -> dict[str, Any]:
        sent = asked.model_dump(exclude={"consent"})
        data = _read(organization, sent, asked.language or organization.language, now)
        contact = contacts.make(organization, data, by=request.actor, now=now)
        if asked.consent is not None:
            contacts.set_consents(contact, asked.consent.said(), by=request.actor, now=now)
        return _told(organization, [contact])[0]

    return made(request, act)


@router.patch("/{slug:org}/contacts/{uuid:id}", auth=requires(Right.CONTACT_EDIT), response=schemas.Contact)
def edit_contact(request: Call, org: str, id: UUID, asked: schemas.ContactChanged) -> HttpResponse:
    """Change some fields."""
    organization = request.organization

    def act(now: datetime) -> dict[str, Any]:
        contact = organization.contacts.select_for_update().filter(id=id, merged_into_id=None).first()
        if contact is None:
            raise NotFound
        sent = asked.model_dump(exclude_unset=True, exclude={"consent", "opt_out"})
        arrives = "email_returned_since" in sent
        sent.pop("email_returned_since", None)
        data = _read(organization, {**_typed(contact), **sent}, sent.get("language") or contact.language, now)
        changed = contacts.edit(contact, data, by=request.actor, now=now)
        if arrives:
            delivery.revive(organization, address=changed.email, by=request.actor, now=now)
        if asked.consent is not None:
            contacts.set_consents(changed, asked.consent.said(), by=request.actor, now=now)
        if asked.opt_out is not None:
            _set_opt_outs(changed, asked.opt_out.model_dump(exclude_unset=True), by=request.actor, now=now)
        return _told(organization, [changed])[0]

    return done(request, act)


def _set_opt_outs(contact: Contact, said: Mapping[str, str | None], *, by: Actor, now: datetime) -> None:
    """Raises Invalid where the record has nothing that a message could go to."""
    addresses = addresses_of(contact)
    for way, covers in said.items():
        if way not in addresses:
            raise Invalid.field(f"opt_out.{way}", _("The record has no address or number for this."))
        about: dict[str, Any] = {"medium": way, "address": addresses[way], "by": by, "now": now}
        if covers is None:
            delivery.opt_in(contact.organization, **about)
        else:
            delivery.opt_out(contact.organization, **about, covers=covers)


def _read(organization: Organization, typed: Mapping[str, str], language: str, now: datetime) -> ContactData:
    if language not in dict(settings.LANGUAGES):
        raise Invalid.field("language", _("This language is not known here."))
    return read_contact(
        typed, required=(), country=organization.country, language=language, today=today_in(organization, now)
    )


def _typed(contact: Contact) -> dict[str, str]:
    """A known contact as somebody would type it again."""
    typed = {name: str(getattr(contact, name)) for name in LONGEST}
    if contact.phone_extension:
        typed["phone"] = f"{contact.phone} ext. {contact.phone_extension}"
    typed["birth_date"] = contact.birth_date.isoformat() if contact.birth_date else ""
    return typed


def _told(organization: Organization, found: Sequence[Contact]) -> list[dict[str, Any]]:
    """Inside `tenancy.acting`."""
    zone = clock.zone(organization.time_zone)
    dead = dead_addresses(organization, [contact.email.lower() for contact in found if contact.email])
    since = {address: told_at(one.since, zone) for address, one in dead.items()}
    addresses = {contact.id: addresses_of(contact) for contact in found}
    among = opt_outs(organization, [at for each in addresses.values() for at in each.values()])
    ended = {(one.medium, one.address): _opt_out(one, zone) for one in among}
    return [
        {
            **{name: getattr(contact, name) for name in _AS_THEY_ARE},
            "email_returned_since": since.get(contact.email.lower()),
            "consent": {way: _consent(contact, way, zone) for way in WAYS},
            "opt_out": {way: ended.get((way, addresses[contact.id].get(way, ""))) for way in WAYS},
            "created_at": told_at(contact.created_at, zone),
        }
        for contact in found
    ]


def _consent(contact: Contact, way: str, zone: ZoneInfo) -> dict[str, Any]:
    said, at, by = (getattr(contact, column) for column in columns_of(way))
    return {"said": said, "at": told_at(at, zone) if at else None, "by": by}


def _opt_out(one: OptOut, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "covers": one.covers,
        "since": told_at(one.since, zone),
        "by": one.by_label,
        "words": one.words,
        "is_stranger": one.is_stranger,
    }
