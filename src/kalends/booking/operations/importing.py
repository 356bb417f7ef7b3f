"""Many appointments at once, from a table: each by the rules of booking, all of them or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from kalends.agenda.models import Schedule, Service
from kalends.audit import operations as audit
from kalends.booking.imports.reading import VisitRow
from kalends.booking.models import Appointment, Status
from kalends.booking.operations.booking import book
from kalends.contacts.imports.problems import Problem
from kalends.contacts.operations import identity_of
from kalends.foundation import clock
from kalends.foundation.actor import Actor
from kalends.foundation.database import locks
from kalends.foundation.errors import Refusal
from kalends.foundation.text import fold
from kalends.organizations.models import Organization


@dataclass(slots=True)
class Outcome:
    """What was done. `known` are the lines of visits that are there already."""

    made: int = 0
    known: list[int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def skipped(self) -> int:
        return len(self.known)


def import_appointments(
    organization: Organization, rows: Sequence[VisitRow], *, tell_patients: bool, by: Actor, now: datetime
) -> Outcome:
    """Book each row. What cannot be is noted with its line; the caller decides whether the others stand."""
    outcome = Outcome()
    named = _Named(organization)
    wanted = [(row, named.schedule(row.schedule), named.service(row.service)) for row in rows]
    locks.wait_turn(*{schedule.id for _row, schedule, _service in wanted if schedule is not None})
    made: list[str] = []
    for row, schedule, service in wanted:
        if schedule is None or service is None:
            what, text = (_("agenda"), row.schedule) if schedule is None else (_("service"), row.service)
            sentence = _("There is no %(what)s of this name.") % {"what": what}
            outcome.problems.append(Problem(row.line, "", sentence, text[:60]))
        elif (visit := _book(organization, row, schedule, service, tell_patients, outcome, by, now)) is not None:
            made.append(str(visit.id))
    outcome.made = len(made)
    if made:
        audit.record_about(
            "appointment:import",
            organization_id=organization.id,
            kind="appointment",
            subject_id=None,
            by=by,
            now=now,
            after={"appointments": made},
        )
    return outcome


def _book(
    organization: Organization,
    row: VisitRow,
    schedule: Schedule,
    service: Service,
    tell_patients: bool,
    outcome: Outcome,
    by: Actor,
    now: datetime,
) -> Appointment | None:
    instants = clock.instants_of(row.day, row.minute, clock.zone(schedule.time_zone))
    if not instants:
        sentence = _("This hour does not exist on that day: the clocks change.")
        outcome.problems.append(Problem(row.line, "", sentence))
        return None
    starts_at = datetime.fromtimestamp(instants[0], UTC)
    if _is_there(organization, row, schedule.id, starts_at):
        outcome.known.append(row.line)
        return None
    try:
        with transaction.atomic():  # a row that is refused takes back what it wrote, and nothing else
            return book(
                organization,
                schedule_id=schedule.id,
                service_id=service.id,
                starts_at=starts_at,
                contact=row.contact,
                reason=row.reason,
                tell_patient=tell_patients,
                by=by,
                now=now,
            )
    except Refusal as refusal:
        when = f"{row.day.isoformat()} {row.minute // 60}:{row.minute % 60:02}"
        outcome.problems.append(Problem(row.line, "", str(refusal), when))
        return None


def _is_there(organization: Organization, row: VisitRow, schedule_id: UUID, starts_at: datetime) -> bool:
    """The same person has this very visit, so the file was read before."""
    asked = identity_of(row.contact)
    there = organization.appointments.filter(schedule_id=schedule_id, starts_at=starts_at)
    there = there.exclude(status=Status.CANCELLED).select_related("contact")
    return any((one.contact.last_key, one.contact.first_key) == (asked.last_key, asked.first_key) for one in there)


class _Named:
    """Agendas and services by their names: an agenda by its practitioner's as well, where that is one agenda."""

    def __init__(self, organization: Organization) -> None:
        self.schedules: dict[str, list[Schedule]] = {}
        for schedule in organization.schedules.filter(is_active=True).select_related("provider"):
            for name in {fold(schedule.name), fold(schedule.provider.name)}:
                self.schedules.setdefault(name, []).append(schedule)
        self.services: dict[str, list[Service]] = {}
        for service in organization.services.all():
            for name in {fold(name) for name in service.names.values()}:
                self.services.setdefault(name, []).append(service)

    def schedule(self, name: str) -> Schedule | None:
        found = self.schedules.get(fold(name), [])
        return found[0] if len(found) == 1 else None

    def service(self, name: str) -> Service | None:
        found = self.services.get(fold(name), [])
        return found[0] if len(found) == 1 else None
