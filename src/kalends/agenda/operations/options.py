"""The agenda options of a practitioner (seed 001, OPTIONS / Agenda)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from kalends.agenda.models import ProviderOptions
from kalends.agenda.queries.options import options_of
from kalends.audit import operations as audit
from kalends.foundation.actor import Actor
from kalends.foundation.database import rows
from kalends.organizations.models import Organization, Provider

FIELDS = frozenset(
    {
        "waiting_list",
        "waiting_span",
        "days_shown",
        "stepping",
        "notice_added",
        "notice_moved",
        "notice_deleted",
        "immediate_reminder",
        "required_fields",
    }
)
BOUNDS: rows.Bounds = {"waiting_span": (15, 1440), "days_shown": (1, 7)}


def set_options(
    organization: Organization,
    provider: Provider,
    *,
    by: Actor,
    now: datetime,
    noted: Mapping[str, Any] | None = None,
    **fields: Any,
) -> ProviderOptions:
    """Change some of `FIELDS`; the first time makes the row. Raises Invalid.

    `noted` goes into the audit beside what changed: what the caller knows and this capability does not, such as
    how many offers are open while the waiting list is switched off.
    """
    organization.providers.select_for_update(no_key=True).get(id=provider.id)
    options = options_of(organization, provider.id)
    changes = rows.fill(options, fields, allowed=FIELDS, bounds=BOUNDS)
    if options._state.adding:
        rows.insert(options)
    else:
        rows.update(options, changes)
    if changes.columns:
        after = {**changes.after, **(noted or {})}
        audit.record("provider:options", options, by=by, now=now, before=changes.before, after=after)
    return options
