"""Looking for somebody, their record, and writing in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kalends.audit import operations as audit
from kalends.booking import queries
from kalends.booking.models import Appointment
from kalends.contacts import operations
from kalends.contacts.models import Contact
from kalends.contacts.rules import ContactData
from kalends.foundation import clock
from kalends.foundation.database import tenancy
from kalends.organizations.models import Organization
from kalends.organizations.permissions import Right
from kalends.web.access import OrganizationRequest
from kalends.web.staff import asked, dates
from kalends.web.staff.days.views import today_of
from kalends.web.staff.page import READ_AND_ACT, desk, show
from kalends.web.staff.patients.reading import LEAST_TYPED, MOST_FOUND, ContactForm, find, row_of, values_of
from kalends.web.staff.shell import address


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
    }
    template = "staff/patients/found.html" if request.headers.get("HX-Request") else "staff/patients/patients.html"
    return show(request, template, context, section="patients")


@desk(Right.CONTACT_READ)
def patient(request: OrganizationRequest, contact_id: UUID) -> HttpResponse:
    organization, by = request.organization, request.actor
    with tenancy.acting(organization=organization, by=by) as now:
        contact = contact_of(organization, contact_id)
        visits = list(queries.for_actor(queries.appointments(organization, contact_id=contact.id), by))
        audit.record("contact:read", contact, by=by, now=now)
    today = today_of(organization, now)
    coming = [_visit(organization, visit) for visit in visits if visit.starts_at >= now and visit.is_active]
    past = [_visit(organization, visit) for visit in reversed(visits) if visit.starts_at < now or not visit.is_active]
    context = {
        "contact": contact,
        "row": row_of(organization, contact),
        "age": dates.age(contact.birth_date, today) if contact.birth_date else None,
        "since": dates.instant(contact.created_at, clock.zone(organization.time_zone)),
        "coming": coming,
        "past": past,
        "edit_url": address(organization, "edit_patient", contact_id=contact.id) if by.may(Right.CONTACT_EDIT) else "",
        "book_url": f"{address(organization, 'book')}?contact={contact.id}" if by.may(Right.APPOINTMENT_BOOK) else "",
        "audit_url": f"{address(organization, 'audit')}?contact={contact.id}" if by.may(Right.AUDIT_READ) else "",
        "here": address(organization, "patients"),
    }
    return show(request, "staff/patients/patient.html", context, section="patients")


@desk(Right.CONTACT_EDIT, READ_AND_ACT)
def edit_patient(request: OrganizationRequest, contact_id: UUID) -> HttpResponse:
    organization, by = request.organization, request.actor
    with tenancy.acting(organization=organization, by=by) as now:
        contact = contact_of(organization, contact_id)
        audit.record("contact:read", contact, by=by, now=now)
    form = ContactForm(
        request.POST if request.method == "POST" else None,
        initial={**values_of(organization, contact), "language": contact.language},
        with_language=True,
    )
    if request.method == "POST" and (data := _read(organization, form, now)):

        def act(now: datetime) -> None:
            known = contact_of(organization, contact_id)
            operations.edit(known, replace(data, reminder_consent=known.reminder_consent), by=by, now=now)

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


def contact_of(organization: Organization, contact_id: UUID) -> Contact:
    """Raises Http404 for anybody else's."""
    contact = organization.contacts.filter(id=contact_id).first()
    if contact is None:
        raise Http404
    return contact


def _read(organization: Organization, form: ContactForm, now: datetime) -> ContactData | None:
    today = today_of(organization, now)
    return form.read(required=(), country=organization.country, language=organization.language, today=today)


def _visit(organization: Organization, appointment: Appointment) -> dict[str, Any]:
    return {
        "day": dates.short(appointment.local_day, year=True),
        "hour": dates.minute(appointment.local_minute),
        "what": appointment.service.name_in(get_language() or "en"),
        "where": appointment.schedule.name,
        "status": appointment.status,
        "url": address(organization, "appointment", appointment_id=appointment.id),
    }
