"""The waiting list: look, enter, change, take off, offer, and answer for somebody."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router

from kalends.agenda.queries.options import with_waiting_list
from kalends.agenda.queries.plans import AgendaPlan, plan_of
from kalends.api.access import Call, requires, sees_own_only
from kalends.api.acts import done, made
from kalends.api.answers import answer, told_at
from kalends.api.naming import sender_says
from kalends.api.paging import page
from kalends.api.problems import UnknownId
from kalends.api.schemas.fields import minute_written
from kalends.api.schemas.waiting import Entries, Entry, EntryChanged, EntrySent, OfferSent, WaitlistAsked, WishSent
from kalends.api.v1.booking.reading import language_of, read_patient
from kalends.api.v1.booking.refused import refuse_unknown, with_alternatives
from kalends.audit import operations as audit
from kalends.booking.models import Appointment, Offer, OfferStatus, WaitlistEntry
from kalends.booking.operations import waiting as operations
from kalends.booking.queries import for_actor
from kalends.booking.queries import waiting as queries
from kalends.booking.rules import waiting as rules
from kalends.contacts.models import Contact
from kalends.contacts.rules import ContactData
from kalends.foundation import clock
from kalends.foundation.actor import Actor, ChannelKind
from kalends.foundation.database import tenancy
from kalends.foundation.errors import FieldError, NotFound, RequiredField
from kalends.organizations.models import Organization
from kalends.organizations.permissions import Right

router = Router(tags=["waiting list"])
ORDER = ("created_at", "id")
NAMES = {"from_minute": "from", "to_minute": "to"}
BOOK = Right.APPOINTMENT_BOOK


@router.get("/{slug:org}/waitlist", auth=requires(BOOK), response=Entries)
def entries(request: Call, org: str, asked: Query[WaitlistAsked]) -> HttpResponse:
    """Who waits, oldest first; `rank` goes before age when a time is offered. Looking is written down."""
    organization, by = request.organization, request.actor
    with tenancy.acting(organization=organization, by=by) as now:
        found = queries.entries(organization, status=asked.status, contact_id=asked.contact)
        shown, following = page(found, ORDER, asked)
        seen = queries.for_actor(shown, plan_of(organization), by)
        offers = queries.offers_of(organization, [entry.id for entry in seen])
        audit.record_about(
            "waiting:list",
            organization_id=organization.id,
            kind="waitlistentry",
            subject_id=None,
            by=by,
            now=now,
            after={"entries": [str(entry.id) for entry in seen]},
        )
        items = [_told_entry(organization, entry, offers[entry.id], by, now) for entry in seen]
    return answer({"items": items, "next": following})


@router.post("/{slug:org}/waitlist", auth=requires(BOOK), response={201: Entry})
def enter(request: Call, org: str, asked: EntrySent) -> HttpResponse:
    """Put somebody on the list, with or without a visit that they keep meanwhile."""
    organization, by = request.organization, request.actor

    def act(now: datetime) -> dict[str, Any]:
        if asked.keeps is None and not asked.services:
            raise RequiredField([FieldError("services", _("Please fill this in."))])
        contact = _contact(organization, asked, by, now)
        with sender_says(NAMES):
            entry = operations.join(
                organization,
                contact=contact,
                keeps_id=asked.keeps,
                language=language_of(organization, asked.locale) if asked.locale else None,
                tell_patient=asked.tell_patient,
                by=by,
                now=now,
                **_wish(organization, asked, by, None),
            )
        return _told(organization, entry.id, by, now)

    return made(request, act)


@router.patch("/{slug:org}/waitlist/{uuid:id}", auth=requires(BOOK), response=Entry)
def change(request: Call, org: str, id: UUID, asked: EntryChanged) -> HttpResponse:
    """Change what somebody waits for. What is left out stays."""
    organization, by = request.organization, request.actor

    def act(now: datetime) -> dict[str, Any]:
        known = _find(organization, id, by)
        with sender_says(NAMES):
            operations.edit(organization, id, by=by, now=now, **_wish(organization, asked, by, known))
        return _told(organization, id, by, now)

    return done(request, act)


@router.delete("/{slug:org}/waitlist/{uuid:id}", auth=requires(BOOK), response=Entry)
def leave(request: Call, org: str, id: UUID) -> HttpResponse:
    """Off the list. An open offer ends with it and goes to the next."""
    organization, by = request.organization, request.actor

    def act(now: datetime) -> dict[str, Any]:
        _find(organization, id, by)
        operations.leave(organization, id, by=by, now=now)
        return _told(organization, id, by, now)

    return done(request, act)


@router.post("/{slug:org}/waitlist/{uuid:id}/offer", auth=requires(BOOK), response={201: Entry})
def offer(request: Call, org: str, id: UUID, asked: OfferSent) -> HttpResponse:
    """Keep a free time for this person alone and tell them, or note that they are being phoned."""
    organization, by = request.organization, request.actor

    def act(now: datetime) -> dict[str, Any]:
        _find(organization, id, by)
        plan = plan_of(organization)
        refuse_unknown(plan, service_id=asked.service, schedule_id=asked.schedule)
        _refuse_colleagues(plan, [asked.schedule], by, "schedule")
        operations.offer(
            organization,
            id,
            schedule_id=asked.schedule,
            service_id=asked.service,
            starts_at=asked.start,
            by_phone=asked.by_phone,
            by=by,
            now=now,
        )
        return _told(organization, id, by, now)

    explain = with_alternatives(
        organization,
        service_of=lambda: asked.service or organization.waitlist.get(id=id).services[0],
        schedule_id=asked.schedule,
        starts_at=asked.start,
        channel=ChannelKind.STAFF,
    )
    return made(request, act, explain=explain)


@router.post("/{slug:org}/waitlist/{uuid:id}/accept", auth=requires(BOOK), response=Entry)
def accept(request: Call, org: str, id: UUID) -> HttpResponse:
    """The person said yes to the open offer: it is booked, or the kept visit moves there."""
    return _answer(request, id, operations.accept)


@router.post("/{slug:org}/waitlist/{uuid:id}/decline", auth=requires(BOOK), response=Entry)
def decline(request: Call, org: str, id: UUID) -> HttpResponse:
    """The person said no: the entry stays, the time goes to the next."""
    return _answer(request, id, operations.decline)


@router.post("/{slug:org}/waitlist/{uuid:id}/withdraw", auth=requires(BOOK), response=Entry)
def withdraw(request: Call, org: str, id: UUID) -> HttpResponse:
    """Take the open offer back: the time is free, and the person is told."""
    return _answer(request, id, operations.withdraw)


def _answer(request: Call, entry_id: UUID, act_on: Any) -> HttpResponse:
    """To the latest offer of the entry; where there was none, 404."""
    organization, by = request.organization, request.actor

    def act(now: datetime) -> dict[str, Any]:
        _find(organization, entry_id, by)
        latest = organization.offers.filter(entry_id=entry_id).order_by("-made_at", "-id").first()
        if latest is None:
            raise NotFound
        act_on(organization, latest.id, by=by, now=now)
        return _told(organization, entry_id, by, now)

    return done(request, act)


def _contact(organization: Organization, asked: EntrySent, by: Actor, now: datetime) -> Contact | ContactData:
    if asked.keeps is not None:
        visits = for_actor(organization.appointments.filter(id=asked.keeps), by).select_related("contact")
        kept: Appointment | None = visits.first()
        if kept is None:
            raise UnknownId("keeps")
        contact: Contact = kept.contact
        return contact
    if asked.contact is not None:
        language = language_of(organization, asked.locale)
        return read_patient(organization, asked.contact, reason=None, required=(), language=language, now=now)[0]
    if asked.contact_id is None:
        raise RequiredField([FieldError("contact", _("Please fill this in."))])
    known = organization.contacts.filter(id=asked.contact_id).first()
    if known is None:
        raise UnknownId("contact_id")
    return known


def _wish(organization: Organization, asked: WishSent, by: Actor, known: WaitlistEntry | None) -> dict[str, Any]:
    """The fields of the operation, of those that were sent. Raises UnknownId for agendas of colleagues."""
    sent = asked.model_dump(exclude_unset=True, exclude={"contact", "contact_id", "keeps", "locale", "tell_patient"})
    fields = {name: value for name, value in sent.items() if value is not None and name not in ("start", "end")}
    plan = plan_of(organization)
    _refuse_colleagues(plan, fields.get("schedules", ()), by, "schedules")
    if asked.start is not None or asked.end is not None:
        wanted = fields.get("schedules") or (known.schedules if known else [])
        span = _span(organization, plan, wanted)
        begins = asked.start if asked.start is not None else known.from_minute if known else 0
        ends = asked.end if asked.end is not None else begins + span
        fields["from_minute"] = begins
        fields["to_minute"] = ends if ends > begins else ends + rules.DAY if ends < begins else ends
    return fields


def _span(organization: Organization, plan: AgendaPlan, schedules: Any) -> int:
    """The shortest validity span of these agendas, of all that keep a list where none is named."""
    providers = {plan.schedules[one].provider_id for one in schedules if one in plan.schedules} or None
    return min(with_waiting_list(organization, providers).values(), default=120)


def _refuse_colleagues(plan: AgendaPlan, schedules: Any, by: Actor, field: str) -> None:
    if sees_own_only(by) and any(
        one in plan.schedules and plan.schedules[one].provider_id != by.provider_id for one in schedules
    ):
        raise UnknownId(field)


def _find(organization: Organization, entry_id: UUID, by: Actor) -> WaitlistEntry:
    """Raises NotFound for what `by` may not see."""
    rows = organization.waitlist.select_related("contact").filter(id=entry_id)
    for entry in queries.for_actor(rows, plan_of(organization), by):
        return entry
    raise NotFound


def _told(organization: Organization, entry_id: UUID, by: Actor, now: datetime) -> dict[str, Any]:
    entry = organization.waitlist.select_related("contact").get(id=entry_id)
    return _told_entry(organization, entry, queries.offers_of(organization, [entry_id])[entry_id], by, now)


def _told_entry(
    organization: Organization, entry: WaitlistEntry, offers: list[Offer], by: Actor, now: datetime
) -> dict[str, Any]:
    contact, reads = entry.contact, by.may(Right.CONTACT_READ)
    ends = entry.to_minute if entry.to_minute <= rules.DAY else entry.to_minute - rules.DAY
    person: Mapping[str, Any] = {
        "id": str(contact.id),
        "last_name": contact.last_name,
        "first_name": contact.first_name,
        "birth_date": contact.birth_date.isoformat() if contact.birth_date else None,
        "email": contact.email if reads else None,
        "phone": contact.phone if reads else None,
    }
    return {
        "id": str(entry.id),
        "status": str(entry.status),
        "contact": person,
        "services": [str(one) for one in entry.services],
        "schedules": [str(one) for one in entry.schedules],
        "weekdays": list(entry.weekdays),
        "from": minute_written(entry.from_minute),
        "to": minute_written(ends),
        "valid_from": entry.valid_from.isoformat(),
        "valid_until": entry.valid_until.isoformat(),
        "note": entry.note,
        "rank": entry.rank,
        "keeps": str(entry.keeps_id) if entry.keeps_id else None,
        "most_a_day": entry.most_a_day,
        "most_in_all": entry.most_in_all,
        "created_at": told_at(entry.created_at, clock.zone(organization.time_zone)),
        "offers": [_told_offer(one, now) for one in offers],
    }


def _told_offer(offer: Offer, now: datetime) -> dict[str, Any]:
    zone = clock.zone(offer.schedule.time_zone)
    is_over = offer.status == OfferStatus.OPEN and offer.expires_at <= now
    return {
        "id": str(offer.id),
        "status": str(OfferStatus.EXPIRED if is_over else offer.status),
        "schedule": str(offer.schedule_id),
        "service": str(offer.service_id),
        "start": told_at(offer.starts_at, zone),
        "end": told_at(offer.ends_at, zone),
        "made_at": told_at(offer.made_at, zone),
        "expires_at": told_at(offer.expires_at, zone),
        "by_phone": offer.by_phone,
        "told_by": None if offer.by_phone else offer.told_by,
        "appointment": str(offer.appointment_id) if offer.appointment_id else None,
    }
