"""The SMS centre of a network, as a gateway sees it (SMPP 3.4), in a thread of its own.

It keeps what it is handed, and answers as the number says: …1 arrives, …2 does not, …3 is refused, …4 is taken and
never heard of again, …5 is asked too fast twice, …6 is taken and never answered, …7 is taken and the line drops, of …8
the second part does not arrive, …9 is asked too fast always. `say` is somebody who writes from their phone.
"""

from __future__ import annotations

import itertools
import socket
import struct
import threading
from collections import Counter
from dataclasses import dataclass

HEADER = struct.Struct(">IIII")
ANSWERS = 0x80000000
BINDS, UNBIND, SUBMIT, DELIVER, ENQUIRE = (0x1, 0x2, 0x9), 0x6, 0x4, 0x5, 0x15
REFUSED, TOO_FAST, NO_PASSWORD = 0x45, 0x58, 0x0E
IS_RECEIPT, HAS_HEADER = 0x04, 0x40


@dataclass(frozen=True)
class Part:
    """One message of the network, as it is billed: without its header."""

    sender: str
    to: str
    coding: int
    octets: bytes
    place: tuple[int, int, int] = (0, 1, 1)
    """The number of the message, how many parts it has, and which this is."""
    until: str = ""
    """For how long it is worth bringing, as it was said."""

    @property
    def text(self) -> str:
        return self.octets.decode("utf-16-be" if self.coding == 8 else "latin-1")


class Smsc:
    def __init__(self, *, password: str | None = None, port: int = 0) -> None:
        self.parts: list[Part] = []
        self.enquired = self.binds = 0
        self.heard_again = 0
        """How often it was asked to say something again later."""
        self._password = password
        self._too_fast: Counter[str] = Counter()
        self._said: dict[int, bytes] = {}
        self._numbers = itertools.count(1)
        self._line: socket.socket | None = None
        self._sending = threading.Lock()
        self._door = socket.create_server(("127.0.0.1", port))
        self.port: int = self._door.getsockname()[1]
        threading.Thread(target=self._open, daemon=True).start()

    @property
    def is_bound(self) -> bool:
        return self._line is not None

    def close(self) -> None:
        self._door.close()
        if self._line is not None:
            self._line.close()

    def drop(self) -> None:
        """The line breaks."""
        assert self._line is not None
        self._line.shutdown(socket.SHUT_RDWR)

    def say(self, sender: str, to: str, text: str) -> None:
        self._deliver(sender, to, text.encode("utf-16-be"), coding=8)

    def say_plainly(self, sender: str, to: str, text: str) -> None:
        """In the 7-bit alphabet."""
        self._deliver(sender, to, text.encode("ascii"))

    def _open(self) -> None:
        while True:
            try:
                line, _ = self._door.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=[line], daemon=True).start()

    def _serve(self, line: socket.socket) -> None:
        with line, line.makefile("rb") as incoming:
            while header := incoming.read(HEADER.size):
                length, command, _status, number = HEADER.unpack(header)
                body = incoming.read(length - HEADER.size)
                if command in BINDS:
                    self._bind(line, command, number, body)
                elif command in (ENQUIRE, UNBIND):
                    self.enquired += command == ENQUIRE
                    self._send(line, command | ANSWERS, number)
                elif command == SUBMIT:
                    self._take(line, number, body)
                elif command == DELIVER | ANSWERS and _status:
                    self.heard_again += 1
                    threading.Timer(0.2, self._send, [line, DELIVER, number, self._said[number]]).start()

    def _bind(self, line: socket.socket, command: int, number: int, body: bytes) -> None:
        password = body.split(b"\0")[1].decode()
        if self._password not in (None, password):
            self._send(line, command | ANSWERS, number, status=NO_PASSWORD)
            return
        self.binds += 1
        self._send(line, command | ANSWERS, number, b"smsc\0")
        self._line = line

    def _take(self, line: socket.socket, number: int, body: bytes) -> None:
        part, wants_receipt = _read(body)
        if part.to.endswith("3"):
            self._send(line, SUBMIT | ANSWERS, number, b"\0", status=REFUSED)
            return
        self._too_fast[part.to] += 1
        if part.to.endswith("9") or (part.to.endswith("5") and self._too_fast[part.to] in (2, 3)):
            self._send(line, SUBMIT | ANSWERS, number, b"\0", status=TOO_FAST)
            return
        id = str(next(self._numbers))
        self.parts.append(part)
        if part.to.endswith("7"):
            line.shutdown(socket.SHUT_RDWR)
        if part.to[-1] in "67":
            return
        self._send(line, SUBMIT | ANSWERS, number, id.encode() + b"\0")
        fate = {"1": "DELIVRD", "2": "UNDELIV", "5": "DELIVRD"}.get(part.to[-1])
        if part.to.endswith("8"):
            fate = "UNDELIV" if part.place[2] == 2 else "DELIVRD"
        if wants_receipt and fate:
            words = f"id:{id} sub:001 dlvrd:001 submit date:2611220400 done date:2611220401 stat:{fate} err:000 text:"
            self._deliver(part.to, part.sender, words.encode(), kind=IS_RECEIPT)

    def _deliver(self, sender: str, to: str, octets: bytes, *, kind: int = 0, coding: int = 0) -> None:
        addresses = b"\0\1\1" + sender.lstrip("+").encode() + b"\0\1\1" + to.encode() + b"\0"
        flags = bytes([kind, 0, 0]) + b"\0\0" + bytes([0, 0, coding, 0, len(octets)])
        assert self._line is not None, "nobody is bound"
        number = next(self._numbers)
        self._said[number] = addresses + flags + octets
        self._send(self._line, DELIVER, number, self._said[number])

    def _send(self, line: socket.socket, command: int, number: int, body: bytes = b"", *, status: int = 0) -> None:
        with self._sending:
            line.sendall(HEADER.pack(HEADER.size + len(body), command, status, number) + body)


def _read(body: bytes) -> tuple[Part, bool]:
    """A submit_sm, and whether it asks for a receipt."""
    _service, rest = body.split(b"\0", 1)
    sender, rest = rest[2:].split(b"\0", 1)
    to, rest = rest[2:].split(b"\0", 1)
    has_header = rest[0] & HAS_HEADER
    _at, rest = rest[3:].split(b"\0", 1)
    until, rest = rest.split(b"\0", 1)
    wants_receipt, coding, length = rest[0] & 1, rest[2], rest[4]
    octets = rest[5 : 5 + length]
    place = (0, 1, 1)
    if has_header:
        place = (octets[3], octets[4], octets[5])
        octets = octets[octets[0] + 1 :]
    return Part(sender.decode(), to.decode(), coding, octets, place, until.decode()), bool(wants_receipt)
