"""What an organization has decided about all that leaves, as it is asked when something is about to leave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from kalends.delivery.models import Delivery, DeliverySettings, Medium
from kalends.delivery.quiet_hours import Hours, quiet_until
from kalends.foundation import clock
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


def leaves_at(organization: Organization, *, now: datetime) -> Mapping[str, datetime]:
    """By medium, when what is due now leaves if it can wait: now, or when the quiet hours end. Inside `acting`."""
    settings = settings_of(organization)
    return {medium.value: now for medium in Medium} | _quiet_ends(organization, settings, now)


def _quiet_ends(organization: Organization, settings: DeliverySettings, now: datetime) -> dict[str, datetime]:
    zone = clock.zone(organization.time_zone)
    ends = {medium.value: quiet_until(hours_of(settings, medium), zone, clock.epoch_of(now)) for medium in Medium}
    return {medium: datetime.fromtimestamp(end, UTC) for medium, end in ends.items() if end is not None}


@dataclass(frozen=True, slots=True)
class Policy:
    """What holds for an organization at the moment at which something is taken to be carried."""

    settings: DeliverySettings
    quiet: Mapping[str, datetime]
    """When the quiet hours end that it is now, by medium."""

    @classmethod
    def now(cls, organization: Organization, now: datetime) -> Policy:
        """It cannot change until the transaction ends."""
        settings = holds_now(organization)
        return cls(settings, _quiet_ends(organization, settings, now))

    def allows(self, delivery: Delivery) -> bool:
        """In test mode only what goes to a test address leaves; what was begun before keeps the address it had."""
        where = self.goes_to(delivery.medium)
        return where is None or where == delivery.redirected_to != ""

    def goes_to(self, medium: str) -> str | None:
        """In test mode where all of this medium goes, empty if nowhere; None where it goes to whom it is meant for."""
        if not self.settings.test_mode:
            return None
        return {Medium.EMAIL: self.settings.test_email, Medium.SMS: self.settings.test_phone}.get(Medium(medium), "")
