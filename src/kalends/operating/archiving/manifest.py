"""What a backup says of itself: versions, checksums, and what its rows must add up to."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import LiteralString, Self

import psycopg
from psycopg import sql
from psycopg.rows import TupleRow

from kalends.operating.embedded import CannotRun

NAME = "manifest.json"
FORMAT = 1
DATABASE, KEY = "database.dump", "secret-key"
_TABLES: LiteralString = """
SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace ORDER BY 1
"""
_HEADS: LiteralString = """
SELECT DISTINCT ON (organization_id) organization_id, number, encode(digest, 'hex')
FROM audit_seal ORDER BY organization_id, number DESC
"""


@dataclass(frozen=True, slots=True)
class Contents:
    """What is in a database: rows by table, and the last link of each organization's audit."""

    rows: Mapping[str, int]
    audit: Mapping[str, str]
    migrations: tuple[str, ...]

    @classmethod
    def of(cls, owner: psycopg.Connection[TupleRow]) -> Self:
        """Counted past row security, in the open transaction. Raises CannotRun where nothing is there to count."""
        tables = tables_of(owner)
        if "django_migrations" not in tables:
            raise CannotRun("There is nothing to back up: this database is not one of Kalends.")
        rows = {}
        for table in tables:
            counted = owner.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
            assert counted is not None
            rows[table] = int(counted[0])
        heads = {str(row[0]): f"{row[1]} {row[2]}" for row in owner.execute(_HEADS).fetchall()}
        done = owner.execute("SELECT app, name FROM django_migrations ORDER BY 1, 2").fetchall()
        return cls(rows, heads, tuple(f"{app}.{name}" for app, name in done))

    def difference(self, other: Self) -> str:
        """The first thing that is not the same, in words; nothing where all is."""
        for table in sorted(self.rows.keys() | other.rows.keys()):
            if self.rows.get(table) != other.rows.get(table):
                return f"{table} has {other.rows.get(table, 'no')} rows and should have {self.rows.get(table, 'none')}"
        for organization in sorted(self.audit.keys() | other.audit.keys()):
            if self.audit.get(organization) != other.audit.get(organization):
                return f"the audit of organization {organization} does not end where it should"
        return ""


@dataclass(frozen=True, slots=True)
class Manifest:
    made_at: str
    """UTC, ISO 8601."""
    kalends: str
    postgresql: int
    """Major version of the server."""
    programs: int
    """Major version of pg_dump."""
    tzdata: str
    files: Mapping[str, str]
    """SHA-256 by name."""
    contents: Contents

    def write(self, folder: Path) -> None:
        text = json.dumps({"format": FORMAT, **asdict(self)}, indent=2, sort_keys=True) + "\n"
        (folder / NAME).write_text(text, encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Raises CannotRun for what is no backup, and for one of which a file was changed."""
        try:
            said = json.loads((folder / NAME).read_text(encoding="utf-8"))
            known = said.pop("format")
            contents = said.pop("contents")
            contents["migrations"] = tuple(contents["migrations"])
            manifest = cls(**said, contents=Contents(**contents))
        except FileNotFoundError:
            raise CannotRun(f"{folder} holds no finished backup: it has no {NAME}.") from None
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as fault:
            raise CannotRun(f"{folder / NAME} cannot be read ({type(fault).__name__}).") from fault
        if known != FORMAT:
            raise CannotRun(f"The backup in {folder} is of another kind ({known}) than this Kalends knows ({FORMAT}).")
        for name, digest in manifest.files.items():
            if not (folder / name).exists():
                raise CannotRun(f"{folder / name} is missing from the backup.")
            if checksum(folder / name) != digest:
                raise CannotRun(f"{folder / name} is damaged: its checksum is not the one that the backup noted.")
        return manifest


def tables_of(owner: psycopg.Connection[TupleRow]) -> list[str]:
    return [row[0] for row in owner.execute(_TABLES).fetchall()]


def checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
