"""What an organization has decided about all that leaves, as it is asked when something is about to leave."""

from __future__ import annotations

from kalends.delivery.models import DeliverySettings, Medium
from kalends.delivery.quiet_hours import Hours
from kalends.foundation.database.asking import ask
from kalends.organizations.models import Organization

_TURN = "SELECT pg_advisory_xact_lock(uuid_hash_extended($1, 1))"
_TURN_TOGETHER = "SELECT pg_advisory_xact_lock_shared(uuid_hash_extended($1, 1))"


def settings_of(organization: Organization) -> DeliverySettings:
    """As decided, or as for a new organization: a row not yet written. Inside `tenancy.acting`."""
    found: DeliverySettings | None = organization.delivery_settings.first()
    return found or DeliverySettings(organization=organization)


def wait_turn(organization: Organization) -> None:
    """Who decides waits for those who are taking something to carry under what was decided before."""
    ask(_TURN, [organization.id])


def holds_now(organization: Organization) -> DeliverySettings:
    """The same for who takes something to carry: it cannot change until the transaction ends."""
    ask(_TURN_TOGETHER, [organization.id])
    return settings_of(organization)


def hours_of(settings: DeliverySettings, medium: str) -> Hours | None:
    begins, ends = (getattr(settings, f"{Medium(medium)}_quiet_{end}") for end in ("from", "until"))
    return None if begins is None else Hours(begins, ends)
