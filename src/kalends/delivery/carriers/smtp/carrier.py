"""Handing a message over, step by step, so that what an interruption means is known at each of them.

Until the text begins (RFC 5321, DATA) nothing can have arrived and another try is safe. From then until the
server's answer it may have: an interruption there is UNKNOWN, and no program sends it again.
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from kalends.delivery.bounces.reading import no_such_address
from kalends.delivery.carriers import Parcel, Unreachable
from kalends.delivery.carriers.smtp.connection import connect
from kalends.delivery.carriers.smtp.relay import Relay
from kalends.delivery.rules import Fate, Outcome
from kalends.foundation.text import clean_line

KEPT_SECONDS = 20.0
NOTICED_WITHIN = 0.2
REASON = 300
MAIL, RCPT = "MAIL", "RCPT"
_AT_LINE_START = re.compile(rb"^\.", re.MULTILINE)


class _Broken(Exception):
    """The connection ended before the text began."""


class SmtpCarrier:
    name = "smtp"
    centre = ""

    def __init__(self, relay: Relay) -> None:
        self.relay = relay
        self._server: smtplib.SMTP | None = None
        self._used_at = 0.0

    def hand_over(self, parcel: Parcel, *, last_call: Callable[[], bool]) -> Outcome | None:
        """One message. What a kept connection refuses for now is asked once more on a fresh one: some servers
        take one message per connection, and all of them end idle ones."""
        if self._server is not None and time.monotonic() - self._used_at < KEPT_SECONDS:
            try:
                refusal = self._address(self._server, parcel.sender, parcel.recipient)
            except _Broken:
                refusal = Outcome(Fate.LATER)
            if refusal is None or refusal.fate != Fate.LATER:
                return self._finish(refusal, parcel, last_call)
        self._server = self._anew()
        try:
            refusal = self._address(self._server, parcel.sender, parcel.recipient)
        except _Broken as fault:
            self.close()
            return Outcome(Fate.LATER, str(fault))
        return self._finish(refusal, parcel, last_call)

    def close(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()

    def interrupt(self) -> None:
        """End a conversation that another thread is in: it ends as if the line had dropped."""
        server = self._server
        if server is not None and server.sock is not None:
            with contextlib.suppress(OSError):
                server.sock.shutdown(socket.SHUT_RDWR)

    def _anew(self) -> smtplib.SMTP:
        """A fresh connection. A server that counts them may not have noticed yet that ours has ended."""
        server, self._server = self._server, None
        if server is None:
            return connect(self.relay)
        with contextlib.suppress(OSError, smtplib.SMTPException):
            server.quit()
        server.close()
        try:
            return connect(self.relay)
        except Unreachable:
            time.sleep(NOTICED_WITHIN)
            return connect(self.relay)

    def _address(self, server: smtplib.SMTP, sender: str, recipient: str) -> Outcome | None:
        """MAIL and RCPT; the refusal, if there is one. Raises _Broken."""
        try:
            for command, (code, answer) in _addressed(server, sender, recipient):
                if code == 421:
                    raise _Broken(_told(code, answer))
                if not 200 <= code < 300:
                    refusal = _refusal(code, answer)
                    asked = command == RCPT and code >= 500
                    return replace(refusal, no_such_address=no_such_address(refusal.reason)) if asked else refusal
        except (OSError, smtplib.SMTPException) as fault:
            raise _Broken(_named(fault)) from fault
        return None

    def _finish(self, refusal: Outcome | None, parcel: Parcel, last_call: Callable[[], bool]) -> Outcome | None:
        """The text, unless the addresses were refused or the last call says no."""
        server = self._server
        assert server is not None, "addresses are asked on a connection"
        self._used_at = time.monotonic()
        try:
            goes = refusal is None and last_call()
        except BaseException:
            self.close()
            raise
        if not goes:
            self._start_over(server)
            return refusal
        try:
            code, answer = server.docmd("DATA")
        except (OSError, smtplib.SMTPException) as fault:
            self.close()
            return Outcome(Fate.LATER, _named(fault))
        if code != 354:
            self._start_over(server)
            return _refusal(code, answer)
        return self._text(server, parcel.content)

    def _text(self, server: smtplib.SMTP, content: bytes) -> Outcome:
        try:
            server.send(_AT_LINE_START.sub(b"..", content.rstrip(b"\r\n")) + b"\r\n.\r\n")
            code, answer = server.getreply()
        except (OSError, smtplib.SMTPException) as fault:
            self.close()
            return Outcome(Fate.UNKNOWN, _named(fault))
        self._used_at = time.monotonic()
        if 200 <= code < 300:
            return Outcome(Fate.SENT)
        self.close()
        return _refusal(code, answer) if code >= 400 else Outcome(Fate.UNKNOWN, _told(code, answer))

    def _start_over(self, server: smtplib.SMTP) -> None:
        try:
            server.rset()
        except (OSError, smtplib.SMTPException):
            self.close()


def _addressed(server: smtplib.SMTP, sender: str, recipient: str) -> Iterator[tuple[str, tuple[int, bytes]]]:
    """MAIL and RCPT, each with its answer: asked together where the server takes that (RFC 2920), and all read before
    anything else is said. The addresses are made for the line already (envelope.py); smtplib would parse them again.
    """
    if not (sender + recipient).isprintable():
        raise ValueError("An address is one line.")
    commands = ((MAIL, f"MAIL FROM:<{sender}>"), (RCPT, f"RCPT TO:<{recipient}>"))
    if server.has_extn("pipelining"):
        server.send("".join(f"{line}\r\n" for _, line in commands))
        yield from [(command, server.getreply()) for command, _ in commands]
        return
    for command, line in commands:
        yield command, server.docmd(line)


def _refusal(code: int, answer: bytes) -> Outcome:
    return Outcome(Fate.REFUSED if code >= 500 else Fate.LATER, _told(code, answer))


def _told(code: int, answer: bytes) -> str:
    return clean_line(f"{code} {answer.decode('utf-8', 'replace')}".replace("\0", ""))[:REASON]


def _named(fault: Exception) -> str:
    """What happened to the connection; never longer than the column."""
    return clean_line(f"{type(fault).__name__}: {fault}".replace("\0", ""))[:REASON]
