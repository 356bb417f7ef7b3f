"""Which acts are possible on an appointment beyond the table of states: undoing, swapping, overbooking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from kalends.agenda.queries.occupied import LONGEST_PLACE
from kalends.agenda.queries.plans import AgendaPlan, plan_of
from kalends.agenda.queries.slots import Slot
from kalends.booking import rules
from kalends.booking.models import Appointment, HistoryEntry
from kalends.booking.queries.appointments import history_of
from kalends.foundation.clock import epoch_of, local_date, zone
from kalends.organizations.models import Organization


@dataclass(frozen=True, slots=True)
class Clash:
    """Who or what sits at a taken time: an appointment (with contact and service), or a block's reason."""

    starts_at: datetime
    ends_at: datetime
    appointment: Appointment | None
    block_reason: str = ""


def is_too_early(appointment: Appointment, status: str, now: datetime) -> bool:
    """What only a visit that has begun, or whose day has come, can become."""
    today = local_date(epoch_of(now), zone(appointment.time_zone))
    return rules.too_early(
        status, starts_at=appointment.starts_at, local_day=appointment.local_day, now=now, today=today
    )


# What happens beside the states, and hinders nobody from taking one back.
BESIDE = ("link revoked", "paid", "unpaid")


def last_step(appointment: Appointment) -> HistoryEntry | None:
    """The change of state that can be taken back: the very last thing that happened, unless it was an undo."""
    return step_in(appointment, history_of(appointment, most=1))


def step_in(appointment: Appointment, history: Sequence[HistoryEntry]) -> HistoryEntry | None:
    """The same, where the last of its `history` is at hand, oldest first."""
    newest = next((entry for entry in reversed(history) if entry.what not in BESIDE), None)
    if newest is None:
        newest = appointment.history.exclude(what__in=BESIDE).order_by("-at", "-id").first()
    if newest is None or newest.what not in rules.UNDOABLE or not newest.before:
        return None
    return newest if newest.before["status"] != appointment.status else None


def can_swap(organization: Organization, first: Appointment, second: Appointment, *, now: datetime) -> bool:
    """Both to come, of two people, and each is offered where and exactly as long as the other sits (BOK-10)."""
    if first.id == second.id or first.contact_id == second.contact_id:
        return False
    if any(one.status not in rules.SWAPPABLE or one.starts_at <= now for one in (first, second)):
        return False
    plan = plan_of(organization)
    return _fits(plan, first, second) and _fits(plan, second, first)


def swappable(organization: Organization, appointment: Appointment, *, now: datetime) -> list[Appointment]:
    """Visits of the same day, on any agenda, with which it can change places; by time."""
    of_the_day = organization.appointments.filter(
        local_day=appointment.local_day, status__in=sorted(rules.SWAPPABLE), starts_at__gt=now
    )
    found = of_the_day.select_related("contact", "service", "schedule__provider").order_by("starts_at", "id")
    return [other for other in found if can_swap(organization, appointment, other, now=now)]


def clashes(organization: Organization, slot: Slot, *, now: datetime) -> Sequence[Clash]:
    """Who sits at the time of `slot`, buffers included: what somebody should know who books it all the same."""
    begin, end = (datetime.fromtimestamp(instant, UTC) for instant in slot.span)
    near = organization.occupancies.filter(
        schedule_id=slot.schedule.id, starts_at__lt=end, starts_at__gte=begin - LONGEST_PLACE, ends_at__gt=begin
    ).order_by("starts_at", "id")
    places = [place for place in near if place.expires_at is None or place.expires_at > now]
    holders = [place.holder_id for place in places]
    seated = organization.appointments.select_related("contact", "service").filter(id__in=holders)
    visits = {visit.id: visit for visit in seated}
    reasons: dict[UUID, str] = dict(organization.blocks.filter(id__in=holders).values_list("id", "reason"))
    found = {}
    for place in places:
        visit = visits.get(place.holder_id)
        times = (visit.starts_at, visit.ends_at) if visit else (place.starts_at, place.ends_at)
        found[place.holder_id] = Clash(*times, visit, reasons.get(place.holder_id, ""))
    return list(found.values())


def _fits(plan: AgendaPlan, guest: Appointment, host: Appointment) -> bool:
    """Whether `guest` needs exactly the place that `host` has."""
    schedule = plan.schedules.get(host.schedule_id)
    if schedule is None:
        return False
    wanted, given = schedule.offers.get(guest.service_id), schedule.offers.get(host.service_id)
    if wanted is None or given is None:
        return False
    start = epoch_of(host.starts_at)
    if start + wanted.visit.duration * 60 != epoch_of(host.ends_at) or wanted.needs != given.needs:
        return False
    return wanted.visit.occupied(start) == given.visit.occupied(start)
