"""Numbers that faxes go to: the first page to a new one says nothing about anybody, and a person confirms it (MSG-07).

A wrong digit leads into somebody else's office, and a page that came out there cannot be called back. So until it is
confirmed, a number gets first pages only, and what else is meant for it waits.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from kalends.audit import operations as audit
from kalends.delivery import waking
from kalends.delivery.fax_standing import fax_standing
from kalends.delivery.models import Medium, State
from kalends.delivery.operations.queueing import WAITS, queue_first_page
from kalends.delivery.refusals import FirstPageUnderWay, NoFirstPageYet
from kalends.foundation.actor import Actor
from kalends.organizations.models import Organization


def send_first_page(organization: Organization, number: str, *, language: str, by: Actor, now: datetime) -> None:
    """Because a person wants to see one come out there. Raises FirstPageUnderWay."""
    standing = fax_standing(organization, number)
    if standing.is_under_way:
        raise FirstPageUnderWay
    version = standing.page.cause_version + 1 if standing.page is not None else 0
    queue_first_page(organization, number, version=version, language=language, now=now)
    audit.record_about(
        "fax:first-page",
        organization_id=organization.id,
        kind="delivery",
        subject_id=None,
        by=by,
        now=now,
        after={"number": number},
    )


def confirm_fax_number(organization: Organization, number: str, *, by: Actor, now: datetime) -> None:
    """Somebody says that a page came out where it should; what has waited for that leaves now.

    Said twice, the first time stands. Raises NoFirstPageYet.
    """
    standing = fax_standing(organization, number)
    if standing.is_confirmed:
        return
    if not standing.may_be_confirmed:
        raise NoFirstPageYet
    made, new = organization.fax_numbers.get_or_create(
        number=number,
        defaults={"organization_id": organization.id, "confirmed_at": now, "by_label": by.label},
    )
    if new:
        audit.record("fax:confirm-number", made, by=by, now=now, after={"number": number})
    waiting = organization.deliveries.filter(medium=Medium.FAX, recipient=number, state=State.QUEUED, reason=WAITS)
    waiting.update(due_at=now, reason="")
    transaction.on_commit(waking.wake, robust=True)
