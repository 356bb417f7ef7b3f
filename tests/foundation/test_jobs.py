"""A round of a job: each gets its turn, whatever became of the others."""

from __future__ import annotations

import pytest

from kalends.foundation.jobs import one_by_one


def test_what_each_says_is_added_up() -> None:
    assert one_by_one([1, 2, 3], lambda number: number * 10) == 60
    assert one_by_one([1, 2], lambda _number: None) == 0


def test_the_rest_is_done_and_every_failure_told_with_what_it_was() -> None:
    done = []

    def act(number: int) -> None:
        if number % 2:
            raise ValueError(f"no {number}")
        done.append(number)

    with pytest.raises(ExceptionGroup) as failed:
        one_by_one([1, 2, 3, 4], act)
    assert done == [2, 4]
    told = [(str(failure), failure.__notes__) for failure in failed.value.exceptions]
    assert told == [("no 1", ["It was 1."]), ("no 3", ["It was 3."])]
