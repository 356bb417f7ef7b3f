"""The boxes under "Confirmation": who is told of an act, ticked beforehand as the practitioner's options say (CLI-15).

A box whose address is missing is shown shut, with the reason beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from kalends.agenda.models import NoticeBy, ProviderOptions
from kalends.agenda.queries.options import options_of, told_of
from kalends.foundation import phone
from kalends.foundation.actor import Actor
from kalends.organizations.models import Organization
from kalends.organizations.permissions import Right
from kalends.web.staff.shell import address

TOLD_WHEN = ("notice_added", "notice_moved", "notice_deleted")
# The names of the boxes for the practitioner.
BOXES = {NoticeBy.MESSAGE: "notify_message", NoticeBy.EMAIL: "notify", NoticeBy.SMS: "notify_sms"}


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What is ticked: for the patient `tell` (by e-mail) and `tell_sms`, for the practitioner the others; and whom each
    reaches. `texts`: a reminder at once by SMS is possible here."""

    tell: bool
    tell_sms: bool
    texts: bool
    notify: bool
    notify_message: bool
    notify_sms: bool
    emails: str
    phones: str
    members: int
    add_url: str


def confirmation_of(
    organization: Organization,
    provider_id: UUID,
    when: str,
    *,
    by: Actor,
    sent: Mapping[str, str] | None = None,
    options: ProviderOptions | None = None,
    texts: bool = False,
) -> Confirmation:
    """As the options say for `when` (one of TOLD_WHEN), or as was `sent`."""
    options = options or options_of(organization, provider_id)
    whom = told_of(organization, provider_id)
    ways = getattr(options, when) if sent is None else ways_sent(sent)
    reminded = options.immediate_reminder
    if when == "notice_deleted":
        reminded = [NoticeBy.EMAIL.value]
    if sent is not None:
        reminded = [way for way, box in (("email", "tell"), ("sms", "tell_sms")) if sent.get(box) == "on"]
    return Confirmation(
        tell=NoticeBy.EMAIL in reminded,
        tell_sms=texts and NoticeBy.SMS in reminded,
        texts=texts,
        notify=NoticeBy.EMAIL in ways and bool(whom.emails),
        notify_message=NoticeBy.MESSAGE in ways and bool(whom.members),
        notify_sms=NoticeBy.SMS in ways and bool(whom.phones),
        emails=", ".join(one.at for one in whom.emails),
        phones=", ".join(phone.written(one.at, country=organization.country) for one in whom.phones),
        members=len(whom.members),
        add_url=address(organization, "provider", provider_id=provider_id) if by.may(Right.PROVIDER_ENTITY) else "",
    )


def ways_sent(sent: Mapping[str, str]) -> tuple[str, ...]:
    """Which boxes for the practitioner were ticked, as the operations take them."""
    return tuple(way.value for way, box in BOXES.items() if sent.get(box) == "on")
