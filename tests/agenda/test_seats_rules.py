from hypothesis import given
from hypothesis import strategies as st

from kalends.agenda.rules import Visit, free_starts, lowest_free_seat, nearest


def at(*minutes):
    return [minute * 60 for minute in minutes]


def busy(*rows):
    return [(start * 60, end * 60, seat) for start, end, seat in rows]


HOUR = at(0, 15, 30, 45, 60, 75, 90)


def test_a_start_is_free_when_its_visit_touches_nothing():
    assert free_starts(HOUR, Visit(30), busy((30, 60, 1)), 1) == at(0, 60, 75, 90)
    assert free_starts(HOUR, Visit(30), [], 1) == HOUR
    assert free_starts([], Visit(30), busy((30, 60, 1)), 1) == []


def test_a_visit_may_fill_the_time_between_two_others():
    around = busy((0, 30, 1), (60, 90, 1))
    assert free_starts(HOUR, Visit(30), around, 1) == at(30, 90)
    assert free_starts(HOUR, Visit(20, before=5, after=5), around, 1) == []
    assert free_starts(at(34, 35, 36), Visit(20, before=5, after=5), around, 1) == at(35)
    assert free_starts(HOUR, Visit(30), busy((0, 30, 1), (60, 90, 1), (0, 120, 2)), 2) == at(30, 90)


def test_the_buffers_of_the_visit_keep_clear_of_what_is_taken():
    assert free_starts(HOUR, Visit(15, before=15), busy((30, 45, 1)), 1) == at(0, 15, 60, 75, 90)
    assert free_starts(HOUR, Visit(15, after=15), busy((30, 45, 1)), 1) == at(0, 45, 60, 75, 90)


def test_both_buffers_add():
    with_its_own_buffers = busy((30 - 10, 45 + 10, 1))
    assert free_starts(HOUR, Visit(15, before=5, after=5), with_its_own_buffers, 1) == at(0, 60, 75, 90)
    assert free_starts(HOUR, Visit(15, before=6, after=5), with_its_own_buffers, 1) == at(0, 75, 90)


def test_a_short_busy_row_within_a_long_one_frees_nothing():
    assert free_starts(HOUR, Visit(15), busy((0, 75, 1), (15, 30, 1)), 1) == at(75, 90)


def test_one_seat_must_be_free_for_the_whole_visit():
    rows = busy((0, 30, 1), (30, 60, 2))
    assert free_starts(HOUR, Visit(15), rows, 2) == HOUR
    assert free_starts(HOUR, Visit(30), rows, 2) == at(0, 30, 45, 60, 75, 90)
    assert free_starts(HOUR, Visit(60), rows, 2) == at(30, 45, 60, 75, 90)
    assert free_starts(HOUR, Visit(60), rows, 3) == HOUR


def test_an_overbooked_seat_takes_no_place():
    assert free_starts(HOUR, Visit(30), busy((0, 120, 2)), 1) == HOUR
    assert free_starts(HOUR, Visit(30), busy((0, 120, 3), (0, 120, 1)), 2) == HOUR


def test_a_seat_that_is_taken_twice_counts_once():
    assert free_starts(at(0), Visit(60), busy((0, 15, 1), (30, 45, 1)), 2) == at(0)


def test_the_lowest_free_seat_is_given():
    rows = busy((0, 60, 1), (0, 30, 2), (30, 60, 4))
    assert lowest_free_seat((0, 30 * 60), rows, 4) == 3
    assert lowest_free_seat((30 * 60, 60 * 60), rows, 4) == 2
    assert lowest_free_seat((60 * 60, 90 * 60), rows, 4) == 1
    assert lowest_free_seat((0, 60 * 60), rows, 2) is None
    assert lowest_free_seat((0, 60 * 60), busy((0, 60, 2)), 1) == 1


def test_the_nearest_starts_are_given_in_order_of_time():
    assert nearest(HOUR, 40 * 60, 3) == at(30, 45, 60)
    assert nearest(at(0, 30, 60, 90), 45 * 60, 1) == at(30)
    assert nearest(at(0, 30, 60, 90), 45 * 60, 3) == at(0, 30, 60)
    assert nearest(HOUR, 0, 20) == HOUR
    assert nearest([], 0, 3) == []
    assert nearest(HOUR, 0, 0) == []


@given(
    free=st.lists(st.integers(-50, 50), unique=True).map(sorted),
    wanted=st.integers(-50, 50),
    count=st.integers(0, 8),
)
def test_no_start_left_out_is_nearer_than_one_given(free, wanted, count):
    given_starts = nearest(free, wanted, count)
    left_out = [start for start in free if start not in given_starts]
    assert given_starts == sorted(set(given_starts) & set(free))
    assert len(given_starts) == min(count, len(free))
    farthest = max(((abs(start - wanted), start) for start in given_starts), default=(0, 0))
    assert not given_starts or all((abs(start - wanted), start) > farthest for start in left_out)
