"""What somebody should see who wants a time that is taken: who sits there, and whether there is room beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kalends.agenda.queries.free_times import free_slot
from kalends.agenda.queries.slots import Slot
from kalends.booking import queries
from kalends.booking.queries import Clash
from kalends.foundation import clock
from kalends.foundation.actor import Actor
from kalends.organizations.models import Organization
from kalends.organizations.permissions import Right
from kalends.web.staff import dates
from kalends.web.staff.appointments.views import looked_at
from kalends.web.staff.weeks import Near


@dataclass(frozen=True, slots=True)
class Overbooking:
    """A time that can be booked though it is taken; `lines` name who or what is there."""

    slot: Slot
    lines: Sequence[str]


def overbooking(
    organization: Organization, near: Near, by: Actor, *, except_id: UUID | None = None
) -> Overbooking | None:
    """None: `by` may not, the agenda allows none, or the time is not within its hours. Looking is written down."""
    if not by.may(Right.APPOINTMENT_OVERBOOK):
        return None
    slot = free_slot(
        organization,
        service_id=near.service_id,
        schedule_id=near.schedule_id,
        starts_at=near.starts_at,
        channel=near.channel,
        now=near.now,
    )
    if slot is None or slot.schedule.overbooking_limit == 0:
        return None
    found = [clash for clash in queries.clashes(organization, slot, now=near.now) if _is_other(clash, except_id)]
    for clash in found:
        if clash.appointment is not None:
            looked_at(clash.appointment, by=by, now=near.now)
    return Overbooking(slot, [_line(clash, slot) for clash in found])


def _is_other(clash: Clash, except_id: UUID | None) -> bool:
    return clash.appointment is None or clash.appointment.id != except_id


def _line(clash: Clash, slot: Slot) -> str:
    """10:00 to 10:30: Aubrée Clémence, Consultation."""
    begin, end = (clock.wall(clock.epoch_of(at), slot.schedule.zone) for at in (clash.starts_at, clash.ends_at))
    hours = _("%(begin)s to %(end)s") % {"begin": dates.hour(begin), "end": dates.hour(end)}
    if clash.appointment is None:
        return _("%(hours)s: %(what)s") % {"hours": hours, "what": clash.block_reason or _("kept or blocked")}
    visit = clash.appointment
    service = visit.service.name_in(get_language() or "en")
    name = f"{visit.contact.last_name} {visit.contact.first_name}".strip()
    more = _("%(service)s, overbooked") % {"service": service} if visit.is_overbooked else service
    return _("%(hours)s: %(who)s, %(what)s") % {"hours": hours, "who": name, "what": more}
