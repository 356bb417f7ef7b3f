"""The reminders of an account (seed 001, OPTIONS / Rappels rendez-vous)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from kalends.audit import operations as audit
from kalends.delivery import segments
from kalends.delivery.models import Medium
from kalends.foundation.actor import Actor
from kalends.foundation.database import rows
from kalends.foundation.errors import FieldError, Invalid
from kalends.notifications.models import ReminderBy, ReminderRule, ReminderState, Side, Unit
from kalends.notifications.reminders import rules, supplements
from kalends.notifications.reminders.queries import languages_written, locations_of, rules_of
from kalends.notifications.reminders.texts import LONGEST, longest_sms
from kalends.organizations.models import Organization, Provider
from kalends.organizations.operations import edit_provider

FIELDS = (
    "state",
    "medium",
    "side",
    "amount",
    "unit",
    "at_minute",
    "services",
    "skips_confirmed",
    "sms_supplement",
    "email_supplement",
)
# What decides when somebody is reminded: changed, all visits to come are looked at again.
_DECIDING = frozenset(FIELDS) - {"sms_supplement", "email_supplement"}


def set_rules(
    organization: Organization,
    provider: Provider,
    *,
    sent: Mapping[int, Mapping[str, Any]],
    by: Actor,
    now: datetime,
    sms_name: str | None = None,
) -> list[ReminderRule]:
    """Set all reminders of an account, by number; those left out go, the first two are off then.

    `sms_name` is how text messages write the account's name; None: as before. Raises Invalid; the field of a reminder
    is named `2.amount`.
    """
    provider = (
        organization.providers.select_for_update(no_key=True, of=("self",))
        .select_related("organization")
        .get(id=provider.id)
    )
    if sms_name is not None and sms_name != provider.sms_name:
        provider = edit_provider(provider, sms_name=sms_name, by=by, now=now)
    known = {rule.number: rule for rule in rules_of(organization, provider.id)}
    before = _plain(list(known.values()))
    errors = [FieldError("number", _("Reminders are numbered from 1 to 20."))] if not _are_numbers(sent) else []
    for number in sorted(sent) if not errors else ():
        rule = known.get(number) or ReminderRule(organization=organization, provider=provider, number=number)
        errors += _fill(organization, provider, rule, sent[number])
        known[number] = rule
    errors += _doubled([known[number] for number in sorted(sent)] if not errors else ())
    if errors:
        raise Invalid(errors)
    organization.reminder_rules.filter(provider_id=provider.id).exclude(number__in=list(sent)).delete()
    kept = rules_of(organization, provider.id)
    after = _plain(kept)
    if before != after:
        audit.record("provider:reminders", provider, by=by, now=now, before={"rules": before}, after={"rules": after})
    return kept


def _are_numbers(sent: Mapping[int, Any]) -> bool:
    return all(1 <= number <= rules.MOST_RULES for number in sent)


def _fill(
    organization: Organization, provider: Provider, rule: ReminderRule, sent: Mapping[str, Any]
) -> list[FieldError]:
    """Write one rule; says what is wrong with it."""
    wanted = {**sent, "services": sorted(set(sent.get("services", ())))}
    try:
        changes = rows.fill(rule, wanted, allowed=FIELDS, bounds={"at_minute": (0, 1439)})
    except Invalid as fault:
        return [FieldError(f"{rule.number}.{one.field}", one.message) for one in fault.errors]
    if errors := list(_impossible(organization, provider, rule)):
        return [FieldError(f"{rule.number}.{field}", sentence) for field, sentence in errors]
    if rule._state.adding:
        rows.insert(rule)
    elif changes.columns:
        if changes.columns & _DECIDING:
            rule.looked_until = None
            changes.columns.add("looked_until")
        rows.update(rule, changes)
    return []


def _impossible(organization: Organization, provider: Provider, rule: ReminderRule) -> Sequence[tuple[str, str]]:
    found = []
    if not 1 <= rule.amount <= rules.LONGEST[rule.unit]:
        sentence = _("This must be between %(least)s and %(most)s.") % {"least": 1, "most": rules.LONGEST[rule.unit]}
        found.append(("amount", sentence))
    if rule.medium == ReminderBy.STAFF and rule.side == Side.AFTER:
        found.append(("side", _("Who has not confirmed is told before the appointment only.")))
    if rule.at_minute is not None and rule.unit != Unit.DAYS:
        found.append(("at_minute", _("Only a reminder by days can have an hour of its own.")))
    if organization.services.filter(id__in=rule.services).count() != len(rule.services):
        found.append(("services", _("There is no such service.")))
    for field, medium in (("sms_supplement", Medium.SMS), ("email_supplement", Medium.EMAIL)):
        if why := supplements.why_refused(getattr(rule, field), medium):
            found.append((field, why))
    if over := _too_long(organization, provider, rule):
        found.append(("sms_supplement", over))
    return found


def _doubled(wanted: Sequence[ReminderRule]) -> list[FieldError]:
    """Two that would send the same at the same time by the same medium (REM-09)."""
    found = []
    for place, rule in enumerate(wanted):
        for other in wanted[:place]:
            same_medium = rule.medium == other.medium or ReminderBy.BOTH in (rule.medium, other.medium)
            both_on = ReminderState.OFF not in (rule.state, other.state)
            services = not rule.services or not other.services or set(rule.services) & set(other.services)
            if both_on and same_medium and services and _moment(rule) == _moment(other):
                sentence = _("Reminder %(number)s leaves at the same time already.") % {"number": other.number}
                found.append(FieldError(f"{rule.number}.amount", sentence))
    return found


def _moment(rule: ReminderRule) -> tuple[str, int, int | None]:
    """On ordinary days 48 hours are two days."""
    return rule.side, rule.amount * (1 if rule.unit == Unit.HOURS else 24), rule.at_minute


def _too_long(organization: Organization, provider: Provider, rule: ReminderRule) -> str:
    """What is said where a text message would be longer than 160 characters in a language of its patients."""
    if not rule.sms_supplement:
        return ""  # a name is never refused
    filled = supplements.fill(rule.sms_supplement, supplements.longest_of(organization, locations_of(provider)))
    longest = max(
        _length(longest_sms(provider.name_in_sms, language, is_over=rule.side == Side.AFTER, supplement=filled))
        for language in languages_written(organization)
    )
    if longest <= LONGEST:
        return ""
    return _("The text message would have %(count)s characters; %(most)s at most. Please shorten it by %(over)s.") % {
        "count": longest,
        "most": LONGEST,
        "over": longest - LONGEST,
    }


def _length(text: str) -> int:
    """In the 7-bit alphabet some signs count twice; what needs the other one is counted by characters."""
    count = segments.count(segments.sendable(text))
    return count.units if count.alphabet == segments.Alphabet.GSM else len(text)


def _plain(kept: Sequence[ReminderRule]) -> list[dict[str, Any]]:
    return [
        {"number": rule.number, **{name: rows.plain(getattr(rule, name)) for name in FIELDS}}
        for rule in kept
        if not rule._state.adding
    ]
