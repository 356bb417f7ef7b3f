"""Text messages in tests: a kind whose words the test gives, the courier of the text messages, and our own door."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from socketserver import ThreadingMixIn
from threading import Event
from typing import Any
from uuid import UUID
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.core.wsgi import get_wsgi_application
from django.db import connection

from kalends.delivery import letters
from kalends.delivery import operations as delivery
from kalends.delivery.carriers import WayOut, ways_out
from kalends.delivery.carriers.outbox import OutboxCarrier
from kalends.delivery.courier import Courier
from kalends.delivery.letters import Letter
from kalends.delivery.models import Delivery
from kalends.delivery.presence import Presence
from kalends.foundation.database.models import new_id
from kalends.organizations.models import Organization
from tests.cast import Clinic
from tests.delivery.sink import free_port

KIND = "as_given"


class AsGiven:
    def look_up(self, organization: Organization, deliveries: Sequence[Delivery]) -> Mapping[UUID, Any]:
        return {}

    def write(self, organization: Organization, delivery: Delivery, found: Any) -> Letter:
        return Letter("", delivery.facts["text"], "")


letters.written_by(KIND, AsGiven())


def text(clinic: Clinic, number: str, words: str = "Rappel : demain à 10 h 40", **more: Any) -> UUID:
    """Queue a text message; the id of its delivery."""
    cause = new_id()
    with clinic.acting() as now:
        delivery.queue(
            clinic.organization,
            **{
                "kind": KIND,
                "cause_id": cause,
                "cause_version": 0,
                "medium": "sms",
                "recipient": number,
                "language": "fr",
                "facts": {"text": words},
                "due_at": now,
                "useless_after": now + timedelta(days=1),
                "nature": "answer",  # it would wait at night
                "now": now,
                **more,
            },
        )
        return UUID(str(clinic.organization.deliveries.get(cause_id=cause).id))


def send(*, at_home: bool = False) -> None:
    """One round of the courier of the text messages; `at_home`: into the outbox, whatever is set."""
    (way,) = (way for way in ways_out() if "sms" in way.media)
    if at_home:
        way = WayOut(OutboxCarrier, ("sms",))
    courier = Courier(way, stopping=Event())
    with Presence() as presence:
        courier.work(presence.name)
    courier.close()


def row(clinic: Clinic, id: UUID) -> Delivery:
    with clinic.acting():
        return clinic.organization.deliveries.get(id=id)


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """The test's output stays free of requests."""

    def handle(self) -> None:
        super().handle()
        connection.close()


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


@contextmanager
def our_door(settings: Any) -> Iterator[None]:
    """The application, listening at its BASE_URL."""
    port = free_port()
    settings.BASE_URL = f"http://127.0.0.1:{port}"
    server = make_server("127.0.0.1", port, get_wsgi_application(), server_class=_Server, handler_class=_Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
