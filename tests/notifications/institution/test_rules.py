"""When a cancelled visit is told to the institution, and which bookings are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from kalends.notifications.institution.rules import is_wanted, told_of_cancellation

VISIT = datetime(2027, 3, 28, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("mode", "hours_before", "told_before"),
    [
        ("every", 100, 100),
        ("every", 1, 1),
        ("every", -1, -1),
        ("late", 100, None),
        ("late", 24, None),
        ("late", 23, 23),
        ("late", 0, None),
        ("late", -1, None),
        ("held", 100, 24),
        ("held", 24, 24),
        ("held", 23, 23),
        ("held", 0, None),
    ],
)
def test_the_three_modes(mode: str, hours_before: int, told_before: int | None) -> None:
    at = VISIT - timedelta(hours=hours_before)
    expected = None if told_before is None else VISIT - timedelta(hours=told_before)
    assert told_of_cancellation(mode, 24, starts_at=VISIT, at=at) == expected


def test_a_second_decides() -> None:
    limit = VISIT - timedelta(hours=24)
    told = [told_of_cancellation("late", 24, starts_at=VISIT, at=limit + timedelta(seconds=s)) for s in (-1, 0, 1)]
    assert told == [None, None, limit + timedelta(seconds=1)]


def test_nothing_chosen_is_everything() -> None:
    here, there, service, other = uuid4(), uuid4(), uuid4(), uuid4()
    cases = [
        ([], [], [here], service),
        ([here], [], [here], service),
        ([here], [], [there], service),
        ([here], [], [there, here], service),
        ([], [service], [here], other),
        ([here], [service], [here], service),
        ([here], [service], [here], other),
    ]
    wanted = [is_wanted(locations=a, services=b, at=c, service=d) for a, b, c, d in cases]
    assert wanted == [True, True, False, True, False, True, False]
