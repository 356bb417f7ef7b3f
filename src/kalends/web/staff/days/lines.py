"""The lines of one agenda's day, by time: who comes, what is held, blocked and free, and where now stands."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from kalends.agenda.models import Block, Resource, Schedule, Service
from kalends.booking import rules
from kalends.booking.models import Appointment, Hold, Status
from kalends.foundation import clock, phone
from kalends.organizations.models import Organization
from kalends.web.staff import dates
from kalends.web.staff.days.free import Stretch
from kalends.web.staff.shell import address


@dataclass(frozen=True, slots=True)
class Line:
    """`kind`: visit, held, blocked, free, now. `at` orders; `url` is empty where there is nothing to open."""

    kind: str
    at: int
    time: str
    length: str = ""
    name: str = ""
    detail: str = ""
    url: str = ""
    state: str = ""
    colour: int = 1
    arrival_url: str = ""
    telephone: str = ""
    telephone_url: str = ""


@dataclass(slots=True)
class Agenda:
    """One schedule's day. `closed` says why nothing is open; `zone` only where it is not the organization's."""

    schedule: Schedule
    title: str
    subtitle: str
    zone: str = ""
    closed: str = ""
    nothing: str = ""
    lines: list[Line] = field(default_factory=list)
    summary: str = ""


class Writer:
    """Turns rows into lines for one organization and one date."""

    def __init__(self, organization: Organization, day: date, now: datetime, *, may_book: bool) -> None:
        self.organization, self.day, self.now, self.may_book = organization, day, now, may_book

    def visit(self, appointment: Appointment, belongings: Sequence[Resource] = ()) -> Line:
        begins, ends = clock.epoch_of(appointment.starts_at), clock.epoch_of(appointment.ends_at)
        contact, country = appointment.contact, self.organization.country
        why = appointment.overbooking_reason if appointment.is_overbooked else ""
        may_arrive = self.may_book and Status.ARRIVED in rules.ALLOWED_CHANGES[appointment.status]
        return Line(
            kind="visit",
            at=begins,
            time=dates.minute(appointment.local_minute),
            length=dates.length((ends - begins) // 60),
            name=f"{contact.last_name} {contact.first_name}".strip(),
            detail=" · ".join(
                [
                    appointment.service.name_in(get_language() or "en"),
                    *(one.name for one in belongings),
                    *([_("Overbooked: %(why)s") % {"why": why}] if why else []),
                ]
            ),
            url=address(self.organization, "appointment", appointment_id=appointment.id),
            state=appointment.status,
            colour=appointment.service.colour,
            arrival_url=address(self.organization, "status", appointment_id=appointment.id)
            if may_arrive and self.is_today(clock.zone(appointment.time_zone))
            else "",
            telephone=phone.written(contact.phone, country=country) if contact.phone else "",
            telephone_url=f"tel:{contact.phone}" if contact.phone else "",
        )

    def held(self, hold: Hold, service: Service, zone: ZoneInfo) -> Line:
        """Without a name: nobody has booked yet."""
        begins = clock.epoch_of(hold.starts_at)
        return Line(
            kind="visit",
            at=begins,
            time=dates.hour(clock.wall(begins, zone)),
            length=dates.length(service.duration),
            name=_("Held"),
            detail=_("until %(hour)s, while somebody books") % {"hour": self._hour(hold.expires_at, zone)},
            state="held",
        )

    def blocked(self, block: Block, zone: ZoneInfo) -> Line:
        opens, closes = clock.day_bounds(self.day, zone)
        begins, ends = max(clock.epoch_of(block.starts_at), opens), min(clock.epoch_of(block.ends_at), closes)
        return Line(
            kind="blocked",
            at=begins,
            time=dates.hour(clock.wall(begins, zone)),
            length=dates.length((ends - begins) // 60),
            name=_("Reserved") if block.is_pre_reservation else _("Blocked"),
            detail=block.reason,
        )

    def free(self, stretch: Stretch, schedule: Schedule, zone: ZoneInfo) -> Line:
        begins = clock.wall(stretch.begins, zone)
        asked = {"schedule": schedule.id, "start": begins.isoformat(), "service": stretch.service_id or ""}
        minutes = (stretch.ends - stretch.begins) // 60
        return Line(
            kind="free",
            at=stretch.begins,
            time=dates.hour(begins),
            name=_("%(length)s free") % {"length": dates.length(minutes)},
            url=f"{address(self.organization, 'book')}?{urlencode(asked)}" if self.may_book else "",
        )

    def now_line(self, zone: ZoneInfo) -> Line | None:
        if not self.is_today(zone):
            return None
        at = clock.epoch_of(self.now)
        return Line(kind="now", at=at, time=dates.hour(clock.wall(at, zone)))

    def is_today(self, zone: ZoneInfo) -> bool:
        return clock.local_date(clock.epoch_of(self.now), zone) == self.day

    def is_past(self, zone: ZoneInfo) -> bool:
        return self.day < clock.local_date(clock.epoch_of(self.now), zone)

    def _hour(self, when: datetime, zone: ZoneInfo) -> str:
        return dates.hour(clock.wall(clock.epoch_of(when), zone))


def summary(appointments: Collection[Appointment], free_minutes: int) -> str:
    """12 appointments, 2 waiting, 1 cancelled, 2 h 30 free."""
    states = [appointment.status for appointment in appointments]
    coming = sum(state != Status.CANCELLED for state in states)
    arrived, cancelled = states.count(Status.ARRIVED), states.count(Status.CANCELLED)
    if not appointments and not free_minutes:
        return _("no appointment")
    parts = [ngettext("%(count)s appointment", "%(count)s appointments", coming) % {"count": coming}]
    if arrived:
        parts.append(ngettext("%(count)s waiting", "%(count)s waiting", arrived) % {"count": arrived})
    if cancelled:
        parts.append(ngettext("%(count)s cancelled", "%(count)s cancelled", cancelled) % {"count": cancelled})
    if free_minutes:
        parts.append(_("%(length)s free") % {"length": dates.length(free_minutes)})
    return ", ".join(parts)


def by_schedule(rows: Collection[Any]) -> Mapping[UUID, list[Any]]:
    grouped: dict[UUID, list[Any]] = {}
    for row in rows:
        grouped.setdefault(row.schedule_id, []).append(row)
    return grouped
