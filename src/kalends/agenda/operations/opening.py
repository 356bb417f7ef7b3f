"""Opening hours: the rules of a schedule and the days that differ from them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from kalends.agenda import changes
from kalends.agenda import rules as opening_rules
from kalends.agenda.models import DayOverride, OpeningRule, Schedule
from kalends.agenda.operations import wording
from kalends.agenda.refusals import EditedMeanwhile
from kalends.audit import operations as audit
from kalends.foundation.actor import Actor
from kalends.foundation.clock import ClockRefused, check_day
from kalends.foundation.errors import FieldError, Invalid

MOST_RULES = 200
MOST_OVERRIDES = 1000


def set_opening(
    schedule: Schedule,
    *,
    rules: Sequence[opening_rules.OpeningRule],
    overrides: Sequence[opening_rules.DayOverride],
    version: int | None,
    by: Actor,
    now: datetime,
) -> Schedule:
    """Replace all opening rules and all day overrides at once; returns the schedule with its new version.

    `version` is that of the schedule when the editor was opened; None: whoever comes last wins. Appointments
    that are no longer inside stay. Raises EditedMeanwhile, and Invalid naming `rules[2].to`,
    `overrides[0].date`, `overrides[0].periods[1].from`.
    """
    known: Schedule = schedule.organization.schedules.select_for_update(no_key=True).get(id=schedule.id)
    if version is not None and version != known.version:
        raise EditedMeanwhile
    _check_rules(known, rules)
    _check_overrides(overrides)
    before = _written(known)
    known.opening_rules.all().delete()
    known.overrides.all().delete()
    OpeningRule.all_rows.bulk_create(_rule_row(known, rule) for rule in rules)
    DayOverride.all_rows.bulk_create(
        DayOverride(
            organization_id=known.organization_id,
            schedule_id=known.id,
            day=override.day,
            periods=[list(period) for period in override.periods],
        )
        for override in overrides
    )
    known.version += 1
    known.save(update_fields=["version"])
    audit.record("opening:set", known, by=by, now=now, before=before, after=_written(known))
    changes.tell_all(known.organization_id)
    return known


def _check_rules(schedule: Schedule, rules: Sequence[opening_rules.OpeningRule]) -> None:
    if len(rules) > MOST_RULES:
        raise Invalid.field("rules", _("At most %(count)s rules, please.") % {"count": MOST_RULES})
    for index, rule in enumerate(rules):
        for name in ("valid_from", "valid_until"):
            _check_day(getattr(rule, name), f"rules[{index}].{name}")
    try:
        opening_rules.check_rules(rules)
    except opening_rules.OpeningRefused as fault:
        raise Invalid([wording.field_error(fault, f"rules[{fault.index}]")]) from fault
    wanted = {service for rule in rules for service in rule.services or ()}
    known = set(schedule.organization.services.filter(id__in=wanted).values_list("id", flat=True))
    unknown = [
        FieldError(f"rules[{index}].services", _("There is no such service."))
        for index, rule in enumerate(rules)
        if not (rule.services or frozenset()) <= known
    ]
    if unknown:
        raise Invalid(unknown)


def _check_overrides(overrides: Sequence[opening_rules.DayOverride]) -> None:
    if len(overrides) > MOST_OVERRIDES:
        raise Invalid.field("overrides", _("At most %(count)s days, please.") % {"count": MOST_OVERRIDES})
    seen: set[date] = set()
    for index, override in enumerate(overrides):
        _check_day(override.day, f"overrides[{index}].date")
        if override.day in seen:
            raise Invalid.field(f"overrides[{index}].date", _("This day is already there."))
        seen.add(override.day)
        try:
            opening_rules.check_override(override)
        except opening_rules.OpeningRefused as fault:
            raise Invalid([wording.field_error(fault, f"overrides[{index}].periods[{fault.index}]")]) from fault


def _check_day(day: date | None, name: str) -> None:
    try:
        if day is not None:
            check_day(day)
    except ClockRefused:
        raise Invalid.field(name, wording.DAY_OUT_OF_RANGE) from None


def _rule_row(schedule: Schedule, rule: opening_rules.OpeningRule) -> OpeningRule:
    return OpeningRule(
        organization_id=schedule.organization_id,
        schedule_id=schedule.id,
        weekday=rule.weekday,
        from_minute=rule.start,
        to_minute=rule.end,
        valid_from=rule.valid_from,
        valid_until=rule.valid_until,
        weeks=rule.weeks,
        services=sorted(rule.services or ()),
    )


def _written(schedule: Schedule) -> dict[str, Any]:
    """The hours as the audit keeps them."""
    rules = schedule.opening_rules.order_by("weekday", "from_minute", "id")
    return {
        "version": schedule.version,
        "rules": [
            [rule.weekday, rule.from_minute, rule.to_minute, rule.weeks]
            + [day and day.isoformat() for day in (rule.valid_from, rule.valid_until)]
            for rule in rules
        ],
        "overrides": {row.day.isoformat(): row.periods for row in schedule.overrides.order_by("day")},
    }
