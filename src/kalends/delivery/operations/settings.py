"""What an organization decides about all that leaves."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from kalends.audit import operations as audit
from kalends.delivery import numbers
from kalends.delivery.models import DeliverySettings, Medium, State
from kalends.delivery.operations.claiming import QUIET as HELD_BACK
from kalends.delivery.operations.taking_back import ask_again
from kalends.delivery.policy import settings_of, wait_turn
from kalends.delivery.sms_url import SmsAddress
from kalends.foundation.actor import Actor
from kalends.foundation.database import rows
from kalends.foundation.errors import FieldError, Invalid, RequiredField
from kalends.foundation.phone import BadPhone, read_phone
from kalends.organizations.models import Organization

QUIET = tuple(f"{medium}_quiet_{end}" for medium in Medium for end in ("from", "until"))
TEXTS = ("texts_an_hour", "texts_a_day", "texts_to_a_prefix")
_PLAIN = ("test_mode", "test_email", "test_phone", "text_countries", "kept_days", "asks_consent", "sms_price")
FIELDS = (*_PLAIN, *QUIET, *TEXTS)
BOUNDS: rows.Bounds = {
    "kept_days": (30, 3650),
    "sms_price": (0, 1_000_000),
    **dict.fromkeys(QUIET, (0, 1439)),
    **dict.fromkeys(TEXTS, (1, 100_000)),
}


def set_settings(organization: Organization, *, by: Actor, now: datetime, **fields: Any) -> DeliverySettings:
    """Change some of `FIELDS`; the first time makes the row. A telephone is written as in the organization's country.

    It holds for everything that has not begun to leave: a worker that has taken some of it asks again. Raises
    Invalid, RequiredField.
    """
    wait_turn(organization)
    known = settings_of(organization)
    fields, unreadable = _with_number(organization, fields)
    fields, unknown = _with_countries(fields)
    changes = rows.fill(known, fields, allowed=FIELDS, bounds=BOUNDS)
    if errors := [*unreadable, *unknown, *_half_hours(known)]:
        raise Invalid(errors)
    if known.test_mode and not (known.test_email or known.test_phone):
        raise RequiredField(
            [FieldError("test_email", _("Where should the tests go? An address or a number is needed."))]
        )
    if known._state.adding:
        rows.insert(known)
    else:
        rows.update(known, changes)
    if changes.after:
        ask_again(organization.deliveries.all())
        # Held back for hours that may no longer be quiet: whoever takes it next looks what holds now.
        organization.deliveries.filter(state=State.QUEUED, settled_at=None, reason=HELD_BACK).update(
            due_at=now, reason=""
        )
        audit.record("delivery:settings", known, by=by, now=now, before=changes.before, after=changes.after)
    return known


def _with_number(organization: Organization, fields: dict[str, Any]) -> tuple[dict[str, Any], list[FieldError]]:
    typed = str(fields.get("test_phone") or "").strip()
    if not typed:
        return fields, []
    try:
        return {**fields, "test_phone": read_phone(typed, country=organization.country).number}, []
    except BadPhone as fault:
        return {**fields, "test_phone": ""}, [FieldError("test_phone", str(fault))]


def _with_countries(fields: dict[str, Any]) -> tuple[dict[str, Any], list[FieldError]]:
    """Opened for text messages, as codes in order; what phones there would not show as a sender is refused."""
    if "text_countries" not in fields:
        return fields, []
    codes = sorted(set(re.split(r"[\s,;]+", str(fields["text_countries"] or "").upper().strip())) - {""})
    errors = []
    for code in codes:
        if code not in numbers.COUNTRIES:
            errors.append(FieldError("text_countries", _("There is no country “%(code)s”.") % {"code": code}))
        elif settings.SMS_URL and not SmsAddress.read(settings.SMS_URL).senders.reach(code):
            sentence = _(
                "Phones in “%(code)s” show no names as senders: whoever runs this installation has to give a number."
            )
            errors.append(FieldError("text_countries", sentence % {"code": code}))
    return {**fields, "text_countries": "" if errors else " ".join(codes)}, errors


def _half_hours(known: DeliverySettings) -> Iterable[FieldError]:
    for medium in Medium:
        begins, ends = (getattr(known, f"{medium}_quiet_{end}") for end in ("from", "until"))
        if (begins is None) != (ends is None):
            yield FieldError(f"{medium}_quiet_{'from' if begins is None else 'until'}", _("Give both hours, or none."))
        elif begins is not None and begins == ends:
            yield FieldError(f"{medium}_quiet_until", _("It ends when it begins: leave both empty for no quiet hours."))
