"""Doing what was chosen: each visit is an act of its own, so that one that fails holds up no other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import BadRequest
from django.utils.translation import gettext as _

from kalends.agenda import operations as agenda
from kalends.agenda.models import Schedule
from kalends.booking import operations
from kalends.booking.models import Appointment
from kalends.foundation.actor import Actor
from kalends.foundation.database import tenancy
from kalends.foundation.errors import NotAllowed, Refusal
from kalends.organizations.models import Organization
from kalends.organizations.permissions import Right
from kalends.web.staff import dates, scope
from kalends.web.staff.absence.wish import CANCEL, LEAVE


@dataclass(frozen=True, slots=True)
class Result:
    """`done` is empty where `failed` says why not."""

    name: str
    when: str
    done: str = ""
    failed: str = ""


@dataclass(frozen=True, slots=True)
class Doing:
    """Who acts, why, and whether patients and the practitioner are told."""

    organization: Organization
    by: Actor
    reason: str
    tells: bool
    notifies: tuple[str, ...]


def do(doing: Doing, appointment_id: UUID, choice: str) -> Result:
    """One visit: leave, cancel, or move to `<agenda>|<instant>`. What was done already stays as it is."""
    act = _act(doing, appointment_id, choice)
    known: Appointment | None = None

    def seen(now: datetime) -> Appointment:
        nonlocal known
        known = scope.appointment(doing.organization, doing.by, appointment_id)
        return act(now) or known

    try:
        changed = tenancy.perform(seen, organization=doing.organization, by=doing.by)
    except Refusal as refusal:
        assert known is not None, "what is not there is a 404"
        return Result(known.contact.full_name, _when(known), failed=str(refusal))
    assert known is not None, "it was read"
    return Result(known.contact.full_name, _when(known), done=_said(choice, changed))


def close(doing: Doing, schedules: Sequence[Schedule], first: date, last: date) -> None:
    """Close the agendas for these days, where that is not entered yet."""

    def act(now: datetime) -> None:
        for schedule in schedules:
            whole = doing.organization.closures.filter(schedule_id=schedule.id, from_minute=0, to_minute=1440)
            if not whole.filter(from_day=first, to_day=last).exists():
                agenda.add_closure(
                    doing.organization,
                    schedule=schedule,
                    from_day=first,
                    to_day=last,
                    reason=doing.reason,
                    by=doing.by,
                    now=now,
                )

    if not doing.by.may(Right.SETTINGS_AGENDA):
        raise NotAllowed
    tenancy.perform(act, organization=doing.organization, by=doing.by)


def _act(doing: Doing, appointment_id: UUID, choice: str) -> Callable[[datetime], Appointment | None]:
    organization, by = doing.organization, doing.by
    if choice == LEAVE:
        return lambda now: None
    if choice == CANCEL:
        if not by.may(Right.APPOINTMENT_CANCEL):
            raise NotAllowed
        return lambda now: operations.cancel(
            organization,
            appointment_id,
            reason=doing.reason,
            tell_patient=doing.tells,
            tell_provider=doing.notifies,
            by=by,
            now=now,
        )
    schedule_id, starts_at = _place(choice)
    return lambda now: operations.move(
        organization,
        appointment_id,
        schedule_id=schedule_id,
        starts_at=starts_at,
        why=doing.reason,
        tell_patient=doing.tells,
        tell_provider=doing.notifies,
        by=by,
        now=now,
    )


def _place(choice: str) -> tuple[UUID, datetime]:
    schedule, _bar, start = choice.partition("|")
    try:
        schedule_id, starts_at = UUID(schedule), datetime.fromisoformat(start)
    except ValueError as fault:
        raise BadRequest("choice") from fault
    if starts_at.tzinfo is None:
        raise BadRequest("choice")
    return schedule_id, starts_at


def _when(appointment: Appointment) -> str:
    return _("%(day)s, %(hour)s") % {
        "day": dates.day(appointment.local_day),
        "hour": dates.minute(appointment.local_minute),
    }


def _said(choice: str, changed: Appointment) -> str:
    if choice == LEAVE:
        return _("left as it is")
    if choice == CANCEL:
        return _("cancelled")
    return _("moved to %(when)s") % {"when": _when(changed)}
