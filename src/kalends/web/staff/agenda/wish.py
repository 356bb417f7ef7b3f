"""What the address of the agenda asks for: how it is looked at, from which day, whose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import QueryDict

from kalends.foundation import clock
from kalends.web.staff import asked
from kalends.web.staff.agenda.look import Look
from kalends.web.staff.shell import Addressed, address
from kalends.web.staff.weeks import monday

VIEWS = ("day", "days", "week", "side")
FEWEST_DAYS, MOST_DAYS = 1, 7
MOST_AGENDAS = 60


@dataclass(frozen=True, slots=True)
class Wish:
    """`view` "" and `day` None: not said. `schedule_ids` empty: whoever comes first, or, side by side, all.

    `week_days`: how many days of a week are shown, from Monday.
    """

    view: str
    day: date | None
    days: int
    schedule_ids: tuple[UUID, ...]
    week_days: int = 7

    @classmethod
    def of(cls, sent: QueryDict, look: Look | None = None) -> Wish:
        """Where it says nothing of days, as in `look`. Raises BadRequest for what cannot be read."""
        in_a_row = look.days if look and look.days > 1 and not look.by_week else 3
        try:
            schedule_ids = tuple(dict.fromkeys(UUID(text) for text in sent.getlist("schedule") if text.strip()))
            days = int(sent.get("days") or in_a_row)
        except ValueError as fault:
            raise BadRequest("schedule or days") from fault
        if not FEWEST_DAYS <= days <= MOST_DAYS or len(schedule_ids) > MOST_AGENDAS:
            raise BadRequest("days")
        week_days = look.days if look and look.by_week else 7
        return cls(asked.word(sent, "view", ("", *VIEWS)), asked.day(sent, "day"), days, schedule_ids, week_days)

    def settled(self, today: date, active: Sequence[UUID], look: Look | None = None) -> Wish:
        """With a view and a day: as in `look`, all agendas; else a lone agenda by its week, several side by side."""
        said = replace(self, day=self.day or today)
        if look is None or self.view:
            is_alone = len(active) == 1 or len(self.schedule_ids) == 1
            return replace(said, view=self.view or ("week" if is_alone else "side"))
        view = "week" if look.by_week else "days" if look.days > 1 else "day"
        every = tuple(active[:MOST_AGENDAS]) if len(active) > 1 else ()
        return replace(said, view=view, schedule_ids=self.schedule_ids or every)

    def dates(self) -> list[date]:
        """The days asked for, from the one that stands first; none beyond the years that the agenda knows."""
        assert self.day is not None, "the day is settled before dates are asked for"
        first, count = self.day, 1
        if self.view == "week":
            first, count = monday(self.day), self.week_days
        elif self.view == "days":
            count = self.days
        wanted = (first + timedelta(days=number) for number in range(count) if _within(first, number))
        return [day for day in wanted if clock.FIRST_DAY <= day <= clock.LAST_DAY]

    def url(self, organization: Addressed, **other: Any) -> str:
        """The same look with something else said."""
        return f"{address(organization, 'agenda')}?{urlencode(replace(self, **other).said(), doseq=True)}"

    def said(self) -> dict[str, Any]:
        return {
            **({"view": self.view} if self.view else {}),
            **({"day": self.day.isoformat()} if self.day else {}),
            **({"days": self.days} if self.view == "days" else {}),
            **({"schedule": [str(one) for one in self.schedule_ids]} if self.schedule_ids else {}),
        }

    def neighbours(self) -> tuple[date | None, date | None]:
        """The day to which one goes back, and on; None at the ends of the years that the agenda knows."""
        assert self.day is not None, "the day is settled before its neighbours are asked for"
        first = monday(self.day) if self.view == "week" else self.day
        steps = {"week": 7, "days": self.days}.get(self.view, 1)
        before = first - timedelta(days=steps) if first - clock.FIRST_DAY >= timedelta(days=steps) else None
        after = first + timedelta(days=steps) if clock.LAST_DAY - first >= timedelta(days=steps) else None
        return before, after


def _within(first: date, number: int) -> bool:
    return clock.LAST_DAY.toordinal() >= first.toordinal() + number
