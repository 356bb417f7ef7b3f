"""Looking at an appointment, and the small acts on it: states, and the private link."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kalends.audit import operations as audit
from kalends.booking import operations, queries
from kalends.booking.models import Appointment, Status
from kalends.foundation import clock, money, phone
from kalends.foundation.actor import Actor
from kalends.foundation.database import tenancy
from kalends.organizations.models import Organization
from kalends.organizations.permissions import Right
from kalends.web.access import OrganizationRequest
from kalends.web.staff import asked, dates, scope
from kalends.web.staff.appointments import history
from kalends.web.staff.appointments.acts import possible
from kalends.web.staff.appointments.payment import owed
from kalends.web.staff.page import ACT, desk, fragment, show
from kalends.web.staff.shell import address
from kalends.web.staff.words import CANCELLED_BY, CHANGES, CHANNELS

# The whole page, or what the agenda shows beside its grid; and how much of the history.
PARTS = {"": 30, "drawer": 8}


@desk(Right.AGENDA_READ)
def appointment(request: OrganizationRequest, appointment_id: UUID) -> HttpResponse:
    organization, by = request.organization, request.actor
    part = asked.word(request.GET, "part", PARTS)
    most = None if asked.word(request.GET, "history", ("", "all")) else PARTS[part]
    with tenancy.acting(organization=organization, by=by) as now:
        found = scope.appointment(organization, by, appointment_id)
        entries = queries.history_of(found, most=most and most + 1)
        taken = queries.belongings(organization, [found.id])[found.id]
        names = scope.names(organization)
        looked_at(found, by=by, now=now)
        acts = possible(organization, found, by, now, entries)
        payment = owed(organization, found, by)
    context = {
        **facts(organization, found, now),
        "history": history.written(entries, schedules=names, zone=clock.zone(organization.time_zone))[:most],
        "whole_history": most is None or len(entries) <= most,
        "acts": acts,
        "payment": payment,
        "arrived_at": _arrived_at(found),
        "belongings": ", ".join(one.name for one in taken),
    }
    if part == "drawer":
        return fragment(request, "staff/appointments/drawer.html", context)
    return show(request, "staff/appointments/appointment.html", context, section="day")


@desk(Right.APPOINTMENT_BOOK, ACT)
def status(request: OrganizationRequest, appointment_id: UUID) -> HttpResponse:
    """Note that somebody arrived, was seen, did not come."""
    wanted = asked.word(request.POST, "status", tuple(CHANGES))

    def act(now: datetime) -> Appointment:
        scope.appointment(request.organization, request.actor, appointment_id)
        return operations.set_status(request.organization, appointment_id, status=wanted, by=request.actor, now=now)

    changed = tenancy.perform(act, organization=request.organization, by=request.actor)
    if request.POST.get("next") == "day":
        return redirect(f"{address(request.organization, 'day')}?day={changed.local_day.isoformat()}")
    if request.POST.get("next") == "outcomes":
        return redirect(back_to_list(request))
    return redirect(address(request.organization, "appointment", appointment_id=appointment_id))


@desk(Right.APPOINTMENT_BOOK, ACT)
def private_link(request: OrganizationRequest, appointment_id: UUID) -> HttpResponse:
    """Stop the patient's private link: it went to the wrong person."""

    def act(now: datetime) -> None:
        found = scope.appointment(request.organization, request.actor, appointment_id)
        if found.link_revoked_at is None:
            operations.revoke_link(request.organization, appointment_id, by=request.actor, now=now)

    tenancy.perform(act, organization=request.organization, by=request.actor)
    messages.success(request, _("The private link no longer opens anything."))
    return redirect(address(request.organization, "appointment", appointment_id=appointment_id))


def back_to_list(request: OrganizationRequest) -> str:
    """The list of visits without outcome, as it was filtered when one pressed a button in it."""
    asked_for = {"provider": asked.row(request.POST, "provider"), "day": asked.day(request.POST, "day")}
    said = {name: value for name, value in asked_for.items() if value}
    return f"{address(request.organization, 'outcomes')}{'?' if said else ''}{urlencode(said)}"


def looked_at(appointment: Appointment, *, by: Actor, now: datetime) -> None:
    """Note that somebody has seen who comes."""
    audit.record("appointment:read", appointment, by=by, now=now, after={"contact": str(appointment.contact_id)})


def facts(organization: Organization, appointment: Appointment, now: datetime) -> dict[str, Any]:
    """What the head of every page about an appointment shows."""
    contact, schedule = appointment.contact, appointment.schedule
    zone = clock.zone(appointment.time_zone)
    ends = dates.hour(clock.wall(clock.epoch_of(appointment.ends_at), zone))
    language = get_language() or "en"
    today = clock.local_date(clock.epoch_of(now), zone)
    return {
        "appointment": appointment,
        "contact": contact,
        "name": f"{contact.last_name} {contact.first_name}".strip(),
        "contact_url": address(organization, "patient", contact_id=contact.id),
        "birth_date": dates.numeric(contact.birth_date) if contact.birth_date else "",
        "age": dates.age(contact.birth_date, today) if contact.birth_date else None,
        "telephone": phone.written(contact.phone, country=organization.country) if contact.phone else "",
        "day_title": dates.day(appointment.local_day, year=True),
        "hours": _("%(begin)s to %(end)s") % {"begin": dates.minute(appointment.local_minute), "end": ends},
        "zone": appointment.time_zone if appointment.time_zone != organization.time_zone else "",
        "service": appointment.service.name_in(language),
        "provider": schedule.provider.name,
        "location": schedule.location.name,
        "price": money.written(appointment.price_minor, appointment.currency, language=language)
        if appointment.price_minor is not None
        else "",
        "source": CHANNELS.get(appointment.source, appointment.source),
        "booked_at": dates.instant(appointment.booked_at, clock.zone(organization.time_zone)),
        "day_url": f"{address(organization, 'day')}?day={appointment.local_day.isoformat()}",
        "url": address(organization, "appointment", appointment_id=appointment.id),
        "approve_by": dates.instant(appointment.approve_by, zone) if appointment.approve_by else "",
        "cancelled_by": CANCELLED_BY.get(appointment.cancelled_by, ""),
    }


def _arrived_at(appointment: Appointment) -> str:
    if appointment.status != Status.ARRIVED or appointment.status_since is None:
        return ""
    return dates.hour(clock.wall(clock.epoch_of(appointment.status_since), clock.zone(appointment.time_zone)))
