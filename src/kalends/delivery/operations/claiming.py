"""Who works on what: claims, marks, results, and what a worker that died leaves behind.

A claim says "I am on it" and is committed before anything is done; a mark says "from now on it may have
arrived" and is committed just before the text goes out. So of what a dead worker had claimed, all without a
mark goes back into the queue, and only what carries one (one per connection at most) becomes unknown; or it waits
with its mark to be asked about, where the carrier can be asked.
Nothing here trusts that a worker is really dead: a mark and a result count only while the claim still holds.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from django.db import connection
from django.db.models import BooleanField, Case, CharField, DateTimeField, F, Max, Q, Value, When
from django.utils.translation import gettext_noop

from kalends.delivery import rules
from kalends.delivery.models import Delivery, Nature, State, SubmittedPart
from kalends.delivery.rules import Outcome
from kalends.foundation.database.asking import ask_by_name
from kalends.foundation.database.reading import returned
from kalends.organizations.models import Organization

# At least, of one organization at a time.
SET = 20
QUIET = gettext_noop("It waits for the end of the quiet hours.")
BROKEN_OFF = gettext_noop("The worker ended while this was being handed over.")

_CLAIM = """
WITH waiting AS (
  SELECT id FROM delivery_delivery
  WHERE organization_id = $1 AND settled_at IS NULL AND state = 'queued' AND due_at <= $2
    AND medium = ANY ($3::text[]) {certain}
  ORDER BY due_at, id LIMIT $5 FOR UPDATE SKIP LOCKED
)
UPDATE delivery_delivery SET state = 'claimed', claimed_by = $4, claimed_at = $2
FROM waiting WHERE delivery_delivery.organization_id = $1 AND delivery_delivery.id = waiting.id
RETURNING {columns}
"""
_CERTAIN = f"AND nature <> '{Nature.UNASKED}' AND (useless_after IS NULL OR useless_after > $2)"
# Rows are locked in one order, here and where they are taken back. Sets travel as documents: of an array PostgreSQL
# looks how long it is, and plans anew each time, which takes longer than marking two.
_MARK = """
UPDATE delivery_delivery d SET handing_over_at = %(now)s, centre = held.centre, parts = held.parts
FROM (
  SELECT known.id, mark.centre, mark.parts
  FROM jsonb_to_recordset(%(marks)s::jsonb) AS mark (about uuid, centre text, parts int)
  JOIN delivery_delivery known ON known.organization_id = %(organization)s AND known.id = mark.about
    AND known.state = 'claimed' AND known.claimed_by = %(claimer)s
  ORDER BY known.id FOR NO KEY UPDATE OF known
) held
WHERE d.organization_id = %(organization)s AND d.id = held.id
RETURNING d.id
"""
_SETTLE = """
UPDATE delivery_delivery d SET
  state = CASE d.receipt WHEN '' THEN e.state ELSE d.receipt END,
  due_at = coalesce(e.due_at, d.due_at),
  claimed_by = CASE WHEN e.again THEN '' ELSE d.claimed_by END,
  handing_over_at = CASE WHEN e.again AND NOT e.asked THEN NULL ELSE d.handing_over_at END,
  settled_at = CASE WHEN e.again THEN NULL ELSE %(now)s::timestamptz END,
  attempts = e.tries, carrier = e.carrier, subject = e.subject, message_id = e.message_id, parts = e.parts,
  reason = CASE d.receipt WHEN '' THEN e.reason ELSE d.reason END,
  needs_somebody = e.needs AND d.receipt = ''
FROM (
  SELECT known.id, ending.*, ending.state = 'queued' AND known.receipt = '' AS again
  FROM jsonb_to_recordset(%(endings)s::jsonb) AS ending (about uuid, claimer text, state text, due_at timestamptz,
    tries int, carrier text, subject text, message_id text, parts int, reason text, asked bool, needs bool)
  JOIN delivery_delivery known ON known.organization_id = %(organization)s AND known.id = ending.about
    AND known.claimed_by = ending.claimer AND known.state IN ('claimed', 'unknown')
  ORDER BY known.id FOR NO KEY UPDATE OF known
) e
WHERE d.organization_id = %(organization)s AND d.id = e.id
"""


class Mark(NamedTuple):
    delivery: Delivery
    centre: str = ""
    """Who can be asked about it; empty: nobody."""
    parts: int = 0


@dataclass(frozen=True, slots=True)
class Result:
    """How one claimed delivery ended, and what is written about it."""

    delivery: Delivery
    claimer: str
    outcome: Outcome
    carrier: str = ""
    subject: str = ""
    message_id: str = ""
    parts: int = 0


def hold_back(
    organization: Organization, *, quiet: Mapping[str, datetime], media: Sequence[str], now: datetime
) -> None:
    """What is due in the quiet hours of its medium waits until they end; not what answers an act of just now, nor
    what would be useless then."""
    for medium in quiet.keys() & set(media):
        until = quiet[medium]
        waiting = organization.deliveries.filter(state=State.QUEUED, settled_at=None, due_at__lte=now)
        due = waiting.filter(medium=medium, handing_over_at=None)
        waits = due.exclude(nature=Nature.ANSWER, queued_at__gt=now - rules.JUST_NOW)
        waits.filter(Q(useless_after=None) | Q(useless_after__gt=until)).update(due_at=until, reason=QUIET)


def redirect(organization: Organization, claimed: Sequence[Delivery], goes_to: Callable[[str], str | None]) -> None:
    """Note where it goes instead, before anything leaves: a worker that dies takes that knowledge along."""
    for medium in {one.medium for one in claimed}:
        where = goes_to(medium) or ""
        # What was begun before is asked about where it went then.
        own = [one for one in claimed if one.medium == medium and one.handing_over_at is None]
        concerned = [one for one in own if one.redirected_to != where]
        organization.deliveries.filter(id__in=[one.id for one in concerned]).update(redirected_to=where)
        for one in concerned:
            one.redirected_to = where


def claim(
    organization: Organization,
    *,
    media: Sequence[str],
    claimer: str,
    now: datetime,
    at_most: int = SET,
    doubted: bool = False,
) -> list[Delivery]:
    """Take what is due by these media, oldest first; what others are taking at this moment is left to them.

    What carries a mark already is to be asked about, before anything else is done with it. `doubted`: perhaps it is
    not `now`, so what nobody waits for stays, and what seems to come too late (clock_watch.py).
    """
    taken = returned(
        Delivery,
        _CLAIM.replace("{certain}", _CERTAIN if doubted else ""),
        [organization.id, now, list(media), claimer, at_most],
    )
    return sorted(taken, key=attrgetter("due_at", "id"))


def overtaken(organization: Organization, deliveries: Sequence[Delivery]) -> set[UUID]:
    """Those that were tried before and about which something newer has been said since to the same address:
    sent now, the older news would be read last."""
    tried = [delivery for delivery in deliveries if delivery.attempts]
    if not tried:
        return set()
    newest = {
        (row["cause_id"], row["recipient"]): row["newest"]
        for row in organization.deliveries.filter(cause_id__in={delivery.cause_id for delivery in tried})
        .values("cause_id", "recipient")
        .annotate(newest=Max("cause_version"))
    }
    return {d.id for d in tried if newest[d.cause_id, d.recipient] > d.cause_version}


def mark(organization: Organization, marks: Sequence[Mark], *, claimer: str, now: datetime) -> set[UUID]:
    """Note that their texts go out now. Those whose claim no longer holds are left out: they must not."""
    if not marks:
        return set()
    rows = [{"about": one.delivery.id, "centre": one.centre, "parts": one.parts} for one in marks]
    values = {"organization": organization.id, "marks": orjson.dumps(rows).decode(), "claimer": claimer, "now": now}
    return {id for (id,) in ask_by_name(_MARK, values).rows}


def settle(organization: Organization, results: Sequence[Result], *, now: datetime) -> None:
    """Write how they ended. What others have taken over meanwhile stays theirs; an unknown becomes known.

    A receipt may have come before: then the network knows better than the end of our own conversation with it.
    """
    if results:
        endings = orjson.dumps([_ending(result, now) for result in results]).decode()
        ask_by_name(_SETTLE, {"organization": organization.id, "now": now, "endings": endings})
        _note_parts(results, now)


def _ending(result: Result, now: datetime) -> dict[str, Any]:
    """A row of what `_SETTLE` is given."""
    delivery, outcome = result.delivery, result.outcome
    tries = delivery.attempts + (outcome.fate not in rules.NOT_TRIED)
    next_ = rules.after(outcome, tries=tries, useless_after=delivery.useless_after, now=now, medium=delivery.medium)
    return {
        "about": delivery.id,
        "claimer": result.claimer,
        "state": next_.state,
        "due_at": next_.due_at,
        "tries": tries,
        "carrier": result.carrier,
        "subject": result.subject[:300],
        "message_id": result.message_id,
        "parts": result.parts,
        "reason": outcome.reason[:300],
        "asked": outcome.may_have_arrived,
        "needs": next_.needs_somebody,
    }


def _note_parts(results: Sequence[Result], now: datetime) -> None:
    """By which numbers receipts will name them."""
    parts = [
        SubmittedPart(
            centre=result.outcome.centre[:200],
            number=number[:65],
            organization_id=result.delivery.organization_id,
            delivery_id=result.delivery.id,
            place=place,
            at=now,
        )
        for result in results
        for place, number in enumerate(result.outcome.numbers, 1)
    ]
    if parts:
        SubmittedPart.objects.bulk_create(parts)


def give_back(organization: Organization, *, claimer: str, only: Collection[UUID] | None = None) -> None:
    """What `claimer` has not begun to hand over waits again; its turn has not changed."""
    claimed = organization.deliveries.filter(state=State.CLAIMED, settled_at=None, claimed_by=claimer)
    claimed = claimed.filter(handing_over_at=None) if only is None else claimed.filter(id__in=only)
    claimed.update(state=State.QUEUED, claimed_by="", claimed_at=None)


def rescue(organization: Organization, *, claimer: str, now: datetime) -> None:
    """Settle what a dead worker had claimed: what was being handed over is asked about, or unknown where nobody can be
    asked; the rest waits again."""
    give_back(organization, claimer=claimer)
    begun = organization.deliveries.filter(state=State.CLAIMED, settled_at=None, claimed_by=claimer)
    begun.exclude(centre="").update(
        state=_unless_received(State.QUEUED, keep="receipt"),
        due_at=now,
        settled_at=Case(When(receipt="", then=Value(None)), default=Value(now), output_field=DateTimeField()),
        claimed_by="",
        claimed_at=None,
        attempts=F("attempts") + 1,
        reason=_unless_received(BROKEN_OFF, keep="reason"),
    )
    begun.update(
        state=_unless_received(State.UNKNOWN, keep="receipt"),
        needs_somebody=Case(When(receipt="", then=Value(True)), default=Value(False), output_field=BooleanField()),
        settled_at=now,
        attempts=F("attempts") + 1,
        reason=_unless_received(BROKEN_OFF, keep="reason"),
    )


def _unless_received(value: str, *, keep: str) -> Case:
    """`value`, or what the column `keep` holds if a receipt has come."""
    return Case(When(receipt="", then=Value(value)), default=F(keep), output_field=CharField())


def is_gone(claimer: str) -> bool:
    """Whether the worker of that name has ended: its connection held a lock, and a free lock has no holder.

    Until the transaction ends nobody else is told the same.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [claimer])
        free: bool = cursor.fetchone()[0]
    return free
