"""The organization itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from kalends.foundation.actor import Actor
from kalends.foundation.database import rows
from kalends.organizations.models import Organization
from kalends.organizations.operations import checks
from kalends.organizations.operations.trace import tell

FIELDS = frozenset(
    {"slug", "name", "country", "time_zone", "languages", "currency", "phone", "email", "website", "privacy_text"}
    | {"is_published", "is_active", "hold_minutes", "allowed_origins"}
)
TAKEN = {
    "organizations_organization_slug_key": ("slug", _("This address is already used. Please choose another.")),
}


def make_organization(organization: Organization, *, by: Actor, now: datetime) -> Organization:
    """Check and write a new organization. Inside `acting(organization=organization)`: it has its id already.

    Its channels are opened by `agenda.operations.open_channels`. Raises Invalid.
    """
    sent = {name: getattr(organization, name) for name in FIELDS}
    sent["languages"] = sent["languages"] or ["en"]
    checks.fill(organization, sent, allowed=FIELDS, country=organization.country)
    rows.insert(organization, taken=TAKEN)
    written = rows.Changes(
        after={name: rows.plain(getattr(organization, name)) for name in ("slug", "name", "country")}
    )
    tell("organization:make", organization, by=by, now=now, changes=written)
    return organization


def edit_organization(organization: Organization, *, by: Actor, now: datetime, **fields: Any) -> Organization:
    """Change some of `FIELDS`. Locations keep their own time zone. Raises Invalid."""
    country = fields.get("country", organization.country)
    changes = checks.fill(organization, fields, allowed=FIELDS, country=country)
    rows.update(organization, changes, taken=TAKEN)
    tell("organization:edit", organization, by=by, now=now, changes=changes)
    return organization
