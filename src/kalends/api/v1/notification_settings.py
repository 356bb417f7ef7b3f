"""What the institution itself is told of by e-mail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from ninja import Router

from kalends.api.access import Call, requires
from kalends.api.acts import done
from kalends.api.answers import answer
from kalends.api.problems import UnknownId
from kalends.api.schemas import notification_settings as schemas
from kalends.foundation.database import tenancy
from kalends.foundation.errors import FieldError, Invalid
from kalends.notifications.institution.operations import set_notices
from kalends.notifications.institution.queries import settings_of
from kalends.notifications.models import NotificationSettings
from kalends.organizations.models import Organization
from kalends.organizations.permissions import Right

router = Router(tags=["organizations"])
PATH = "/{slug:org}/notification-settings"
PARTS = {
    "booking": ("emails", "locations", "services", "minimal"),
    "cancellation": ("emails", "mode", "hours"),
    "payment": ("emails", "hours"),
}
# The names outside, where they are others.
_OUTSIDE = {"emails": "addresses"}


@router.get(PATH, auth=requires(Right.SETTINGS_NOTIFICATIONS), response=schemas.NotificationSettings)
def read_notification_settings(request: Call, org: str) -> HttpResponse:
    """Which addresses of the institution are told of which events."""
    organization = request.organization
    with tenancy.acting(organization=organization, by=request.actor):
        return answer(_told(settings_of(organization)))


@router.put(PATH, auth=requires(Right.SETTINGS_NOTIFICATIONS), response=schemas.NotificationSettings)
def set_notification_settings(request: Call, org: str, asked: schemas.NotificationSettingsSent) -> HttpResponse:
    """Set all of it at once: one bad address refuses the whole. What is left out stays as it is."""
    organization = request.organization

    def act(now: datetime) -> dict[str, Any]:
        _check_ids(organization, asked.booking)
        try:
            kept = set_notices(organization, sent=_sent(asked), version=asked.version, by=request.actor, now=now)
        except Invalid as fault:
            raise Invalid([FieldError(_outside(one.field), one.message) for one in fault.errors]) from fault
        return _told(kept)

    return done(request, act)


def _check_ids(organization: Organization, asked: schemas.BookingNoticesSent | None) -> None:
    """Raises UnknownId for what is not of this organization."""
    for name, known in (("locations", organization.locations), ("services", organization.services)):
        ids = set(getattr(asked, name, None) or ())
        if known.filter(id__in=ids).count() != len(ids):
            raise UnknownId(f"booking.{name}")


def _sent(asked: schemas.NotificationSettingsSent) -> dict[str, Any]:
    """`booking.addresses` is the field `booking_emails`."""
    found: dict[str, Any] = {}
    for part, names in PARTS.items():
        sent = getattr(asked, part)
        values = {} if sent is None else {name: getattr(sent, _OUTSIDE.get(name, name)) for name in names}
        found |= {f"{part}_{name}": value for name, value in values.items() if value is not None}
    if asked.blind_copy is not None:
        found["copies"] = [
            {"email": one.address, "on": one.on, "kinds": one.kinds} for one in asked.blind_copy.addresses
        ]
    return found


def _outside(field: str) -> str:
    """`booking_emails.3` is `booking.addresses[3]` to the sender."""
    name, dot, place = field.partition(".")
    if name == "copies":
        return "blind_copy.addresses" + (f"[{place}]" if dot else "")
    part, _under, own = name.partition("_")
    return f"{part}.{_OUTSIDE.get(own, own)}" + (f"[{place}]" if dot else "")


def _told(kept: NotificationSettings) -> dict[str, Any]:
    parts = {
        part: {_OUTSIDE.get(name, name): getattr(kept, f"{part}_{name}") for name in names}
        for part, names in PARTS.items()
    }
    copies = [{"address": one["email"], "on": one["on"], "kinds": one["kinds"]} for one in kept.copies]
    return {**parts, "blind_copy": {"addresses": copies}, "version": kept.version}
