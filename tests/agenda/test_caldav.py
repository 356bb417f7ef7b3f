"""Foreign calendars on a CalDAV server: Radicale, as practices run it."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from kalends.agenda import jobs
from kalends.agenda.imports import caldav
from kalends.agenda.models import Subscription, SubscriptionKind
from kalends.agenda.operations import subscriptions
from kalends.foundation import fetching
from kalends.foundation.files import FileRefused
from tests.cast import Clinic, at

STARTS_WITHIN = 30
CONFIG = """[server]
hosts = 127.0.0.1:{port}
[auth]
type = htpasswd
htpasswd_filename = {folder}/users
htpasswd_encryption = plain
delay = 0
[storage]
filesystem_folder = {folder}/collections
[logging]
level = error
"""


@pytest.fixture(scope="module")
def radicale(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of `hv`, whose collections are below `/hv/`."""
    folder: Path = tmp_path_factory.mktemp("radicale")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "users").write_text("hv:geheim\n")
    (folder / "config").write_text(CONFIG.format(port=port, folder=folder))
    command = [sys.executable, "-m", "radicale", "--config", str(folder / "config")]
    with subprocess.Popen(command) as process:
        try:
            base = f"http://127.0.0.1:{port}"
            until = time.monotonic() + STARTS_WITHIN
            while True:
                try:
                    httpx.get(base)
                    break
                except httpx.TransportError:
                    assert time.monotonic() < until, "Radicale does not start"
                    time.sleep(0.1)
            with httpx.Client(base_url=base, auth=("hv", "geheim")) as client:
                yield client
        finally:
            process.terminate()


@pytest.fixture
def calendar(radicale: httpx.Client, settings: Any) -> Iterator[httpx.Client]:
    """An empty calendar `/hv/praxis/`."""
    settings.PRIVATE_CALENDARS = True
    assert radicale.request("MKCALENDAR", "/hv/praxis/").status_code == 201
    yield radicale
    assert radicale.delete("/hv/praxis/").status_code == 200


def put(calendar: httpx.Client, uid: str, begin: datetime, *more: str) -> None:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", "BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20260101T000000Z"]
    lines += [f"DTSTART:{begin:%Y%m%dT%H%M%SZ}", f"DTEND:{begin + timedelta(hours=1):%Y%m%dT%H%M%SZ}", *more]
    text = "\r\n".join([*lines, "SUMMARY:Zahnarzt", "END:VEVENT", "END:VCALENDAR", ""])
    answer = calendar.put(f"/hv/praxis/{uid}.ics", content=text, headers={"Content-Type": "text/calendar"})
    assert answer.status_code == 201, answer.text


def subscribed(clinic: Clinic, url: str, **more: str) -> None:
    given = {"username": "hv", "password": "geheim", **more}
    with clinic.acting() as now:
        by = clinic.actor()
        subscriptions.subscribe(clinic.schedule, url=url, kind=SubscriptionKind.CALDAV, **given, by=by, now=now)


def read(clinic: Clinic) -> Subscription:
    with clinic.acting() as now:
        known = clinic.organization.subscriptions.select_related("schedule").get()
    jobs.read(clinic.organization, known, now=now)
    with clinic.acting():
        return clinic.organization.subscriptions.get()


def busy(clinic: Clinic) -> list[tuple[str, datetime, str]]:
    with clinic.acting():
        found = clinic.organization.blocks.order_by("starts_at")
        return [(row.source_uid, row.starts_at, row.reason) for row in found]


def monday(clinic: Clinic, hour: int) -> datetime:
    with clinic.acting() as now:
        return at(hour, day=(now + timedelta(days=8 - now.isoweekday())).date())


def test_events_become_blocks_and_follow(tilleuls: Clinic, calendar: httpx.Client) -> None:
    nine, long_ago = monday(tilleuls, 9), datetime(2020, 1, 6, 8, tzinfo=UTC)
    put(calendar, "a", nine)
    put(calendar, "old", long_ago)
    put(calendar, "weekly", monday(tilleuls, 14), "RRULE:FREQ=WEEKLY;COUNT=2")
    put(calendar, "free", monday(tilleuls, 16), "TRANSP:TRANSPARENT")
    subscribed(tilleuls, f"{calendar.base_url}/hv/praxis/")
    assert read(tilleuls).failure == ""
    afternoon = monday(tilleuls, 14)
    weekly = [("weekly", afternoon, ""), ("weekly", afternoon + timedelta(weeks=1), "")]
    assert busy(tilleuls) == [("a", nine, ""), *weekly]
    before = read(tilleuls)
    assert before.etag != ""
    assert calendar.delete("/hv/praxis/a.ics").status_code == 200
    after = read(tilleuls)
    assert (after.failure, after.etag == before.etag) == ("", False)
    assert busy(tilleuls) == weekly


def test_what_has_not_changed_is_not_asked_for_again(tilleuls: Clinic, calendar: httpx.Client) -> None:
    put(calendar, "a", monday(tilleuls, 9))
    subscribed(tilleuls, f"{calendar.base_url}/hv/praxis/")
    state = calendar.request("PROPFIND", "/hv/praxis/", content=caldav.STATE, headers={"Depth": "0"})
    with tilleuls.acting() as now:
        known = tilleuls.organization.subscriptions.get()
        subscriptions.note_fresh(known, etag=caldav.tag(state.content), now=now)
    assert (read(tilleuls).failure, busy(tilleuls)) == ("", [])
    with tilleuls.acting() as now:
        subscriptions.read_soon(tilleuls.organization.subscriptions.get(), by=tilleuls.actor(), now=now)
    read(tilleuls)
    assert [uid for uid, _, _ in busy(tilleuls)] == ["a"]


def test_an_empty_calendar_is_read_well(tilleuls: Clinic, calendar: httpx.Client) -> None:
    subscribed(tilleuls, f"{calendar.base_url}/hv/praxis/")
    known = read(tilleuls)
    assert (known.failure, known.fresh_at == known.read_at, busy(tilleuls)) == ("", True, [])


@pytest.mark.parametrize(
    ("path", "password", "why"),
    [
        ("/hv/praxis/", "falsch", fetching.TURNED_AWAY),
        ("/hv/gone/", "geheim", fetching.GONE),
        ("/hv/", "geheim", jobs.NO_CALENDAR),
    ],
)
def test_what_cannot_be_read_says_why(
    tilleuls: Clinic, calendar: httpx.Client, path: str, password: str, why: str
) -> None:
    subscribed(tilleuls, f"{calendar.base_url}{path}", password=password)
    assert read(tilleuls).failure == why


def test_a_file_is_no_server(tilleuls: Clinic, calendar: httpx.Client) -> None:
    """And a server, asked for a file, is none."""
    put(calendar, "a", monday(tilleuls, 9))
    given = {"url": f"{calendar.base_url}/hv/praxis/a.ics", "username": "hv", "password": "geheim"}
    with tilleuls.acting() as now:
        subscriptions.subscribe(tilleuls.schedule, **given, by=tilleuls.actor(), now=now)
    assert (read(tilleuls).failure, len(busy(tilleuls))) == ("", 1)


LAUGHS = b'<!DOCTYPE m [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><m>&b;</m>'
OUTSIDE = b'<!DOCTYPE m [<!ENTITY a SYSTEM "file:///etc/passwd">]><d:multistatus xmlns:d="DAV:">&a;</d:multistatus>'


@pytest.mark.parametrize(
    "answer",
    [b"", b"<", b"BEGIN:VCALENDAR", b"<html/>", LAUGHS, OUTSIDE, b"\x00", b'<?xml version="1.0" encoding="x"?><a/>'],
)
def test_what_is_no_answer_is_refused(answer: bytes) -> None:
    """ICS-06: nothing is expanded, nothing of this machine is read."""
    for reading in (caldav.calendars, caldav.tag):
        with pytest.raises(FileRefused):
            reading(answer)


def test_a_deep_answer_is_only_read() -> None:
    deep = b'<d:multistatus xmlns:d="DAV:">' + b"<x>" * 50_000 + b"</x>" * 50_000 + b"</d:multistatus>"
    assert caldav.calendars(deep) == b"BEGIN:VCALENDAR\r\nEND:VCALENDAR"


def test_a_server_of_another_kind(tilleuls: Clinic, settings: Any) -> None:
    settings.PRIVATE_CALENDARS = True
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Waits)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        subscribed(tilleuls, f"http://127.0.0.1:{server.server_port}/")
        assert read(tilleuls).failure == fetching.NOT_UNDERSTOOD
    finally:
        server.shutdown()
        server.server_close()


class _Waits(BaseHTTPRequestHandler):
    """Answers `/quick` at once, and everything else only when `/quick` has been asked for."""

    asked = threading.Event()

    def do_GET(self) -> None:
        if self.path == "/quick":
            self.asked.set()
        answer = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
        self.send_response(200 if self.asked.wait(15) else 500)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def do_PROPFIND(self) -> None:
        self.send_error(405)

    def log_message(self, *_: object) -> None:
        pass


def test_a_slow_server_keeps_nobody_waiting(tilleuls: Clinic, carpati: Clinic, settings: Any) -> None:
    """The first is answered only once the second has been asked: one after the other, it would fail."""
    settings.PRIVATE_CALENDARS = True
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Waits)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        for clinic, path in ((tilleuls, "slow"), (tilleuls, "slow2"), (carpati, "quick")):
            with clinic.acting() as now:
                url = f"http://127.0.0.1:{server.server_port}/{path}"
                subscriptions.subscribe(clinic.schedule, url=url, by=clinic.actor(), now=now)
        jobs.read_foreign_calendars(0)
    finally:
        server.shutdown()
        server.server_close()
    for clinic, number in ((tilleuls, 2), (carpati, 1)):
        with clinic.acting():
            assert [row.failure for row in clinic.organization.subscriptions.all()] == [""] * number
