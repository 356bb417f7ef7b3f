"""What an organization has decided about all that leaves."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from ninja import Router

from kalends.api.access import Call, requires
from kalends.api.acts import done
from kalends.api.answers import answer
from kalends.api.schemas import delivery_settings as schemas
from kalends.api.schemas.fields import minute_written
from kalends.delivery import clock_watch
from kalends.delivery.models import DeliverySettings, Medium
from kalends.delivery.operations import set_settings, trust_clock
from kalends.delivery.policy import hours_of, settings_of
from kalends.foundation.database import tenancy
from kalends.foundation.errors import FieldError, Invalid
from kalends.organizations.models import Organization
from kalends.organizations.permissions import Right

router = Router(tags=["messages"], by_alias=True)
PATH = "/{slug:org}/delivery-settings"
_TEXTS = ("texts_an_hour", "texts_a_day", "texts_to_a_prefix")
_PLAIN = ("test_mode", "test_email", "test_phone", *_TEXTS, "asks_consent", "sms_price", "kept_days")
_QUIET = re.compile(r"^(\w+)_quiet_(from|until)$")


@router.get(PATH, auth=requires(Right.SETTINGS_NOTIFICATIONS), response=schemas.DeliverySettings)
def delivery_settings(request: Call, org: str) -> HttpResponse:
    """Test mode, quiet hours, consent, and how long it is known to whom what was sent."""
    with tenancy.acting(organization=request.organization, by=request.actor):
        return answer(_told(settings_of(request.organization)))


@router.put(PATH, auth=requires(Right.SETTINGS_NOTIFICATIONS), response=schemas.DeliverySettings)
def set_delivery_settings(request: Call, org: str, asked: schemas.DeliverySettingsSent) -> HttpResponse:
    """Set all of them at once. They hold for everything that has not begun to leave."""

    def act(now: datetime) -> dict[str, Any]:
        try:
            saved = set_settings(request.organization, by=request.actor, now=now, **_fields(asked))
        except Invalid as fault:
            raise type(fault)([FieldError(_outside(one.field), one.message) for one in fault.errors]) from fault
        return _told(saved)

    return done(request, act)


@router.get(f"{PATH}/clock", auth=requires(Right.SETTINGS_NOTIFICATIONS), response=schemas.Clock)
def doubted_clock(request: Call, org: str) -> HttpResponse:
    """Whether reminders and offers wait because the clock of the installation was set."""
    with tenancy.acting(organization=request.organization, by=request.actor):
        return answer(_clock(request.organization))


@router.post(f"{PATH}/clock", auth=requires(Right.SETTINGS_NOTIFICATIONS), response=schemas.Clock)
def say_clock_is_right(request: Call, org: str) -> HttpResponse:
    """After the clock of the installation was set: it is right, what waited goes on."""

    def act(now: datetime) -> dict[str, Any]:
        trust_clock(request.organization, by=request.actor, now=now)
        return _clock(request.organization)

    return done(request, act)


def _clock(organization: Organization) -> dict[str, Any]:
    jump = clock_watch.open_jump() if clock_watch.is_doubted(organization) else None
    return {"doubted_since": jump and jump.since.isoformat(), "seconds": jump and jump.seconds}


def _fields(asked: schemas.DeliverySettingsSent) -> dict[str, Any]:
    fields = {name: getattr(asked, name) for name in _PLAIN}
    fields["text_countries"] = " ".join(asked.text_countries)
    for medium in Medium:
        quiet: schemas.QuietSent | None = getattr(asked.quiet_hours, medium)
        fields[f"{medium}_quiet_from"] = quiet.begins % 1440 if quiet else None
        fields[f"{medium}_quiet_until"] = quiet.ends % 1440 if quiet else None
    return fields


def _outside(field: str) -> str:
    """`sms_quiet_until` is `quiet_hours.sms.until`."""
    return _QUIET.sub(r"quiet_hours.\1.\2", field)


def _told(known: DeliverySettings) -> dict[str, Any]:
    quiet = {medium.value: hours_of(known, medium) for medium in Medium}
    return {
        **{name: getattr(known, name) for name in _PLAIN},
        "text_countries": known.text_countries.split(),
        "quiet_hours": {
            medium: {"from": minute_written(hours.begins), "until": minute_written(hours.ends)} if hours else None
            for medium, hours in quiet.items()
        },
    }
