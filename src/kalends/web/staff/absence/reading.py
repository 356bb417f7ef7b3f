"""The visits of somebody who is absent, and for each the times that could take its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from kalends.agenda.models import Schedule
from kalends.agenda.queries.free_times import free_times
from kalends.agenda.queries.slots import Slot
from kalends.booking import rules
from kalends.booking.models import Appointment
from kalends.foundation.actor import ChannelKind
from kalends.organizations.models import Organization
from kalends.web.staff import dates
from kalends.web.staff.absence.wish import CANCEL, LEAVE, MOVE, Wish
from kalends.web.staff.worklists.rows import Row, row_of

MOST_SHOWN = 200
FROM_EACH = 2
LOOKS_AHEAD = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class Line:
    """A visit, what can become of it (value, words), and what is chosen at first."""

    row: Row
    options: Sequence[tuple[str, str]]
    chosen: str


def visits(
    organization: Organization, schedules: Sequence[Schedule], first: date, last: date, now: datetime
) -> list[Appointment]:
    """Those still to come on these agendas from `first` to `last`, by time."""
    found = organization.appointments.filter(
        schedule_id__in=[schedule.id for schedule in schedules],
        local_day__gte=first,
        local_day__lte=last,
        status__in=sorted(rules.MOVABLE),
        starts_at__gt=now,
    ).select_related("contact", "service", "schedule__provider")
    return list(found.order_by("starts_at", "id")[:MOST_SHOWN])


def lines(
    organization: Organization,
    found: Sequence[Appointment],
    wish: Wish,
    *,
    now: datetime,
    language: str,
    may_cancel: bool,
) -> list[Line]:
    """Each visit with times of its own: none is proposed twice. Inside `tenancy.acting`."""
    absent = {appointment.schedule_id for appointment in found}
    proposals = {
        service_id: _Proposals(organization, service_id, found, absent, wish, now)
        for service_id in {appointment.service_id for appointment in found}
    }
    used: set[tuple[UUID, int]] = set()
    made = []
    for appointment in found:
        slots = proposals[appointment.service_id].of(appointment, used)
        options = [(LEAVE, _("leave it"))]
        options += [(CANCEL, _("cancel it"))] if may_cancel else []
        options += [(value_of(slot), _("move: %(when)s") % {"when": _when(slot)}) for slot in slots]
        chosen = {CANCEL: CANCEL if may_cancel else LEAVE, MOVE: value_of(slots[0]) if slots else LEAVE}
        made.append(Line(row_of(organization, appointment, language), options, chosen.get(wish.preset, LEAVE)))
    return made


def value_of(slot: Slot) -> str:
    return f"{slot.schedule.id}|{slot.local_start.isoformat()}"


class _Proposals:
    """Free times of one service: later ones with the same practitioner, and those of colleagues on the same days."""

    def __init__(
        self,
        organization: Organization,
        service_id: UUID,
        found: Sequence[Appointment],
        absent: set[UUID],
        wish: Wish,
        now: datetime,
    ) -> None:
        assert wish.first is not None, "lines are of days"
        assert wish.last is not None, "the last day is the first unless said"
        a_day, enough = timedelta(days=1), MOST_SHOWN * FROM_EACH
        mine = [one for one in found if one.service_id == service_id]
        self.own: dict[UUID, list[Slot]] = {}
        for provider_id in {one.schedule.provider_id for one in mine}:
            later = free_times(
                organization,
                service_id=service_id,
                first=wish.last + a_day,
                last=wish.last + LOOKS_AHEAD,
                channel=ChannelKind.STAFF,
                now=now,
                provider_id=provider_id,
                limit=min(enough, len(mine) * FROM_EACH),
                want_next=False,
            )
            self.own[provider_id] = list(later.slots) if later else []
        those_days = free_times(
            organization,
            service_id=service_id,
            first=wish.first,
            last=wish.last,
            channel=ChannelKind.STAFF,
            now=now,
            limit=5000,
            want_next=False,
        )
        absentees = {one.schedule.provider_id for one in found}
        self.colleagues = [
            slot
            for slot in (those_days.slots if those_days else ())
            if slot.schedule.id not in absent and slot.schedule.provider_id not in absentees
        ]

    def of(self, appointment: Appointment, used: set[tuple[UUID, int]]) -> list[Slot]:
        """The next with the same practitioner, then the nearest with colleagues; they are no longer for others."""
        own = self._free(self.own.get(appointment.schedule.provider_id, []), used)[:FROM_EACH]
        start = int(appointment.starts_at.timestamp())
        near = sorted(self._free(self.colleagues, used), key=lambda slot: abs(slot.start - start))[:FROM_EACH]
        used |= {(slot.schedule.id, slot.start) for slot in (*own, *near)}
        return [*own, *near]

    @staticmethod
    def _free(slots: Sequence[Slot], used: set[tuple[UUID, int]]) -> list[Slot]:
        return [slot for slot in slots if (slot.schedule.id, slot.start) not in used]


def _when(slot: Slot) -> str:
    return f"{dates.moment(slot.local_start)}, {slot.schedule.name}"
