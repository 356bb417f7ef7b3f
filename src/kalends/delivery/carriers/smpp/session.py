"""One line to the SMS centre: bound, listened to, and asked now and then whether it still stands.

Two threads of its own. The reader takes everything off the line and hands answers to whoever waits for them. The
listener gives on what the network brings (receipts, what people write); what nobody can place yet it keeps trying
for a moment, because a receipt may come before its message has been written down, and then asks to hear it again.
"""

from __future__ import annotations

import contextlib
import itertools
import logging
import select
import socket
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from smpplib import client, consts, exceptions, smpp

from kalends.delivery.carriers import Unreachable
from kalends.delivery.sms_url import SmsAddress

# All in seconds.
ASKS_AFTER = 20.0  # of silence, whether the other end still lives
TRUSTED_FOR = 2.0  # after a word from the other end
TICK = 0.2
PLACED_WITHIN = 10.0
READ_WITHIN = 10.0  # one message of the protocol, once it has begun
MOST_WAITING = 1000

# Its own log quotes messages.
logging.getLogger("smpplib").setLevel(logging.ERROR)
Hears = Callable[[Any], bool]


class Broken(Exception):
    """There is no answer, or no line; `left` tells whether the request had gone out whole."""

    def __init__(self, why: str, *, left: bool) -> None:
        super().__init__(why)
        self.left = left


@dataclass(slots=True)
class _Wait:
    done: threading.Event
    answer: Any = None


class _Numbers:
    """Of requests; taken by several threads."""

    def __init__(self) -> None:
        self._counter = itertools.count(1)

    def next_sequence(self) -> int:
        return next(self._counter) % 0x7FFFFFFE + 1


class _Line(client.Client):  # type: ignore[misc]
    """The library's client, on a connection that we make: it knows neither IPv6 nor names in certificates."""

    def __init__(self, address: SmsAddress) -> None:
        super().__init__(
            address.host,
            address.port,
            timeout=address.timeout,
            sequence_generator=_Numbers(),
            logger_name="smpplib",
            allow_unknown_opt_params=True,
        )
        self._encrypted = address.encrypted

    def connect(self) -> None:
        made = socket.create_connection((self.host, self.port), self.timeout)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._encrypted:
            made = ssl.create_default_context().wrap_socket(made, server_hostname=self.host)
        self._socket = made
        self.state = consts.SMPP_CLIENT_STATE_OPEN

    def has_something(self, seconds: float) -> bool:
        if isinstance(self._socket, ssl.SSLSocket) and self._socket.pending():
            return True
        return bool(select.select([self._socket], [], [], seconds)[0])

    def hang_up(self) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)


class Session:
    def __init__(self, address: SmsAddress, *, hears: Hears) -> None:
        """Raises Unreachable."""
        self._hears = hears
        self._sending = threading.Lock()
        self._waits: dict[int, _Wait] = {}
        self._heard: deque[Any] = deque()
        self._heard_at = time.monotonic()
        self._ended = threading.Event()
        self._timeout = address.timeout
        self._line = _bound(address)
        self._line._socket.settimeout(READ_WITHIN)
        for work, name in ((self._read, "smpp reader"), (self._listen, "smpp listener")):
            threading.Thread(target=work, name=name, daemon=True).start()

    @property
    def is_open(self) -> bool:
        return not self._ended.is_set()

    def is_alive(self) -> bool:
        """Ask, unless something was heard a moment ago; a line on which nobody answers is given up."""
        if self.is_open and time.monotonic() - self._heard_at > TRUSTED_FOR:
            try:
                self.ask("enquire_link")
            except Broken:
                self.close()
        return self.is_open

    def ask(self, command: str, **fields: Any) -> Any:
        """Send a request and wait for its answer. Raises Broken. One that comes too late is nobody's any more."""
        wait = _Wait(threading.Event())
        request = smpp.make_pdu(command, client=self._line, **fields)
        self._waits[request.sequence] = wait
        try:
            self._send(request)
            wait.done.wait(self._timeout)
        finally:
            self._waits.pop(request.sequence, None)
        if wait.answer is None:
            raise Broken("no answer in time" if self.is_open else "the line dropped", left=True)
        return wait.answer

    def close(self) -> None:
        """Whoever waits for an answer gets none."""
        if not self._ended.is_set():
            self._ended.set()
            for wait in list(self._waits.values()):
                wait.done.set()
            self._line.hang_up()

    def part(self) -> None:
        """Say good-bye first."""
        if self.is_open:
            with contextlib.suppress(Broken):
                self._send(smpp.make_pdu("unbind", client=self._line))
        self.close()

    def _send(self, message: Any) -> None:
        if not self.is_open:
            raise Broken("the line dropped", left=False)
        try:
            with self._sending:
                self._line.send_pdu(message)
        except (OSError, exceptions.ConnectionError, exceptions.PDUError) as fault:
            # Not all of it went out, and what is cut short nobody reads.
            self.close()
            raise Broken(f"the line dropped: {type(fault).__name__}", left=False) from fault

    def _read(self) -> None:
        asked_at = 0.0
        try:
            while self.is_open:
                if self._line.has_something(TICK):
                    with self._sending:  # an encrypted line is not for two at once
                        message = self._line.read_pdu()
                    self._heard_at = time.monotonic()
                    self._sort(message)
                elif time.monotonic() - max(self._heard_at, asked_at) > ASKS_AFTER:
                    if asked_at > self._heard_at:
                        break  # it has not answered the last one
                    asked_at = 0.0
                    self._send(smpp.make_pdu("enquire_link", client=self._line))
        except (OSError, ValueError, exceptions.ConnectionError, exceptions.PDUError, Broken):
            pass  # whoever wants to send finds it closed, and opens another
        except Exception as fault:  # what the library cannot read
            logging.getLogger(__name__).warning("SMPP: %s while reading. The line is given up.", type(fault).__name__)
        finally:
            self.close()
            with self._sending:
                self._line.disconnect()

    def _sort(self, message: Any) -> None:
        command = message.command
        if command == "deliver_sm":
            if len(self._heard) < MOST_WAITING:
                self._heard.append((time.monotonic(), message))
            else:
                self._answer(message, consts.SMPP_ESME_RMSGQFUL)
        elif command == "enquire_link":
            self._answer(message)
        elif command == "unbind":
            self._answer(message)
            self.close()
        elif wait := self._waits.get(message.sequence):
            wait.answer = message
            wait.done.set()

    def _answer(self, message: Any, status: int = consts.SMPP_ESME_ROK) -> None:
        answer = smpp.make_pdu(f"{message.command}_resp", client=self._line, status=status)
        answer.sequence = message.sequence
        self._send(answer)

    def _listen(self) -> None:
        try:
            while self.is_open:
                for _ in range(len(self._heard)):
                    self._give_on(*self._heard.popleft())
                self._ended.wait(TICK / 4)
        except Broken:
            pass
        finally:
            from django.db import connection

            connection.close()

    def _give_on(self, since: float, message: Any) -> None:
        try:
            placed = self._hears(message)
        except Exception as fault:
            logging.getLogger(__name__).warning("What the network brought waits: %s.", type(fault).__name__)
            placed = False
        if placed:
            self._answer(message)
        elif time.monotonic() - since > PLACED_WITHIN:
            self._answer(message, consts.SMPP_ESME_RX_T_APPN)
        else:
            self._heard.append((since, message))


def _bound(address: SmsAddress) -> _Line:
    line = _Line(address)
    try:
        line.connect()
        line.bind_transceiver(
            system_id=address.user,
            password=address.password,
            system_type=address.asked.get("system_type", ""),
            interface_version=0x34,
        )
    except (OSError, exceptions.ConnectionError, exceptions.PDUError) as fault:
        if line._socket is not None:
            line.disconnect()
        raise Unreachable(f"{address.host}:{address.port}: {fault or type(fault).__name__}"[:300]) from fault
    return line
