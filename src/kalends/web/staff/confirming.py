"""The boxes under "Confirmation": who is told of an act, ticked beforehand as the practitioner's options say (CLI-15).

What cannot leave is shown shut, with the reason beside it, where the options ask for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from kalends.agenda.models import NoticeBy, ProviderOptions
from kalends.agenda.queries.options import addresses_of, options_of
from kalends.foundation.actor import Actor
from kalends.organizations.models import Organization
from kalends.organizations.permissions import Right
from kalends.web.staff.shell import address

TOLD_WHEN = ("notice_added", "notice_moved", "notice_deleted")


@dataclass(frozen=True, slots=True)
class Confirmation:
    """`tell`: the patient, `notify`: the practitioner, by e-mail to `addresses`. The others are asked for in vain."""

    tell: bool
    notify: bool
    addresses: str
    add_url: str
    patient_sms: bool
    message: bool
    sms: bool


def confirmation_of(
    organization: Organization,
    provider_id: UUID,
    when: str,
    *,
    by: Actor,
    sent: Mapping[str, str] | None = None,
    options: ProviderOptions | None = None,
) -> Confirmation:
    """As the options say for `when` (one of TOLD_WHEN), or as was `sent`."""
    options = options or options_of(organization, provider_id)
    ways = getattr(options, when)
    addresses = ", ".join(one.email for one in addresses_of(organization, provider_id))
    reminds = when != "notice_deleted"
    at_first = (not reminds or NoticeBy.EMAIL in options.immediate_reminder, NoticeBy.EMAIL in ways)
    tell, notify = at_first if sent is None else (sent.get("tell") == "on", sent.get("notify") == "on")
    return Confirmation(
        tell=tell,
        notify=notify and bool(addresses),
        addresses=addresses,
        add_url=address(organization, "provider", provider_id=provider_id) if by.may(Right.PROVIDER_ENTITY) else "",
        patient_sms=reminds and NoticeBy.SMS in options.immediate_reminder,
        message=NoticeBy.MESSAGE in ways,
        sms=NoticeBy.SMS in ways,
    )
