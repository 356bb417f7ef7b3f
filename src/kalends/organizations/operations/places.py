"""Where an organization works, and who works there."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from kalends.foundation import events
from kalends.foundation.actor import Actor
from kalends.foundation.database import rows
from kalends.organizations import rules
from kalends.organizations.events import LocationZoneChanged
from kalends.organizations.models import Location, Organization, Provider
from kalends.organizations.operations import checks
from kalends.organizations.operations.trace import tell

LOCATION_FIELDS = frozenset(
    {"name", "address", "postcode", "town", "country", "time_zone", "phone", "directions", "is_active"}
)
PROVIDER_FIELDS = frozenset({"name", "sort_key", "speciality", "email", "phone", "fax", "sms_name", "is_active"})
TAKEN = {
    "location_name_is_unique_in_its_organization": ("name", _("Another location already has this name.")),
}


def make_location(organization: Organization, *, name: str, by: Actor, now: datetime, **fields: Any) -> Location:
    """A new location; country and time zone are the organization's unless told. Raises Invalid."""
    location = Location(organization=organization)
    home = {"country": organization.country, "time_zone": organization.time_zone}
    sent = {**home, "name": name, **fields}
    changes = checks.fill(location, sent, allowed=LOCATION_FIELDS, country=sent["country"])
    rows.insert(location, taken=TAKEN)
    tell("location:make", location, by=by, now=now, changes=changes)
    return location


def edit_location(location: Location, *, by: Actor, now: datetime, **fields: Any) -> Location:
    """Change some of `LOCATION_FIELDS`. Another time zone takes the schedules there along.

    Raises Invalid; StillBooked (of the agenda) where a new time zone would change what patients were told.
    """
    country = fields.get("country", location.country)
    changes = checks.fill(location, fields, allowed=LOCATION_FIELDS, country=country)
    rows.update(location, changes, taken=TAKEN)
    tell("location:edit", location, by=by, now=now, changes=changes)
    if "time_zone" in changes.after:
        events.publish(LocationZoneChanged(location, by, now))
    return location


def make_provider(organization: Organization, *, name: str, by: Actor, now: datetime, **fields: Any) -> Provider:
    """A new practitioner or department; lists are ordered by last name, unless a `sort_key` is given."""
    provider = Provider(organization=organization)
    changes = _fill(provider, {"name": name, **fields}, organization.country)
    rows.insert(provider)
    tell("provider:make", provider, by=by, now=now, changes=changes)
    return provider


def edit_provider(provider: Provider, *, by: Actor, now: datetime, **fields: Any) -> Provider:
    """Change some of `PROVIDER_FIELDS`. One that is switched off takes no new bookings; those made stay."""
    changes = _fill(provider, fields, provider.organization.country)
    rows.update(provider, changes)
    tell("provider:edit", provider, by=by, now=now, changes=changes)
    return provider


def _fill(provider: Provider, sent: dict[str, Any], country: str) -> rows.Changes:
    if "name" in sent and not sent.get("sort_key"):
        sent = {**sent, "sort_key": rules.sort_key(sent["name"])[:200] or sent["name"]}
    return checks.fill(provider, sent, allowed=PROVIDER_FIELDS, country=country)
