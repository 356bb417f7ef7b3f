"""What a check says: which row breaks which promise."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.rows import TupleRow

Owner = psycopg.Connection[TupleRow]
"""A connection past row security. Its transaction is repeatable read: all checks see the same moment."""


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """`organization` is a slug, or nothing where the whole installation is concerned; `row` names the row."""

    organization: str
    row: str
    sentence: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.organization, self.row, self.sentence) if part)


@dataclass(frozen=True, slots=True)
class Looked:
    """One check: how many of what it looked at, what is broken, what should be known besides."""

    title: str
    count: int
    things: str
    faults: tuple[Fault, ...] = ()
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        result = f"{len(self.faults)} broken" if self.faults else "sound"
        lines = [f"{self.title}: {self.count} {self.things}, {result}"]
        return "\n".join([*lines, *(f"  {fault}" for fault in self.faults), *(f"  {note}" for note in self.notes)])


class Slugs(dict[UUID, str]):
    """By the id of the organization; one that is not there is named by its id."""

    def __missing__(self, organization_id: UUID) -> str:
        return str(organization_id)


def slugs(owner: Owner) -> Slugs:
    return Slugs(owner.execute("SELECT id, slug FROM organizations_organization").fetchall())


def count_of(owner: Owner, table: str) -> int:
    row = owner.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
    assert row is not None
    return int(row[0])
