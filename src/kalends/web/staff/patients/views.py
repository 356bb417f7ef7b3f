"""Looking for somebody, their record, and writing in it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from kalends.audit import operations as audit
from kalends.booking import queries
from kalends.booking.models import ACTIVE
from kalends.contacts import operations
from kalends.contacts.models import Consent, Contact, Merge
from kalends.contacts.queries import lookalikes, merges_of
from kalends.contacts.rules import ContactData
from kalends.delivery import operations as delivery
from kalends.delivery.queries import addresses_of
from kalends.foundation import clock
from kalends.foundation.actor import Actor
from kalends.foundation.database import tenancy
from kalends.organizations.models import Organization
from kalends.organizations.permissions import Right
from kalends.web.access import OrganizationRequest
from kalends.web.staff import asked, dates
from kalends.web.staff.days.views import today_of
from kalends.web.staff.page import ACT, READ_AND_ACT, desk, show
from kalends.web.staff.patients.reading import (
    LEAST_TYPED,
    MOST_FOUND,
    ContactForm,
    find,
    row_of,
    seen_words,
    values_of,
    visit_of,
)
from kalends.web.staff.patients.wishes import returned_words, wishes_of
from kalends.web.staff.scope import is_bound
from kalends.web.staff.shell import address

PAST_AT_ONCE = 50
MOST_COMING = 200
LAST_PAGE = 1000


@desk(Right.CONTACT_READ)
def patients(request: OrganizationRequest) -> HttpResponse:
    """Search as one types; without scripts, with the button."""
    organization, typed = request.organization, asked.line(request.GET, "q")
    with tenancy.acting(organization=organization, by=request.actor) as now:
        found = find(organization, typed, by=request.actor, now=now)
    rows = [(row, address(organization, "patient", contact_id=row.contact.id)) for row in found]
    context = {
        "typed": typed,
        "found": rows,
        "too_short": 0 < len(typed) < LEAST_TYPED,
        "more": len(rows) == MOST_FOUND,
        "here": address(organization, "patients"),
        "new_url": address(organization, "new_patient"),
        "doubles_url": address(organization, "duplicates"),
        "files_url": address(organization, "files"),
        "sent_url": address(organization, "deliveries"),
    }
    template = "staff/patients/found.html" if request.headers.get("HX-Request") else "staff/patients/patients.html"
    return show(request, template, context, section="patients")


@desk(Right.CONTACT_READ)
def patient(request: OrganizationRequest, contact_id: UUID) -> HttpResponse:
    organization, by = request.organization, request.actor
    page = asked.number(request.GET, "page", most=LAST_PAGE)
    with tenancy.acting(organization=organization, by=by) as now:
        contact = contact_of(organization, contact_id)
        visits = queries.for_actor(queries.appointments(organization, contact_id=contact.id), by)
        is_to_come = Q(starts_at__gte=now, status__in=ACTIVE)
        coming = list(visits.filter(is_to_come)[:MOST_COMING])
        past = list(visits.exclude(is_to_come).order_by("-starts_at", "-id")[_page(page)])
        seen = None if is_bound(by) else queries.seen_before(organization, [contact.id], now)[contact.id]
        wishes = wishes_of(organization, contact)
        returned = returned_words(organization, contact)
        merges = merges_of(organization, contact)
        others = lookalikes(organization, contact) if contact.possible_duplicate else []
        audit.record("contact:read", contact, by=by, now=now)
    context = {
        "contact": contact,
        "row": row_of(organization, contact),
        "seen": seen_words(seen) if seen else [],
        "coming": [visit_of(organization, visit) for visit in coming],
        "past": [visit_of(organization, visit) for visit in past[:PAST_AT_ONCE]],
        "wishes": wishes,
        "returned": returned,
        "page": page,
        "newer_url": f"?page={page - 1}" if page > 1 else "",
        "older_url": f"?page={page + 1}" if len(past) > PAST_AT_ONCE else "",
        **_facts(organization, contact, now),
        **_ways(organization, contact, by),
        **_doubles(organization, contact, by, merges, others),
        "here": address(organization, "patients"),
    }
    return show(request, "staff/patients/patient.html", context, section="patients")


def _page(page: int) -> slice:
    """One more than is shown, to know whether there are older ones."""
    begin = (page - 1) * PAST_AT_ONCE
    return slice(begin, begin + PAST_AT_ONCE + 1)


def _facts(organization: Organization, contact: Contact, now: datetime) -> dict[str, Any]:
    today = today_of(organization, now)
    return {
        "age": dates.age(contact.birth_date, today) if contact.birth_date else None,
        "since": dates.instant(contact.created_at, clock.zone(organization.time_zone)),
    }


def _ways(organization: Organization, contact: Contact, by: Actor) -> dict[str, str]:
    """Where one can go from a record; nowhere to write from one that was merged."""
    stands = contact.merged_into_id is None
    ways = {
        "edit_url": (Right.CONTACT_EDIT, address(organization, "edit_patient", contact_id=contact.id), stands),
        "book_url": (Right.APPOINTMENT_BOOK, f"{address(organization, 'book')}?contact={contact.id}", stands),
        "audit_url": (Right.AUDIT_READ, f"{address(organization, 'audit')}?contact={contact.id}", True),
        "wish_url": (Right.CONTACT_EDIT, address(organization, "set_wish", contact_id=contact.id), stands),
        "revive_url": (Right.CONTACT_EDIT, address(organization, "revive_address", contact_id=contact.id), stands),
        "merge_url": (Right.CONTACT_MERGE, address(organization, "choose_other", contact_id=contact.id), stands),
    }
    return {name: url if by.may(right) and there else "" for name, (right, url, there) in ways.items()}


def _doubles(
    organization: Organization, contact: Contact, by: Actor, merges: list[Merge], others: list[Contact]
) -> dict[str, Any]:
    """What was merged, where this record went, and who it may be."""
    zone = clock.zone(organization.time_zone)
    may = by.may(Right.CONTACT_MERGE)
    gone = next((merge for merge in merges if merge.merged_id == contact.id), None)
    return {
        "kept": row_of(organization, gone.kept) if gone else None,
        "kept_url": address(organization, "patient", contact_id=gone.kept_id) if gone else "",
        "merges": [
            {
                "name": row_of(organization, merge.merged).name,
                "when": dates.instant(merge.at, zone),
                "who": merge.by_label,
                "url": address(organization, "undo_merge", merge_id=merge.id) if may else "",
            }
            for merge in merges
        ],
        "others": [
            (
                row_of(organization, other),
                address(organization, "merging", contact_id=other.id, other_id=contact.id)
                if may
                else address(organization, "patient", contact_id=other.id),
            )
            for other in others
        ],
        "clear_url": address(organization, "clear_flag", contact_id=contact.id) if may else "",
    }


@desk(Right.CONTACT_EDIT, READ_AND_ACT)
def edit_patient(request: OrganizationRequest, contact_id: UUID) -> HttpResponse:
    organization, by = request.organization, request.actor
    with tenancy.acting(organization=organization, by=by) as now:
        contact = contact_of(organization, contact_id)
        audit.record("contact:read", contact, by=by, now=now)
    if contact.merged_into_id is not None:
        return redirect(address(organization, "patient", contact_id=contact.id))
    form = ContactForm(
        request.POST if request.method == "POST" else None,
        initial={**values_of(organization, contact), "language": contact.language},
        with_language=True,
    )
    if request.method == "POST" and (data := _read(organization, form, now)):

        def act(now: datetime) -> None:
            known = contact_of(organization, contact_id)
            operations.edit(known, data, by=by, now=now)

        tenancy.perform(act, organization=organization, by=by)
        messages.success(request, _("The record is saved."))
        return redirect(address(organization, "patient", contact_id=contact.id))
    context = {
        "form": form,
        "title": row_of(organization, contact).name,
        "back_url": address(organization, "patient", contact_id=contact.id),
        "is_new": False,
    }
    return show(request, "staff/patients/edit.html", context, section="patients", status=422 if form.errors else 200)


@desk(Right.CONTACT_EDIT, READ_AND_ACT)
def new_patient(request: OrganizationRequest) -> HttpResponse:
    organization, by = request.organization, request.actor
    form = ContactForm(
        request.POST if request.method == "POST" else None,
        initial={"language": organization.language},
        with_language=True,
    )

    def act(now: datetime) -> operations.Found | None:
        data = _read(organization, form, now)
        return operations.find_or_make(organization, data, by=by, now=now) if data else None

    if request.method == "POST" and (found := tenancy.perform(act, organization=organization, by=by)):
        if found.was_known:
            messages.info(request, _("This person has a record already: here it is."))
        else:
            messages.success(request, _("The record is made."))
        return redirect(address(organization, "patient", contact_id=found.contact.id))
    context = {
        "form": form,
        "title": _("New patient"),
        "back_url": address(organization, "patients"),
        "is_new": True,
    }
    return show(request, "staff/patients/edit.html", context, section="patients", status=422 if form.errors else 200)


@desk(Right.CONTACT_EDIT, ACT)
def set_wish(request: OrganizationRequest, contact_id: UUID) -> HttpResponse:
    """No more messages by this way, or messages again; whether reminders are wanted: as the patient told the desk."""
    organization, by = request.organization, request.actor
    medium, ends = request.POST.get("medium", ""), request.POST.get("wish") == "none"
    consent = request.POST.get("consent", "")

    def act(now: datetime) -> None:
        contact = contact_of(organization, contact_id)
        at = addresses_of(contact).get(medium)
        if at is None or consent not in Consent.values:
            raise Http404
        if consent:
            operations.set_consents(contact, {medium: consent}, by=by, now=now)
            return
        change = delivery.opt_out if ends else delivery.opt_in
        change(organization, medium=medium, address=at, by=by, now=now)

    tenancy.perform(act, organization=organization, by=by)
    return redirect(f"{address(organization, 'patient', contact_id=contact_id)}#messages")


@desk(Right.CONTACT_EDIT, ACT)
def revive_address(request: OrganizationRequest, contact_id: UUID) -> HttpResponse:
    """Mails to the address of this record arrive after all, says the desk."""
    organization, by = request.organization, request.actor

    def act(now: datetime) -> None:
        contact = contact_of(organization, contact_id)
        delivery.revive(organization, address=contact.email, by=by, now=now)

    tenancy.perform(act, organization=organization, by=by)
    messages.success(request, _("Mails are sent there again."))
    return redirect(address(organization, "patient", contact_id=contact_id))


def contact_of(organization: Organization, contact_id: UUID) -> Contact:
    """Raises Http404 for anybody else's."""
    contact = organization.contacts.filter(id=contact_id).first()
    if contact is None:
        raise Http404
    return contact


def _read(organization: Organization, form: ContactForm, now: datetime) -> ContactData | None:
    today = today_of(organization, now)
    return form.read(required=(), country=organization.country, language=organization.language, today=today)
