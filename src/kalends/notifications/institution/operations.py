"""Choosing what the institution itself is told of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kalends.audit import operations as audit
from kalends.delivery.addresses import BadAddress, read_address
from kalends.foundation.actor import Actor
from kalends.foundation.database import locks, rows
from kalends.foundation.errors import FieldError, Invalid, Refusal
from kalends.notifications.institution import holding
from kalends.notifications.institution.queries import forget, settings_of
from kalends.notifications.institution.rules import COPY_KINDS, LEAST_HOURS, MOST_ADDRESSES, MOST_HOURS
from kalends.notifications.models import NotificationSettings
from kalends.organizations.models import Organization

LISTS = ("booking_emails", "cancellation_emails", "payment_emails")
FIELDS = (
    *LISTS,
    "booking_locations",
    "booking_services",
    "booking_minimal",
    "cancellation_mode",
    "cancellation_hours",
    "copies",
    "payment_hours",
)
BOUNDS: rows.Bounds = dict.fromkeys(("cancellation_hours", "payment_hours"), (LEAST_HOURS, MOST_HOURS))


class SettingsChanged(Refusal):
    code = "invalid"
    sentence = gettext_lazy("Somebody else has saved these settings meanwhile. Yours are still below: look, then save.")


def set_notices(
    organization: Organization,
    *,
    sent: Mapping[str, Any],
    version: int | None = None,
    by: Actor,
    now: datetime,
) -> NotificationSettings:
    """Set all of it at once, or nothing: one bad address refuses the whole. What is left out stays.

    The field of an address is named `booking_emails.3`, from 0. `version`: as it was read; none: whatever it is now.
    Cancellations that are held back follow the new settings. Raises Invalid, SettingsChanged.
    """
    locks.wait_turn(organization.id)
    forget()
    known = settings_of(organization)
    if version is not None and version != known.version:
        raise SettingsChanged
    wanted, errors = dict(sent), []
    for name in LISTS:
        if name in wanted:
            wanted[name], bad = _addresses(name, wanted[name])
            errors += bad
    if "copies" in wanted:
        wanted["copies"], bad = _copies(wanted["copies"])
        errors += bad
    for name, found in (("booking_locations", organization.locations), ("booking_services", organization.services)):
        if name in wanted:
            wanted[name] = sorted(set(wanted[name]))
            if found.filter(id__in=wanted[name]).count() != len(wanted[name]):
                errors.append(FieldError(name, _("This is not one of yours.")))
    try:
        changes = rows.fill(known, wanted, allowed=FIELDS, bounds=BOUNDS)
    except Invalid as fault:
        errors += fault.errors
    if errors:
        raise Invalid(errors)
    return _keep(known, changes, by=by, now=now)


def _keep(known: NotificationSettings, changes: rows.Changes, *, by: Actor, now: datetime) -> NotificationSettings:
    if not changes.columns:
        return known
    known.version += 1
    if known._state.adding:
        rows.insert(known)
    else:
        changes.columns.add("version")
        rows.update(known, changes)
    forget()
    holding.follow(known, now=now)
    audit.record("notices:set", known, by=by, now=now, before=changes.before, after=changes.after)
    return known


def _copies(typed: Sequence[Mapping[str, Any]]) -> tuple[list[dict[str, Any]], list[FieldError]]:
    """Each address once; one that is switched off stays in the list, with what it got."""
    kept: dict[str, dict[str, Any]] = {}
    errors = []
    for place, one in enumerate(typed):
        kinds = [kind for kind in COPY_KINDS if kind in one["kinds"]]
        try:
            address = read_address(one["email"])
        except BadAddress as fault:
            errors.append(FieldError(f"copies.{place}", str(fault)))
            continue
        if one["on"] and not kinds:
            errors.append(FieldError(f"copies.{place}", _("Please tick what is copied, or switch the copy off.")))
        kept.setdefault(address.lower(), {"email": address, "on": bool(one["on"]), "kinds": kinds})
    return list(kept.values()), errors + _too_many("copies", len(kept))


def _addresses(name: str, typed: Sequence[str]) -> tuple[list[str], list[FieldError]]:
    """As they are kept, each once whatever its capitals, and what is wrong with the others."""
    kept: dict[str, str] = {}
    errors = []
    for place, text in enumerate(typed):
        try:
            address = read_address(text)
        except BadAddress as fault:
            errors.append(FieldError(f"{name}.{place}", str(fault)))
        else:
            kept.setdefault(address.lower(), address)
    return list(kept.values()), errors + _too_many(name, len(kept))


def _too_many(name: str, count: int) -> list[FieldError]:
    sentence = _("At most %(count)s addresses, please.") % {"count": MOST_ADDRESSES}
    return [FieldError(name, sentence)] if count > MOST_ADDRESSES else []
