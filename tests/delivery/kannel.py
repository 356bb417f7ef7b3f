"""A real Kannel for the tests, between us and the SMS centre of a network."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.delivery.sink import free_port, wait_for
from tests.delivery.smsc import Smsc
from tests.packages import find

MISSING = "Kannel is not installed: apt-get install kannel"
CONFIGURATION = """
group = core
admin-port = {admin}
admin-password = admin
smsbox-port = {box}
box-allow-ip = 127.0.0.1
log-file = {folder}/bearerbox.log
log-level = 0

group = smsc
smsc = smpp
host = 127.0.0.1
port = {smsc}
transceiver-mode = true
smsc-username = us
smsc-password = secret
system-type = VMA
address-range = ""
reconnect-delay = 1

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = {send}
log-file = {folder}/smsbox.log
log-level = 0

group = sendsms-user
username = us
password = secret
concatenation = true
max-messages = 10

group = sms-service
keyword = default
catch-all = true
get-url = "{replies}?from=%p&charset=%C&text=%a"
omit-empty = true
max-messages = 0
"""


@contextmanager
def gateway(smsc: Smsc, folder: Path, *, replies: str) -> Iterator[str]:
    """Kannel at work, bound to `smsc`; yields its SMS_URL. Skips where it is not installed, but not in CI."""
    programs = [find(name) for name in ("bearerbox", "smsbox")]
    if None in programs:
        if os.environ.get("CI"):
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    ports = {name: free_port() for name in ("admin", "box", "send")}
    (folder / "kannel.conf").write_text(
        CONFIGURATION.format(**ports, smsc=smsc.port, folder=folder, replies=replies), encoding="utf-8"
    )
    with ExitStack() as stack:
        for program in programs:
            box = subprocess.Popen(
                [str(program), "-v", "4", "kannel.conf"],
                cwd=folder,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            stack.callback(box.wait, 10)
            stack.callback(box.kill)
            wait_for(lambda: smsc.is_bound)
        wait_for(lambda: _answers(ports["send"]))
        yield f"kannel://us:secret@127.0.0.1:{ports['send']}?from=Tilleuls&timeout=10"


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
