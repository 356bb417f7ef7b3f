"""The sealer numbers and chains what the audit has taken in, second by second, one sealer at a time.

Entries are written unchained, in the transaction of the act: a chain inside it would make everybody of an
organization wait for everybody else. An entry is ready for its place once its transaction and all that began
before it are over: its number is below the oldest one still running. The horizon is the number below which
everything is sealed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from kalends.audit import chain
from kalends.audit.models import Entry, Horizon, Seal
from kalends.foundation.actor import system
from kalends.foundation.database import tenancy
from kalends.organizations.models import Organization

SEALER = system("sealer")
# Every row looked at compares its organization with this list: short lists, several questions.
ORGANIZATIONS_AT_ONCE = 200
ENTRIES_AT_ONCE = 2000
COLUMNS = tuple(field.attname for field in Entry._meta.concrete_fields)

_TURN = "SELECT pg_try_advisory_xact_lock(hashtext('kalends audit sealer'))"
_WINDOW = """
SELECT transaction_number, pg_snapshot_xmin(pg_current_snapshot())::text::bigint,
       pg_snapshot_xmax(pg_current_snapshot())::text::bigint FROM audit_horizon
"""


class AnotherSealer(RuntimeError):
    """Somebody else is sealing at this moment; nothing is lost by leaving it to them."""


@dataclass(frozen=True, slots=True)
class _Window:
    """Transaction numbers to look at: from `since`, below `until`.

    A database restored into another server starts counting again. Then its old entries carry numbers that
    have not been given yet, `unborn` and more: they are over as well.
    """

    since: int
    until: int
    unborn: int | None

    @property
    def condition(self) -> Q:
        inside = Q(transaction_number__gte=self.since, transaction_number__lt=self.until)
        return inside if self.unborn is None else inside | Q(transaction_number__gte=self.unborn)


def seal_everything() -> int:
    """Seal all entries that are ready, of all organizations; returns how many. Opens its own transactions.

    Where another sealer is at work it stops, leaving the horizon where it was. Broken off anywhere, the next
    one goes on: no entry is sealed twice.
    """
    try:
        window = _window()
        if window is None:
            return 0
        sealed = sum(_seal(organization, window) for organization in _with_work(window))
        _advance(window)
    except AnotherSealer:
        return 0
    return sealed


def _window() -> _Window | None:
    with tenancy.acting(organization=None, by=SEALER):
        _take_turn()
        with connection.cursor() as cursor:
            cursor.execute(_WINDOW)
            since, until, unborn = cursor.fetchone()
    if since == until:
        return None
    return _Window(since, until, None) if since < until else _Window(0, until, unborn)


def _with_work(window: _Window) -> Iterator[Organization]:
    everyone = list(Organization.objects.only("id", "name").order_by("id"))
    for start in range(0, len(everyone), ORGANIZATIONS_AT_ONCE):
        some = everyone[start : start + ORGANIZATIONS_AT_ONCE]
        with tenancy.acting(organization=None, by=SEALER, reads=some):
            _take_turn()
            busy = set(unsealed(Entry.all_rows.filter(window.condition)).values_list("organization_id", flat=True))
        yield from (organization for organization in some if organization.id in busy)


def _seal(organization: Organization, window: _Window) -> int:
    sealed = 0
    while True:
        with tenancy.acting(organization=organization, by=SEALER) as now:
            _take_turn()
            ready = unsealed(organization.audit_entries.filter(window.condition)).order_by("transaction_number", "id")
            entries = list(ready.values(*COLUMNS)[:ENTRIES_AT_ONCE])
            _chain(organization, entries, now)
        sealed += len(entries)
        if len(entries) < ENTRIES_AT_ONCE:
            return sealed


def unsealed(entries: QuerySet[Entry]) -> QuerySet[Entry]:
    """Those of `entries` that have no place in a chain yet."""
    return entries.filter(
        ~Exists(Seal.all_rows.filter(organization_id=OuterRef("organization_id"), entry_id=OuterRef("id")))
    )


def _chain(organization: Organization, entries: Sequence[dict[str, Any]], now: datetime) -> None:
    last = organization.seals.order_by("-number").first()
    number, previous = (last.number, bytes(last.digest)) if last else (0, chain.GENESIS)
    links = []
    for entry in entries:
        number, previous = number + 1, chain.digest(previous, entry)
        links.append(
            Seal(
                organization_id=organization.id,
                number=number,
                entry_id=entry["id"],
                digest=previous,
                sealed_at=now,
            )
        )
    Seal.all_rows.bulk_create(links)


def _advance(window: _Window) -> None:
    with tenancy.acting(organization=None, by=SEALER):
        _take_turn()
        behind = Horizon.objects.filter(transaction_number__lt=window.until)
        (behind if window.unborn is None else Horizon.objects.all()).update(transaction_number=window.until)


def _take_turn() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_TURN)
        if not cursor.fetchone()[0]:
            raise AnotherSealer
