"""Carrying: what the worker does with what is queued, against a real mail server."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from django.core.mail import send_mail
from django.db import connection, transaction

from kalends.delivery import envelope
from kalends.delivery import operations as delivery
from kalends.delivery.carriers import ways_out
from kalends.delivery.carriers.smtp.relay import CONNECTIONS
from kalends.delivery.courier import Courier
from kalends.delivery.models import Delivery, PlatformMail
from kalends.delivery.operations import claiming
from kalends.delivery.operations.claiming import Mark, Result
from kalends.delivery.presence import Presence
from kalends.delivery.rules import HELD, Fate, Outcome
from kalends.delivery.waking import CHANNEL
from kalends.foundation.database.models import new_id
from tests.cast import Clinic
from tests.conftest import end_sessions
from tests.delivery.sink import Sink, free_port, listening, wait_for


def queue(clinic: Clinic, *recipients: str, cause: Any = None, version: int = 0, **more: Any) -> None:
    """Confirmations of some visit tomorrow."""
    with clinic.acting() as now:
        start = now + timedelta(days=1)
        for recipient in recipients:
            delivery.queue(
                clinic.organization,
                **{
                    "kind": "appointment_booked",
                    "cause_id": cause or new_id(),
                    "cause_version": version,
                    "medium": "email",
                    "recipient": recipient,
                    "language": "en",
                    "facts": facts(clinic, start, version),
                    "due_at": now,
                    "useless_after": start,
                    "now": now,
                    **more,
                },
            )


def facts(clinic: Clinic, start: datetime, sequence: int = 0) -> dict[str, Any]:
    return {
        "name": "Clémence Aubrée",
        "starts_at": start.isoformat(),
        "ends_at": (start + timedelta(minutes=30)).isoformat(),
        "time_zone": "Europe/Paris",
        "schedule": str(clinic.schedule.id),
        "service": str(clinic.service.id),
        "sequence": sequence,
        "cancelled_by": "",
        "seed": "00" * 16,
    }


def rows(clinic: Clinic) -> list[Delivery]:
    with clinic.acting():
        return list(clinic.organization.deliveries.order_by("id"))


def states(clinic: Clinic) -> list[tuple[str, str]]:
    return [(row.recipient, row.state) for row in rows(clinic)]


def make_due(clinic: Clinic) -> None:
    """The pause is over."""
    with clinic.acting() as now:
        clinic.organization.deliveries.filter(state="queued").update(due_at=now)


@contextmanager
def courier() -> Iterator[tuple[Courier, str]]:
    """The courier of the mail, and the name under which it works."""
    one = Courier(ways_out()[0], stopping=Event())
    with Presence() as presence:
        yield one, presence.name
    one.close()


def carry() -> None:
    with courier() as (one, name):
        one.work(name)


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    sink = Sink()
    with listening(sink) as settings.EMAIL_URL:
        yield sink


def test_without_a_mail_server_it_lies_in_the_outbox(tilleuls: Clinic) -> None:
    queue(tilleuls, "a@b.example")
    carry()
    (row,) = rows(tilleuls)
    assert (row.state, row.carrier, row.attempts, row.reason) == ("sent", "outbox", 1, "")
    assert row.message_id == envelope.message_id(row.id)
    assert row.subject.endswith("Centre médical des Tilleuls")


def test_what_was_restored_is_held_until_it_is_released(
    tilleuls: Clinic, sink: Sink, settings: Any, tmp_path: Path
) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, data=tmp_path)
    (tmp_path / HELD).write_text("")
    queue(tilleuls, "a@b.example")
    carry()
    assert (states(tilleuls), sink.recipients) == ([("a@b.example", "queued")], [])
    (tmp_path / HELD).unlink()
    carry()
    assert (states(tilleuls), sink.recipients) == ([("a@b.example", "sent")], ["a@b.example"])


def test_it_goes_to_the_mail_server_once(tilleuls: Clinic, carpati: Clinic, sink: Sink) -> None:
    for number in range(25):
        queue(tilleuls, f"t{number}@b.example")
    queue(carpati, "c@b.example")
    carry()
    carry()
    assert sorted(sink.recipients) == sorted([*(f"t{number}@b.example" for number in range(25)), "c@b.example"])
    assert sink.connections == CONNECTIONS  # kept between messages
    assert {state for _, state in states(tilleuls) + states(carpati)} == {"sent"}


@pytest.mark.parametrize(
    ("recipient", "state", "tries"),
    [
        ("refused-450@b.example", "queued", 1),
        ("refused-451@b.example", "queued", 1),
        ("refused-550@b.example", "failed", 1),
        ("data-552@b.example", "failed", 1),
        ("data-451@b.example", "queued", 1),
        ("drops-early@b.example", "queued", 1),
        ("drops@b.example", "unknown", 1),
        ("hangs@b.example", "unknown", 1),
        ("é@b.example", "failed", 1),
    ],
)
def test_what_the_server_says_decides(tilleuls: Clinic, sink: Sink, recipient: str, state: str, tries: int) -> None:
    queue(tilleuls, recipient)
    queue(tilleuls, "after@b.example")
    carry()
    assert states(tilleuls) == [(recipient, state), ("after@b.example", "sent")]
    row = rows(tilleuls)[0]
    assert (row.attempts, row.reason != "") == (tries, True)
    carry()  # nothing is sent blindly, nothing before its time
    assert (rows(tilleuls)[0].state, sink.recipients.count(recipient)) == (
        state,
        1 if state == "unknown" else 0,
    )


@pytest.mark.parametrize("pipelining", [False, True])
def test_a_server_that_takes_one_message_per_connection_gets_them_all(
    tilleuls: Clinic, settings: Any, pipelining: bool
) -> None:
    sink = Sink(per_connection=1, pipelining=pipelining)
    queue(tilleuls, *(f"n{number}@b.example" for number in range(5)))
    with listening(sink) as settings.EMAIL_URL:
        carry()
    assert sorted(sink.recipients) == [f"n{number}@b.example" for number in range(5)]
    assert (sink.connections, {row.attempts for row in rows(tilleuls)}) == (5, {1})


def test_a_server_that_takes_one_connection_at_a_time_gets_them_all(tilleuls: Clinic, settings: Any) -> None:
    """MSG-04. The others step aside, and no message waits for them."""
    sink = Sink(per_connection=1, at_a_time=1)
    queue(tilleuls, *(f"n{number}@b.example" for number in range(12)))
    with listening(sink) as settings.EMAIL_URL:
        carry()
    assert sorted(sink.recipients) == sorted(f"n{number}@b.example" for number in range(12))
    assert {(row.state, row.attempts) for row in rows(tilleuls)} == {("sent", 1)}
    assert sink.refused > 0


def test_what_goes_to_one_address_goes_in_its_order(tilleuls: Clinic, sink: Sink) -> None:
    """However many connections there are."""
    visit = new_id()
    for version in range(8):
        queue(tilleuls, "a@b.example", *(f"n{version}.{n}@b.example" for n in range(3)), cause=visit, version=version)
    carry()
    ids = [envelope.message_id(row.id) for row in rows(tilleuls) if row.recipient == "a@b.example"]
    assert [id for id in sink.ids if id in ids] == ids


def test_tries_are_bounded(tilleuls: Clinic, sink: Sink) -> None:
    queue(tilleuls, "refused-450@b.example")
    pauses = []
    for _ in range(6):
        carry()
        row = rows(tilleuls)[0]
        if row.state == "queued":
            pauses.append(round((row.due_at - row.claimed_at).total_seconds() / 60))
            make_due(tilleuls)
    assert (row.state, row.attempts, pauses) == ("failed", 5, [1, 5, 15, 60])
    assert row.reason == "450 not this one"


def test_no_try_is_planned_after_the_visit_began(tilleuls: Clinic, sink: Sink) -> None:
    with tilleuls.acting() as now:
        soon = now + timedelta(seconds=50)
    queue(tilleuls, "refused-450@b.example", useless_after=soon)
    carry()
    assert states(tilleuls) == [("refused-450@b.example", "failed")]


def test_what_comes_too_late_is_not_sent(tilleuls: Clinic, sink: Sink) -> None:
    with tilleuls.acting() as now:
        begun = now - timedelta(seconds=1)
    queue(tilleuls, "late@b.example", useless_after=begun)
    carry()
    row = rows(tilleuls)[0]
    assert (row.state, row.attempts, row.reason, sink.recipients) == (
        "aborted",
        0,
        "Not sent: it would have come too late.",
        [],
    )


def test_nothing_leaves_before_it_is_due(tilleuls: Clinic, sink: Sink) -> None:
    with tilleuls.acting() as now:
        later = now + timedelta(hours=1)
    queue(tilleuls, "a@b.example", due_at=later)
    carry()
    assert (states(tilleuls), sink.recipients) == ([("a@b.example", "queued")], [])


def test_older_news_is_not_sent_after_newer_ones(tilleuls: Clinic, sink: Sink) -> None:
    visit = new_id()
    queue(tilleuls, "refused-450@b.example", cause=visit)
    carry()
    queue(tilleuls, "refused-450@b.example", cause=visit, version=1, kind="appointment_moved")
    make_due(tilleuls)
    carry()
    assert [(row.cause_version, row.state) for row in rows(tilleuls)] == [(0, "aborted"), (1, "queued")]


def test_a_text_that_cannot_be_made_holds_up_nobody(tilleuls: Clinic, sink: Sink) -> None:
    queue(tilleuls, "poison@b.example", facts={"schedule": str(new_id()), "service": str(new_id())})
    queue(tilleuls, "nobody-writes-it@b.example", kind="unheard_of")
    queue(tilleuls, "fine@b.example")
    carry()
    assert [(row.recipient, row.state, row.reason) for row in rows(tilleuls)] == [
        ("poison@b.example", "queued", "The text could not be made."),
        ("nobody-writes-it@b.example", "queued", "The text could not be made."),
        ("fine@b.example", "sent", ""),
    ]


def test_facts_that_no_writer_can_look_up_hold_up_nobody(tilleuls: Clinic, sink: Sink) -> None:
    queue(tilleuls, "poison@b.example", facts={"schedule": "nonsense"})
    queue(tilleuls, "fine@b.example")
    carry()
    assert states(tilleuls) == [("poison@b.example", "queued"), ("fine@b.example", "sent")]


def test_a_server_that_is_away_costs_no_try(tilleuls: Clinic, settings: Any) -> None:
    settings.EMAIL_URL = f"smtp://127.0.0.1:{free_port()}"
    queue(tilleuls, "a@b.example", "b@b.example")
    carry()
    assert [(row.state, row.attempts, row.claimed_by) for row in rows(tilleuls)] == [("queued", 0, "")] * 2
    sink = Sink()
    with listening(sink) as settings.EMAIL_URL:
        carry()
    assert sorted(sink.recipients) == ["a@b.example", "b@b.example"]


def test_the_same_message_keeps_its_id_when_a_person_sends_it_again(tilleuls: Clinic, sink: Sink) -> None:
    queue(tilleuls, "drops@b.example")
    carry()
    with tilleuls.acting() as now:
        id = tilleuls.organization.deliveries.get().id
        delivery.send_again(tilleuls.organization, id, by=tilleuls.actor(), now=now)
    carry()
    assert sink.ids == [envelope.message_id(id)] * 2


def test_two_couriers_share_the_work(tilleuls: Clinic, sink: Sink) -> None:
    queue(tilleuls, *(f"n{number}@b.example" for number in range(50)))
    threads = [Thread(target=_carry_and_close) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(Counter(sink.recipients).values()) == [1] * 50


def _carry_and_close() -> None:
    carry()
    connection.close()


def _is_gone(claimer: str) -> bool:
    with transaction.atomic():
        return claiming.is_gone(claimer)


class TestTheDead:
    """What a worker leaves that ended in the middle of its work."""

    def leave(self, clinic: Clinic, *, marked: int) -> str:
        """Claims of somebody who is gone, some of them marked; the name."""
        with Presence() as presence, clinic.acting() as now:
            claimed = claiming.claim(clinic.organization, media=["email"], claimer=presence.name, now=now)
            claiming.mark(clinic.organization, list(map(Mark, claimed[:marked])), claimer=presence.name, now=now)
        wait_for(lambda: _is_gone(presence.name))  # PostgreSQL hears of it in its own time
        return presence.name

    def test_what_was_not_begun_is_sent_and_what_was_is_listed(self, tilleuls: Clinic, sink: Sink) -> None:
        queue(tilleuls, "a@b.example", "b@b.example", "c@b.example")
        self.leave(tilleuls, marked=1)
        carry()
        assert states(tilleuls) == [("a@b.example", "unknown"), ("b@b.example", "sent"), ("c@b.example", "sent")]
        assert sorted(sink.recipients) == ["b@b.example", "c@b.example"]

    def test_the_living_keep_their_claims(self, tilleuls: Clinic, sink: Sink) -> None:
        queue(tilleuls, "a@b.example")
        with Presence() as alive:
            with tilleuls.acting() as now:
                claiming.claim(tilleuls.organization, media=["email"], claimer=alive.name, now=now)
            carry()
            assert (states(tilleuls), sink.recipients) == ([("a@b.example", "claimed")], [])

    def test_a_claim_that_is_too_old_is_given_up(self, tilleuls: Clinic, sink: Sink) -> None:
        queue(tilleuls, "a@b.example")
        with Presence() as hanging:
            with tilleuls.acting() as now:
                long_ago = now - timedelta(minutes=15)
                claiming.claim(tilleuls.organization, media=["email"], claimer=hanging.name, now=long_ago)
                tilleuls.organization.deliveries.update(state="claimed", claimed_by=hanging.name, claimed_at=long_ago)
            carry()
            with tilleuls.acting() as now:
                (late,) = tilleuls.organization.deliveries.all()
                assert claiming.mark(tilleuls.organization, [Mark(late)], claimer=hanging.name, now=now) == set()
        assert sink.recipients == ["a@b.example"]

    def test_whoever_was_taken_for_dead_still_says_what_it_knows(self, tilleuls: Clinic) -> None:
        queue(tilleuls, "a@b.example")
        name = self.leave(tilleuls, marked=1)
        carry()
        assert states(tilleuls) == [("a@b.example", "unknown")]
        known = Result(rows(tilleuls)[0], name, Outcome(Fate.SENT))
        with tilleuls.acting() as now:
            claiming.settle(tilleuls.organization, [known], now=now)
        assert states(tilleuls) == [("a@b.example", "sent")]


def test_mail_of_the_platform_leaves_and_its_link_is_not_kept(sink: Sink, db: None, settings: Any) -> None:
    settings.EMAIL_BACKEND = "kalends.delivery.platform_mail.QueueBackend"
    send_mail("Reset", "Follow https://a.example/x", None, ["person@b.example", "hangs@b.example"])
    carry()
    assert sorted(sink.recipients) == ["hangs@b.example", "person@b.example"]
    assert [(mail.recipient, mail.tries) for mail in PlatformMail.objects.all()] == [("hangs@b.example", 1)]


def test_a_wake_up_is_heard(tilleuls: Clinic) -> None:
    with Presence() as presence:
        began = time.monotonic()
        Thread(target=_wake_and_close).start()
        presence.wait(30)
        assert time.monotonic() - began < 10


def _wake_and_close() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])
    connection.close()


class TestWhileItRuns:
    """The loop itself, in a thread as in the worker."""

    @pytest.fixture
    def running(self, tilleuls: Clinic, settings: Any) -> Iterator[tuple[Courier, Event, Thread, Sink]]:
        sink = Sink()
        stopping = Event()
        with listening(sink) as url:
            settings.EMAIL_URL = url.replace("timeout=1", "timeout=30&connections=1")
            one = Courier(ways_out()[0], stopping=stopping)
            thread = Thread(target=one.run)
            thread.start()
            yield one, stopping, thread, sink
            stopping.set()
            one.interrupt()
            thread.join(15)
            assert not thread.is_alive()

    def test_it_goes_on_when_the_database_has_ended_its_connections(
        self, tilleuls: Clinic, running: Any, database_urls: tuple[str, str]
    ) -> None:
        sink = running[3]
        queue(tilleuls, "before@b.example")
        wait_for(lambda: sink.recipients == ["before@b.example"])
        connection.close()
        end_sessions(database_urls[1])
        queue(tilleuls, "after@b.example")
        wait_for(lambda: sink.recipients == ["before@b.example", "after@b.example"])
        wait_for(lambda: {state for _, state in states(tilleuls)} == {"sent"})

    def test_a_wait_that_is_interrupted_ends_as_unknown_and_is_written_down(
        self, tilleuls: Clinic, running: Any
    ) -> None:
        chosen, stopping, thread, sink = running
        queue(tilleuls, "hangs@b.example", "next@b.example")
        wait_for(lambda: sink.recipients == ["hangs@b.example"])
        stopping.set()
        chosen.interrupt()
        thread.join(10)
        assert states(tilleuls) == [("hangs@b.example", "unknown"), ("next@b.example", "queued")]
