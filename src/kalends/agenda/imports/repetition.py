"""What a rule of repetition may cost, so that no file can keep the importer busy for ever.

A rule is expanded from its first date on by a library that has no limit of its own: a rule that never comes
true is sought until the year 9999, and one of every second fills the memory.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from dateutil.rrule import rrulestr  # type: ignore[import-untyped]
from icalendar import vRecur

MOST_STEPS = 300_000
"""Occurrences, of all rules of a file together, from each first date to the end of the time asked for."""

_DAYS = {"DAILY": 1, "WEEKLY": 7, "MONTHLY": 28, "YEARLY": 365}
_TOO_FREQUENT = frozenset({"SECONDLY", "MINUTELY", "HOURLY"})
# MO is every Monday, 2MO and -1MO are one in a month or year.
_WITHOUT_NUMBER = 2
# Looking in vain for the first date of a rule takes about as long as so many occurrences.
_STEPS_IN_VAIN = 60_000
_MOST_TIMES_A_DAY = 24


class RuleRefused(ValueError):
    """The rule is not expanded; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Allowance:
    """The steps that the rules of one file may still take."""

    def __init__(self, steps: int = MOST_STEPS) -> None:
        self._left = steps

    def spend(self, steps: int) -> None:
        """Raises RuleRefused for what is dearer than what is left; that takes nothing from the rest."""
        if steps > self._left:
            raise RuleRefused("too_many_repeats")
        self._left -= steps

    def check(self, rule: vRecur, first: date, last: date, factor: int = 1) -> None:
        """Let `rule` be expanded from `first` to `last`, `factor` times over. Raises RuleRefused."""
        frequency = str(_one(rule, "FREQ", "")).upper()
        if frequency in _TOO_FREQUENT:
            raise RuleRefused("too_frequent")
        if frequency not in _DAYS or not _is_sound(rule):
            raise RuleRefused("rule_broken")
        self.spend(_steps(rule, frequency, first, last) * factor)
        if not _ever_happens(rule, first):
            self._left -= min(self._left, _STEPS_IN_VAIN)
            raise RuleRefused("rule_never")


def _is_sound(rule: vRecur) -> bool:
    """An interval of nothing never moves on, a count of nothing is no event, and COUNT and UNTIL are two ends."""
    counted = "COUNT" in rule
    return _one(rule, "INTERVAL", 1) >= 1 and _one(rule, "COUNT", 1) >= 1 and not (counted and "UNTIL" in rule)


def _steps(rule: vRecur, frequency: str, first: date, last: date) -> int:
    """An upper bound of the occurrences of a sound rule."""
    until = _one(rule, "UNTIL", last)
    days = (min(last, _date(until)) - _date(first)).days
    interval: int = _one(rule, "INTERVAL", 1)
    periods = max(0, days) // (_DAYS[frequency] * interval) + 1
    steps = periods * _dates_a_period(rule, frequency) * _times_a_day(rule)
    count: int = _one(rule, "COUNT", steps)
    return min(steps, count)


def _date(moment: date) -> date:
    return date(moment.year, moment.month, moment.day)


def _dates_a_period(rule: vRecur, frequency: str) -> int:
    """On how many days of a day, week, month or year the rule may come true, at most."""
    weekdays, days = _all(rule, "BYDAY"), _all(rule, "BYMONTHDAY")
    months = len(_all(rule, "BYMONTH")) if frequency == "YEARLY" else 1
    if frequency == "DAILY":
        return 1
    if _all(rule, "BYYEARDAY") or _all(rule, "BYWEEKNO"):
        return 366
    if not weekdays and not days:
        return max(1, months)
    if frequency != "WEEKLY" and any(len(weekday) == _WITHOUT_NUMBER for weekday in weekdays):
        return 31 * (months or 12)
    return (len(weekdays) + len(days)) * (months or 12)


def _times_a_day(rule: vRecur) -> int:
    """Raises RuleRefused."""
    times = 1
    for part in ("BYHOUR", "BYMINUTE", "BYSECOND"):
        times *= max(1, len(_all(rule, part)))
    if times > _MOST_TIMES_A_DAY:
        raise RuleRefused("too_frequent")
    return times


def _ever_happens(rule: vRecur, first: date) -> bool:
    """Whether the rule comes true at all, looked for in years with the same calendar close to the last.

    The Gregorian calendar, weekdays included, repeats after 400 years. At least two hundred years remain to
    look at; a weekday on a 29 February is back after forty.
    """
    years = 9600 if first.year % 400 < 200 else 9200
    plain = vRecur({part: value for part, value in rule.items() if part.upper() not in ("UNTIL", "COUNT")})
    start = datetime(years + first.year % 400, first.month, first.day)  # noqa: DTZ001 - no zone is needed
    try:
        return next(iter(rrulestr(text_of(plain), dtstart=start)), None) is not None
    except (ValueError, TypeError, IndexError, KeyError, OverflowError) as error:
        raise RuleRefused("rule_broken") from error


def text_of(rule: vRecur) -> str:
    """The rule as it stands in a calendar file."""
    text: bytes = rule.to_ical()  # type: ignore[no-untyped-call]
    return text.decode()


def _all(rule: vRecur, part: str) -> Sequence[Any]:
    values = rule.get(part, [])
    return values if isinstance(values, list) else [values]


def _one(rule: vRecur, part: str, default: Any) -> Any:
    values = _all(rule, part)
    return values[0] if values else default
