"""When an agenda is open: weekly rules, days that differ, closures, and blocks of busy time."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from ninja import Router

from kalends.agenda import operations as agenda
from kalends.agenda import rules
from kalends.agenda.models import DayOverride, OpeningRule, Schedule
from kalends.api.access import Call, requires
from kalends.api.acts import done, made
from kalends.api.answers import answer, told_at
from kalends.api.naming import sender_says
from kalends.api.schemas import agenda as schemas
from kalends.api.schemas.fields import minute_written
from kalends.api.v1.agenda.known import refuse_unknown_services
from kalends.api.v1.agenda.schedules import find
from kalends.foundation import clock
from kalends.foundation.database import tenancy
from kalends.organizations.permissions import Right

router = Router(tags=["agendas"], by_alias=True)


@router.get("/{slug:org}/schedules/{uuid:id}/opening", auth=requires(Right.AGENDA_READ), response=schemas.Opening)
def opening(request: Call, org: str, id: UUID) -> HttpResponse:
    """All opening hours of an agenda, in wall time of its zone."""
    with tenancy.acting(organization=request.organization, by=request.actor):
        told = _told(find(request.organization, id, request.actor))
    return answer(told)


@router.put("/{slug:org}/schedules/{uuid:id}/opening", auth=requires(Right.SETTINGS_AGENDA), response=schemas.Opening)
def set_opening(request: Call, org: str, id: UUID, asked: schemas.OpeningSent) -> HttpResponse:
    """Replace all opening hours. With `version`, only those that were read: 409 if others changed them since."""

    def act(now: datetime) -> dict[str, Any]:
        known = find(request.organization, id, request.actor)
        services = {f"rules[{place}].services": rule.services or () for place, rule in enumerate(asked.rules)}
        refuse_unknown_services(request.organization, services)
        schedule = agenda.set_opening(
            known,
            rules=[_rule(rule) for rule in asked.rules],
            overrides=[_override(override) for override in asked.overrides],
            version=asked.version,
            by=request.actor,
            now=now,
        )
        return _told(schedule)

    return done(request, act)


@router.post(
    "/{slug:org}/schedules/{uuid:id}/closures",
    auth=requires(Right.SETTINGS_AGENDA),
    response={201: schemas.Closure},
)
def add_closure(request: Call, org: str, id: UUID, asked: schemas.ClosureSent) -> HttpResponse:
    """Close an agenda from one date to another, both included, or from one wall time to another."""

    def act(now: datetime) -> dict[str, Any]:
        schedule = find(request.organization, id, request.actor)
        names = {"from_day": "from", "from_minute": "from_time", "to_day": "to", "to_minute": "to_time"}
        with sender_says(names):
            closure = agenda.add_closure(
                request.organization,
                schedule=schedule,
                from_day=asked.first,
                from_minute=asked.first_minute,
                to_day=asked.last,
                to_minute=asked.last_minute,
                reason=asked.reason or "",
                by=request.actor,
                now=now,
            )
        return {
            "id": closure.id,
            "schedule": schedule.id,
            "from": closure.from_day,
            "from_time": minute_written(closure.from_minute),
            "to": closure.to_day,
            "to_time": minute_written(closure.to_minute),
            "reason": closure.reason,
        }

    return made(request, act)


@router.post(
    "/{slug:org}/schedules/{uuid:id}/blocks", auth=requires(Right.SETTINGS_AGENDA), response={201: schemas.Block}
)
def add_block(request: Call, org: str, id: UUID, asked: schemas.BlockSent) -> HttpResponse:
    """Keep a time without a patient. 409 where somebody is there already."""

    def act(now: datetime) -> dict[str, Any]:
        schedule = find(request.organization, id, request.actor)
        with sender_says({"starts_at": "start", "ends_at": "end"}):
            block = agenda.add_block(
                schedule,
                starts_at=asked.start,
                ends_at=asked.end,
                reason=asked.reason or "",
                is_pre_reservation=asked.is_pre_reservation,
                by=request.actor,
                now=now,
            )
        assert block is not None, "only with skip_taken may nothing be left"
        zone = clock.zone(schedule.time_zone)
        return {
            "id": block.id,
            "schedule": schedule.id,
            "start": told_at(block.starts_at, zone),
            "end": told_at(block.ends_at, zone),
            "reason": block.reason,
            "is_pre_reservation": block.is_pre_reservation,
        }

    return made(request, act)


def _rule(sent: schemas.RuleSent) -> rules.OpeningRule:
    services = None if sent.services is None else frozenset(sent.services)
    return rules.OpeningRule(
        sent.weekday, sent.start, sent.end, sent.valid_from, sent.valid_until, sent.weeks, services
    )


def _override(sent: schemas.OverrideSent) -> rules.DayOverride:
    return rules.DayOverride(sent.date, tuple((period.start, period.end) for period in sent.periods))


def _told(schedule: Schedule) -> dict[str, Any]:
    weekly = schedule.opening_rules.order_by("weekday", "from_minute", "id")
    return {
        "rules": [_told_rule(rule) for rule in weekly],
        "overrides": [_told_override(override) for override in schedule.overrides.order_by("day")],
        "version": schedule.version,
    }


def _told_rule(rule: OpeningRule) -> dict[str, Any]:
    return {
        "weekday": rule.weekday,
        "from": minute_written(rule.from_minute),
        "to": minute_written(rule.to_minute),
        "valid_from": rule.valid_from,
        "valid_until": rule.valid_until,
        "weeks": str(rule.weeks),
        "services": rule.services or None,
    }


def _told_override(override: DayOverride) -> dict[str, Any]:
    periods = [{"from": minute_written(start), "to": minute_written(end)} for start, end in override.periods]
    return {"date": override.day, "periods": periods}
