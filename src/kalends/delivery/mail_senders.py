"""From whom a mail is: the platform, unless an organization or one of its practitioners has an address of its own.

An address stands in From only once whoever reads its mail has agreed, and only in a domain that the mail server may
send for (EMAIL_SENDER_DOMAINS): any other would be forged in the eyes of the patient's server (SPF, DMARC). Until
then, and elsewhere for good, mails are from the platform and answers to them go there (TPL-07).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.conf import settings

from kalends.delivery.models import Delivery, SenderAddress
from kalends.foundation import secrets
from kalends.foundation.secrets import Secret
from kalends.organizations.models import Organization

PURPOSE = "sender address"


class Use(StrEnum):
    FROM = "from"
    REPLY_TO = "reply_to"


@dataclass(frozen=True, slots=True)
class Sender:
    """`address` is empty for the platform's; `reply_to` where answers go to the sender."""

    address: str
    reply_to: str = ""


@dataclass(frozen=True, slots=True)
class Senders:
    """Those of one organization."""

    own: Mapping[UUID | None, SenderAddress]
    """By practitioner; None: of the organization."""
    practitioners: Mapping[str, UUID]
    """By schedule, of those who have one."""
    contact: str
    """The organization's address, as everybody is told it."""

    def of(self, delivery: Delivery) -> Sender:
        """The practitioner's where it is about the visits of one alone, else the organization's."""
        if not self.own:
            return Sender("", self.contact)
        about = {self.practitioners.get(schedule) for schedule in delivery.schedules}
        found = self.own.get(about.pop()) if len(about) == 1 else None
        found = found or self.own.get(None)
        if found is None:
            return Sender("", self.contact)
        if use_of(found) == Use.FROM:
            return Sender(found.address)
        return Sender("", found.address)


def use_of(known: SenderAddress) -> Use:
    return Use.FROM if known.verified_at is not None and may_send_for(known.address) else Use.REPLY_TO


def may_send_for(address: str) -> bool:
    """Whether the mail server may send mails from the domain of this address; a domain's subdomains are others."""
    return address.rpartition("@")[2].lower() in settings.EMAIL_SENDER_DOMAINS


def senders_of(organization: Organization) -> Senders:
    """Inside `tenancy.acting`."""
    own = {one.provider_id: one for one in organization.sender_addresses.all()}
    providers = [id for id in own if id is not None]
    schedules = organization.schedules.filter(provider_id__in=providers) if providers else ()
    return Senders(own, {str(one.id): one.provider_id for one in schedules}, organization.email)


def secret_of(known: SenderAddress) -> Secret:
    """What the link of the mail to it holds."""
    return secrets.derived(known.organization_id, bytes(known.seed), purpose=PURPOSE)
