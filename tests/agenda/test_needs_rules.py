"""Rooms and devices, on plain values, against a search through every combination."""

from __future__ import annotations

from itertools import product
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from kalends.agenda.rules import Needs, Span, Visit, assign, met_starts

ROOM, OTHER, LASER, SPARE = (UUID(int=number) for number in range(1, 5))
RESOURCES = (ROOM, OTHER, LASER, SPARE)

needs_of_all_kinds = st.lists(st.lists(st.sampled_from(RESOURCES), unique=True, max_size=4).map(tuple), max_size=4).map(
    tuple
)


def could_be(needs: Needs, free: set[UUID]) -> bool:
    """Whether any of all combinations has a free resource for each need, and none for two."""
    return any(len(set(chosen)) == len(needs) and free.issuperset(chosen) for chosen in product(*needs))


def test_the_first_choice_that_is_free_is_taken() -> None:
    assert assign(((ROOM, OTHER),), set(RESOURCES)) == (ROOM,)
    assert assign(((ROOM, OTHER),), {OTHER, LASER}) == (OTHER,)
    assert assign(((ROOM, OTHER), (LASER,)), set(RESOURCES)) == (ROOM, LASER)


def test_a_choice_makes_room_for_a_need_that_has_no_other() -> None:
    assert assign(((ROOM, OTHER), (ROOM,)), set(RESOURCES)) == (OTHER, ROOM)
    assert assign(((ROOM, OTHER), (ROOM, LASER), (ROOM,)), set(RESOURCES)) == (OTHER, LASER, ROOM)


def test_one_resource_does_not_meet_two_needs() -> None:
    assert assign(((ROOM,), (ROOM,)), set(RESOURCES)) is None
    assert assign(((),), set(RESOURCES)) is None
    assert assign((), set()) == ()


@given(needs_of_all_kinds, st.sets(st.sampled_from(RESOURCES)))
def test_an_assignment_is_found_exactly_when_there_is_one(needs: Needs, free: set[UUID]) -> None:
    found = assign(needs, free)
    assert (found is not None) == could_be(needs, free)
    if found is not None:
        assert free.issuperset(found)
        assert len(set(found)) == len(needs)
        assert all(one in choices for one, choices in zip(found, needs, strict=True))


spans = st.tuples(st.integers(0, 24), st.integers(1, 8)).map(lambda drawn: (drawn[0] * 300, sum(drawn) * 300))
visits = st.builds(
    Visit,
    duration=st.integers(1, 6).map(lambda n: n * 5),
    before=st.sampled_from((0, 5)),
    after=st.sampled_from((0, 5)),
)


@given(
    st.sets(st.integers(0, 30).map(lambda n: n * 300)).map(sorted),
    visits,
    needs_of_all_kinds,
    st.dictionaries(st.sampled_from(RESOURCES), st.lists(spans, max_size=4)),
)
def test_starts_are_left_exactly_where_every_need_can_be_met(
    starts: list[int], visit: Visit, needs: Needs, taken: dict[UUID, list[Span]]
) -> None:
    def is_met(start: int) -> bool:
        begin, end = visit.occupied(start)
        free = {one for one in RESOURCES if not any(b < end and begin < e for b, e in taken.get(one, ()))}
        return could_be(needs, free)

    assert list(met_starts(starts, visit, needs, taken)) == [start for start in starts if is_met(start)]
