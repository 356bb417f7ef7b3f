"""A mail server for measuring: quick, answers as it is told to, and keeps a log that nobody else writes.

    python -m bench.sink PORT LOG [--troubled]

A line of the log for each text: what became of it, its Message-ID, its recipient. It is written before the answer.
With `--troubled`, by a number made from the recipient: of a hundred 5 do not answer (2 before the text, 3 after it:
these have arrived), 10 are refused (3 for good, 3 for now at the address, 4 for now after the text). What is refused
for now, or not answered before the text, is so the first time only.
"""

from __future__ import annotations

import asyncio
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

HANGS_EARLY, HANGS_LATE, REFUSED, LATER_EARLY, LATER_LATE = (
    range(2),
    range(2, 5),
    range(5, 8),
    range(8, 11),
    range(11, 15),
)


class Line(asyncio.Protocol):
    def __init__(self, log: TextIO, troubles: Callable[[str], int]) -> None:
        self._log = log
        self._troubles = troubles
        self._recipient = ""
        self._trouble = -1
        self._read = bytearray()
        self._in_text = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._say(b"220 sink")

    def data_received(self, data: bytes) -> None:
        self._read += data
        while True:
            end = self._read.find(b"\r\n.\r\n" if self._in_text else b"\r\n")
            if end < 0:
                return
            line = bytes(self._read[:end])
            del self._read[: end + (5 if self._in_text else 2)]
            if self._in_text:
                self._in_text = False
                self._text(line)
            else:
                self._command(line)

    def _command(self, line: bytes) -> None:
        verb = line[:4].upper()
        if verb == b"RCPT":
            self._recipient = line.partition(b"<")[2].partition(b">")[0].decode()
            self._trouble = self._troubles(self._recipient)
            if self._trouble in REFUSED:
                self._say(b"550 not this one")
            elif self._trouble in LATER_EARLY:
                self._say(b"451 not now")
            elif self._trouble not in HANGS_EARLY:
                self._say(b"250 ok")
        elif verb == b"DATA":
            self._in_text = True
            self._say(b"354 go on")
        elif verb == b"QUIT":
            self._say(b"221 bye")
            self._transport.close()
        elif verb == b"EHLO":
            self._say(b"250-sink\r\n250 PIPELINING")  # as Postfix and Exim
        else:
            self._say(b"250 ok")

    def _text(self, text: bytes) -> None:
        id = next(line[11:].strip() for line in text.split(b"\r\n") if line[:11].lower() == b"message-id:").decode()
        refused = self._trouble in LATER_LATE
        self._log.write(f"{'refused' if refused else 'taken'} {id} {self._recipient}\n")
        self._log.flush()
        if refused:
            self._say(b"451 not now")
        elif self._trouble not in HANGS_LATE:
            self._say(b"250 taken")

    def _say(self, words: bytes) -> None:
        self._transport.write(words + b"\r\n")


class Troubles:
    def __init__(self) -> None:
        self._known: set[str] = set()

    def __call__(self, recipient: str) -> int:
        kind = zlib.crc32(recipient.encode()) % 100
        if kind not in REFUSED and recipient in self._known:
            return -1
        self._known.add(recipient)
        return kind


async def serve(port: int, log: TextIO, troubles: Callable[[str], int]) -> None:
    server = await asyncio.get_running_loop().create_server(lambda: Line(log, troubles), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    with Path(sys.argv[2]).open("w") as log:
        asyncio.run(serve(int(sys.argv[1]), log, Troubles() if "--troubled" in sys.argv else lambda _: -1))
