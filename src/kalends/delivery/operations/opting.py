"""Who wants nothing more by a medium, and who wants it again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from kalends.audit import operations as audit
from kalends.delivery import queries, replies
from kalends.delivery.models import Covers, Medium, OptOut
from kalends.delivery.operations.taking_back import ask_again
from kalends.delivery.policy import wait_turn
from kalends.delivery.replies import Wish
from kalends.foundation.actor import Actor
from kalends.foundation.database import tenancy
from kalends.foundation.errors import NotFound
from kalends.organizations.models import Organization


def opt_out(
    organization: Organization,
    *,
    medium: str,
    address: str,
    words: str = "",
    covers: str = Covers.ALL,
    is_stranger: bool = False,
    by: Actor,
    now: datetime,
) -> None:
    """Nothing that `covers` names leaves for this address by this medium from now on, also not what waits already.

    Said twice, the first date stands; who said less before may say more. `is_stranger`: not whom we meant.
    """
    wait_turn(organization)
    made, new = organization.opt_outs.get_or_create(
        medium=medium,
        address=address.lower(),
        ended_at=None,
        defaults={
            "organization_id": organization.id,
            "since": now,
            "words": words[:160],
            "by_label": by.label,
            "covers": covers,
            "is_stranger": is_stranger,
        },
    )
    more = covers == Covers.ALL and made.covers != Covers.ALL, is_stranger and not made.is_stranger
    if any(more):
        made.covers, made.is_stranger = Covers.ALL, made.is_stranger or is_stranger
        organization.opt_outs.filter(id=made.id).update(covers=made.covers, is_stranger=made.is_stranger)
    if new or any(more):
        ask_again(organization.deliveries.filter(medium=medium, recipient__iexact=address))
        after = {"medium": medium, "address": made.address, "covers": made.covers, "is_stranger": made.is_stranger}
        audit.record("opt-out:begin", made, by=by, now=now, after=after)


def opt_in(organization: Organization, *, medium: str, address: str, by: Actor, now: datetime) -> None:
    """It may again."""
    found: OptOut | None = organization.opt_outs.filter(medium=medium, address=address.lower(), ended_at=None).first()
    if found is not None:
        organization.opt_outs.filter(id=found.id).update(ended_at=now)
        audit.record("opt-out:end", found, by=by, now=now, before={"medium": medium, "address": found.address})


def look_after(organization: Organization, opt_out_id: UUID, *, by: Actor, now: datetime) -> None:
    """Somebody has seen to the contact whose address belongs to a stranger. Said twice, the first stands.

    Nothing is sent there all the same, until it is said to be right. Raises NotFound.
    """
    found: OptOut | None = organization.opt_outs.select_for_update().filter(id=opt_out_id, is_stranger=True).first()
    if found is None:
        raise NotFound
    if found.looked_after_at is None:
        organization.opt_outs.filter(id=found.id).update(looked_after_at=now, looked_after_by=by.label)
        audit.record("opt-out:look-after", found, by=by, now=now, after={"address": found.address})


def take_reply(sender: str, message: str, *, by: Actor) -> None:
    """What somebody answered to a text message: a wish to get none, and not to be whom we mean, counts for all who have
    written to this number.

    Opens its own transactions.
    """
    number, wish = replies.number(sender), replies.wish(message)
    if not number or wish is None:
        return
    for organization in queries.who_wrote_to(number, by=by):
        with tenancy.acting(organization=organization, by=by) as now:
            if wish == Wish.START:
                opt_in(organization, medium=Medium.SMS, address=number, by=by, now=now)
            else:
                stranger = wish == Wish.STRANGER
                opt_out(
                    organization,
                    medium=Medium.SMS,
                    address=number,
                    words=message,
                    is_stranger=stranger,
                    by=by,
                    now=now,
                )
