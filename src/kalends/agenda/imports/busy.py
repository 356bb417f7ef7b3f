"""Busy times read from a calendar file, and what was not simply read."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

MOST_BUSY = 2_000
MOST_EVENTS = 5_000

SENTENCES: dict[str, str] = {
    "broken": "It cannot be worked out; it was left out.",
    "calendar_scale": "This calendar does not count days as the Gregorian calendar does; it was left out.",
    "calendar_zone_unknown": "The calendar names an unknown time zone; that of the schedule was taken.",
    "end_before_start": "It ends before it begins; it was left out.",
    "end_twice": "It has an end and a duration as well; the end was taken.",
    "exrule": "It has a rule of exceptions (EXRULE), which is not read; too much may be busy.",
    "line_too_long": "A line is too long; the event was left out.",
    "mixed_kinds": "A day on one side and a time on the other; it was read from the first moment of the day.",
    "moved_too_far": "A change moves all later occurrences by more than a year; it was left out.",
    "not_closed": "It is never closed by END; it was left out.",
    "not_events": "To-dos, journals and the like are not busy times; they were left out.",
    "out_of_range": "A date is outside of the years that can be read; it was left out.",
    "property_broken": "A property cannot be read; the event was left out.",
    "property_twice": "A property appears twice; the event was left out.",
    "rule_broken": "Its rule of repetition cannot be read; it was left out.",
    "rule_never": "Its rule of repetition never comes true; it was left out.",
    "start_missing": "It has no start; it was left out.",
    "too_frequent": "It repeats more often than daily; it was left out.",
    "too_long": "It is longer than two years; it was cut to the time asked for.",
    "too_many_busy": f"There are more than {MOST_BUSY} busy times; the later ones were left out.",
    "too_many_dates": "It has too many single dates; it was left out.",
    "too_many_events": f"There are more than {MOST_EVENTS} events near the time asked for; the rest was left out.",
    "too_many_repeats": "The rules of the file repeat too often to be worked out; it was left out.",
    "uid_twice": "Another event has the same UID; both were read.",
    "until_day": "It repeats until a day, without a time; that whole day was taken.",
    "window_cut": "No more than two years are read at once; what is later was left out.",
    "zero_length": "It takes no time; it was left out.",
    "zone_twice": "A time is in UTC and in a time zone at once; the event was left out.",
    "zone_unknown": "Its time zone is unknown; it was left out.",
}


@dataclass(frozen=True, slots=True, order=True)
class Busy:
    """A stretch of time that is taken: aware, in UTC, half open. The summary is one clean line."""

    start: datetime
    end: datetime
    uid: str
    summary: str


@dataclass(frozen=True, slots=True, order=True)
class CalendarProblem:
    """What was not simply read: the line where the component begins, its UID, why, and the words to blame."""

    line: int
    uid: str
    reason: str
    text: str = ""

    @property
    def sentence(self) -> str:
        """The reason in plain English."""
        return SENTENCES[self.reason]

    def __str__(self) -> str:
        who = f" ({self.uid})" if self.uid else ""
        return f"line {self.line}{who}: {self.sentence}" + (f" {self.text!r}" if self.text else "")


@dataclass(frozen=True, slots=True)
class BusyReport:
    """The busy times in order, the problems in the order of the file, and counts.

    `events` are the VEVENT components of the file; `free` the occurrences in the time asked for that take
    none: cancelled, or marked as transparent.
    """

    busy: tuple[Busy, ...]
    problems: tuple[CalendarProblem, ...]
    events: int
    free: int

    @property
    def by_reason(self) -> dict[str, int]:
        """How often each reason was given, in alphabetical order."""
        return dict(sorted(Counter(problem.reason for problem in self.problems).items()))

    def __str__(self) -> str:
        counts = f"events: {self.events} read, {len(self.busy)} busy times, {self.free} free"
        return "\n".join([counts, *map(str, self.problems)])
