"""Giving mails a sender of one's own, and whoever reads its mail agreeing."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from kalends.audit import operations as audit
from kalends.delivery import envelope, mail_senders
from kalends.delivery.events import SenderAsked
from kalends.delivery.models import SenderAddress
from kalends.foundation import events, secrets
from kalends.foundation.actor import Actor
from kalends.foundation.errors import Invalid
from kalends.foundation.limits import Limit
from kalends.organizations.models import Organization, Provider

LIVES = timedelta(days=7)
LONGEST = 254
# An organization could otherwise have the platform write to anybody, as often as it likes.
ASKED = Limit(20, seconds=3600)


def set_sender(
    organization: Organization, *, provider: Provider | None, address: str, by: Actor, now: datetime
) -> SenderAddress | None:
    """Ask whoever reads the mail of `address` whether the organization, or one practitioner, may write in its name.
    Empty: as before there was one. An address that has agreed is not asked again; any other is, each time.

    Raises Invalid (`address`), TooManyRequests.
    """
    Organization.objects.select_for_update().get(id=organization.id)  # one of two at a time
    known: SenderAddress | None = organization.sender_addresses.filter(provider=provider).first()
    wanted = _read(address)
    if known is not None and known.address == wanted and known.verified_at is not None:
        return known
    if known is not None:
        organization.sender_addresses.filter(id=known.id).delete()
    if not wanted:
        if known is not None:
            audit.record("sender:remove", known, by=by, now=now, before={"address": known.address})
        return None
    if settings.LIMITS:
        ASKED.spend(organization.id)
    made: SenderAddress = organization.sender_addresses.create(
        organization_id=organization.id,
        provider=provider,
        address=wanted,
        seed=secrets.new_seed(),
        asked_at=now,
        asked_by=by.label,
    )
    before = {"address": known.address} if known is not None else None
    audit.record("sender:ask", made, by=by, now=now, before=before, after={"address": wanted})
    events.publish(SenderAsked(made, now + LIVES, by, now))
    return made


def confirm_sender(organization: Organization, secret: str, *, by: Actor, now: datetime) -> SenderAddress | None:
    """Whoever reads the mail of the address agrees. None where the link is not, or no longer, good."""
    found = asked_by_secret(organization, secret, now=now)
    if found is not None and found.verified_at is None:
        organization.sender_addresses.filter(id=found.id).update(verified_at=now)
        found.verified_at = now
        audit.record("sender:confirm", found, by=by, now=now, after={"address": found.address})
    return found


def asked_by_secret(organization: Organization, secret: str, *, now: datetime) -> SenderAddress | None:
    """What a link is about. An organization has few of them, so each is compared."""
    read = secrets.read(secret)
    if read is None:
        return None
    recent = organization.sender_addresses.filter(asked_at__gt=now - LIVES).select_related("organization", "provider")
    for known in recent:
        if hmac.compare_digest(mail_senders.secret_of(known).proof, read.proof):
            return known
    return None


def _read(address: str) -> str:
    if not address.strip():
        return ""
    try:
        written = envelope.on_the_wire(address)
    except ValueError as fault:
        raise Invalid.field("address", _("Please write an address such as accueil@clinique.fr.")) from fault
    local, _at, domain = written.rpartition("@")
    return f"{local}@{domain.lower()}"
