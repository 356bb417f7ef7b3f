"""What practitioners are told about their agenda (CLI-14, CLI-16).

By internal message, e-mail and text message, each where it was ticked for the act, else where the options say so. One
notice for each act and address: to who was chosen in the options, else to the account itself.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from kalends.agenda.models import NoticeBy
from kalends.agenda.queries.options import Address, Recipients, chosen_options_of_schedule, told_of
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
from kalends.notifications.operations import notices
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
    wanted: Collection[str] | None,
    left: Left | None = None,
    *,
    cause_id: UUID | None = None,
) -> None:
    visits = sorted(appointments, key=lambda visit: visit.starts_at)
    if not visits:
        return
    organization = visits[0].organization
    for schedule_id in dict.fromkeys([visits[0].schedule_id, *([left.schedule_id] if left else [])]):
        ways = _ways(organization, schedule_id, kind) if wanted is None else wanted
        if ways:
            provider_id = organization.schedules.values_list("provider_id", flat=True).get(id=schedule_id)
            whom = told_of(organization, provider_id)
            _tell(kind, cause_id or visits[0].id, visits, facts_for_practitioner(visits, by, left), ways, whom)


def _ways(organization: Organization, schedule_id: UUID, kind: Kind) -> Collection[str]:
    options = chosen_options_of_schedule(organization, schedule_id)
    return getattr(options, _SETTINGS[kind]) if options is not None else ()


class Told(NamedTuple):
    """One notice, for whoever wants to see it beforehand. `at`: an address, a number (E.164), or a member's name."""

    by: NoticeBy
    at: str


def told_by_options(organization: Organization, schedule_id: UUID, kind: Kind) -> list[Told]:
    """Where such notices go as the options say."""
    ways = _ways(organization, schedule_id, kind)
    if not ways:
        return []
    provider_id = organization.schedules.values_list("provider_id", flat=True).get(id=schedule_id)
    whom = told_of(organization, provider_id)
    members = organization.memberships.filter(id__in=whom.members).order_by("person__name", "id")
    found = [Told(NoticeBy.MESSAGE, name) for name in members.values_list("person__name", flat=True)]
    found += [Told(way, to.at) for way, _medium, addresses in _OUT for to in addresses(whom)]
    return [one for one in found if one.by in ways]


def facts_for_practitioner(visits: Sequence[Appointment], by: Actor, left: Left | None) -> dict[str, Any]:
    first = visits[0]
    return {
        "appointment": str(first.id),
        "name": first.contact.full_name,
        "time_zone": first.time_zone,
        "schedule": str(first.schedule_id),
        "service": str(first.service_id),
        "visits": [visit.starts_at.isoformat() for visit in visits],
        "before": left.starts_at.isoformat() if left else "",
        "is_request": first.status == Status.PENDING,
        "by_patient": by.kind == ActorKind.PATIENT,
    }


def _tell(
    kind: Kind,
    cause_id: UUID,
    visits: Sequence[Appointment],
    facts: Mapping[str, Any],
    ways: Collection[str],
    whom: Recipients,
) -> None:
    organization, version, now = visits[0].organization, visits[0].sequence, tenancy.current().now
    if NoticeBy.MESSAGE in ways:
        notices.write(
            organization, whom.members, kind=kind, cause_id=cause_id, cause_version=version, facts=facts, now=now
        )
    for way, medium, addresses in _OUT:
        if way in ways:
            delivery.queue_to(
                organization,
                {to.at: to.language for to in addresses(whom)},
                kind=kind,
                cause_id=cause_id,
                cause_version=version,
                medium=medium,
                facts=facts,
                due_at=now,
                useless_after=max(visits[-1].starts_at, now) + WORTH_KNOWING,
                now=now,
                schedules={visit.schedule_id for visit in visits},
            )


_OUT: Sequence[tuple[NoticeBy, Medium, Callable[[Recipients], Sequence[Address]]]] = (
    (NoticeBy.EMAIL, Medium.EMAIL, lambda whom: whom.emails),
    (NoticeBy.SMS, Medium.SMS, lambda whom: whom.phones),
)
