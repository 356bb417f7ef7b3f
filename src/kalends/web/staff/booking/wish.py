"""What one booking page has been told so far: all of it stands in its address, or in its form."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict

from kalends.agenda.queries.slots import Slot
from kalends.foundation.actor import ChannelKind
from kalends.organizations.models import Organization
from kalends.web.staff import asked
from kalends.web.staff.shell import address

LONGEST_SPAN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Wish:
    """`end`: until when free time was dragged over; `new`: somebody without a record is being entered; `by_turn`: any
    practitioner would do; `overbook`: the time is wanted though it is taken. None: not said yet.
    """

    service_id: UUID | None
    schedule_id: UUID | None
    start: datetime | None
    day: date | None
    channel: ChannelKind
    contact_id: UUID | None
    typed: str
    new: bool
    by_turn: bool = False
    overbook: bool = False
    end: datetime | None = None

    @classmethod
    def of(cls, sent: QueryDict) -> Wish:
        return cls(
            service_id=asked.row(sent, "service"),
            schedule_id=asked.row(sent, "schedule"),
            start=asked.instant(sent, "start"),
            day=asked.day(sent, "day"),
            channel=ChannelKind(asked.word(sent, "channel", (ChannelKind.PHONE, ChannelKind.STAFF))),
            contact_id=asked.row(sent, "contact"),
            typed=asked.line(sent, "q"),
            new=asked.word(sent, "new", ("no", "yes")) == "yes",
            by_turn=asked.word(sent, "turn", ("no", "yes")) == "yes",
            overbook=asked.word(sent, "overbook", ("no", "yes")) == "yes",
            end=asked.instant(sent, "end"),
        ).checked()

    def checked(self) -> Wish:
        """Without an end that cannot be that of a span within a day."""
        if self.end is None or (self.start and timedelta() < self.end - self.start <= LONGEST_SPAN):
            return self
        return replace(self, end=None)

    @property
    def span(self) -> int:
        """Minutes of free time that were dragged over; 0: only a start was chosen."""
        return (self.end - self.start) // timedelta(minutes=1) if self.start and self.end else 0

    def url(self, organization: Organization, **other: Any) -> str:
        """This page with something else said; None takes something back."""
        return f"{address(organization, 'book')}?{urlencode(replace(self, **other).said())}"

    def time_url(self, organization: Organization, slot: Slot) -> str:
        by_turn = self.schedule_id is None
        return self.url(
            organization,
            schedule_id=slot.schedule.id,
            start=slot.local_start,
            day=None,
            by_turn=by_turn,
            overbook=False,
            end=None,
        )

    def said(self) -> dict[str, str]:
        """As it stands in addresses and hidden fields; what was not said is left out."""
        values = {
            "service": self.service_id,
            "schedule": self.schedule_id,
            "start": self.start and self.start.isoformat(),
            "end": self.end and self.end.isoformat(),
            "day": self.day and self.day.isoformat(),
            "channel": self.channel.value if self.channel != ChannelKind.PHONE else None,
            "contact": self.contact_id,
            "q": self.typed,
            "new": "yes" if self.new else None,
            "turn": "yes" if self.by_turn and self.start else None,
            "overbook": "yes" if self.overbook else None,
        }
        return {name: str(value) for name, value in values.items() if value}
