"""SCH: the agenda is edited while it is being booked.

SCH-01, 02, 04, 05: tests/agenda; 06: tests/booking/test_resources.py.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from kalends.agenda import operations as agenda
from kalends.agenda.models import Closure as ClosureRow
from kalends.agenda.queries.free_times import free_times
from kalends.agenda.rules import Busy, Closure, DayOverride, OpeningRule, Period, Visit
from kalends.booking import operations as booking
from kalends.booking.refusals import SlotNotOpen, SlotTaken
from kalends.foundation.actor import ChannelKind
from kalends.foundation.errors import Invalid
from tests.agenda import brute_force
from tests.agenda.shared import act, offered
from tests.cast import MONDAY, PASSWORD, Clinic, data, make_clinic
from tests.web.staff.desk import at, book, coming
from tests.web.staff.test_agenda import see, things

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2027, 3, 20, 7, tzinfo=UTC)
# Around the night in which the clocks go forward.
DAYS = tuple(date(2027, 3, 27) + timedelta(days=number) for number in range(3))
VISIT = Visit(duration=30, before=5, after=10)
EXAMPLES, STEPS = 8, 30
_numbers = count()


@pytest.mark.parametrize(
    ("periods", "refused_at"),
    [
        ([(540, 660), (600, 720)], "rules[1]"),
        ([(540, 540)], "rules[0]"),
        ([(660, 540)], "rules[0]"),
        ([(1380, 1500)], "rules[0]"),
    ],
    ids=["overlapping", "zero-length", "backwards", "past midnight"],
)
def test_sch_03_hours_that_make_no_sense_are_refused(tilleuls: Clinic, periods: list[Period], refused_at: str) -> None:
    rules = [OpeningRule(1, start, end) for start, end in periods]
    with pytest.raises(Invalid) as refused:
        act(tilleuls, agenda.set_opening, tilleuls.schedule, rules=rules, overrides=(), version=None)
    assert {error.field.partition(".")[0] for error in refused.value.errors} == {refused_at}
    assert offered(tilleuls)[0] == "09:00"


def test_sch_03_adjacent_hours_offer_each_time_once(tilleuls: Clinic) -> None:
    rules = [OpeningRule(1, 540, 600), OpeningRule(1, 600, 660)]
    act(tilleuls, agenda.set_opening, tilleuls.schedule, rules=rules, overrides=(), version=None)
    assert offered(tilleuls, MONDAY + timedelta(days=7)) == ["09:00", "09:30", "10:00", "10:30"]


def test_sch_07_every_view_shows_the_same(tilleuls: Clinic) -> None:
    monday = coming()
    book(tilleuls, at(10))
    book(tilleuls, at(14), last="Blot", email="blot@courriel.example", phone="")
    browser, seen = Client(), []
    browser.post("/accounts/login/", {"login": tilleuls.staff.email, "password": PASSWORD})
    for view in ("day", "days", "week", "side"):
        page = see(browser, view=view, day=monday, schedule=tilleuls.schedule.id)
        seen.append(things(page, kinds=("slot", "free")))
    assert len(seen[0]) == 14
    assert seen == [seen[0]] * 4


@st.composite
def periods(draw: st.DrawFn) -> tuple[Period, ...]:
    """Up to three, apart from each other, at quarters of an hour."""
    edges = sorted(draw(st.sets(st.integers(0, 96), min_size=0, max_size=6)))
    edges = edges[: len(edges) // 2 * 2]
    return tuple((15 * start, 15 * end) for start, end in zip(edges[::2], edges[1::2], strict=True))


class Desk(RuleBasedStateMachine):
    """What is offered is what minute by minute counting finds, whatever was edited and booked before."""

    def __init__(self) -> None:
        super().__init__()
        self.clinic = make_clinic(f"machine-{next(_numbers)}")
        self.do(agenda.edit_service, self.clinic.service, buffer_before=VISIT.before, buffer_after=VISIT.after)
        self.step, self.rules, self.overrides = 30, (), ()
        self.closures: list[tuple[ClosureRow, Closure]] = []
        self.visits: dict[UUID, Busy] = {}
        self._open(tuple(OpeningRule(day.isoweekday(), 540, 720) for day in DAYS), ())

    def do(self, operation: Callable[..., Any], *args: Any, **fields: Any) -> Any:
        with self.clinic.acting():
            return operation(*args, by=self.clinic.actor(), now=NOW, **fields)

    def _open(self, rules: tuple[OpeningRule, ...], overrides: tuple[DayOverride, ...]) -> None:
        self.rules, self.overrides = rules, overrides
        self.do(agenda.set_opening, self.clinic.schedule, rules=rules, overrides=overrides, version=None)

    @rule(hours=st.lists(periods(), min_size=3, max_size=3))
    def other_hours(self, hours: list[tuple[Period, ...]]) -> None:
        pairs = zip(DAYS, hours, strict=True)
        rules = tuple(OpeningRule(day.isoweekday(), *period) for day, several in pairs for period in several)
        self._open(rules, self.overrides)

    @rule(day=st.sampled_from(DAYS), hours=st.none() | periods())
    def another_day(self, day: date, hours: tuple[Period, ...] | None) -> None:
        others = tuple(one for one in self.overrides if one.day != day)
        self._open(self.rules, others if hours is None else (*others, DayOverride(day, hours)))

    @rule(step=st.sampled_from((10, 15, 20, 30, 45)))
    def another_step(self, step: int) -> None:
        self.step = step
        self.do(agenda.edit_schedule, self.clinic.schedule, step_minutes=step)

    @precondition(lambda self: len(self.closures) < 4)
    @rule(day=st.sampled_from(DAYS), start=st.integers(0, 92), quarters=st.integers(1, 24))
    def close(self, day: date, start: int, quarters: int) -> None:
        told = Closure(day, 15 * start, day, min(15 * (start + quarters), 1440))
        row = self.do(
            agenda.add_closure,
            self.clinic.organization,
            from_day=day,
            from_minute=told.from_minute,
            to_day=day,
            to_minute=told.to_minute,
            reason="Travaux",
        )
        self.closures.append((row, told))

    @precondition(lambda self: self.closures)
    @rule(which=st.integers(0, 3))
    def open_again(self, which: int) -> None:
        row, _told = self.closures.pop(which % len(self.closures))
        self.do(agenda.remove_closure, row)

    @rule(which=st.integers(0, 200))
    def book_what_is_offered(self, which: int) -> None:
        if free := self.expected():
            self._book(free[which % len(free)])

    @rule(day=st.sampled_from(DAYS), minute=st.integers(0, 287))
    def book_whatever(self, day: date, minute: int) -> None:
        """BOK-17: only what is offered can be booked."""
        midnight = int(datetime(day.year, day.month, day.day, tzinfo=PARIS).timestamp())
        start = midnight + 300 * minute
        if start in self.expected():
            self._book(start)
            return
        with pytest.raises((SlotNotOpen, SlotTaken)):
            self._book(start)

    @precondition(lambda self: self.visits)
    @rule(which=st.integers(0, 50))
    def cancel(self, which: int) -> None:
        gone = list(self.visits)[which % len(self.visits)]
        self.do(booking.cancel, self.clinic.organization, gone)
        del self.visits[gone]

    @precondition(lambda self: self.visits)
    @rule(which=st.integers(0, 50), where=st.integers(0, 200))
    def move(self, which: int, where: int) -> None:
        moved = list(self.visits)[which % len(self.visits)]
        if free := self.expected(without=moved):
            start = free[where % len(free)]
            if start == self.visits[moved][0] + VISIT.before * 60:
                return
            told = {"schedule_id": self.clinic.schedule.id, "starts_at": datetime.fromtimestamp(start, UTC)}
            self.do(booking.move, self.clinic.organization, moved, **told)
            self.visits[moved] = (*VISIT.occupied(start), 1)

    def _book(self, start: int) -> None:
        number = len(self.visits) + next(_numbers)
        made = self.do(
            booking.book,
            self.clinic.organization,
            schedule_id=self.clinic.schedule.id,
            service_id=self.clinic.service.id,
            starts_at=datetime.fromtimestamp(start, UTC),
            contact=data(f"Nom{number}", email=f"p{number}@courriel.example", phone=""),
        )
        self.visits[made.id] = (*VISIT.occupied(start), 1)

    def expected(self, without: UUID | None = None) -> list[int]:
        closures = [told for _row, told in self.closures]
        overrides = {one.day: one for one in self.overrides}
        busy = [span for number, span in self.visits.items() if number != without]
        found = []
        for day in DAYS:
            opened = brute_force.open_minutes(day, self.rules, overrides.get(day), self.clinic.service.id)
            marks = brute_force.grid(day, opened, closures, self.step, VISIT.duration, PARIS)
            found += brute_force.free_starts(marks, VISIT, busy, 1)
        return found

    @invariant()
    def offered_is_expected(self) -> None:
        with self.clinic.acting():
            answer = free_times(
                self.clinic.organization,
                service_id=self.clinic.service.id,
                first=DAYS[0],
                last=DAYS[-1],
                channel=ChannelKind.STAFF,
                now=NOW,
                want_next=False,
            )
        assert answer is not None
        assert [slot.start for slot in answer.slots] == self.expected()


@pytest.mark.slow
def test_sch_08_whatever_is_edited_and_booked_the_offer_is_right(db: None) -> None:
    run_state_machine_as_test(Desk, settings=settings(max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None))
