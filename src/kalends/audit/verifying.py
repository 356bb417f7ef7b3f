"""Reading the chain again: whatever was changed, removed, put in or put elsewhere is named with its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from kalends.audit import chain
from kalends.audit.models import Horizon, Seal
from kalends.audit.sealing import COLUMNS, unsealed
from kalends.organizations.models import Organization

LINKS_AT_ONCE = 2000


class Damage(StrEnum):
    SEAL_MISSING = "seal missing"  # the number itself is gone
    ENTRY_MISSING = "entry missing"
    NOT_AS_SEALED = "not as sealed"  # the entry, or the seal, was changed or put elsewhere
    NEVER_SEALED = "never sealed"  # an entry older than all that is sealed: put in later, or its seal was removed


@dataclass(frozen=True, slots=True)
class Break:
    """`number` is the place in the chain; None for an entry that stands in none."""

    number: int | None
    entry_id: UUID | None
    damage: Damage

    def __str__(self) -> str:
        place = f"number {self.number}" if self.number is not None else f"entry {self.entry_id}"
        return f"{place}: {self.damage}"


@dataclass(frozen=True, slots=True)
class Report:
    """`sealed` links were read, `unsealed` entries wait for the sealer; `head` is the last digest, in hex.

    Cutting off the end of the chain, seals and entries, leaves a shorter chain that is sound: whoever wants
    to see that keeps `head` elsewhere.
    """

    breaks: tuple[Break, ...]
    sealed: int
    unsealed: int
    head: str


def verify_chain(organization: Organization) -> Report:
    """Compute the whole chain of `organization` again. Runs inside `tenancy.acting`, or as the owner.

    Let the sealer run first: in a database that was just restored, what waits for it would count as too late.
    """
    breaks: list[Break] = []
    number, previous, sealed = 0, chain.GENESIS, 0
    for seal, entry in _links(organization):
        gap = range(number + 1, seal.number)
        breaks += [Break(missing, None, Damage.SEAL_MISSING) for missing in gap]
        if entry is None:
            breaks.append(Break(seal.number, seal.entry_id, Damage.ENTRY_MISSING))
        # After a missing seal nobody can tell: the link before is part of the sum.
        elif not gap and chain.digest(previous, entry) != bytes(seal.digest):
            breaks.append(Break(seal.number, seal.entry_id, Damage.NOT_AS_SEALED))
        number, previous, sealed = seal.number, bytes(seal.digest), sealed + 1
    stray, unsealed = _without_seal(organization)
    return Report((*breaks, *stray), sealed, unsealed, previous.hex())


def _links(organization: Organization) -> Iterator[tuple[Seal, dict[str, Any] | None]]:
    """The seals by number, each with its entry."""
    seals = organization.seals.order_by("number")
    some = list(seals[:LINKS_AT_ONCE])
    while some:
        found = organization.audit_entries.filter(id__in=[seal.entry_id for seal in some]).values(*COLUMNS)
        entries = {entry["id"]: entry for entry in found}
        yield from ((seal, entries.get(seal.entry_id)) for seal in some)
        some = list(seals.filter(number__gt=some[-1].number)[:LINKS_AT_ONCE])


def _without_seal(organization: Organization) -> tuple[list[Break], int]:
    horizon = Horizon.objects.get().transaction_number
    waiting = unsealed(organization.audit_entries.all())
    late = (
        waiting.filter(transaction_number__lt=horizon).order_by("transaction_number", "id").values_list("id", flat=True)
    )
    breaks = [Break(None, entry_id, Damage.NEVER_SEALED) for entry_id in late]
    return breaks, waiting.filter(transaction_number__gte=horizon).count()
