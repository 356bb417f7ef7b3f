"""Until when a visit is to be paid."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kalends.payments.rules import deadline

BOOKED = datetime(2026, 12, 7, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("terms", "hours", "visit_in", "due_in"),
    [
        ("before", 24, 72, 48),
        ("before", 24, 25, 1),
        ("before", 24, 24, 24),
        ("before", 24, 2, 2),
        ("after", 24, 72, 24),
        ("after", 24, 2, 2),
    ],
)
def test_never_before_the_booking_nor_after_the_visit(terms: str, hours: int, visit_in: int, due_in: int) -> None:
    starts_at = BOOKED + timedelta(hours=visit_in)
    due_at = deadline(terms, hours, starts_at=starts_at, booked_at=BOOKED)
    assert due_at == BOOKED + timedelta(hours=due_in)
