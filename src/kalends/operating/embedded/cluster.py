"""The cluster on the disk: made once, never of another major version, never with two postmasters."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from kalends.operating.embedded import programs
from kalends.operating.embedded.folders import DataFolder, disk_full, free_bytes, write_private
from kalends.operating.embedded.refusals import CannotRun, OtherVersion, ServerFailed
from kalends.operating.embedded.space import MB, SEGMENT

SUPERUSER = "postgres"
NEEDED_BYTES = 2 * SEGMENT
"""With less than this free, a start that failed is taken to have failed for want of space."""

ORPHAN_SECONDS = 30.0
ALONE_SECONDS = 1.5
"""Within which the children of a postmaster that was killed notice it and end."""


@dataclass(frozen=True)
class Postmaster:
    """What `postmaster.pid` tells of a server."""

    pid: int
    socket_folder: Path
    port: int
    ready: bool


def make(data: DataFolder, *, superuser_password: str, durable: bool) -> None:
    """Make the cluster unless it is there; check that it is of our major version. Raises CannotRun."""
    if data.cluster.exists():
        _refuse_other_version(data)
        return
    making = data.path / "postgres.making"
    shutil.rmtree(making, ignore_errors=True)
    password = data.path / "initdb-password"
    data.write(password.name, superuser_password + "\n")
    try:
        _initdb(data, making, password, durable=durable)
        making.rename(data.cluster)
    finally:
        password.unlink(missing_ok=True)
        shutil.rmtree(making, ignore_errors=True)


def configure(data: DataFolder, *, conf: str, hba: str) -> None:
    for name, text in (("postgresql.conf", conf), ("pg_hba.conf", hba)):
        path = data.cluster / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            write_private(path, text, data.account)


def postmaster(data_path: Path) -> Postmaster | None:
    """The server that `postmaster.pid` speaks of; it may be long gone."""
    try:
        lines = (data_path / "postgres" / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    if len(lines) < 5 or not (lines[0].isdigit() and lines[3].isdigit()):
        return None
    ready = len(lines) > 7 and lines[7].strip() == "ready"
    return Postmaster(pid=int(lines[0]), socket_folder=Path(lines[4]), port=int(lines[3]), ready=ready)


def end_orphans(data: DataFolder) -> None:
    """End what a killed predecessor left behind on this cluster, and forget its `postmaster.pid`.

    Only to be called by the one who holds the data folder. Raises ServerFailed if something will not end.
    """
    known = postmaster(data.path)
    hint = known.pid if known else None
    left = _processes_in(data.cluster, hint=hint)
    if hint in left:
        # Its children end with it.
        for how, patience in ((signal.SIGINT, ORPHAN_SECONDS), (signal.SIGQUIT, 5.0)):
            _send(how, [hint])
            left = _wait_for_end(data.cluster, hint, patience)
            if not left:
                break
    else:
        left = _wait_for_end(data.cluster, hint, ALONE_SECONDS)
    if left:
        _send(signal.SIGKILL, left)
        left = _wait_for_end(data.cluster, hint, 5.0)
    if left:
        raise ServerFailed(f"An earlier PostgreSQL (process {left[0]}) still runs on {data.path}: end it first.")
    if known and sys.platform == "linux":
        # Its number may by now belong to another program of ours, for which PostgreSQL would refuse to start.
        (data.cluster / "postmaster.pid").unlink(missing_ok=True)


def failure(data: DataFolder, said: str, *, since: float) -> CannotRun:
    """Why PostgreSQL did not start, from its last words `said` and its log `since` (seconds of the epoch)."""
    words = said + _log_since(data, since)
    if "No space left on device" in words or free_bytes(data.path) < NEEDED_BYTES:
        return disk_full(data.path)
    telling = [line for line in words.splitlines() if any(w in line for w in ("FATAL", "PANIC", "error:"))]
    last = telling[-1].strip() if telling else (words.strip().splitlines() or ["it gave no reason"])[-1]
    return ServerFailed(f"PostgreSQL did not start on {data.path}: {last}")


def prune_logs(data: DataFolder, *, keep: int = 10) -> None:
    """Delete all but the newest `keep` files of the server's log (each at most some 10 MB)."""
    for old in sorted(data.log.glob("postgresql-*.log"))[:-keep]:
        old.unlink(missing_ok=True)


def _initdb(data: DataFolder, making: Path, password: Path, *, durable: bool) -> None:
    home = programs.usable_by(data.account)
    # The collation comes with the server (builtin), so that it is the same on every system.
    locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    access = ["--auth=scram-sha-256", f"--username={SUPERUSER}", f"--pwfile={password}"]
    command = [str(home / "bin" / "initdb"), "-D", str(making), *locale, *access, "--data-checksums"]
    command += [f"--wal-segsize={SEGMENT // MB}", "--no-instructions"]
    process = programs.start(
        command if durable else [*command, "--no-sync"],
        account=data.account,
        environment=programs.environment(),
        folder=data.path,
        ends_by=signal.SIGKILL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    said = process.communicate()[0].decode(errors="replace")
    if process.returncode != 0:
        raise failure(data, said, since=time.time())


def _refuse_other_version(data: DataFolder) -> None:
    try:
        found = (data.cluster / "PG_VERSION").read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        raise ServerFailed(
            f"{data.cluster} holds no cluster of PostgreSQL: put it back from a backup, or move it away."
        ) from None
    if found != str(programs.MAJOR):
        raise OtherVersion(
            f"The data in {data.path} was made by PostgreSQL {found} and this Kalends comes with PostgreSQL "
            f"{programs.MAJOR}: run kalends backup DIR with the earlier Kalends, choose an empty folder with "
            "KALENDS_DATA, then run kalends restore DIR with this one."
        )


def _send(how: signal.Signals, pids: list[int]) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, how)


def _wait_for_end(cluster: Path, hint: int | None, seconds: float) -> list[int]:
    """Wait until no process is left on the cluster, or the time is over; what is left then."""
    until = time.monotonic() + seconds
    while (left := _processes_in(cluster, hint=hint)) and time.monotonic() < until:
        time.sleep(0.02)
    return left


def _processes_in(cluster: Path, *, hint: int | None) -> list[int]:
    """The living processes of PostgreSQL on this cluster: each of them works in its folder."""
    if sys.platform != "linux":
        return [hint] if hint is not None and _is_postgres(hint) else []
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and entry.name != str(os.getpid()):
            with contextlib.suppress(OSError):
                if os.readlink(entry / "exe").endswith("/postgres") and (entry / "cwd").samefile(cluster):
                    found.append(int(entry.name))
    return found


def _is_postgres(pid: int) -> bool:
    command = ["/bin/ps", "-o", "comm=", "-p", str(pid)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    return answer.stdout.strip().endswith("postgres")


def _log_since(data: DataFolder, since: float) -> str:
    logs = sorted(log for log in data.log.glob("postgresql-*.log") if log.stat().st_mtime >= since)
    return logs[-1].read_text(encoding="utf-8", errors="replace")[-4000:] if logs else ""
