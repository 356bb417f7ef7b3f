"""Any practitioner: shares, priorities, and the longest without a booking."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from kalends.agenda.rules.turns import Share, days_counted, in_turn

DAY = 86_400
ONE, TWO, THREE = (UUID(int=number) for number in (1, 2, 3))


def share(schedule: UUID = ONE, **more: int | None) -> Share:
    fields = {"weight": 100, "priority": 0, "booked": 0, "days": 30, "last": None, **more}
    return Share(schedule, **fields)  # type: ignore[arg-type]


def first(*shares: Share) -> UUID:
    return in_turn(shares)[0].schedule


def test_the_lightest_load_for_its_share_comes_first() -> None:
    assert first(share(ONE, booked=3), share(TWO, booked=2)) == TWO
    assert first(share(ONE, booked=3, weight=200), share(TWO, booked=2, weight=100)) == ONE


def test_among_equal_loads_the_highest_priority_then_the_longest_without_a_booking() -> None:
    assert first(share(ONE, booked=2), share(TWO, booked=2, priority=1)) == TWO
    assert first(share(ONE, booked=2, last=500), share(TWO, booked=2, last=400)) == TWO
    assert first(share(ONE, booked=2, last=500, priority=1), share(TWO, booked=2, last=400)) == ONE
    assert first(share(TWO), share(ONE)) == ONE


def test_days_are_counted_from_when_the_schedule_began_and_at_most_30() -> None:
    now = 100 * DAY
    assert [days_counted(now - ago, now) for ago in (-5, 0, DAY - 1, DAY, 29 * DAY, 400 * DAY)] == [1, 1, 1, 2, 30, 30]


@given(st.lists(st.builds(share, st.uuids(), booked=st.integers(0, 3), last=st.integers(0, 3)), max_size=4))
def test_the_order_does_not_depend_on_how_they_are_asked(shares: list[Share]) -> None:
    assert len({tuple(in_turn(order)) for order in permutations(shares)}) == 1


@given(st.lists(st.integers(1, 1000), min_size=2, max_size=5), st.integers(1, 30))
def test_over_many_bookings_shares_come_to_the_weights(weights: list[int], days: int) -> None:
    """After any number of bookings nobody is ahead of another by more than one visit of the lightest weight."""
    shares = {
        UUID(int=number): share(UUID(int=number), weight=weight, days=days) for number, weight in enumerate(weights)
    }
    for moment in range(200):
        given_to = first(*shares.values())
        shares[given_to] = replace(shares[given_to], booked=shares[given_to].booked + 1, last=moment)
        loads = [one.load for one in shares.values()]
        assert max(loads) - min(loads) <= max(one.load / one.booked for one in shares.values() if one.booked)


def test_a_newcomer_is_not_flooded() -> None:
    """Beside two who had three visits a day, who begins is given at most four of the next nine."""
    shares = {one: share(one, booked=90) for one in (ONE, TWO)} | {THREE: share(THREE, days=1)}
    for moment in range(9):
        given_to = first(*shares.values())
        shares[given_to] = replace(shares[given_to], booked=shares[given_to].booked + 1, last=moment)
    assert shares[THREE].booked <= 4
