"""An appointment as its patient sees it: what it is, and what they may still do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from kalends.agenda.models import ResourceKind
from kalends.agenda.queries.free_times import bookable_on
from kalends.agenda.queries.options import with_waiting_list
from kalends.agenda.queries.plans import plan_of
from kalends.booking import rules
from kalends.booking.models import Appointment, EntryStatus, Status, WaitlistEntry
from kalends.booking.queries import appointment_by_link, belongings
from kalends.foundation import clock
from kalends.foundation.actor import ChannelKind
from kalends.foundation.database import tenancy
from kalends.foundation.errors import NotFound
from kalends.organizations.models import Location
from kalends.payments.models import Payment
from kalends.payments.queries import payment_of
from kalends.web.public.page import PublicRequest


class LinkGone(NotFound):
    """Unknown, revoked and outlived links look the same."""

    sentence = _("This link leads nowhere any more.")
    explanation = _("A private link ends thirty days after the visit, or when it was replaced.")


@dataclass(frozen=True, slots=True)
class Visit:
    """One appointment and its surroundings, as one transaction saw them."""

    appointment: Appointment
    location: Location
    now: datetime
    cancel_cutoff_hours: int
    move_cutoff_hours: int
    max_moves: int
    rooms: tuple[str, ...]
    is_offered: bool
    """The service can still be booked on the web there: otherwise there are no times to move to."""

    waiting_span: int
    """Minutes between the hours of a wish; 0 where the practitioner keeps no waiting list."""
    entry: WaitlistEntry | None
    """The patient waits for something earlier already."""
    payment: Payment | None
    """What is to be paid before."""

    @property
    def zone(self) -> ZoneInfo:
        return clock.zone(self.appointment.time_zone)

    @property
    def starts(self) -> datetime:
        return self.appointment.starts_at.astimezone(self.zone)

    @property
    def ends(self) -> datetime:
        return self.appointment.ends_at.astimezone(self.zone)

    @property
    def is_coming(self) -> bool:
        return self.appointment.is_active and self.appointment.starts_at > self.now and not self.is_lapsed

    @property
    def is_asked(self) -> bool:
        """A request that waits for the practice."""
        return bool(self.appointment.status == Status.PENDING) and not self.is_lapsed

    @property
    def is_lapsed(self) -> bool:
        """A request that nobody answered in time; its time is free again."""
        until = self.appointment.approve_by
        return self.appointment.status == Status.PENDING and until is not None and until <= self.now

    @property
    def is_cancelled(self) -> bool:
        return bool(self.appointment.status == Status.CANCELLED)

    @property
    def may_confirm(self) -> bool:
        return self.is_coming and self.appointment.status == Status.BOOKED

    @property
    def cancel_deadline(self) -> datetime:
        hours = rules.cancel_hours(self.appointment.status, self.cancel_cutoff_hours)
        return rules.deadline(self.appointment.starts_at, hours).astimezone(self.zone)

    @property
    def move_deadline(self) -> datetime:
        return rules.deadline(self.appointment.starts_at, self.move_cutoff_hours).astimezone(self.zone)

    @property
    def may_cancel(self) -> bool:
        return self.is_coming and self.now < self.cancel_deadline

    @property
    def may_wait(self) -> bool:
        """For an earlier time, while this one stays."""
        return self.is_coming and bool(self.waiting_span) and self.entry is None

    @property
    def may_move(self) -> bool:
        in_time = self.is_coming and self.now < self.move_deadline
        return in_time and self.is_offered and self.appointment.moves < self.max_moves


def appointment_id_of(request: PublicRequest, token: str) -> UUID:
    """Whose private link this is, on the page of this organization. Raises `LinkGone`."""
    found = appointment_by_link(token)
    if found is None or found[0].id != request.organization.id:
        raise LinkGone
    return found[1]


def visit_of(request: PublicRequest, appointment_id: UUID) -> Visit:
    """Opens its own transaction."""
    with tenancy.acting(organization=request.organization, by=request.actor) as now:
        appointment = request.organization.appointments.select_related(
            "contact", "service", "schedule__provider", "schedule__location"
        ).get(id=appointment_id)
        plan = plan_of(request.organization)
        provider_id = appointment.schedule.provider_id
        spans = with_waiting_list(request.organization, [provider_id])
        entry = request.organization.waitlist.filter(keeps_id=appointment.id, status=EntryStatus.WAITING).first()
        payment = payment_of(request.organization, appointment_id)
        taken = belongings(request.organization, [appointment_id])[appointment_id] if plan.resources else []
    service = appointment.service
    schedule, planned = plan.schedules.get(appointment.schedule_id), plan.services.get(service.id)
    return Visit(
        appointment=appointment,
        location=appointment.schedule.location,
        now=now,
        cancel_cutoff_hours=service.cancel_cutoff_hours,
        move_cutoff_hours=service.move_cutoff_hours,
        max_moves=service.max_moves,
        rooms=tuple(one.name for one in taken if one.kind == ResourceKind.ROOM),
        is_offered=schedule is not None
        and planned is not None
        and service.id in schedule.offers
        and bookable_on(planned, ChannelKind.WEBSITE),
        waiting_span=spans.get(provider_id, 0),
        entry=entry,
        payment=payment,
    )
