"""The client protocol of HylaFAX (hfaxd): FTP, with jobs that are written parameter by parameter and then submitted.

A job that was begun and not submitted is seen by nobody else, and goes with its connection: so before JSUBM nothing can
leave, and what another connection lists was submitted.
"""

from __future__ import annotations

import ftplib
import io
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass

from kalends.delivery.carriers import Unreachable
from kalends.delivery.fax_url import FaxServer
from kalends.foundation.text import clean_line

# Job, our tag, state, pages that arrived, all pages, dials, tries on the line, what was said last.
FORMAT = "%j|%J|%a|%p|%y|%d|%t|%s"
# Where a job waits, and where it lies afterwards; in this order, as it goes, so that none is missed on its way.
FOLDERS = ("sendq", "doneq")
DONE, FAILED = "D", "F"
_DOCUMENT = re.compile(r"FILE: (/tmp/[^\s)]+)\)?")
_JOB = re.compile(r"jobid: (\d+)")
_NOT_QUOTABLE = str.maketrans("", "", '"\\')


class Refused(Exception):
    """The server does not take this job; says why."""


@dataclass(frozen=True, slots=True)
class Job:
    """One job, as the server lists it."""

    number: int
    tag: str
    state: str
    pages: int
    """That arrived, each confirmed by the machine at the other end."""
    of: int
    dials: int
    tries: int
    """How often somebody's machine took the call."""
    said: str


class Talk:
    """One conversation."""

    def __init__(self, server: FaxServer) -> None:
        """Raises Unreachable."""
        self._ftp = ftplib.FTP(timeout=server.timeout)  # noqa: S321 - there is no other protocol
        try:
            self._ftp.connect(server.host, server.port)
            self._let_in(server)
        except (OSError, EOFError, ftplib.Error) as fault:
            self._ftp.close()
            raise Unreachable(f"{server.host}:{server.port}: {told(fault)}"[:300]) from fault

    @property
    def socket(self) -> socket.socket | None:
        return self._ftp.sock

    def close(self) -> None:
        self._ftp.close()

    def begin(self, document: bytes, parameters: Mapping[str, str]) -> int:
        """A job that only waits to be submitted; its number. Raises Refused, Unreachable."""
        try:
            answer = self._ftp.storbinary("STOT", io.BytesIO(document))
            name = _found(_DOCUMENT, answer)
            number = int(_found(_JOB, self._ftp.sendcmd("JNEW")))
            for parameter, value in parameters.items():
                self._ftp.sendcmd(f"JPARM {parameter} {value}")
            self._ftp.sendcmd(f"JPARM DOCUMENT {name}")
        except ftplib.error_perm as fault:
            raise Refused(told(fault)) from fault
        except (OSError, EOFError, ftplib.Error) as fault:
            raise Unreachable(told(fault)) from fault
        return number

    def submit(self) -> str:
        """The current job may go out from now on. Raises Refused, OSError, EOFError, ftplib.Error."""
        try:
            return self._ftp.sendcmd("JSUBM")
        except ftplib.error_perm as fault:
            raise Refused(told(fault)) from fault

    def jobs(self) -> list[Job]:
        """All that the server still knows. Raises Unreachable."""
        lines: list[str] = []
        try:
            self._ftp.sendcmd(f'JOBFMT "{FORMAT}"')
            for folder in FOLDERS:
                self._ftp.retrlines(f"LIST {folder}", lines.append)
        except (OSError, EOFError, ftplib.Error) as fault:
            raise Unreachable(told(fault)) from fault
        return [job for line in lines if (job := _job(line)) is not None]

    def answering_machine(self, number: int) -> str:
        """What the machine at the other end of a job that is done called itself; empty where nobody knows."""
        lines: list[str] = []
        try:
            self._ftp.retrlines(f"RETR doneq/q{number}", lines.append)
        except (OSError, EOFError, ftplib.Error):
            return ""
        return next((clean_line(line[4:]) for line in lines if line.startswith("csi:")), "")

    def _let_in(self, server: FaxServer) -> None:
        answer = self._ftp.sendcmd(f"USER {server.user}")
        if answer.startswith("3"):
            self._ftp.sendcmd(f"PASS {server.password}")


def quoted(text: str) -> str:
    """A value that may hold spaces."""
    return f'"{clean_line(text).translate(_NOT_QUOTABLE)}"'


def told(fault: BaseException) -> str:
    return clean_line(f"{fault or type(fault).__name__}".replace("\0", ""))[:300]


def _found(shape: re.Pattern[str], answer: str) -> str:
    if found := shape.search(answer):
        return found.group(1)
    raise ftplib.error_reply(answer)  # noqa: S321 - there is no other protocol


def _job(line: str) -> Job | None:
    """None for a line that is none of ours: other programs tag their jobs as they like."""
    try:
        number, rest = line.split("|", 1)
        tag, state, pages, of, dials, tries, said = rest.split("|", 6)
        return Job(int(number), tag, state, int(pages), int(of), int(dials), int(tries), clean_line(said))
    except ValueError:
        return None
