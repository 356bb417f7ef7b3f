"""A system of its own for measuring: a durable scratch database, migrated, and web processes on it."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psycopg

from kalends.config.environment import Environment
from kalends.operating import migrating, statics
from kalends.operating.embedded import EmbeddedServer, Urls
from kalends.operating.installation import Installation
from kalends.operating.serving import web_command

SOURCE_TREE = Path(__file__).resolve().parents[1]
BARE_TABLE = """
CREATE TABLE bare_visit (
  id uuid PRIMARY KEY, schedule integer NOT NULL, name text NOT NULL, email text NOT NULL, phone text NOT NULL,
  starts_at timestamptz NOT NULL, ends_at timestamptz NOT NULL,
  EXCLUDE USING gist (int4range(schedule, schedule, '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&))
"""


@contextmanager
def system() -> Iterator[Installation]:
    """Durable as in production: every commit waits for the disk."""
    folder = Path(tempfile.mkdtemp(prefix="kalends-bench-", dir="/var/tmp" if os.geteuid() == 0 else None))
    os.environ |= {"KALENDS_DATA": str(folder / "data"), "KALENDS_LIMITS": "off", "PORT": str(free_port())}
    os.environ.pop("DATABASE_URL", None)
    os.environ.pop("DATABASE_OWNER_URL", None)
    folder.chmod(0o711)
    try:
        environment = Environment.read()
        with EmbeddedServer(environment.data) as server:
            installation = Installation.of(environment, Urls(server.urls.owner_url, server.urls.app_url))
            migrating.migrate_if_needed(installation)
            statics.collect_if_needed(installation)
            installation.settle()
            yield installation
            from django.db import connections

            connections.close_all()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def web(installation: Installation) -> Iterator[int]:
    """Two web processes; yields their port."""
    port = installation.environment.port
    process = subprocess.Popen(web_command(port), env=installation.process_environment(), start_new_session=True)
    try:
        _wait(port)
        yield port
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(15)
        process.kill()


@contextmanager
def bare(installation: Installation) -> Iterator[int]:
    """The same server program with bench/bare.py in it, on the same database; yields its port."""
    with owner(installation) as hands:
        hands.execute(BARE_TABLE)
        hands.execute("GRANT SELECT, INSERT ON bare_visit TO PUBLIC")
    port = free_port()
    command = [*web_command(port)[:-1], "--blocking-threads", "4", "bench.bare:application"]
    command[command.index("rsgi")] = "wsgi"
    command[command.index("kalends.operating.serving")] = "granian"  # with nothing of ours loaded
    process = subprocess.Popen(command, env=installation.process_environment(), cwd=SOURCE_TREE, start_new_session=True)
    try:
        _wait(port, "/visits?from=2030-01-01")
        yield port
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(15)
        process.kill()
        with owner(installation) as hands:
            hands.execute("DROP TABLE bare_visit")


@contextmanager
def owner(installation: Installation) -> Iterator[psycopg.Connection]:
    with psycopg.connect(installation.owner_url, autocommit=True) as connection:
        yield connection


def verify(installation: Installation) -> int:
    """0 when `kalends verify` finds every promise kept; its lines are printed otherwise."""
    done = subprocess.run(
        [sys.executable, "-m", "kalends.operating.cli", "verify"],
        env=installation.process_environment() | {"DATABASE_OWNER_URL": installation.owner_url},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        print(done.stdout[-3000:], done.stderr[-3000:])
    return done.returncode


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def cpu_seconds() -> dict[str, float]:
    """What the web processes ("python") and the database ("postgres") below this one have used so far. Linux only."""
    total = {"python": 0.0, "postgres": 0.0}
    for name, _generation, ticks in _processes().values():
        total[name] += ticks / os.sysconf("SC_CLK_TCK")
    return total


def web_memory() -> dict[str, float]:
    """MB (10**6 bytes): RSS and PSS of the larger web process; PSS of both and of the process that watches over them.
    Linux only."""
    sizes: dict[int, list[tuple[float, float]]] = {1: [], 2: []}
    for number, (name, generation, _ticks) in _processes().items():
        if name == "python":
            told = Path(f"/proc/{number}/smaps_rollup").read_text().splitlines()[1:]
            in_kb = {what: int(size.split()[0]) for what, size in (line.split(":") for line in told)}
            sizes[generation].append((in_kb["Rss"] * 1024 / 1e6, in_kb["Pss"] * 1024 / 1e6))
    rss, pss = (max(several) for several in zip(*sizes[2], strict=True))
    return {"RSS": rss, "PSS": pss, "PSS of all": sum(pss for _rss, pss in (*sizes[1], *sizes[2]))}


def _processes() -> dict[int, tuple[str, int, int]]:
    """All below this one, by number: "python" or "postgres", 1 for its children, 2 for theirs; ticks of CPU used."""
    parents, used = {}, {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            name, _sign, rest = entry.read_text().partition(" (")[2].rpartition(") ")
            told = rest.split()
            number = int(entry.parent.name)
            parents[number] = int(told[1])
            used[number] = ("postgres" if name.startswith("postgres") else "python", int(told[11]) + int(told[12]))
    found = {}
    for number, (name, ticks) in used.items():
        above = list(_above(number, parents))
        if os.getpid() in above:
            found[number] = (name, above.index(os.getpid()) + 1, ticks)
    return found


def _above(number: int, parents: Mapping[int, int]) -> Iterator[int]:
    while number := parents.get(number, 0):
        yield number


def _wait(port: int, path: str = "/readyz") -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with contextlib.suppress(URLError, OSError), urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            if answer.status == 200:
                return
        time.sleep(0.1)
    raise TimeoutError("The web processes did not come up.")
