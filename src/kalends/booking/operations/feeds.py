"""Secret addresses at which calendar programs read one agenda."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from kalends.agenda.models import Schedule
from kalends.audit import operations as audit
from kalends.booking import links
from kalends.booking.models import Feed
from kalends.foundation import secrets
from kalends.foundation.actor import Actor, system
from kalends.foundation.database import locks, rows
from kalends.foundation.errors import Invalid

MOST = 20


def make_feed(schedule: Schedule, *, label: str, shows_names: bool, by: Actor, now: datetime) -> Feed:
    """An address for `schedule`; `label` says who reads it. Raises Invalid (`label`)."""
    locks.wait_turn(schedule.id)
    if schedule.feeds.filter(revoked_at=None).count() >= MOST:
        raise Invalid.field(
            "label", _("This agenda has %(count)s addresses. Stop one of them first.") % {"count": MOST}
        )
    seed = secrets.new_seed()
    made = Feed(
        organization_id=schedule.organization_id,
        schedule_id=schedule.id,
        seed=seed,
        secret_hash=secrets.derived(schedule.organization_id, seed, purpose=links.FEED).hash,
        created_at=now,
        created_by=by.label[:200],
    )
    changes = rows.fill(made, {"label": label, "shows_names": shows_names}, allowed={"label", "shows_names"})
    rows.insert(made)
    audit.record("feed:make", made, by=by, now=now, after={**changes.after, "schedule": str(schedule.id)})
    return made


def revoke_feed(known: Feed, *, by: Actor, now: datetime) -> Feed:
    """The address answers nothing any more, and says so. Said twice, nothing changes."""
    if known.revoked_at is None:
        known.revoked_at = now
        known.save(update_fields=["revoked_at"])
        audit.record("feed:revoke", known, by=by, now=now)
    return known


def note_reading(known: Feed, *, now: datetime) -> None:
    """Whoever has the address has read it: one line a day, for the address is asked every few minutes."""
    if known.last_read_on != now.date():
        known.last_read_on = now.date()
        known.save(update_fields=["last_read_on"])
        audit.record("feed:read", known, by=system(known.label or "calendar"), now=now)
