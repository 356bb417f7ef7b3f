"""Foreign calendars: what is busy there is blocked here, and follows."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from kalends.agenda import jobs
from kalends.agenda.models import Subscription
from kalends.agenda.operations import subscriptions
from kalends.booking import operations as booking
from kalends.foundation import fetching
from kalends.foundation.errors import Invalid
from tests.cast import Clinic, at, data


class Peer(ThreadingHTTPServer):
    """Somebody else's calendar server."""

    body = b""
    status = 200
    asked = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/a.ics"


class _Answers(BaseHTTPRequestHandler):
    server: Peer

    def do_GET(self) -> None:
        self.server.asked += 1
        etag = f'"{hash(self.server.body)}"'
        same = self.headers.get("If-None-Match") == etag
        body = b"" if same else self.server.body
        self.send_response(304 if same else self.server.status)
        self.send_header("ETag", etag)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def peer(settings: Any) -> Iterator[Peer]:
    settings.PRIVATE_CALENDARS = True
    running = Peer(("127.0.0.1", 0), _Answers)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield running
    running.shutdown()
    running.server_close()


def calendar(*events: tuple[str, datetime, datetime]) -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x"]
    for uid, begin, end in events:
        lines += ["BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20260101T000000Z", "SUMMARY:Dentiste des enfants"]
        lines += [f"DTSTART:{begin:%Y%m%dT%H%M%SZ}", f"DTEND:{end:%Y%m%dT%H%M%SZ}", "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def monday(clinic: Clinic, hour: int) -> datetime:
    with clinic.acting() as now:
        return at(hour, day=(now + timedelta(days=8 - now.isoweekday())).date())


def subscribed(clinic: Clinic, url: str) -> Subscription:
    with clinic.acting() as now:
        return subscriptions.subscribe(clinic.schedule, url=url, by=clinic.actor(), now=now)


def busy(clinic: Clinic) -> list[tuple[str, datetime, datetime, str]]:
    with clinic.acting():
        found = clinic.organization.blocks.order_by("starts_at")
        return [(row.source_uid, row.starts_at, row.ends_at, row.reason) for row in found]


def state(clinic: Clinic) -> Subscription:
    with clinic.acting():
        return clinic.organization.subscriptions.select_related("schedule").get()


def read(clinic: Clinic) -> Subscription:
    known = state(clinic)
    with clinic.acting() as now:
        pass
    jobs.read(clinic.organization, known, now=now)
    return state(clinic)


def test_events_become_blocks_and_follow(tilleuls: Clinic, peer: Peer) -> None:
    nine, ten, eleven = (monday(tilleuls, hour) for hour in (9, 10, 11))
    peer.body = calendar(("a", nine, ten), ("b", ten, eleven))
    subscribed(tilleuls, peer.url)
    known = read(tilleuls)
    assert (known.failure, known.fresh_at == known.read_at) == ("", True)
    assert busy(tilleuls) == [("a", nine, ten, ""), ("b", ten, eleven, "")]
    peer.body = calendar(("a", eleven, eleven + timedelta(hours=1)))
    read(tilleuls)
    assert busy(tilleuls) == [("a", eleven, eleven + timedelta(hours=1), "")]
    with tilleuls.acting():
        places = tilleuls.organization.occupancies.values_list("starts_at", "ends_at")
        assert list(places) == [(eleven, eleven + timedelta(hours=1))]


def test_what_has_not_changed_is_left_alone(tilleuls: Clinic, peer: Peer) -> None:
    nine = monday(tilleuls, 9)
    peer.body = calendar(("a", nine, nine + timedelta(hours=1)))
    subscribed(tilleuls, peer.url)
    first = read(tilleuls)
    with tilleuls.acting():
        ids = set(tilleuls.organization.blocks.values_list("id", flat=True))
    second = read(tilleuls)
    assert (peer.asked, second.etag) == (2, first.etag)
    assert second.fresh_at > first.fresh_at
    with tilleuls.acting():
        assert set(tilleuls.organization.blocks.values_list("id", flat=True)) == ids


def test_a_visit_stays_and_its_time_is_blocked_once_it_has_gone(tilleuls: Clinic, peer: Peer) -> None:
    nine = monday(tilleuls, 9)
    with tilleuls.acting() as now:
        visit = booking.book(
            tilleuls.organization,
            schedule_id=tilleuls.schedule.id,
            service_id=tilleuls.service.id,
            starts_at=nine,
            contact=data(),
            by=tilleuls.actor(),
            now=now,
        )
    peer.body = calendar(("a", nine, nine + timedelta(hours=1)))
    subscribed(tilleuls, peer.url)
    read(tilleuls)

    def taken() -> list[tuple[bool, datetime, datetime]]:
        with tilleuls.acting():
            rows = tilleuls.organization.occupancies.order_by("starts_at")
            return [(row.holder_id == visit.id, row.starts_at, row.ends_at) for row in rows]

    half = nine + timedelta(minutes=30)
    assert taken() == [(True, nine, half), (False, half, nine + timedelta(hours=1))]
    with tilleuls.acting() as now:
        booking.cancel(tilleuls.organization, visit.id, by=tilleuls.actor(), now=now)
    peer.body += b"\r\n"
    read(tilleuls)
    assert taken() == [(False, nine, half), (False, half, nine + timedelta(hours=1))]


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [
        (500, b"", fetching.REFUSED),
        (404, b"", fetching.GONE),
        (200, b"<html>sign in", jobs.NO_CALENDAR),
        (200, b"\xff\xfe\x00", jobs.NO_CALENDAR),
    ],
)
def test_what_cannot_be_read_keeps_what_was_blocked_and_says_why(
    tilleuls: Clinic, peer: Peer, status: int, body: bytes, why: str
) -> None:
    nine = monday(tilleuls, 9)
    peer.body = calendar(("a", nine, nine + timedelta(hours=1)))
    subscribed(tilleuls, peer.url)
    first = read(tilleuls)
    peer.status, peer.body = status, body
    second = read(tilleuls)
    assert (second.failure, second.fresh_at) == (why, first.fresh_at)
    assert len(busy(tilleuls)) == 1


def test_a_private_address_is_not_asked(tilleuls: Clinic, peer: Peer, settings: Any) -> None:
    settings.PRIVATE_CALENDARS = False
    subscribed(tilleuls, peer.url)
    assert (read(tilleuls).failure, peer.asked) == (fetching.PRIVATE, 0)


def test_removing_opens_what_it_had_blocked(tilleuls: Clinic, peer: Peer) -> None:
    nine = monday(tilleuls, 9)
    peer.body = calendar(("a", nine, nine + timedelta(hours=1)))
    subscribed(tilleuls, peer.url)
    known = read(tilleuls)
    with tilleuls.acting() as now:
        subscriptions.unsubscribe(known, by=tilleuls.actor(), now=now)
        assert tilleuls.organization.occupancies.count() == 0
        assert tilleuls.organization.subscriptions.count() == 0
    assert busy(tilleuls) == []


def test_the_job_reads_those_whose_turn_it_is(tilleuls: Clinic, carpati: Clinic, peer: Peer) -> None:
    nine = monday(tilleuls, 9)
    peer.body = calendar(("a", nine, nine + timedelta(hours=1)))
    subscribed(tilleuls, peer.url)
    jobs.read_foreign_calendars(0)
    jobs.read_foreign_calendars(0)
    assert peer.asked == 1
    with tilleuls.acting() as now:
        subscriptions.read_soon(tilleuls.organization.subscriptions.get(), by=tilleuls.actor(), now=now)
    jobs.read_foreign_calendars(0)
    assert peer.asked == 2
    assert (len(busy(tilleuls)), busy(carpati)) == (1, [])


def test_passwords_are_sealed_and_addresses_checked(tilleuls: Clinic) -> None:
    with tilleuls.acting() as now:
        made = subscriptions.subscribe(
            tilleuls.schedule,
            url="webcal://calendar.example/secret/a.ics",
            username="hv",
            password="geheim",
            by=tilleuls.actor(),
            now=now,
        )
        assert made.url == "https://calendar.example/secret/a.ics"
        assert b"geheim" not in bytes(made.sealed_password)
        line = tilleuls.organization.audit_entries.get(act="subscription:make")
        assert "secret" not in str(line.after)
    with pytest.raises(Invalid), tilleuls.acting() as now:
        subscriptions.subscribe(tilleuls.schedule, url="ftp://a.example/", by=tilleuls.actor(), now=now)
