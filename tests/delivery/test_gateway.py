"""What an SMS gateway answers decides."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from kalends.delivery import operations as delivery
from kalends.delivery.models import Receipt
from tests.cast import Clinic
from tests.delivery.sink import free_port
from tests.delivery.texting import row, send, text

NUMBER = "+33612345601"


@contextmanager
def answering(status: int, words: str = "", *, after: float = 0.0) -> Iterator[tuple[str, list[dict[str, list[str]]]]]:
    """A gateway that always answers so; its SMS_URL, and what it was asked."""
    asked: list[dict[str, list[str]]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(parse_qs(urlsplit(self.path).query))
            time.sleep(after)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(words.encode())

        def log_message(self, *_: object) -> None:
            """The test's output stays free of requests."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # who asked has gone
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"kannel://us:p%40ss@127.0.0.1:{server.server_port}?from=Tilleuls&timeout=0.5", asked
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("status", "words", "state", "tries"),
    [
        (202, "0: Accepted for delivery", "sent", 1),
        (400, "Invalid recipient", "failed", 1),
        (403, "Not routable. Do not try again.", "failed", 1),
        (403, "Authorization failed for sendsms", "queued", 0),
        (500, "", "queued", 0),
        (503, "Temporal failure, try again later.", "queued", 0),
    ],
)
def test_what_the_gateway_says_decides(
    tilleuls: Clinic, settings: Any, status: int, words: str, state: str, tries: int
) -> None:
    id = text(tilleuls, NUMBER, "Rappel : demain à 10 h 40, Ș")
    with answering(status, words) as (settings.SMS_URL, asked):
        send()
    found = row(tilleuls, id)
    assert (found.state, found.attempts, found.carrier, found.claimed_by == "") == (
        state,
        tries,
        "kannel",
        state == "queued",
    )
    (query,) = asked
    assert query["text"] == ["Rappel : demain à 10 h 40, Ș"]
    assert [query[name] for name in ("username", "password", "to", "from", "coding")] == [
        ["us"],
        ["p@ss"],
        [NUMBER],
        ["Tilleuls"],
        ["2"],
    ]


def test_a_gateway_that_is_away_costs_no_try_and_keeps_no_mail_waiting(tilleuls: Clinic, settings: Any) -> None:
    settings.SMS_URL = f"kannel://us:secret@127.0.0.1:{free_port()}"
    id = text(tilleuls, NUMBER)
    send()
    assert [(one.state, one.attempts, one.claimed_by) for one in [row(tilleuls, id)]] == [("queued", 0, "")]
    with answering(202) as (settings.SMS_URL, asked):
        send()
    assert (row(tilleuls, id).state, len(asked)) == ("sent", 1)


def test_what_a_slow_gateway_took_is_unknown_until_its_receipt_comes(tilleuls: Clinic, settings: Any) -> None:
    """REM-04: it answers after our time is over, and has sent it."""
    id = text(tilleuls, NUMBER)
    with answering(202, after=1.5) as (settings.SMS_URL, asked):
        send()
        send()
    assert (row(tilleuls, id).state, len(asked)) == ("unknown", 1)
    with tilleuls.acting() as now:
        assert delivery.take_receipt(tilleuls.organization, id, says=Receipt.DELIVERED, now=now)
    found = row(tilleuls, id)
    assert (found.state, found.reason) == ("delivered", "")


def test_a_number_that_is_none_is_refused_here(tilleuls: Clinic, settings: Any) -> None:
    ids = [text(tilleuls, number) for number in ("0639984101", "15", "a@b.example")]
    with answering(202) as (settings.SMS_URL, asked):
        send()
    assert ({row(tilleuls, id).state for id in ids}, asked) == ({"failed"}, [])


def test_without_a_gateway_it_lies_in_the_outbox(tilleuls: Clinic, settings: Any) -> None:
    settings.SMS_URL = ""
    id = text(tilleuls, NUMBER, "ç" * 71)
    send()
    found = row(tilleuls, id)
    assert (found.state, found.carrier, found.parts) == ("sent", "outbox", 2)
