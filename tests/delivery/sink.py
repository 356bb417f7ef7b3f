"""A real mail server for the tests, in a thread of its own: it keeps what it takes, and answers as told."""

from __future__ import annotations

import asyncio
import email
import email.policy
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Sink:
    """Answers by the local part of the recipient: `refused-450@…` at RCPT, `data-552@…` after the text,
    `hangs@…` and `drops@…` after the text without an answer (the text is kept: it did arrive)."""

    def __init__(
        self,
        *,
        per_connection: int | None = None,
        at_a_time: int | None = None,
        hangs_for: float = 30.0,
        takes: float = 0.0,
        pipelining: bool = False,
    ) -> None:
        self.messages: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.senders: list[str] = []
        self.connections = 0
        self.at_a_time = at_a_time
        self.open = self.refused = 0
        self._per_connection = per_connection
        self._hangs_for = hangs_for
        self._takes = takes
        self._pipelining = pipelining

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        session.taken = 0
        return [responses[0], "250-PIPELINING", *responses[1:]] if self._pipelining else responses

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self._per_connection is not None and session.taken >= self._per_connection:
            return "421 one message per connection"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("refused-"):
            return f"{address[8:11]} not this one"
        if address.startswith("drops-early"):
            server.transport.close()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        session.taken += 1
        (recipient,) = envelope.rcpt_tos
        if recipient.startswith("data-"):
            return f"{recipient[5:8]} not this text"
        self.messages.append(email.message_from_bytes(envelope.original_content, policy=email.policy.default))
        self.recipients.append(recipient)
        self.senders.append(envelope.mail_from or "")
        if recipient.startswith("hangs"):
            await asyncio.sleep(self._hangs_for)
        if recipient.startswith("drops@"):
            server.transport.close()
        await asyncio.sleep(self._takes)
        return "250 taken"

    @property
    def ids(self) -> list[str]:
        return [message["Message-ID"] for message in self.messages]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


class Door(SMTP):
    """Where no more are let in at a time, the next is told so instead of being greeted."""

    event_handler: Sink

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        sink = self.event_handler
        sink.open += 1
        if sink.at_a_time is not None and sink.open > sink.at_a_time:
            sink.refused += 1
            assert isinstance(transport, asyncio.Transport)
            transport.write(b"421 too many connections\r\n")
            transport.close()
        else:
            super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.event_handler.open -= 1
        if self.transport is not None:
            super().connection_lost(error)


class House(Controller):
    def factory(self) -> SMTP:
        return Door(self.handler, **self.SMTP_kwargs)


@contextmanager
def listening(sink: Sink) -> Iterator[str]:
    """The sink at work; yields its EMAIL_URL."""
    port = free_port()
    controller = House(sink, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{port}?from=agenda@tilleuls.example&timeout=1"
    finally:
        controller.stop(no_assert=True)


def wait_for(condition: Callable[[], bool], *, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it does not come to this"
        time.sleep(0.05)
