"""Reading a backup back, into an empty database only."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Collection
from contextlib import suppress
from itertools import islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import psycopg

from kalends.operating.archiving import manifest, programs
from kalends.operating.archiving.backing_up import last_words
from kalends.operating.archiving.manifest import Contents, Manifest
from kalends.operating.embedded import CannotRun

# What newer programs write at the beginning and older servers do not know.
UNKNOWN_BEFORE_17 = b"SET transaction_timeout = 0;\n"
BEGINNING = 60
"""Lines; all that comes before the first table."""


def check_target(owner_url: str, backup: Manifest, *, known_migrations: Collection[str]) -> None:
    """Raises CannotRun for a database that is not empty, and for one that is older than the backup."""
    with psycopg.connect(owner_url) as owner:
        tables = manifest.tables_of(owner)
        if tables:
            raise CannotRun(
                f"A backup is restored into an empty database only, and this one has {len(tables)} tables: choose "
                "an empty folder with KALENDS_DATA, or make a new database."
            )
        major = owner.info.server_version // 10000
    if major < backup.postgresql:
        raise CannotRun(
            f"The backup is of PostgreSQL {backup.postgresql} and this server is PostgreSQL {major}: "
            f"restore it into version {backup.postgresql} or newer."
        )
    unknown = sorted(set(backup.contents.migrations) - set(known_migrations))
    if unknown:
        raise CannotRun(
            f"The backup was made by a newer Kalends ({backup.kalends}), as it knows {unknown[0]}: install that first."
        )


def restore(folder: Path, backup: Manifest, *, owner_url: str) -> None:
    """Fill the empty database in one transaction; then compare it with what the backup noted. Raises CannotRun."""
    _fill(folder / manifest.DATABASE, owner_url, programs.tools_for(backup.programs))
    with psycopg.connect(owner_url, options="-c timezone=UTC -c statement_timeout=0") as owner:
        if difference := backup.contents.difference(Contents.of(owner)):
            raise CannotRun(f"The restored database is not as the backup noted it: {difference}.")


def _fill(dump: Path, owner_url: str, tools: programs.Tools) -> None:
    """pg_restore writes the statements, psql runs them; between them goes what the server would not know."""
    where, environment = programs.connection_of(owner_url)
    read: list[str | Path] = [tools.program("pg_restore"), "--no-owner", "--no-privileges", "--file=-", dump]
    run: list[str | Path] = [
        tools.program("psql"),
        "--no-psqlrc",
        "--quiet",
        "--single-transaction",
        "--set=ON_ERROR_STOP=1",
    ]
    run += ["--output=/dev/null", f"--dbname={where}"]
    with TemporaryFile() as of_reading, TemporaryFile() as of_running:
        reading = subprocess.Popen(read, env=dict(environment), stdout=subprocess.PIPE, stderr=of_reading)
        running = subprocess.Popen(run, env=dict(environment), stdin=subprocess.PIPE, stderr=of_running)
        whole = _pass_on(reading, running)
        if running.wait() or not whole:
            said = last_words(_text(of_running) or _text(of_reading))
            raise CannotRun(f"The backup could not be restored, and the database is left empty: {said}")


def _pass_on(reading: subprocess.Popen[bytes], running: subprocess.Popen[bytes]) -> bool:
    """Whether all went through. psql commits when its input ends, so it is killed before that if anything failed."""
    source, target = reading.stdout, running.stdin
    assert source is not None
    assert target is not None
    try:
        for line in islice(source, BEGINNING):
            if line != UNKNOWN_BEFORE_17:
                target.write(line)
        shutil.copyfileobj(source, target)
        target.flush()
        whole = reading.wait() == 0
    except BrokenPipeError:  # psql has ended, and says why
        whole = False
    if not whole:
        running.kill()
        reading.kill()
        reading.wait()
    source.close()
    with suppress(BrokenPipeError):
        target.close()
    return whole


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode(errors="replace")
