"""Foreign calendars: what is busy there is blocked here. Nothing is ever written to them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from kalends.agenda.imports.busy import Busy
from kalends.agenda.models import Block, Schedule, Subscription, SubscriptionKind
from kalends.agenda.operations import blocks
from kalends.audit import operations as audit
from kalends.foundation import fetching, secrets
from kalends.foundation.actor import Actor
from kalends.foundation.database import locks, rows
from kalends.foundation.errors import Invalid

MOST = 10
LONGEST_UID = 255
FIELDS = frozenset({"url", "kind", "username"})

Key = tuple[str, datetime, datetime]


def subscribe(
    schedule: Schedule,
    *,
    url: str,
    kind: str = SubscriptionKind.ICS,
    username: str = "",
    password: str = "",
    by: Actor,
    now: datetime,
) -> Subscription:
    """Read the calendar at `url` from now on. `webcal:` is taken as `https:`. Raises Invalid (`url`)."""
    locks.wait_turn(schedule.id)
    url = url.replace("webcal://", "https://", 1)
    try:
        parts = fetching.check(url)
    except fetching.CannotFetch as fault:
        raise Invalid.field("url", _(fault.sentence)) from None
    if schedule.subscriptions.count() >= MOST:
        sentence = _("This agenda reads %(count)s calendars. Remove one of them first.") % {"count": MOST}
        raise Invalid.field("url", sentence)
    made = Subscription(organization_id=schedule.organization_id, schedule_id=schedule.id, created_at=now)
    rows.fill(made, {"url": url, "kind": kind, "username": username}, allowed=FIELDS)
    made.sealed_password = secrets.sealed(password) if password else b""
    rows.insert(made)
    # The address itself is often the secret: only its server is written down.
    after = {"server": parts.hostname, "kind": kind, "schedule": str(schedule.id)}
    audit.record("subscription:make", made, by=by, now=now, after=after)
    return made


def unsubscribe(known: Subscription, *, by: Actor, now: datetime) -> None:
    """Forget the calendar; what it blocked is open again."""
    locks.wait_turn(known.schedule_id)
    blocks.change_blocks(known.schedule, new=[], kept=[], removed=list(known.blocks.all()), now=now)
    audit.record("subscription:end", known, by=by, now=now, before={"schedule": str(known.schedule_id)})
    known.delete()


def read_soon(known: Subscription, *, by: Actor, now: datetime) -> None:
    """Ask for it again at the worker's next round, within a minute."""
    known.read_at = None
    known.etag = ""
    known.save(update_fields=["read_at", "etag"])
    audit.record("subscription:ask", known, by=by, now=now)


def take_over(
    known: Subscription, busy: Iterable[Busy], *, since: datetime, etag: str, by: Actor, now: datetime
) -> None:
    """Block what is busy there and open what no longer is, all at once. Visits that are there already stay.

    Blocks that were over before `since` stay as they were. The titles of foreign events are not kept.
    """
    locks.wait_turn(known.schedule_id)
    wanted = {(one.uid[:LONGEST_UID], one.start, min(one.end, one.start + blocks.LONGEST_BLOCK)) for one in busy}
    kept: list[Block] = []
    removed: list[Block] = []
    for block in known.blocks.filter(ends_at__gt=since):
        key = (block.source_uid, block.starts_at, block.ends_at)
        if key in wanted:
            wanted.remove(key)
            kept.append(block)  # it spreads where a visit has gone meanwhile
        else:
            removed.append(block)
    new = [_block(known, key, now) for key in sorted(wanted, key=lambda one: one[1:])]
    added = blocks.change_blocks(known.schedule, new=new, kept=kept, removed=removed, now=now)
    if added or removed:
        after = {"added": len(added), "removed": len(removed)}
        audit.record("subscription:read", known, by=by, now=now, after=after)
    note_fresh(known, etag=etag, now=now)


def note_fresh(known: Subscription, *, etag: str, now: datetime) -> None:
    """It answered well: what is blocked is what is busy there now."""
    known.read_at = known.fresh_at = now
    known.etag, known.failure = etag, ""
    known.save(update_fields=["read_at", "fresh_at", "etag", "failure"])


def note_failure(known: Subscription, sentence: str, *, now: datetime) -> None:
    """It could not be read, and what was blocked stays blocked; `sentence` is English, for gettext."""
    known.read_at, known.failure = now, sentence[:200]
    known.save(update_fields=["read_at", "failure"])


def _block(known: Subscription, key: Key, now: datetime) -> Block:
    uid, starts_at, ends_at = key
    return Block(
        organization_id=known.organization_id,
        schedule_id=known.schedule_id,
        starts_at=starts_at,
        ends_at=ends_at,
        source_uid=uid,
        subscription_id=known.id,
        created_at=now,
    )
