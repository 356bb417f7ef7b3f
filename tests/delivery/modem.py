"""A fax modem (EIA-592, Class 2) on a pseudo-terminal, in a thread of its own; and whoever it reaches.

It answers as the number says: …1 takes every page, …2 is busy, …3 does not answer, …4 is a voice, …5 hangs up at the
last page. What a HylaFAX on this machine needs to work with it is in `hylafax.py`.
"""

from __future__ import annotations

import os
import pty
import threading
import tty

RECEIVER = "+FDIS:1,5,0,2,0,0,0,0"
NO_MORE_OF_IT = b"\x10\x03"  # DLE ETX: the end of a page
ANSWERS = {
    "+FCLASS=?": "0,2",
    "+FDCC=?": "(0,1),(0-5),(0-2),(0-2),(0,1),(0),(0),(0-7)",
    "+FMFR?": "Kalends",
    "+FMDL?": "Test",
    "+FREV?": "1",
}
HINDRANCES = {"2": "BUSY", "3": "NO ANSWER", "4": "NO CARRIER"}


class Modem:
    def __init__(self) -> None:
        self.dialled: list[str] = []
        self.pages: list[tuple[str, bytes]] = []
        """Number and raster of each page that arrived."""
        self._line, self._slave = pty.openpty()
        tty.setraw(self._slave)
        self.device = os.ttyname(self._slave)
        os.chmod(self.device, 0o666)  # the fax server gives up its rights before it opens it
        self._number = ""
        self._closing = False
        self._thread = threading.Thread(target=self._obey, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._closing = True
        os.close(self._slave)
        os.close(self._line)

    def _obey(self) -> None:
        buffer = b""
        while not self._closing:
            try:
                buffer += os.read(self._line, 4096)
            except OSError:
                return
            while b"\r" in buffer:
                line, _, buffer = buffer.partition(b"\r")
                command = line.strip().decode("latin-1").upper()
                if command == "AT+FDT":
                    buffer = self._take_page(buffer)
                elif command.startswith("AT"):
                    self._answer(command[2:])

    def _answer(self, command: str) -> None:
        if command.startswith("D"):
            self._dial(command[1:].lstrip("TP"))
        elif command.startswith("+FET="):
            self._end_page(is_last=command != "+FET=0")
        else:
            self._say(*([ANSWERS[command]] if command in ANSWERS else []), "OK")

    def _end_page(self, *, is_last: bool) -> None:
        if self._number.endswith("5") and is_last:
            self._say("+FHNG:50", "OK")  # without a word about the page
        else:
            self._say("+FPTS:1", *(["+FHNG:0"] if is_last else []), "OK")

    def _dial(self, number: str) -> None:
        self._number = number
        self.dialled.append(number)
        if hindrance := HINDRANCES.get(number[-1:]):
            self._say(hindrance)
        else:
            self._say("+FCON", '+FCSI:"KALENDS TEST        "', RECEIVER, "OK")

    def _take_page(self, begun: bytes) -> bytes:
        """The bytes of one page, until the two that end it; what came after them."""
        self._say(RECEIVER.replace("FDIS", "FDCS"), "CONNECT")
        os.write(self._line, b"\x11")  # XON: go on
        page = begun
        while NO_MORE_OF_IT not in page:
            page += os.read(self._line, 65536)
        content, _, rest = page.partition(NO_MORE_OF_IT)
        self.pages.append((self._number, content))
        self._say("OK")
        return rest

    def _say(self, *lines: str) -> None:
        os.write(self._line, "".join(f"\r\n{line}\r\n" for line in lines).encode())
