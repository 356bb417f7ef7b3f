"""Reading addresses that somebody typed: bounded, and never into our own network."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from kalends.foundation import fetching
from kalends.foundation.fetching import Asked, CannotFetch, Fetched, fetch


class _Server(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers.get("Authorization")))  # type: ignore[attr-defined]
        if self.path == "/there":
            if self.headers.get("If-None-Match") == '"1"':
                return self._answer(304, b"")
            return self._answer(200, b"here", ETag='"1"')
        if self.path == "/circle":
            return self._answer(302, b"", Location="/circle")
        if self.path == "/leads":
            return self._answer(302, b"", Location="/there")
        if self.path == "/away":
            return self._answer(302, b"", Location=f"http://localhost:{self.server.server_port}/there")  # type: ignore[attr-defined]
        if self.path == "/file":
            return self._answer(302, b"", Location="file:///etc/passwd")
        if self.path == "/large":
            return self._answer(200, b"x" * 2000)
        if self.path == "/slow":
            self.send_response(200)
            self.end_headers()
            with contextlib.suppress(OSError):
                for _ in range(50):
                    self.wfile.write(b"x")
                    time.sleep(0.1)
            return None
        return self._answer(int(self.path[1:]), b"a secret of the server")

    def _answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    running = ThreadingHTTPServer(("127.0.0.1", 0), _Server)
    running.asked = []  # type: ignore[attr-defined]
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield running
    running.shutdown()
    running.server_close()


def asked(server: ThreadingHTTPServer, path: str, **more: object) -> Asked:
    return Asked(f"http://127.0.0.1:{server.server_port}{path}", **{"private_allowed": True, **more})  # type: ignore[arg-type]


def test_what_is_there_is_read_once(server: ThreadingHTTPServer) -> None:
    assert fetch(asked(server, "/there")) == Fetched(b"here", '"1"')
    assert fetch(asked(server, "/there", etag='"1"')) is None
    assert fetch(asked(server, "/leads")) == Fetched(b"here", '"1"')


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/401", fetching.TURNED_AWAY),
        ("/404", fetching.GONE),
        ("/410", fetching.GONE),
        ("/500", fetching.REFUSED),
        ("/circle", fetching.IN_CIRCLES),
        ("/file", fetching.UNUSABLE),
        ("/large", fetching.TOO_LARGE),
        ("/slow", fetching.SILENT),
    ],
)
def test_what_cannot_be_read_says_why(server: ThreadingHTTPServer, path: str, sentence: str) -> None:
    with pytest.raises(CannotFetch) as refused:
        fetch(asked(server, path, largest=1000, within=1.0))
    assert refused.value.sentence == sentence


def test_a_password_is_told_to_its_own_server_only(server: ThreadingHTTPServer) -> None:
    fetch(asked(server, "/away", username="hv", password="geheim"))
    assert server.asked == [("/away", "Basic aHY6Z2VoZWlt"), ("/there", None)]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "0.0.0.0",
        "10.0.0.8",
        "172.16.4.4",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "2130706433",
        "0x7f.1",
        "[fe80::1]",
        "[fd00::1]",
        "[2002:7f00:1::]",
    ],
)
def test_nothing_within_a_private_network_is_asked(server: ThreadingHTTPServer, host: str) -> None:
    with pytest.raises(CannotFetch) as refused:
        fetch(Asked(f"http://{host}:{server.server_port}/there"))
    assert refused.value.sentence in (fetching.PRIVATE, fetching.UNKNOWN_NAME)
    assert server.asked == []  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ftp://a.example/x",
        "file:///etc/passwd",
        "https://",
        "http://a:b@c.example/",
        "http://a.example:0/",
        "http://a.example/\r\nX: y",
        "http://a.example/ b",
        "//a.example/",
        "http://[::1/",
        "http://ș.example/",
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(CannotFetch) as refused:
        fetching.check(url)
    assert refused.value.sentence == fetching.UNUSABLE


def test_a_sealed_password_opens_with_the_same_key_only(settings) -> None:  # type: ignore[no-untyped-def]
    from kalends.foundation import secrets

    token = secrets.sealed("parolă")
    assert "parol" not in token.decode()
    assert secrets.unsealed(token) == "parolă"
    settings.SECRET_KEY = "another" * 10
    with pytest.raises(secrets.CannotUnseal):
        secrets.unsealed(token)
