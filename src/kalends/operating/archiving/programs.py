"""The programs of PostgreSQL that write and read backups, of a version that can."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from kalends.operating.embedded import CannotRun, client
from kalends.operating.embedded.programs import environment

SYSTEM = Path("/usr/lib/postgresql")
"""Where Debian keeps every version it has."""


@dataclass(frozen=True, slots=True, order=True)
class Tools:
    """One version's programs."""

    major: int
    folder: Path

    def program(self, name: str) -> Path:
        return self.folder / name


def tools_for(major: int, *, found: list[Tools] | None = None) -> Tools:
    """The oldest that can dump a server of version `major`, or read its dump. Raises CannotRun."""
    able = sorted(tools for tools in (installed() if found is None else found) if tools.major >= major)
    if not able:
        raise CannotRun(
            f"The database is PostgreSQL {major}, and no pg_dump of that version or newer is installed here: "
            f"install the client programs of PostgreSQL {major}."
        )
    return able[0]


def installed() -> list[Tools]:
    """What comes along with Kalends, and what the system has."""
    places = [client("pg_dump").parent]
    if on_path := shutil.which("pg_dump"):
        places.append(Path(on_path).parent)
    places += sorted(SYSTEM.glob("*/bin"))
    return list(_usable(places))


def _usable(places: list[Path]) -> Iterator[Tools]:
    """A folder with all three programs; its version is that of pg_dump."""
    for place in places:
        if all((place / name).exists() for name in ("pg_dump", "pg_restore", "psql")):
            with suppress(OSError, ValueError, IndexError):
                said = subprocess.run([place / "pg_dump", "--version"], capture_output=True, text=True, check=True)
                yield Tools(int(said.stdout.split()[2].partition(".")[0]), place)


def connection_of(url: str) -> tuple[str, Mapping[str, str]]:
    """How a program reaches the database: an argument without the password, which others might see in the list of
    processes, and an environment with it."""
    parts = conninfo_to_dict(url)
    password = parts.pop("password", None)
    kept = {name: os.environ[name] for name in ("HOME", "PGPASSFILE") if name in os.environ}
    secret = {"PGPASSWORD": str(password)} if password else {}
    return make_conninfo("", **parts), {**environment(), **kept, **secret}
