"""What opening hours may not say. Each refusal has a stable code and points at what it refuses."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import combinations
from typing import ClassVar

from kalends.agenda.rules.values import Closure, DayOverride, OpeningRule, Period
from kalends.foundation.clock import MINUTES_PER_DAY, check_day


class OpeningRefused(ValueError):
    """`index` is the place, from 0, of the refused rule or period; `other` of the one it clashes with."""

    code: ClassVar[str] = "opening_invalid"

    def __init__(self, index: int, field: str, other: int | None = None) -> None:
        super().__init__(f"{self.code}: {field} of {index}" + ("" if other is None else f", against {other}"))
        self.index = index
        self.field = field
        self.other = other


class ZeroLength(OpeningRefused):
    code = "zero_length"


class EndBeforeStart(OpeningRefused):
    """A night is written as two: until 24:00, and from 00:00 on the next day."""

    code = "end_before_start"


class CrossesMidnight(OpeningRefused):
    """The end is past 24:00. A night is written as two: until 24:00, and from 00:00 on the next day."""

    code = "crosses_midnight"


class OutsideDay(OpeningRefused):
    code = "outside_day"


class Overlapping(OpeningRefused):
    """Both would open the same minute of some date for some service. Touching is no overlap."""

    code = "overlapping"


class UnknownWeekday(OpeningRefused):
    code = "unknown_weekday"


class UnknownWeeks(OpeningRefused):
    code = "unknown_weeks"


class ValidityReversed(OpeningRefused):
    code = "validity_reversed"


class NoServices(OpeningRefused):
    """An empty set of services opens for nobody; leave it out to open for all."""

    code = "no_services"


def check_rules(rules: Sequence[OpeningRule]) -> None:
    """Raises an OpeningRefused for the first rule that is wrong by itself, else the first that clashes."""
    for index, rule in enumerate(rules):
        _check_period(index, (rule.start, rule.end))
        if rule.weekday not in range(1, 8):
            raise UnknownWeekday(index, "weekday")
        if rule.weeks not in ("all", "odd", "even"):
            raise UnknownWeeks(index, "weeks")
        _check_validity(index, rule)
        if rule.services is not None and not rule.services:
            raise NoServices(index, "services")
    for (first, one), (second, two) in combinations(enumerate(rules), 2):
        if _clash(one, two):
            raise Overlapping(second, "start", first)


def check_override(override: DayOverride) -> None:
    """Raises an OpeningRefused for the first period that is wrong or clashes, DayOutOfRange for the date."""
    check_day(override.day)
    _check_periods(override.periods)


def check_closure(closure: Closure) -> None:
    """Raises an OpeningRefused (`index` 0) unless it ends after it starts, DayOutOfRange for the dates."""
    check_day(closure.from_day)
    check_day(closure.to_day)
    for field, minute in (("from_minute", closure.from_minute), ("to_minute", closure.to_minute)):
        if not 0 <= minute <= MINUTES_PER_DAY:
            raise OutsideDay(0, field)
    length = (closure.to_day - closure.from_day).days * MINUTES_PER_DAY + closure.to_minute
    if length < closure.from_minute:
        raise EndBeforeStart(0, "to_day" if closure.to_day < closure.from_day else "to_minute")
    if length == closure.from_minute:
        raise ZeroLength(0, "to_minute")


def _check_periods(periods: Iterable[Period]) -> None:
    numbered = list(enumerate(periods))
    for index, period in numbered:
        _check_period(index, period)
    for (first, one), (second, two) in combinations(numbered, 2):
        if _minutes_overlap(one, two):
            raise Overlapping(second, "start", first)


def _check_period(index: int, period: Period) -> None:
    start, end = period
    if not 0 <= start <= MINUTES_PER_DAY:
        raise OutsideDay(index, "start")
    if not 0 <= end <= 2 * MINUTES_PER_DAY:
        raise OutsideDay(index, "end")
    if end > MINUTES_PER_DAY:
        raise CrossesMidnight(index, "end")
    if end < start:
        raise EndBeforeStart(index, "end")
    if end == start:
        raise ZeroLength(index, "end")


def _check_validity(index: int, rule: OpeningRule) -> None:
    for day in (rule.valid_from, rule.valid_until):
        if day is not None:
            check_day(day)
    if rule.valid_from is not None and rule.valid_until is not None and rule.valid_until < rule.valid_from:
        raise ValidityReversed(index, "valid_until")


def _clash(one: OpeningRule, two: OpeningRule) -> bool:
    return (
        _minutes_overlap((one.start, one.end), (two.start, two.end))
        and (one.services is None or two.services is None or not one.services.isdisjoint(two.services))
        and any(one.applies_on(day) and two.applies_on(day) for day in _telling_days(one, two))
    )


def _telling_days(one: OpeningRule, two: OpeningRule) -> list[date]:
    """Dates among which there is one that both rules open, if there is any at all.

    Within three weeks every weekday meets an odd and an even ISO week, also where week 1 follows week 53.
    """
    starts = [rule.valid_from for rule in (one, two) if rule.valid_from is not None]
    ends = [rule.valid_until for rule in (one, two) if rule.valid_until is not None]
    if starts:
        first = max(starts)
    elif ends:
        first = min(ends) - timedelta(days=20)
    else:
        first = date(2001, 1, 1)
    return [first + timedelta(days=ahead) for ahead in range(21)]


def _minutes_overlap(one: Period, two: Period) -> bool:
    return one[0] < two[1] and two[0] < one[1]
