from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalends.agenda.rules import Visit, Window, free_starts, why_empty
from tests.agenda import brute_force


def minutes(start, end):
    return start * 60, end * 60


def reason(**changes):
    asked = {
        "on_channel": True,
        "requested": minutes(0, 1000),
        "window": Window(*minutes(0, 5000)),
        "open_spans": [minutes(100, 200), minutes(300, 400)],
        "busy": [],
        "capacity": 1,
    }
    return why_empty(**asked | changes)


FULL = [(*minutes(90, 210), 1), (*minutes(300, 350), 1), (*minutes(350, 400), 1)]


def test_the_first_reason_that_holds_is_named():
    nothing = {"busy": FULL, "open_spans": [], "window": Window(0, 0), "on_channel": False}
    assert reason(**nothing) == "not_on_channel"
    assert reason(**nothing | {"on_channel": True}) == "outside_window"
    assert reason(busy=FULL, open_spans=[]) == "closed"
    assert reason(busy=FULL) == "full"
    assert reason(busy=FULL[:-1]) == "no_gap"


@pytest.mark.parametrize(
    "window",
    [
        Window(*minutes(1000, 5000)),
        Window(*minutes(-50, 0)),
        Window(*minutes(450, 5000)),
        Window(*minutes(210, 290)),
    ],
)
def test_open_hours_that_the_window_leaves_out_are_outside_it_rather_than_closed(window):
    assert reason(window=window) == "outside_window"


def test_only_what_is_open_in_the_range_and_in_the_window_counts():
    assert reason(busy=FULL[:1], requested=minutes(0, 250)) == "full"
    assert reason(busy=FULL[:1], window=Window(*minutes(0, 300))) == "full"
    assert reason(requested=minutes(200, 300)) == "closed"


def test_less_than_a_minute_is_no_free_minute():
    assert reason(busy=[(0, minutes(0, 400)[1] - 59, 1)]) == "full"
    assert reason(busy=[(0, minutes(0, 400)[1] - 60, 1)]) == "no_gap"


def test_every_seat_must_be_taken_for_full_and_overbooked_ones_do_not_count():
    both = FULL + [(start, end, 2) for start, end, _ in FULL]
    assert reason(busy=FULL, capacity=2) == "no_gap"
    assert reason(busy=both, capacity=2) == "full"
    assert reason(busy=[(*minutes(0, 1000), 2)], capacity=1) == "no_gap"
    in_turn = [(*minutes(0, 350), 1), (*minutes(350, 1000), 2)]
    assert reason(busy=in_turn, capacity=2) == "no_gap"


POINTS = st.lists(st.integers(0, 60), min_size=2, max_size=6, unique=True).map(sorted)
SPANS = POINTS.map(lambda points: [minutes(*pair) for pair in list(pairwise(points))[::2]])
BUSY = st.lists(
    st.tuples(st.integers(0, 59), st.integers(1, 60), st.integers(1, 3)).map(
        lambda row: (row[0] * 60, (row[0] + row[1]) * 60, row[2])
    ),
    max_size=8,
)


@given(
    requested=POINTS.map(lambda points: minutes(points[0], points[-1])),
    window=POINTS.map(lambda points: Window(*minutes(points[0], points[-1]))),
    open_spans=SPANS,
    busy=BUSY,
    capacity=st.integers(1, 2),
)
def test_the_reason_is_that_of_the_slow_twin(requested, window, open_spans, busy, capacity):
    found = why_empty(
        on_channel=True,
        requested=requested,
        window=window,
        open_spans=open_spans,
        busy=busy,
        capacity=capacity,
    )
    assert found == brute_force.why_empty(requested, window, open_spans, busy, capacity)


@given(open_spans=SPANS, busy=BUSY, capacity=st.integers(1, 2))
def test_a_visit_of_a_minute_finds_no_gap_exactly_where_it_is_full(open_spans, busy, capacity):
    grid = [minute for start, end in open_spans for minute in range(start, end, 60)]
    found = reason(open_spans=open_spans, busy=busy, capacity=capacity, requested=minutes(0, 60))
    assert (found == "full") == (not free_starts(grid, Visit(1), busy, capacity))
