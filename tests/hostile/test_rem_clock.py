"""The clock of the machine is set (REM-14): back an hour, forward a day, forward ten years."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from kalends.booking import jobs as booking
from kalends.delivery import clock_watch, jobs
from kalends.delivery.clock_watch import Watch
from kalends.delivery.models import ClockJump
from kalends.delivery.operations import trust_clock_everywhere
from kalends.foundation.actor import system
from kalends.foundation.database import tenancy
from kalends.notifications.jobs import plan_deadlines, plan_reminders
from kalends.operating import working
from tests.cast import Clinic, at
from tests.delivery.sink import Sink
from tests.delivery.test_courier import carry, queue, states
from tests.hostile.test_rem import sink as sink
from tests.notifications.reminders.test_planning import DAY, ON, WEDNESDAY, book, deliveries, remind

HOUR, YEARS = timedelta(hours=1), timedelta(days=3653)
Browser = Callable[..., Client]
Set = Callable[[timedelta], None]


@pytest.fixture
def clock_set(db: None, monkeypatch: pytest.MonkeyPatch) -> Set:
    """Set the clocks by so much: seen from them, it is the count of seconds since the start that moves."""
    counted = [1e9]
    watch = Watch(steady=lambda: counted[0] + time.monotonic())
    monkeypatch.setattr(clock_watch, "WATCH", watch)
    assert watch.look() is False

    def by(length: timedelta) -> None:
        counted[0] -= length.total_seconds()

    return by


def jumps() -> list[tuple[int, bool]]:
    """Seconds, and whether it is open."""
    return [(one.seconds, one.ended_at is None) for one in ClockJump.objects.order_by("id")]


def go_on() -> None:
    by = system("test")
    with tenancy.acting(organization=None, by=by) as now:
        assert trust_clock_everywhere(by=by, now=now)


@pytest.mark.parametrize("length", [-HOUR, DAY, YEARS], ids=["back", "a day", "ten years"])
def test_rem_14_reminders_wait_and_leave_once(tilleuls: Clinic, sink: Sink, clock_set: Set, length: timedelta) -> None:
    """What answers somebody still leaves; what seems to come too late is not given up before somebody says so."""
    queue(tilleuls, "news@b.example")
    queue(tilleuls, "reminder@b.example", nature="unasked")
    with tilleuls.acting() as now:
        late = now - timedelta(seconds=1)
    queue(tilleuls, "late@b.example", useless_after=late)
    clock_set(length)
    for _ in "abc":
        carry()
    assert jumps() == [(int(length.total_seconds()), True)]
    assert states(tilleuls) == [
        ("news@b.example", "sent"),
        ("reminder@b.example", "queued"),
        ("late@b.example", "queued"),
    ]
    go_on()
    for _ in "abc":
        carry()
    assert [state for _to, state in states(tilleuls)] == ["sent", "sent", "aborted"]
    assert sorted(sink.recipients) == ["news@b.example", "reminder@b.example"]


@pytest.mark.parametrize("length", [timedelta(minutes=4), timedelta(minutes=-4), timedelta()])
def test_rem_14_up_to_five_minutes_are_no_jump(tilleuls: Clinic, sink: Sink, clock_set: Set, length: timedelta) -> None:
    queue(tilleuls, "reminder@b.example", nature="unasked")
    clock_set(length)
    carry()
    assert (jumps(), sink.recipients) == ([], ["reminder@b.example"])


def test_rem_14_nothing_is_planned_ended_or_forgotten(tilleuls: Clinic, clock_set: Set) -> None:
    remind(tilleuls, _1=ON)
    book(tilleuls)
    clock_set(YEARS)
    assert (plan_reminders(), plan_deadlines(), booking.end_offers(), booking.end_requests()) == (0, 0, 0, 0)
    for forgets in (jobs.forget_old, jobs.forget_old_platform_mail, jobs.forget_what_was_counted):
        forgets(timestamp=0)
    with tilleuls.acting():
        assert [rule.looked_until for rule in tilleuls.organization.reminder_rules.all()] == [None]


def test_rem_14_a_rule_that_looked_by_a_clock_ahead_loses_nothing(tilleuls: Clinic) -> None:
    """Its last look lies in ten years; what is due by the clock as it is right again is planned once."""
    remind(tilleuls, _1=ON)
    book(tilleuls)
    due = at(10, day=WEDNESDAY) - DAY
    plan_reminders(due - HOUR)
    with tilleuls.acting():
        tilleuls.organization.reminder_rules.update(looked_until=due + YEARS)
    assert [plan_reminders(due), plan_reminders(due), plan_reminders(due + HOUR)] == [1, 0, 0]
    assert len(deliveries(tilleuls)) == 1


def test_rem_14_an_organization_goes_on_for_itself_until_the_next_jump(
    tilleuls: Clinic, carpati: Clinic, sink: Sink, clock_set: Set, signed_in: Browser
) -> None:
    for clinic in (tilleuls, carpati):
        queue(clinic, f"{clinic.organization.slug}@b.example", nature="unasked")
    clock_set(DAY)
    carry()
    staff, admin = signed_in(tilleuls.staff), signed_in(tilleuls.admin)
    assert "An administrator can say so here." in staff.get("/app/tilleuls/sent/").content.decode()
    assert staff.post("/app/tilleuls/settings/deliveries/clock/").status_code == 403
    page = admin.get("/app/tilleuls/sent/").content.decode()
    assert "the clock of this installation was set forward by 1 day." in page
    assert admin.post("/app/tilleuls/settings/deliveries/clock/").status_code == 302
    assert "was set forward" not in admin.get("/app/tilleuls/settings/deliveries/").content.decode()
    carry()
    assert sink.recipients == ["tilleuls@b.example"]
    clock_set(-DAY)
    queue(tilleuls, "second@b.example", nature="unasked")
    carry()
    assert sink.recipients == ["tilleuls@b.example"]
    assert "was set back by 1 day" in admin.get("/app/tilleuls/sent/").content.decode()
    assert jumps() == [(86400, False), (-86400, True)]
    with tilleuls.acting():
        assert tilleuls.organization.audit_entries.filter(act="clock:trust").count() == 1


def test_rem_14_a_worker_that_starts_again_knows_what_the_clocks_showed(db: None) -> None:
    """In the same start of the machine both ways; after another one only a clock that was set back is certain."""
    first, second, third = uuid4(), uuid4(), uuid4()
    Watch(steady=lambda: 1000.0, boot=lambda: first).look()
    assert Watch(steady=lambda: 1001.0, boot=lambda: first).look() is False
    assert Watch(steady=lambda: 1001.0 - 3600, boot=lambda: first).look() is True
    go_on()
    assert Watch(steady=lambda: 10.0, boot=lambda: second).look() is False
    with tenancy.acting(organization=None, by=system("test")) as now:
        clock_watch.ClockLook.objects.update(at=now + HOUR)
    assert Watch(steady=lambda: 10.0, boot=lambda: third).look() is True
    assert [(round(seconds, -2), is_open) for seconds, is_open in jumps()] == [(3600, False), (-3600, True)]


def test_rem_14_the_clock_of_the_worker_alone_is_seen_too(db: None) -> None:
    shown = [0.0]
    watch = Watch(machine=lambda: time.time() + shown[0])
    watch.look()
    shown[0] = 3600
    assert watch.look() is True
    assert jumps() == [(3600, True)]


def test_rem_14_two_processes_tell_of_one_jump(db: None) -> None:
    shown = [0.0]
    both = [Watch(machine=lambda: time.time() + shown[0]) for _ in "ab"]
    assert [one.look() for one in both] == [False, False]
    shown[0] = 86400
    assert [one.look() for one in both] == [True, True]
    assert jumps() == [(86400, True)]


def test_rem_14_jobs_begin_anew_when_the_clock_was_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the library counts ten years minute by minute, and does nothing for ten years once the clock is right."""

    async def until_noticed() -> bool:
        noticed = asyncio.create_task(working._clock_is_set())
        await asyncio.sleep(0)
        before = noticed.done()
        monkeypatch.setattr(working.jumps, "steady", lambda: time.monotonic() - YEARS.total_seconds())
        await asyncio.wait_for(noticed, 5)
        return before

    assert asyncio.run(until_noticed()) is False


def test_rem_14_whoever_runs_it_is_told_and_lets_it_go_on(clock_set: Set, client: Client) -> None:
    assert client.get("/readyz").content == b"ready\n"
    clock_set(YEARS)
    clock_watch.look()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (200, b"ready\nreminders wait: the clock was set\n")
