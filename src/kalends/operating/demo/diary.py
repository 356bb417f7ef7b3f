"""What fits where: times of one agenda that its opening hours allow and nothing else takes."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from kalends.agenda import rules
from kalends.agenda.queries.plans import AgendaPlan, SchedulePlan
from kalends.foundation import clock
from kalends.operating.demo.described import Agenda

DAYS_BACK, DAYS_AHEAD = 28, 14


@dataclass(frozen=True, slots=True)
class Time:
    """An instant at which a visit of a service may start."""

    service_id: UUID
    start: int


@dataclass(slots=True)
class Diary:
    told: Agenda
    schedule: SchedulePlan
    plan: AgendaPlan
    weights: Mapping[UUID, int]
    """How often each service is booked here."""
    _busy: defaultdict[date, list[rules.Busy]] = field(default_factory=lambda: defaultdict(list))

    def times(self, today: date, dice: random.Random) -> Iterator[Time]:
        """Times to fill, from a month ago to two weeks ahead; fewer and fewer of the days to come.

        Each has to be taken, or left, before the next is asked for.
        """
        for shift in range(-DAYS_BACK, DAYS_AHEAD + 1):
            share = self.told.filled * (1 if shift <= 0 else 0.85 - 0.5 * shift / DAYS_AHEAD)
            for _seat in range(self.schedule.capacity):
                yield from self._of_day(today + timedelta(days=shift), share, dice)

    def another(self, service_id: UUID, first: date, last: date, dice: random.Random) -> Time | None:
        """A free time for the same service, on any of those days."""
        days = [first + timedelta(days=shift) for shift in range((last - first).days + 1)]
        dice.shuffle(days)
        for day in days:
            free = [start for start in self._grid(day, service_id) if self.is_free(Time(service_id, start))]
            if free:
                return Time(service_id, dice.choice(free))
        return None

    def is_free(self, time: Time) -> bool:
        return self._seat(self._span(time)) is not None

    def take(self, time: Time) -> None:
        span = self._span(time)
        seat = self._seat(span)
        assert seat is not None, "only free times are taken"
        self._keep(span, seat)

    def block(self, span: rules.Span) -> None:
        for seat in range(1, self.schedule.capacity + 1):
            self._keep(span, seat)

    def open_day(self, first: date, from_minute: int, to_minute: int) -> rules.Span | None:
        """The wall minutes asked for, on the first day from `first` on at which the agenda is open then."""
        for shift in range(60):
            day = first + timedelta(days=shift)
            spans = [clock.instants_of(day, minute, self.schedule.zone) for minute in (from_minute, to_minute)]
            if not all(spans):
                continue
            begin, end = spans[0][0], spans[1][-1]
            if any(opens <= begin and end <= closes for opens, closes in self.schedule.open_spans(day, None)):
                return begin, end
        return None

    def _of_day(self, day: date, share: float, dice: random.Random) -> Iterator[Time]:
        grids = {service: self._grid(day, service) for service, weight in self.weights.items() if weight}
        free_from = 0
        for start in sorted({start for grid in grids.values() for start in grid}):
            if start < free_from:
                continue
            fitting = [
                Time(service, start)
                for service, grid in grids.items()
                if start in grid and self.is_free(Time(service, start))
            ]
            if not fitting:
                continue
            time = dice.choices(fitting, [self.weights[time.service_id] for time in fitting])[0]
            free_from = self._span(time)[1]
            if dice.random() < share:
                yield time

    def _grid(self, day: date, service_id: UUID) -> tuple[int, ...]:
        return self.plan.grid(self.schedule, service_id, day)

    def _span(self, time: Time) -> rules.Span:
        return self.schedule.offers[time.service_id].visit.occupied(time.start)

    def _seat(self, span: rules.Span) -> int | None:
        return rules.lowest_free_seat(span, self._busy[self._day(span)], self.schedule.capacity)

    def _keep(self, span: rules.Span, seat: int) -> None:
        self._busy[self._day(span)].append((*span, seat))

    def _day(self, span: rules.Span) -> date:
        """Nothing of a demo goes past midnight."""
        return clock.local_date(span[0], self.schedule.zone)
