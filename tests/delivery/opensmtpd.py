"""A real OpenSMTPD for the tests: it relays to our sink, and brings what is refused there back into a maildir."""

from __future__ import annotations

import fcntl
import os
import smtplib
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.delivery.sink import free_port, wait_for
from tests.packages import find

MISSING = "OpenSMTPD is not installed: apt-get install opensmtpd"
NOT_ROOT = "OpenSMTPD is started by root only: run this test as root"
RUNS = "An OpenSMTPD runs here already: end it for this test"
DOMAIN = "returns.test"
CONFIGURATION = """
queue ttl {lasts}s
bounce warn-interval 1s
table ours {{ "@{domain}" = "nobody" }}
listen on 127.0.0.1 port {port}
action "out" relay host smtp://127.0.0.1:{sink}
action "back" maildir "{maildir}" virtual <ours>
match from any for domain "{domain}" action "back"
match from any for any action "out"
"""


@contextmanager
def relay(sink_port: int, maildir: Path, *, lasts: int = 60) -> Iterator[str]:
    """At work; yields its EMAIL_URL. What it cannot deliver within `lasts` seconds comes back; a delay is told after
    one. Skips where it cannot run, but not in CI. One at a time on a machine: it has one queue.
    """
    program = find("smtpd")
    if why := MISSING if program is None else NOT_ROOT if os.geteuid() else "":
        _cannot(why)
    with tempfile.TemporaryDirectory() as folder, (Path(tempfile.gettempdir()) / "opensmtpd.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _ask("show", "status").returncode == 0:
            _cannot(RUNS)
        for part in (maildir, *(maildir / name for name in ("cur", "new", "tmp"))):
            part.mkdir(parents=True, exist_ok=True)
            os.chown(part, 65534, 65534)
        for parent in maildir.parents:
            parent.chmod(parent.stat().st_mode | 0o011)
        port = free_port()
        configuration = Path(folder) / "smtpd.conf"
        configuration.write_text(
            CONFIGURATION.format(lasts=lasts, port=port, sink=sink_port, maildir=maildir, domain=DOMAIN),
            encoding="utf-8",
        )
        log = subprocess.DEVNULL
        with subprocess.Popen([str(program), "-d", "-f", str(configuration)], stdout=log, stderr=log) as server:
            try:
                wait_for(lambda: _answers(port))
                yield f"smtp://127.0.0.1:{port}?from=agenda@tilleuls.example&timeout=10"
            finally:
                _forget()
                server.terminate()


def _forget() -> None:
    """Take out of its queue what a test has left there: the next server would go on with it."""
    for line in _ask("show", "queue").stdout.splitlines():
        if DOMAIN in line:
            _ask("remove", line.partition("|")[0])


def _ask(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(find("smtpctl")), *words], capture_output=True, text=True)


def _cannot(why: str) -> None:
    if os.environ.get("CI"):
        pytest.fail(why)
    pytest.skip(why)


def _answers(port: int) -> bool:
    try:
        smtplib.SMTP("127.0.0.1", port, local_hostname="tests", timeout=2).quit()
    except OSError:
        return False
    return True
