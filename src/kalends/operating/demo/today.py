"""The day of the loading, as it stands at that minute: what is held, asked for, offered, and taken twice."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kalends.agenda import operations as agenda
from kalends.agenda.queries.free_times import free_times
from kalends.booking import operations as booking
from kalends.booking.models import Appointment
from kalends.booking.operations import waiting
from kalends.booking.rules import MOVABLE
from kalends.booking.rules import waiting as waiting_rules
from kalends.foundation.actor import Actor, ChannelKind, patient
from kalends.operating.demo.building import Built
from kalends.operating.demo.described import Today
from kalends.operating.demo.patients import Patient

WAITING = 3
OVERBOOKS = "appointment:overbook"


@dataclass(slots=True)
class Morning:
    """`unseen` are patients without a visit today; each comes once. What finds no time left is left out."""

    built: Built
    unseen: list[Patient]
    dice: random.Random
    now: datetime

    def fill(self, told: Today) -> None:
        self._hold(*told.held)
        self._ask(*told.asked)
        self._free(*told.freed)
        self._overbook(*told.overbooked, why=told.why)

    @property
    def _clerk(self) -> Actor:
        return self.built.clerks[0]

    def _start(self, schedule: str, service: str, channel: ChannelKind) -> datetime | None:
        """A free time of today, not the very first."""
        found = free_times(
            self.built.organization,
            service_id=self.built.services[service].id,
            first=self.built.today,
            last=self.built.today,
            channel=channel,
            now=self.now,
            schedule_id=self.built.schedules[schedule].id,
        )
        slots = found.slots if found else []
        return slots[len(slots) // 3].starts_at if slots else None

    def _hold(self, schedule: str, service: str) -> None:
        """Where one was told to look, or where else there is room: some days end full."""
        elsewhere = ((told.name, key) for told in self.built.clinic.agendas for key in told.services)
        for where, what in ((schedule, service), *elsewhere):
            start = self._start(where, what, ChannelKind.WEBSITE)
            if start is None:
                continue
            booking.hold(
                self.built.organization,
                schedule_id=self.built.schedules[where].id,
                service_id=self.built.services[what].id,
                starts_at=start,
                visitor=self.dice.randbytes(32),
                by=patient(),
                now=self.now,
            )
            return

    def _ask(self, schedule: str, service: str) -> None:
        start = self._start(schedule, service, ChannelKind.WEBSITE)
        if start is not None:
            self._book(schedule, service, start, patient())

    def _free(self, schedule: str, service: str) -> None:
        """Three wait; somebody cancels the last visit of today, and it is offered to the first of them."""
        organization, provider = self.built.organization, self.built.schedules[schedule].provider
        agenda.set_options(organization, provider, by=self._clerk, now=self.now, waiting_list=True, waiting_span=120)
        for _number in range(WAITING):
            waiting.join(
                organization,
                contact=self.unseen.pop().data,
                tell_patient=False,
                services=[self.built.services[service].id],
                by=self._clerk,
                now=self.now,
            )
        given_up = [visit for visit in self._to_come(schedule) if visit.service_id == self.built.services[service].id]
        if given_up:
            booking.cancel(organization, given_up[-1].id, tell_patient=False, by=self._clerk, now=self.now)

    def _overbook(self, schedule: str, service: str, *, why: str) -> None:
        bold = next((clerk for clerk in self.built.clerks if OVERBOOKS in clerk.rights), None)
        taken = [visit for visit in self._to_come(schedule) if visit.service_id == self.built.services[service].id]
        if bold is not None and taken:
            self._book(schedule, service, taken[0].starts_at, bold, why)

    def _book(self, schedule: str, service: str, start: datetime, by: Actor, overbooking_reason: str = "") -> None:
        booking.book(
            self.built.organization,
            schedule_id=self.built.schedules[schedule].id,
            service_id=self.built.services[service].id,
            starts_at=start,
            contact=self.unseen.pop().data,
            overbooking_reason=overbooking_reason,
            tell_patient=False,
            by=by,
            now=self.now,
        )

    def _to_come(self, schedule: str) -> Sequence[Appointment]:
        return list(
            self.built.organization.appointments.filter(
                schedule_id=self.built.schedules[schedule].id,
                local_day=self.built.today,
                starts_at__gt=self.now + waiting_rules.LEAST_AHEAD,
                status__in=MOVABLE,
            ).order_by("starts_at")
        )
