"""The lives of visits: who books them when, who moves, cancels or forgets them."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from kalends.agenda.queries.plans import ServicePlan
from kalends.foundation import clock
from kalends.foundation.actor import Actor, ChannelKind
from kalends.operating.demo.diary import Diary, Time
from kalends.operating.demo.patients import Patient

HOUR, DAY = 3600, timedelta(days=1)
ARRIVES_BEFORE = 15 * 60
LONGEST_LEAD = 24
"""Days. With the month of history, everything is booked after the clinic was made."""

What = Literal["book", "confirm", "move", "cancel", "arrived", "fulfilled", "no_show", "pay"]


@dataclass(frozen=True, slots=True)
class Act:
    """One thing done at an instant; `by` None: the patient, always on the website. `channel`: how people of the clinic
    came to do it. `to` is where a move goes."""

    at: int
    what: What
    by: Actor | None = None
    channel: ChannelKind = ChannelKind.STAFF
    to: Time | None = None


@dataclass(slots=True, eq=False)
class Visit:
    diary: Diary
    time: Time
    patient: Patient
    reason: str
    acts: list[Act] = field(default_factory=list)


@dataclass(slots=True)
class Writer:
    """Writes the visits of one clinic; `now` is the instant at which the demo is loaded."""

    dice: random.Random
    patients: Sequence[Patient]
    clerks: Sequence[Actor]
    reasons: Sequence[str]
    today: date
    now: int
    _today: Counter[str] = field(default_factory=Counter)
    """How many visits of today are told."""
    _visits: Counter[tuple[Patient, object]] = field(default_factory=Counter)
    _days: set[tuple[Patient, date]] = field(default_factory=set)

    def visits(self, diary: Diary) -> Iterator[Visit]:
        """Everybody who comes, or was to come, to one agenda."""
        for time in diary.times(self.today, self.dice):
            service = diary.plan.services[time.service_id]
            patient = self._patient(diary, service, self._day(diary, time))
            booked = self._booking(diary, service, time) if patient else None
            if patient is None or booked is None:
                continue
            diary.take(time)
            self._days.add((patient, self._day(diary, time)))
            self._visits[patient, service.id] += 1
            reason = self.dice.choice(self.reasons) if self.dice.random() < 0.3 else ""
            visit = Visit(diary, time, patient, reason, [booked])
            self._live_on(visit, service)
            yield visit

    def _patient(self, diary: Diary, service: ServicePlan, day: date) -> Patient | None:
        """Somebody whom the agenda is for, who has no other visit on that day and not too many of this kind."""
        fitting = [patient for patient in self.patients if diary.told.audience in patient.audience]
        for patient in self.dice.sample(fitting, min(8, len(fitting))):
            if (patient, day) not in self._days and self._visits[patient, service.id] < service.max_active_per_person:
                return patient
        return None

    def _booking(self, diary: Diary, service: ServicePlan, time: Time) -> Act | None:
        """When and by whom it is booked: at a waking hour, before now, and as early as the service asks."""
        day = self._day(diary, time)
        online = service.visibility == "online" and service.same_day_release is None
        for _try in range(20):
            by_patient = online and self.dice.random() < 0.6
            least = max(1, (day - self.today).days)
            lead = 0 if service.same_day_release is not None else self.dice.randint(least, LONGEST_LEAD)
            at = self._moment(diary, day - lead * DAY, by_patient)
            notice = service.notice_minutes * 60 if by_patient else 0
            if at is None or at >= self.now or at + notice + HOUR > time.start:
                continue
            if by_patient:
                return Act(at, "book")
            channel = ChannelKind.PHONE if self.dice.random() < 0.7 else ChannelKind.STAFF
            return Act(at, "book", self.dice.choice(self.clerks), channel)
        return None

    def _moment(self, diary: Diary, day: date, by_patient: bool) -> int | None:
        if not by_patient and day.isoweekday() == 7:
            return None
        minute = self.dice.randint(*((7 * 60, 22 * 60) if by_patient else (8 * 60, 18 * 60)))
        found = clock.instants_of(day, minute, diary.schedule.zone)
        return found[0] + self.dice.randint(0, 59) if found else None

    def without_visit(self, day: date) -> list[Patient]:
        """Those of the patients for whom every agenda is, and who come to none on that day."""
        return [patient for patient in self.patients if "all" in patient.audience and (patient, day) not in self._days]

    def _live_on(self, visit: Visit, service: ServicePlan) -> None:
        if self._day(visit.diary, visit.time) == self.today:
            self._live_today(visit, service)
            return
        fate = self.dice.random()
        if fate < 0.07 and self._cancels(visit, service):
            return
        start = visit.time.start
        if 0.07 <= fate < 0.14 and (moved := self._moves(visit, service)):
            start = moved.start
        last = visit.acts[-1].at
        reminded = start - 2 * 24 * HOUR + self.dice.randint(0, 12 * HOUR)
        if self.dice.random() < 0.35 and last < reminded < self.now:
            visit.acts.append(Act(reminded, "confirm"))
        elif fate > 0.965:
            self._note(visit, start + service.visit.duration * 60 + 600, "no_show")
            return
        if self.dice.random() < 0.5:
            self._note(visit, start - self.dice.randint(1, 12) * 60, "arrived")
        self._note(visit, start + service.visit.duration * 60 + self.dice.randint(0, 300), "fulfilled")

    def _live_today(self, visit: Visit, service: ServicePlan) -> None:
        """As a day looks at this minute: some sit in the waiting room, one did not come, the later ones confirm."""
        start, end = visit.time.start, visit.time.start + service.visit.duration * 60
        when = "past" if end < self.now else "to come"
        self._today[when] += 1
        if self._today[when] % 9 == 5 and self._cancels(visit, service):
            return
        if when == "past" and self._today[when] % 6 == 3:
            self._note(visit, start + 600, "no_show")
        elif start - ARRIVES_BEFORE < self.now:
            self._note(visit, min(start, self.now) - self.dice.randint(1, ARRIVES_BEFORE), "arrived")
            self._note(visit, end - self.dice.randint(0, 120), "fulfilled")
        elif self._today[when] % 2:
            confirmed = self._between(visit.acts[-1].at, self.now)
            visit.acts += [Act(confirmed, "confirm")] if confirmed else []

    def _cancels(self, visit: Visit, service: ServicePlan) -> bool:
        by = None if self.dice.random() < 0.7 else self.dice.choice(self.clerks)
        cutoff = service.cancel_cutoff_hours * HOUR if by is None else 0
        at = self._between(visit.acts[-1].at, visit.time.start - cutoff)
        if at is None:
            return False
        visit.acts.append(Act(at, "cancel", by, ChannelKind.PHONE))
        return True

    def _moves(self, visit: Visit, service: ServicePlan) -> Time | None:
        """To another day nearby, by the patient where the service still lets them."""
        by = None if self.dice.random() < 0.6 and service.visibility == "online" else self.dice.choice(self.clerks)
        cutoff = service.move_cutoff_hours * HOUR if by is None else 0
        at = self._between(visit.acts[-1].at, visit.time.start - cutoff)
        day = self._day(visit.diary, visit.time)
        if at is None or service.same_day_release is not None:
            return None
        moved_on = clock.local_date(at, visit.diary.schedule.zone)
        first = max(day - 7 * DAY, moved_on + 3 * DAY)
        last = min(day + 14 * DAY, self.today + 14 * DAY, moved_on + (service.horizon_days - 1) * DAY)
        to = visit.diary.another(service.id, first, last, self.dice)
        if to is None or (visit.patient, self._day(visit.diary, to)) in self._days:
            return None
        visit.diary.take(to)
        self._days.add((visit.patient, self._day(visit.diary, to)))
        visit.acts.append(Act(at, "move", by, ChannelKind.PHONE, to))
        return to

    def _between(self, begin: int, end: int) -> int | None:
        """Some instant well after `begin`, well before `end`, and past."""
        begin, end = begin + HOUR, min(end, self.now) - HOUR
        return self.dice.randint(begin, end) if begin < end else None

    def _note(self, visit: Visit, at: int, what: What) -> None:
        if at < self.now:
            visit.acts.append(Act(at, what, self.dice.choice(self.clerks)))

    @staticmethod
    def _day(diary: Diary, time: Time) -> date:
        return clock.local_date(time.start, diary.schedule.zone)
