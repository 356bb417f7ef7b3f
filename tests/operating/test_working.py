"""What the worker does at set times."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import psycopg
import pytest
from procrastinate.contrib.django import app

from kalends.api.jobs import forget_kept_answers
from kalends.api.models import KeptAnswer
from kalends.booking import operations as booking
from kalends.booking.jobs import clear_expired_holds
from kalends.delivery.jobs import forget_old_platform_mail
from kalends.delivery.models import PlatformMail
from tests.cast import NOW, Clinic, at


def test_everything_that_is_done_at_set_times_is_known_to_the_worker() -> None:
    app.perform_import_paths()  # as the worker does at its start
    periodic = {task.task.name: task.cron for task in app.periodic_registry.periodic_tasks.values()}
    assert {name: cron for name, cron in periodic.items() if not name.startswith("builtin")} == {
        "foundation.take_up_stalled_jobs": "* * * * *",
        "delivery.forget_old_platform_mail": "17 3 * * *",
        "delivery.forget_what_was_counted": "27 3 * * *",
        "delivery.forget_old": "37 3 * * *",
        "notifications.forget_old_notices": "47 3 * * *",
        "booking.clear_expired_holds": "*/10 * * * *",
        "booking.expire_requests": "*/5 * * * *",
        "notifications.remind": "* * * * *",
        "notifications.warn_of_deadlines": "* * * * *",
        "booking.mind_waiting_list": "* * * * *",
        "agenda.read_foreign_calendars": "* * * * *",
        "contacts.remove_old_uploads": "*/10 * * * *",
        "api.forget_kept_answers": "7 * * * *",
    }


def test_what_a_dead_worker_left_is_taken_up(db: None, owner: psycopg.Connection) -> None:
    owner.execute(
        "WITH dead AS (INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 minute') "
        "RETURNING id) INSERT INTO procrastinate_jobs (queue_name, task_name, status, worker_id) "
        "SELECT 'default', 'x', 'doing', id FROM dead"
    )
    asyncio.run(_take_up())
    assert owner.execute("SELECT status, attempts FROM procrastinate_jobs").fetchall() == [("todo", 1)]


def test_what_waits_anew_does_not_wait_for_a_dead_worker(db: None, owner: psycopg.Connection) -> None:
    """A job of set times, killed while it ran: its next time was queued before anybody saw that."""
    owner.execute(
        "WITH dead AS (INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 minute') "
        "RETURNING id) INSERT INTO procrastinate_jobs "
        "(queue_name, task_name, lock, queueing_lock, status, worker_id) "
        "SELECT 'default', name, name, name, 'doing'::procrastinate_job_status, id "
        "FROM dead, (VALUES ('x'), ('y')) v (name)"
    )
    owner.execute(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock) VALUES ('default', 'x', 'x', 'x')"
    )
    asyncio.run(_take_up())
    left = owner.execute("SELECT task_name, status FROM procrastinate_jobs ORDER BY id").fetchall()
    assert left == [("x", "failed"), ("y", "todo"), ("x", "todo")]


async def _take_up() -> None:
    await app.tasks["foundation.take_up_stalled_jobs"].func(SimpleNamespace(app=app), timestamp=0)


@pytest.mark.parametrize(("age", "left"), [(timedelta(minutes=50), 1), (timedelta(minutes=70), 0)])
def test_holds_that_expired_are_cleared_away(tilleuls: Clinic, age: timedelta, left: int) -> None:
    by = tilleuls.patient()
    with tilleuls.acting(by):
        booking.hold(
            tilleuls.organization,
            schedule_id=tilleuls.schedule.id,
            service_id=tilleuls.service.id,
            starts_at=at(10),
            visitor=b"v" * 32,
            by=by,
            now=NOW,
        )
    with tilleuls.acting() as now:
        tilleuls.organization.holds.update(expires_at=now - age)
    clear_expired_holds(0)
    with tilleuls.acting():
        counted = (tilleuls.organization.holds.count(), tilleuls.organization.occupancies.count())
    assert counted == (left, left)


def test_kept_answers_go_after_a_day(tilleuls: Clinic, carpati: Clinic) -> None:
    for clinic, age in ((tilleuls, timedelta(hours=23)), (carpati, timedelta(hours=25))):
        with clinic.acting() as now:
            KeptAnswer(
                organization=clinic.organization,
                caller="c",
                key_hash=b"k" * 32,
                body_hash=b"b" * 32,
                status=201,
                answer={},
                kept_at=now - age,
            ).save(force_insert=True)
    forget_kept_answers(0)
    assert [_count(clinic) for clinic in (tilleuls, carpati)] == [1, 0]


def _count(clinic: Clinic) -> int:
    with clinic.acting():
        return clinic.organization.kept_answers.count()


def test_the_platforms_mail_is_kept_for_a_week(clinics: Callable[..., Clinic]) -> None:
    clinic = clinics("any")
    with clinic.acting() as now:
        for days in (6, 8):
            moment = now - timedelta(days=days)
            PlatformMail.objects.create(
                written_at=moment, due_at=moment, recipient=f"d{days}@b.example", subject="S", text="T"
            )
    forget_old_platform_mail(0)
    assert [mail.recipient for mail in PlatformMail.objects.all()] == ["d6@b.example"]
