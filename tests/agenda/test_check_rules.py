from datetime import date, timedelta
from itertools import combinations
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kalends.agenda import rules as r
from kalends.foundation.clock import DayOutOfRange
from tests.agenda.brute_force import rule_applies

MONDAY, LATER = date(2027, 5, 3), date(2028, 5, 1)
SCAN, ECHO = frozenset({UUID(int=1)}), frozenset({UUID(int=2)})
GOOD = r.OpeningRule(1, 540, 720)


def refusal_of(check, value):
    with pytest.raises(r.OpeningRefused) as refused:
        check(value)
    return refused.value.code, refused.value.index, refused.value.field, refused.value.other


@pytest.mark.parametrize(
    ("rule", "code", "field"),
    [
        (r.OpeningRule(1, 600, 600), "zero_length", "end"),
        (r.OpeningRule(1, 1440, 1440), "zero_length", "end"),
        (r.OpeningRule(1, 1320, 360), "end_before_start", "end"),
        (r.OpeningRule(1, 1320, 1800), "crosses_midnight", "end"),
        (r.OpeningRule(1, -1, 600), "outside_day", "start"),
        (r.OpeningRule(1, 1441, 1450), "outside_day", "start"),
        (r.OpeningRule(1, 600, -1), "outside_day", "end"),
        (r.OpeningRule(1, 600, 2881), "outside_day", "end"),
        (r.OpeningRule(0, 540, 720), "unknown_weekday", "weekday"),
        (r.OpeningRule(8, 540, 720), "unknown_weekday", "weekday"),
        (r.OpeningRule(1, 540, 720, weeks="third"), "unknown_weeks", "weeks"),
        (r.OpeningRule(1, 540, 720, services=frozenset()), "no_services", "services"),
        (
            r.OpeningRule(1, 540, 720, valid_from=MONDAY, valid_until=date(2027, 5, 2)),
            "validity_reversed",
            "valid_until",
        ),
    ],
)
def test_a_rule_that_is_wrong_by_itself_is_refused(rule, code, field):
    assert refusal_of(r.check_rules, [GOOD, rule]) == (code, 1, field, None)


def test_whole_days_and_adjacent_rules_are_allowed():
    r.check_rules([r.OpeningRule(weekday, 0, 1440) for weekday in range(1, 8)])
    r.check_rules([GOOD, r.OpeningRule(1, 720, 780), r.OpeningRule(1, 0, 540)])


def test_a_validity_outside_the_calendar_is_refused():
    with pytest.raises(DayOutOfRange):
        r.check_rules([r.OpeningRule(1, 540, 720, valid_until=date(9999, 12, 31))])


def test_overlapping_rules_are_refused_and_both_named():
    assert refusal_of(r.check_rules, [GOOD, r.OpeningRule(2, 540, 720), r.OpeningRule(1, 719, 780)]) == (
        "overlapping",
        2,
        "start",
        0,
    )
    assert refusal_of(r.check_rules, [GOOD, GOOD]) == ("overlapping", 1, "start", 0)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (r.OpeningRule(1, 540, 720, weeks="odd"), r.OpeningRule(1, 540, 720, weeks="even")),
        (r.OpeningRule(1, 540, 720, services=SCAN), r.OpeningRule(1, 540, 720, services=ECHO)),
        (
            r.OpeningRule(1, 540, 720, valid_until=date(2027, 5, 2)),
            r.OpeningRule(1, 540, 720, valid_from=MONDAY),
        ),
        (
            r.OpeningRule(1, 540, 720, weeks="odd"),
            r.OpeningRule(1, 540, 720, valid_from=MONDAY, valid_until=date(2027, 5, 9)),
        ),
    ],
)
def test_rules_that_never_hold_together_do_not_overlap(one, two):
    r.check_rules([one, two])


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (r.OpeningRule(1, 540, 720, weeks="odd"), GOOD),
        (r.OpeningRule(1, 540, 720, services=SCAN), r.OpeningRule(1, 600, 660, services=SCAN | ECHO)),
        (r.OpeningRule(1, 540, 720, services=SCAN), GOOD),
        (r.OpeningRule(1, 540, 720, valid_until=MONDAY), r.OpeningRule(1, 540, 720, valid_from=MONDAY)),
        (r.OpeningRule(1, 540, 720, valid_until=MONDAY), r.OpeningRule(1, 540, 720, weeks="odd")),
        (r.OpeningRule(1, 540, 720, valid_until=MONDAY), r.OpeningRule(1, 540, 720, valid_until=LATER)),
        (  # weeks 53 and 1 come first, both odd
            r.OpeningRule(1, 540, 720, valid_from=date(2026, 12, 28)),
            r.OpeningRule(1, 540, 720, weeks="even"),
        ),
        (
            r.OpeningRule(1, 540, 720, valid_until=date(2027, 1, 4)),
            r.OpeningRule(1, 540, 720, weeks="even"),
        ),
    ],
)
def test_rules_that_hold_together_on_some_date_overlap(one, two):
    assert refusal_of(r.check_rules, [one, two]) == ("overlapping", 1, "start", 0)


NEAR_WEEK_53 = [date(2026, 11, 2) + timedelta(days=ahead) for ahead in range(140)]
BOUNDS = st.none() | st.sampled_from(NEAR_WEEK_53[35:100])
RULES = st.builds(
    lambda weekday, period, bounds, weeks, services: r.OpeningRule(
        weekday, period[0], period[1], bounds[0], bounds[1], weeks, services
    ),
    st.integers(1, 2),
    st.tuples(st.integers(0, 5), st.integers(6, 9)) | st.sampled_from([(0, 2), (2, 4), (4, 6)]),
    st.tuples(BOUNDS, BOUNDS).filter(lambda pair: None in pair or pair[0] <= pair[1]),
    st.sampled_from(["all", "odd", "even"]),
    st.sampled_from([None, SCAN, ECHO, SCAN | ECHO]),
)


@settings(max_examples=120, deadline=None)
@given(rules=st.lists(RULES, min_size=2, max_size=3))
def test_rules_are_refused_exactly_when_some_date_would_open_a_minute_twice(rules):
    overlapping = any(
        set(range(one.start, one.end)) & set(range(two.start, two.end))
        and (one.services is None or two.services is None or one.services & two.services)
        and any(rule_applies(one, day) and rule_applies(two, day) for day in NEAR_WEEK_53)
        for one, two in combinations(rules, 2)
    )
    try:
        r.check_rules(rules)
    except r.Overlapping:
        assert overlapping
    else:
        assert not overlapping


def test_an_override_is_checked_period_by_period():
    r.check_override(r.DayOverride(MONDAY))
    r.check_override(r.DayOverride(MONDAY, ((540, 720), (720, 1440))))
    for periods, refusal in [
        (((540, 540),), ("zero_length", 0, "end", None)),
        (((540, 600), (700, 660)), ("end_before_start", 1, "end", None)),
        (((1380, 1500),), ("crosses_midnight", 0, "end", None)),
        (((-5, 60),), ("outside_day", 0, "start", None)),
        (((540, 720), (800, 860), (660, 780)), ("overlapping", 2, "start", 0)),
    ]:
        assert refusal_of(r.check_override, r.DayOverride(MONDAY, periods)) == refusal
    with pytest.raises(DayOutOfRange):
        r.check_override(r.DayOverride(date(20, 7, 5)))


@pytest.mark.parametrize(
    ("closure", "code", "field"),
    [
        (r.Closure(MONDAY, 600, MONDAY, 600), "zero_length", "to_minute"),
        (r.Closure(MONDAY, 1440, date(2027, 5, 4), 0), "zero_length", "to_minute"),
        (r.Closure(MONDAY, 600, MONDAY, 540), "end_before_start", "to_minute"),
        (r.Closure(MONDAY, 600, date(2027, 5, 2), 900), "end_before_start", "to_day"),
        (r.Closure(MONDAY, -1, MONDAY, 600), "outside_day", "from_minute"),
        (r.Closure(MONDAY, 0, MONDAY, 1441), "outside_day", "to_minute"),
    ],
)
def test_a_closure_ends_after_it_starts(closure, code, field):
    assert refusal_of(r.check_closure, closure) == (code, 0, field, None)


def test_a_closure_may_last_for_weeks_but_not_beyond_the_calendar():
    r.check_closure(r.Closure(MONDAY, 600, date(2027, 8, 3), 540))
    with pytest.raises(DayOutOfRange):
        r.check_closure(r.Closure(MONDAY, 600, date(9999, 12, 31), 1440))
