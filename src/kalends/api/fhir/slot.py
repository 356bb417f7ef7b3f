"""Slot: a free time of an agenda for one service, as a caller of the API may book it.

Free times are worked out and stored nowhere, so the id of one says what it is: agenda, service, instant.
"""

from __future__ import annotations

from base64 import b32decode, b32encode
from binascii import Error as NotBase32
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from kalends.agenda.queries.free_times import bookable_on, free_slot, free_times
from kalends.agenda.queries.plans import AgendaPlan, SchedulePlan, plan_of
from kalends.agenda.queries.search import Search
from kalends.agenda.queries.slots import STAFF_HORIZON_DAYS
from kalends.agenda.queries.slots import Slot as Free
from kalends.api.access import Call, sees_own_only
from kalends.api.answers import told
from kalends.api.fhir.answers import Resource, reference, service_type
from kalends.api.fhir.asked import Parameter, Question
from kalends.api.fhir.kinds import Found, Kind
from kalends.foundation import clock
from kalends.foundation.actor import ChannelKind
from kalends.foundation.errors import Invalid, NotFound
from kalends.organizations.models import Organization

CHANNEL = ChannelKind.API
PARAMETERS = [
    Parameter("schedule", "reference", "Schedule/…; this or service-type is needed."),
    Parameter("service-type", "token", "The id of a service, as serviceType tells it."),
    Parameter("start", "date", "From now on unless said: ge, gt, le, lt, eq."),
    Parameter("status", "token", "free: others are never found."),
]
_DAY = timedelta(days=1)
_LONGEST_STEP = 32
_KEY = 26  # a UUID in base 32


def id_of(slot: Free) -> str:
    """64 characters, the most that FHIR allows."""
    return f"{_written(slot.schedule.id)}.{_written(slot.service.id)}.{slot.start:010d}"


def _parts(id: str) -> tuple[UUID, UUID, int]:
    """Agenda, service, instant. Raises NotFound for what is no id of a slot."""
    schedule, _dot, rest = id.partition(".")
    service, _dot, start = rest.partition(".")
    if len(start) != 10 or not (start.isascii() and start.isdigit()):
        raise NotFound
    return _uuid(schedule), _uuid(service), int(start)


def _written(id: UUID) -> str:
    return b32encode(id.bytes).decode().rstrip("=").lower()


def _uuid(text: str) -> UUID:
    try:
        if len(text) != _KEY or text != text.lower():
            raise NotFound
        return UUID(bytes=b32decode(f"{text.upper()}======"))
    except (NotBase32, ValueError):
        raise NotFound from None


def _read(call: Call, id: str, now: datetime) -> Resource:
    """A time that is offered, free or not; one that is not offered (any more) is not found."""
    schedule_id, service_id, start = _parts(id)
    organization = call.organization
    if schedule_id not in {schedule.id for schedule in _seen(call, plan_of(organization))}:
        raise NotFound
    wanted: dict[str, Any] = {"service_id": service_id, "schedule_id": schedule_id, "channel": CHANNEL, "now": now}
    offered = free_slot(organization, starts_at=datetime.fromtimestamp(start, UTC), **wanted)
    if offered is None:
        raise NotFound
    day = offered.local_start.date()
    free = free_times(organization, first=day, last=day, want_next=False, limit=100_000, **wanted)
    is_free = free is not None and any(slot.start == start for slot in free.slots)
    return told_slot(organization, offered, status="free" if is_free else "busy")


def _search(call: Call, question: Question, now: datetime) -> Found:
    states = question.tokens("status")
    first, end = question.between("start")
    after = _after(question)
    plan = plan_of(call.organization)
    searches = [
        Search(call.organization, plan, plan.services[service_id], schedules, CHANNEL, now)
        for service_id, schedules in _asked(call, plan, question)
        if bookable_on(plan.services[service_id], CHANNEL)
    ]
    if (states is not None and "free" not in states) or not searches:
        return [], None
    this_moment = clock.epoch_of(now)
    farthest = this_moment + (STAFF_HORIZON_DAYS + 1) * 86_400
    begin = max(this_moment, first or 0, after[0])
    found = _first_free(searches, begin, min(farthest, end if end is not None else farthest), after, question.count + 1)
    shown = [told_slot(call.organization, slot) for slot in found[: question.count]]
    return shown, shown[-1]["id"] if len(found) > question.count else None


def _first_free(searches: Sequence[Search], begin: int, end: int, after: tuple[int, str], wanted: int) -> list[Free]:
    """In order of start and id, in steps of 1, 2, 4 … days: a page costs what it shows, not what there is."""
    found: list[Free] = []
    days = 1
    while begin < end and len(found) < wanted:
        until = min(end, begin + days * 86_400)
        # Days are local to each agenda, and the step is not.
        first, last = (datetime.fromtimestamp(instant, UTC).date() for instant in (begin, until))
        step = [
            slot
            for search in searches
            for slot in search.slots(first - _DAY, last + _DAY)
            if begin <= slot.start < until and (slot.start, id_of(slot)) > after
        ]
        found += sorted(step, key=lambda slot: (slot.start, id_of(slot)))
        begin, days = until, min(days * 2, _LONGEST_STEP)
    return found


def _after(question: Question) -> tuple[int, str]:
    if question.cursor is None:
        return 0, ""
    try:
        return _parts(question.cursor)[2], question.cursor
    except NotFound:
        raise Invalid.field("_cursor", _("This is no “next” of this list.")) from None


def _asked(call: Call, plan: AgendaPlan, question: Question) -> Iterable[tuple[UUID, list[SchedulePlan]]]:
    """Services, and the agendas that are asked for each. Unknown ones are found nowhere."""
    schedule_ids = question.referred("schedule", "Schedule")
    service_ids = question.ids("service-type")
    if schedule_ids is None and service_ids is None:
        raise Invalid.field("schedule", _("Say which schedule or which service-type you ask for."))
    schedules = [one for one in _seen(call, plan) if schedule_ids is None or one.id in schedule_ids]
    for service_id in plan.services if service_ids is None else sorted({*service_ids} & plan.services.keys()):
        if offering := [schedule for schedule in schedules if service_id in schedule.offers]:
            yield service_id, offering


def _seen(call: Call, plan: AgendaPlan) -> list[SchedulePlan]:
    own_only = sees_own_only(call.actor)
    return [one for one in plan.schedules.values() if not own_only or one.provider_id == call.actor.provider_id]


def told_slot(organization: Organization, slot: Free, *, status: str = "free") -> Resource:
    return {
        "resourceType": "Slot",
        "id": id_of(slot),
        "serviceType": [service_type(organization, slot.service)],
        "schedule": reference("Schedule", slot.schedule.id),
        "status": status,
        "start": told(slot.start, slot.schedule.zone),
        "end": told(slot.end, slot.schedule.zone),
    }


KIND = Kind("Slot", "A free time of an agenda for a service.", PARAMETERS, _read, _search)
