"""Busy times read from a calendar file, and what was not simply read."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LARGEST_FILE = 5_000_000
FARTHEST = timedelta(days=731)
MOST_BUSY = 2_000
MOST_EVENTS = 5_000

SENTENCES: dict[str, Promise] = {
    "broken": _("It cannot be worked out; it was left out."),
    "calendar_scale": _("This calendar does not count days as the Gregorian calendar does; it was left out."),
    "calendar_zone_unknown": _("The calendar names an unknown time zone; that of the schedule was taken."),
    "end_before_start": _("It ends before it begins; it was left out."),
    "end_twice": _("It has an end and a duration as well; the end was taken."),
    "exrule": _("It has a rule of exceptions (EXRULE), which is not read; too much may be busy."),
    "line_too_long": _("A line is too long; the event was left out."),
    "mixed_kinds": _("A day on one side and a time on the other; it was read from the first moment of the day."),
    "moved_too_far": _("A change moves all later occurrences by more than a year; it was left out."),
    "not_closed": _("It is never closed by END; it was left out."),
    "not_events": _("To-dos, journals and the like are not busy times; they were left out."),
    "out_of_range": _("A date is outside of the years that can be read; it was left out."),
    "property_broken": _("A property cannot be read; the event was left out."),
    "property_twice": _("A property appears twice; the event was left out."),
    "rule_broken": _("Its rule of repetition cannot be read; it was left out."),
    "rule_never": _("Its rule of repetition never comes true; it was left out."),
    "start_missing": _("It has no start; it was left out."),
    "too_frequent": _("It repeats more often than daily; it was left out."),
    "too_long": _("It is longer than two years; it was cut to the time asked for."),
    "too_many_busy": _("There are more than 2,000 busy times; the later ones were left out."),
    "too_many_dates": _("It has too many single dates; it was left out."),
    "too_many_events": _("There are more than 5,000 events near the time asked for; the rest was left out."),
    "too_many_repeats": _("The rules of the file repeat too often to be worked out; it was left out."),
    "uid_twice": _("Another event has the same UID; both were read."),
    "until_day": _("It repeats until a day, without a time; that whole day was taken."),
    "window_cut": _("No more than two years are read at once; what is later was left out."),
    "zero_length": _("It takes no time; it was left out."),
    "zone_twice": _("A time is in UTC and in a time zone at once; the event was left out."),
    "zone_unknown": _("Its time zone is unknown; it was left out."),
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
        """The reason, for whoever reads."""
        return str(SENTENCES[self.reason])

    def __str__(self) -> str:
        who = f" ({self.uid})" if self.uid else ""
        return f"line {self.line}{who}: {self.sentence}" + (f" {self.text!r}" if self.text else "")


@dataclass(frozen=True, slots=True, order=True)
class Repeated:
    """An event that repeats, as it was worked out: how many busy times, from the first to the last of them.

    `is_endless`: its rule says neither how often nor until when; so it ends where the time asked for does.
    """

    line: int
    uid: str
    summary: str
    count: int
    first: datetime
    last: datetime
    is_endless: bool


@dataclass(frozen=True, slots=True)
class BusyReport:
    """The busy times in order, problems and repetitions in the order of the file, and counts.

    `events` are the VEVENT components of the file; `free` the occurrences in the time asked for that take
    none: cancelled, or marked as transparent.
    """

    busy: tuple[Busy, ...]
    problems: tuple[CalendarProblem, ...]
    events: int
    free: int
    repeated: tuple[Repeated, ...] = ()

    @property
    def by_reason(self) -> dict[str, int]:
        """How often each reason was given, in alphabetical order."""
        return dict(sorted(Counter(problem.reason for problem in self.problems).items()))

    def __str__(self) -> str:
        counts = f"events: {self.events} read, {len(self.busy)} busy times, {self.free} free"
        return "\n".join([counts, *map(str, self.problems)])
