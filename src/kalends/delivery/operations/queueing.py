"""Into the queue."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext_noop

from kalends.delivery import fax_standing, waking
from kalends.delivery.letters import FIRST_PAGE
from kalends.delivery.models import Delivery, Medium, Nature
from kalends.delivery.operations.forgetting import LEAST_KEPT, trace
from kalends.foundation.database.instances import fresh
from kalends.foundation.database.models import made_at
from kalends.foundation.database.writing import together, write, write_from
from kalends.organizations.models import Organization

# A fax number is confirmed within so many days, or what waits for that is given up.
WAITS_FOR = timedelta(days=7)
WAITS = gettext_noop("Waits until somebody confirms that this fax number is right.")
FIRST_PAGE_IS_USEFUL_FOR = timedelta(hours=12)
# What whoever queues says; the rest is the same for all that waits.
SAID = (
    "kind",
    "cause_id",
    "cause_version",
    "medium",
    "recipient",
    "language",
    "facts",
    "due_at",
    "useless_after",
    "nature",
    "schedules",
)


def queue(
    organization: Organization,
    *,
    kind: str,
    cause_id: UUID,
    cause_version: int,
    medium: str,
    recipient: str,
    language: str,
    facts: Mapping[str, Any],
    due_at: datetime,
    useless_after: datetime | None,
    now: datetime,
    nature: str = Nature.NEWS,
    schedules: Collection[UUID] = (),
) -> None:
    """Write what is to leave, in the transaction of its cause: both happen, or neither.

    The same kind about the same cause and version goes to an address once; queued again, nothing happens.
    `kind` names the writer of its text (letters.py), `facts` is what that writer will need and cannot look up;
    `schedules` those of the visits that it is about, by which people find it again.
    To a fax number that is new to the organization a first page goes instead, and this waits (fax_numbers.py).
    """
    if _is_forgotten(organization, cause_id, cause_version, kind, medium, recipient, now):
        return
    waiting = fresh(
        Delivery,
        organization_id=organization.id,
        kind=kind,
        cause_id=cause_id,
        cause_version=cause_version,
        medium=medium,
        recipient=recipient,
        language=language,
        facts=dict(facts),
        queued_at=now,
        due_at=due_at,
        useless_after=useless_after,
        nature=nature,
        schedules=sorted(map(str, schedules)),
    )
    if medium == Medium.FAX and kind != FIRST_PAGE and not fax_standing.is_confirmed(organization, recipient):
        waiting.due_at, waiting.reason = max(due_at, now + WAITS_FOR), WAITS
        queue_first_page(organization, recipient, version=0, language=language, now=now)
    write(waiting, once=True)
    transaction.on_commit(waking.wake, robust=True)


def queue_to(organization: Organization, recipients: Mapping[str, str], **same: Any) -> None:
    """The same to several addresses, each with its language; `same` as `queue` takes it."""
    with together():
        for recipient, language in recipients.items():
            queue(organization, recipient=recipient, language=language, **same)


def queue_first_page(organization: Organization, number: str, *, version: int, language: str, now: datetime) -> None:
    """A page that says only who sends it and whom it is meant for; once for each version."""
    queue(
        organization,
        kind=FIRST_PAGE,
        # It is about a number, which is no row of its own until it is confirmed.
        cause_id=uuid5(NAMESPACE_OID, f"fax {number}"),
        cause_version=version,
        medium=Medium.FAX,
        recipient=number,
        language=language,
        facts={},
        due_at=now,
        useless_after=now + FIRST_PAGE_IS_USEFUL_FOR,
        now=now,
    )


def queue_from(organization: Organization, source: str, values: Mapping[str, Any], *, now: datetime) -> int:
    """Queue as `queue` does, all that a statement finds: `source` is SQL of our own, `WITH …, message AS (…)`, whose
    relation `message` has the columns `SAID`. Says how many that are. No faxes: their numbers are proven first.
    """
    waiting = Delivery(organization_id=organization.id, queued_at=now)
    queued = write_from(source, waiting, values, given=SAID)
    if queued:
        transaction.on_commit(waking.wake, robust=True)
    return queued


def _is_forgotten(
    organization: Organization, cause_id: UUID, version: int, kind: str, medium: str, recipient: str, now: datetime
) -> bool:
    """Whether it went there so long ago that the log no longer says so. A cause that is new has nothing to forget."""
    made = datetime.fromtimestamp(made_at(cause_id), UTC) if cause_id.version == 7 else None
    if made is not None and made > now - LEAST_KEPT:
        return False
    same = organization.deliveries.filter(cause_id=cause_id, cause_version=version, kind=kind, medium=medium)
    return bool(same.filter(recipient=trace(organization.id, recipient)).exists())
