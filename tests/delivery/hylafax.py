"""A real HylaFAX for the tests, with modems that dial nobody, in a spool of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.delivery.modem import Modem
from tests.delivery.sink import free_port, wait_for
from tests.packages import find

MISSING = "HylaFAX is not installed: apt-get install hylafax-server hylafax-client ghostscript"
NEEDS_ROOT = "HylaFAX is not started: its server runs as root only."
SPOOL, ETC = Path("/var/spool/hylafax"), Path("/etc/hylafax")
MODEM = """
ModemType: Class2
ModemFlowControl: none
ModemRate: 19200
ModemDialCmd: ATDT%s
FAXNumber: +33144630001
LocalIdentifier: TILLEULS
AreaCode: 1
CountryCode: 33
InternationalPrefix: 00
LongDistancePrefix: 0
UUCPLockDir: "{locks}"
TagLineFormat: ""
ModemSoftResetCmdDelay: 0
ModemResetDelay: 0
ModemDTRDropDelay: 0
ModemReadyDelay: 0
ModemNoAutoAnswerCmd: ""
ModemEchoOffCmd: ""
ModemVerboseResultsCmd: ""
ModemResultCodesCmd: ""
ModemCommaPauseTimeCmd: ""
ModemWaitTimeCmd: ""
ModemMfrQueryCmd: "!Kalends"
ModemModelQueryCmd: "!Test"
ModemRevQueryCmd: "!1"
ModemBaudRateDelay: 0
SessionTracing: 0
"""


@contextmanager
def fax_server(*modems: Modem) -> Iterator[str]:
    """HylaFAX at work, a fax at a time on each modem; yields its FAX_URL. Skips where it cannot run, not in CI."""
    programs = {name: find(name) for name in ("faxq", "hfaxd", "faxmodem")}
    hindrance = MISSING if None in programs.values() else NEEDS_ROOT if os.geteuid() else ""
    if hindrance:
        if os.environ.get("CI"):
            pytest.fail(hindrance)
        pytest.skip(hindrance)
    port = free_port()
    with ExitStack() as stack:
        # Not pytest's own folder, which the user of the fax server may not enter.
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="hylafax-", ignore_cleanup_errors=True)))
        folder.chmod(0o755)
        spool = _spool(folder / "spool", modems)
        for command in (["faxq", "-D"], ["hfaxd", "-d", "-i", str(port)]):
            daemon = subprocess.Popen(
                [str(programs[command[0]]), *command[1:], "-q", str(spool)],
                cwd=spool,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            stack.callback(daemon.wait, 10)
            stack.callback(daemon.kill)
        wait_for((spool / "FIFO").exists)
        wait_for(lambda: _answers(port))
        for modem in modems:
            subprocess.run([str(programs["faxmodem"]), "-q", str(spool), _named(modem)], check=True)
        yield f"hylafax://kalends@127.0.0.1:{port}?timeout=10"


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def _named(modem: Modem) -> str:
    """As HylaFAX names a device: pts_3 is /dev/pts/3."""
    return modem.device.removeprefix("/dev/").replace("/", "_")


def _spool(folder: Path, modems: Sequence[Modem]) -> Path:
    shutil.copytree(SPOOL, folder, symlinks=True)
    shutil.copytree(ETC, folder / "etc", dirs_exist_ok=True)
    locks = folder / "locks"
    locks.mkdir()
    for modem in modems:
        (folder / "etc" / f"config.{_named(modem)}").write_text(MODEM.format(locks=locks))
    (folder / "etc" / "hosts.hfaxd").write_text("localhost:21::\n127.0.0.1:21::\n")
    for path in (folder, *folder.rglob("*")):
        shutil.chown(path, "uucp", "uucp")
    (folder / "etc" / "hosts.hfaxd").chmod(0o600)
    return folder
