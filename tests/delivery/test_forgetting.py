"""After some time the log says no longer to whom something went (AUD-09)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from kalends.delivery.jobs import forget_old
from kalends.delivery.operations.forgetting import trace
from kalends.foundation.database.models import new_id
from tests.cast import Clinic
from tests.delivery.test_courier import queue, rows
from tests.delivery.test_settings import decide

OLD, YOUNG = "old@b.example", "young@b.example"


def age(clinic: Clinic, recipient: str, days: int, **fields: Any) -> datetime:
    with clinic.acting() as now:
        then = now - timedelta(days=days)
        ended = {"state": "sent", "settled_at": then, "subject": "Rendez-vous", "reason": f"450 {recipient}"}
        clinic.organization.deliveries.filter(recipient=recipient).update(queued_at=then, **{**ended, **fields})
    return then


def kept(clinic: Clinic) -> list[tuple[str, str, bool, str, str]]:
    return [(row.recipient, row.state, bool(row.facts), row.subject, row.reason) for row in rows(clinic)]


def test_aud_09_what_is_old_is_emptied_once_and_nothing_newer(tilleuls: Clinic, carpati: Clinic) -> None:
    for clinic in (tilleuls, carpati):
        queue(clinic, OLD, YOUNG)
        age(clinic, OLD, 31)
        age(clinic, YOUNG, 29)
    decide(tilleuls, kept_days=30)
    young = (YOUNG, "sent", True, "Rendez-vous", f"450 {YOUNG}")
    forget_old(0)
    gone = (trace(tilleuls.id, OLD), "sent", False, "", "")
    assert kept(tilleuls) == [gone, young]
    first = rows(tilleuls)
    forget_old(0)
    assert [(row.recipient, row.forgotten_at) for row in rows(tilleuls)] == [
        (row.recipient, row.forgotten_at) for row in first
    ]
    assert kept(carpati) == [(OLD, "sent", True, "Rendez-vous", f"450 {OLD}"), young]


def test_what_has_not_ended_is_kept_and_emptied_when_it_has(tilleuls: Clinic) -> None:
    queue(tilleuls, OLD, "waits@b.example", "lately@b.example")
    age(tilleuls, OLD, 500)
    age(tilleuls, "waits@b.example", 600, state="queued", settled_at=None)
    with tilleuls.acting() as now:
        yesterday = now - timedelta(days=1)
    age(tilleuls, "lately@b.example", 700, settled_at=yesterday)
    forget_old(0)
    left = {"waits@b.example", "lately@b.example"}
    assert {row.recipient for row in rows(tilleuls)} == {trace(tilleuls.id, OLD), *left}
    age(tilleuls, "waits@b.example", 600)
    age(tilleuls, "lately@b.example", 700)
    forget_old(0)
    assert {row.recipient for row in rows(tilleuls)} == {trace(tilleuls.id, one) for one in {OLD, *left}}


def test_what_was_sent_and_forgotten_is_not_sent_again(tilleuls: Clinic) -> None:
    with tilleuls.acting() as now:
        ago = int((now - timedelta(days=400)).timestamp() * 1000)
    fresh = new_id()
    cause = type(fresh)(int=(fresh.int & ((1 << 80) - 1)) | (ago << 80))
    queue(tilleuls, OLD, cause=cause)
    age(tilleuls, OLD, 400)
    forget_old(0)
    queue(tilleuls, OLD, cause=cause)
    queue(tilleuls, "Old@b.example", cause=cause)
    assert len(rows(tilleuls)) == 1
    queue(tilleuls, OLD, cause=cause, version=1)
    queue(tilleuls, YOUNG, cause=cause)
    assert [row.recipient for row in rows(tilleuls)] == [trace(tilleuls.id, OLD), OLD, YOUNG]
