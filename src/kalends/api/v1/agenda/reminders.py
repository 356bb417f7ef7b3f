"""When patients are reminded, for each practitioner's account."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router

from kalends.api.access import Call, requires
from kalends.api.acts import done
from kalends.api.answers import answer
from kalends.api.paging import Paged, page
from kalends.api.problems import UnknownId
from kalends.api.schemas import reminders as schemas
from kalends.api.schemas.fields import minute_written
from kalends.foundation.database import tenancy
from kalends.foundation.errors import FieldError, Invalid
from kalends.notifications.models import ReminderRule
from kalends.notifications.reminders.operations import set_rules
from kalends.notifications.reminders.queries import rules_of
from kalends.organizations.models import Provider
from kalends.organizations.permissions import Right

router = Router(tags=["practitioners"])
PATH = "/{slug:org}/reminder-rules"
_NUMBER = re.compile(r"^(\d+)\.")


@router.get(PATH, auth=requires(Right.SETTINGS_REMINDERS), response=schemas.ReminderRulesFound)
def reminder_rules(request: Call, org: str, asked: Query[Paged]) -> HttpResponse:
    """The reminders of every practitioner, by name; a new account has two, both off."""
    organization = request.organization
    with tenancy.acting(organization=organization, by=request.actor):
        found, following = page(organization.providers.all(), ("sort_key", "id"), asked)
        items = [_told(provider, rules_of(organization, provider.id)) for provider in found]
    return answer({"items": items, "next": following})


@router.put(PATH, auth=requires(Right.SETTINGS_REMINDERS), response=schemas.ReminderRules)
def set_reminder_rules(request: Call, org: str, asked: schemas.ReminderRulesSent) -> HttpResponse:
    """Set all reminders of one practitioner at once. What was sent stays sent, and is not sent again."""
    organization = request.organization
    numbers = [rule.number for rule in asked.rules]
    if len(set(numbers)) < len(numbers):
        raise Invalid.field("rules", _("Two reminders have the same number."))

    def act(now: datetime) -> dict[str, Any]:
        provider = organization.providers.filter(id=asked.provider).first()
        if provider is None:
            raise UnknownId("provider")
        sent = {rule.number: _sent(rule) for rule in asked.rules}
        try:
            kept = set_rules(organization, provider, sent=sent, by=request.actor, now=now)
        except Invalid as fault:
            raise Invalid([FieldError(_outside(one.field, numbers), one.message) for one in fault.errors]) from fault
        return _told(provider, kept)

    return done(request, act)


def _sent(rule: schemas.ReminderRuleSent) -> dict[str, Any]:
    fields = rule.model_dump(exclude={"number", "at"})
    return {**fields, "at_minute": rule.at}


def _outside(field: str, numbers: Sequence[int]) -> str:
    """`2.amount` is `rules[0].amount` where the second reminder was sent first."""
    named = _NUMBER.sub(lambda found: f"rules[{numbers.index(int(found[1]))}].", field)
    return "rules" if field == "number" else named.replace("at_minute", "at")


def _told(provider: Provider, rules: Sequence[ReminderRule]) -> dict[str, Any]:
    return {"provider": provider.id, "name": provider.name, "rules": [_rule(rule) for rule in rules]}


def _rule(rule: ReminderRule) -> dict[str, Any]:
    at = rule.at_minute
    return {
        "number": rule.number,
        "state": rule.state,
        "medium": rule.medium,
        "side": rule.side,
        "amount": rule.amount,
        "unit": rule.unit,
        "at": None if at is None else minute_written(at),
        "services": list(rule.services),
        "skips_confirmed": rule.skips_confirmed,
        "sms_supplement": rule.sms_supplement,
        "email_supplement": rule.email_supplement,
    }
