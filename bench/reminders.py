"""Reminders a second: planned, and carried (claimed, written, handed over, recorded) to where nothing leaves and to a
mail server on this machine."""

from __future__ import annotations

import argparse
import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from uuid import UUID

import psycopg

from bench import clinics, contacts, scratch
from bench.figures import Figures

SCHEDULES = 60
PEOPLE = 20_000
DAYS = 28
CARRIED = 3_000


def run(figures: Figures, options: argparse.Namespace) -> None:
    with scratch.system() as installation:
        bench = clinics.make("reminders", schedules=SCHEDULES, horizon_days=60)
        with scratch.owner(installation) as owner:
            contacts.fill(owner, bench.organization_id, PEOPLE)
            people = [row[0] for row in owner.execute("SELECT id FROM contacts_contact").fetchall()]
            first = date.today() + timedelta(days=2)
            visits = clinics.book_share(owner, bench, share=0.6, first=first, days=DAYS, contacts=people)
            owner.execute("UPDATE booking_appointment SET booked_at = booked_at - interval '90 days'")
            owner.execute("VACUUM ANALYZE")
        _remind(bench.organization_id)
        begun = time.perf_counter()
        messages = _plan()
        figures.add("visits to come", visits, "")
        figures.add("messages planned in one statement", messages, "")
        figures.add("planned", messages / (time.perf_counter() - begun), "/s")
        begun = time.perf_counter()
        assert _plan() == 0
        figures.add("planned again, nothing new", (time.perf_counter() - begun) * 1000, "ms")
        with scratch.owner(installation) as owner:
            _carry(figures, owner, "carried where nothing leaves", "")
            with _mail_server() as (url, taken):
                _carry(figures, owner, "carried to a mail server", url)
                figures.add("taken by the mail server twice", len(taken) - len(set(taken)), "")
                assert len(taken) == CARRIED


def _remind(organization_id: UUID) -> None:
    from kalends.foundation.actor import system
    from kalends.foundation.database import tenancy
    from kalends.notifications.reminders.operations import set_rules
    from kalends.organizations.models import Organization

    organization, by = Organization.objects.get(id=organization_id), system("bench")
    with tenancy.acting(organization=organization, by=by) as now:
        for provider in list(organization.providers.all()):
            rule = {"state": "on", "medium": "email", "amount": 60, "unit": "days"}
            set_rules(organization, provider, sent={1: rule}, by=by, now=now)


def _plan() -> int:
    from kalends.notifications.jobs import plan_reminders

    return plan_reminders()


def _carry(figures: Figures, owner: psycopg.Connection, name: str, email_url: str) -> None:
    """The next `CARRIED` of those that wait; the others are not due meanwhile."""
    from django.conf import settings

    from kalends.delivery.carriers import ways_out
    from kalends.delivery.courier import Courier
    from kalends.delivery.presence import Presence

    settings.EMAIL_URL = email_url
    owner.execute("UPDATE delivery_delivery SET due_at = now() + interval '1 day' WHERE state = 'queued'")
    owner.execute(
        "UPDATE delivery_delivery SET due_at = now() WHERE id IN "
        "(SELECT id FROM delivery_delivery WHERE state = 'queued' ORDER BY id LIMIT %s)",
        [CARRIED],
    )
    owner.execute("VACUUM ANALYZE delivery_delivery")
    way = next(way for way in ways_out() if "email" in way.media)
    begun = time.perf_counter()
    with Presence() as presence:
        Courier(way, stopping=threading.Event()).work(presence.name)
    seconds = time.perf_counter() - begun
    way.carrier.close()
    done = owner.execute(
        "SELECT state, count(*) FROM delivery_delivery WHERE settled_at IS NOT NULL GROUP BY 1"
    ).fetchall()
    assert {state for state, _count in done} == {"sent"}, done
    figures.add(name, CARRIED / seconds, "/s")


class _Sink:
    """Keeps the Message-ID of each mail."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:  # noqa: N802 - as aiosmtpd calls it
        head = envelope.content.split(b"Message-ID: ", 1)[1]  # type: ignore[attr-defined]
        self.taken.append(head.split(b"\r\n", 1)[0])
        return "250 OK"


@contextmanager
def _mail_server() -> Iterator[tuple[str, list[bytes]]]:
    """In a thread, so it shares the processor with the courier: what is measured is both together."""
    from aiosmtpd.smtp import SMTP

    loop, sink, port = asyncio.new_event_loop(), _Sink(), scratch.free_port()
    server = loop.run_until_complete(loop.create_server(lambda: SMTP(sink, loop=loop), "127.0.0.1", port))
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield f"smtp://127.0.0.1:{port}", sink.taken
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
