"""Writing a backup."""

from __future__ import annotations

import os
import subprocess
from datetime import UTC
from importlib.metadata import version
from pathlib import Path

import psycopg
from psycopg import IsolationLevel

from kalends.operating.archiving import manifest, programs
from kalends.operating.archiving.manifest import Contents, Manifest
from kalends.operating.embedded import CannotRun


def back_up(folder: Path, *, owner_url: str, secret_key: str) -> Manifest:
    """Write the database and the key into `folder`, which is new or empty. Raises CannotRun.

    The dump and what is counted are of one moment. The manifest comes last: without it, it is no backup.
    """
    _prepare(folder)
    try:
        made = _write(folder, owner_url, secret_key)
    except BaseException:
        for name in (manifest.DATABASE, manifest.KEY, manifest.NAME):
            (folder / name).unlink(missing_ok=True)
        raise
    return made


def _prepare(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise CannotRun(f"{folder} is not empty: choose a new folder for the backup.")
        folder.chmod(0o700)
    except OSError as fault:
        raise CannotRun(f"{folder} cannot be written: {fault.strerror}.") from fault


def _write(folder: Path, owner_url: str, secret_key: str) -> Manifest:
    with psycopg.connect(owner_url, options="-c timezone=UTC -c statement_timeout=0 -c lock_timeout=0") as owner:
        owner.isolation_level = IsolationLevel.REPEATABLE_READ
        owner.read_only = True
        major = owner.info.server_version // 10000
        tools = programs.tools_for(major)
        row = owner.execute("SELECT pg_export_snapshot(), clock_timestamp()").fetchone()
        assert row is not None
        snapshot, now = row
        contents = Contents.of(owner)
        _dump(folder / manifest.DATABASE, owner_url, tools, snapshot)
    _write_private(folder / manifest.KEY, secret_key)
    made = Manifest(
        made_at=now.astimezone(UTC).isoformat(timespec="seconds"),
        kalends=version("kalends"),
        postgresql=major,
        programs=tools.major,
        tzdata=version("tzdata"),
        files={name: manifest.checksum(folder / name) for name in (manifest.DATABASE, manifest.KEY)},
        contents=contents,
    )
    made.write(folder)
    return made


def _dump(file: Path, owner_url: str, tools: programs.Tools, snapshot: str) -> None:
    """No owners and no privileges: another installation has roles of its own."""
    where, environment = programs.connection_of(owner_url)
    command: list[str | Path] = [tools.program("pg_dump")]
    command += ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
    done = subprocess.run(
        [*command, f"--file={file}", f"--dbname={where}"],
        env=dict(environment),
        capture_output=True,
        text=True,
        errors="replace",
        umask=0o077,
        check=False,
    )
    if done.returncode:
        raise CannotRun(f"pg_dump could not write the backup: {last_words(done.stderr)}")


def _write_private(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)


def last_words(said: str) -> str:
    """The line of a program's complaints that says what is wrong."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    telling = [line for line in lines if "error" in line.lower() or "fatal" in line.lower()]
    return (telling or lines or ["it gave no reason"])[-1]
