"""What practitioners are told about their agenda (CLI-14, CLI-16).

One notice for each act and address: to who was chosen in the options, else to the account's own address. What was
ticked at the desk for this act comes before the options. By e-mail only, since nothing else can leave yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from kalends.agenda.models import NoticeBy
from kalends.agenda.queries.options import Address, addresses_of, chosen_options_of_schedule
from kalends.booking.events import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentMoved,
    AppointmentRefused,
    AppointmentRestored,
    Left,
    SeriesBooked,
    SeriesCancelled,
)
from kalends.booking.models import Appointment, Status
from kalends.delivery import operations as delivery
from kalends.delivery.models import Medium
from kalends.foundation.actor import Actor, ActorKind
from kalends.foundation.database import tenancy
from kalends.notifications.texts import Kind
from kalends.organizations.models import Organization

# What was cancelled at the very hour of the visit is still worth knowing that day.
WORTH_KNOWING = timedelta(days=1)


def note_added(event: AppointmentBooked | AppointmentRestored) -> None:
    """Booked or asked for, or on again. That a request was approved is no news: it was told when it came."""
    wanted = event.tell_provider if isinstance(event, AppointmentBooked) else None
    _note(Kind.NOTICE_ADDED, [event.appointment], event.by, wanted)


def note_moved(event: AppointmentMoved) -> None:
    """To the practitioner who has it now; one who had it before and lost it is told as well."""
    _note(Kind.NOTICE_MOVED, [event.appointment], event.by, event.tell_provider, event.left)


def note_deleted(event: AppointmentCancelled | AppointmentRefused) -> None:
    _note(Kind.NOTICE_DELETED, [event.appointment], event.by, event.tell_provider)


def note_series_added(event: SeriesBooked) -> None:
    _note(Kind.NOTICE_ADDED, event.appointments, event.by, event.tell_provider, cause_id=event.series.id)


def note_series_deleted(event: SeriesCancelled) -> None:
    _note(Kind.NOTICE_DELETED, event.appointments, event.by, event.tell_provider)


_SETTINGS = {
    Kind.NOTICE_ADDED: "notice_added",
    Kind.NOTICE_MOVED: "notice_moved",
    Kind.NOTICE_DELETED: "notice_deleted",
}


def _note(
    kind: Kind,
    appointments: Sequence[Appointment],
    by: Actor,
    wanted: bool | None,
    left: Left | None = None,
    *,
    cause_id: UUID | None = None,
) -> None:
    visits = sorted(appointments, key=lambda visit: visit.starts_at)
    if wanted is False or not visits:
        return
    schedules = dict.fromkeys([visits[0].schedule_id, *([left.schedule_id] if left else [])])
    for schedule_id in schedules:
        for address in _whom(visits[0].organization, schedule_id, kind, ticked=bool(wanted)):
            _queue(kind, cause_id or visits[0].id, visits, by, address, left)


def _whom(organization: Organization, schedule_id: UUID, kind: Kind, *, ticked: bool) -> list[Address]:
    options = chosen_options_of_schedule(organization, schedule_id)
    if not ticked and (options is None or NoticeBy.EMAIL not in getattr(options, _SETTINGS[kind])):
        return []
    provider_id = organization.schedules.values_list("provider_id", flat=True).get(id=schedule_id)
    return addresses_of(organization, provider_id)


def _queue(
    kind: Kind, cause_id: UUID, visits: Sequence[Appointment], by: Actor, to: Address, left: Left | None
) -> None:
    first, now = visits[0], tenancy.current().now
    delivery.queue(
        first.organization,
        kind=kind,
        cause_id=cause_id,
        cause_version=first.sequence,
        medium=Medium.EMAIL,
        recipient=to.email,
        language=to.language,
        facts={
            "appointment": str(first.id),
            "name": first.contact.full_name,
            "time_zone": first.time_zone,
            "schedule": str(first.schedule_id),
            "service": str(first.service_id),
            "visits": [visit.starts_at.isoformat() for visit in visits],
            "before": left.starts_at.isoformat() if left else "",
            "is_request": first.status == Status.PENDING,
            "by_patient": by.kind == ActorKind.PATIENT,
        },
        due_at=now,
        useless_after=max(visits[-1].starts_at, now) + WORTH_KNOWING,
        now=now,
        schedules={visit.schedule_id for visit in visits},
    )
