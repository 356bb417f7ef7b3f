"""Which days and hours suit whoever looks for a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from kalends.agenda.rules.values import Span
from kalends.foundation.clock import MINUTES_PER_DAY, reached, wall


@dataclass(frozen=True, slots=True)
class Suiting:
    """Starts on these ISO weekdays (none: any), from one wall-clock minute of the day until another, excluded.

    By what the clocks show: of an hour that occurs twice both suit.
    """

    weekdays: frozenset[int] = frozenset()
    from_minute: int = 0
    to_minute: int = MINUTES_PER_DAY

    def is_on(self, day: date) -> bool:
        return not self.weekdays or day.isoweekday() in self.weekdays

    def cut(self, starts: Sequence[int], zone: ZoneInfo) -> Sequence[int]:
        """Those of `starts`, all of suiting days, whose hour suits."""
        if (self.from_minute, self.to_minute) == (0, MINUTES_PER_DAY):
            return starts
        return [start for start in starts if self.from_minute <= _minute(start, zone) < self.to_minute]

    def of(self, spans: Sequence[Span], day: date, zone: ZoneInfo) -> list[Span]:
        """What of the open time of `day` lies in the hours that suit."""
        if not self.is_on(day):
            return []
        begins, ends = (reached(day, minute * 60, zone) for minute in (self.from_minute, self.to_minute))
        cut = ((max(start, begins), min(end, ends)) for start, end in spans)
        return [span for span in cut if span[0] < span[1]]


ANY = Suiting()


def _minute(instant: int, zone: ZoneInfo) -> int:
    shown = wall(instant, zone)
    return shown.hour * 60 + shown.minute
