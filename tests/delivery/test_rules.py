"""What follows a try."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kalends.delivery.rules import Fate, Next, Outcome, after, in_a_round

NOW = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fate", "state"),
    [(Fate.SENT, "sent"), (Fate.REFUSED, "failed"), (Fate.UNKNOWN, "unknown"), (Fate.ABORTED, "aborted")],
)
def test_only_what_is_refused_for_now_is_tried_again(fate: Fate, state: str) -> None:
    found = after(Outcome(fate), tries=1, useless_after=None, now=NOW)
    assert found == Next(state, needs_somebody=state == "unknown")


def test_what_we_cannot_write_is_tried_three_times_and_parked() -> None:
    found = [after(Outcome(Fate.FAULTY), tries=tries, useless_after=None, now=NOW) for tries in (1, 2, 3)]
    later = [Next("queued", NOW + timedelta(minutes=minutes)) for minutes in (1, 5)]
    assert found == [*later, Next("failed", needs_somebody=True)]
    soon = NOW + timedelta(seconds=30)
    assert after(Outcome(Fate.FAULTY), tries=1, useless_after=soon, now=NOW) == Next("failed", needs_somebody=True)


@pytest.mark.parametrize(("tries", "minutes"), [(1, 1), (2, 5), (3, 15), (4, 60)])
def test_the_pauses_grow(tries: int, minutes: int) -> None:
    found = after(Outcome(Fate.LATER), tries=tries, useless_after=None, now=NOW)
    assert found == Next("queued", NOW + timedelta(minutes=minutes))


@pytest.mark.parametrize("tries", [5, 6])
def test_there_is_no_sixth_try(tries: int) -> None:
    assert after(Outcome(Fate.LATER), tries=tries, useless_after=None, now=NOW) == Next("failed")


@pytest.mark.parametrize(("tries", "after_it"), [(1, 15), (2, 45), (3, None)])
def test_a_fax_rings_three_times_at_most(tries: int, after_it: int | None) -> None:
    """MSG-07, MSG-08."""
    due_at = NOW + timedelta(minutes=after_it) if after_it else None
    found = after(Outcome(Fate.LATER), tries=tries, useless_after=None, now=NOW, medium="fax")
    assert found == Next("queued" if after_it else "failed", due_at)


@pytest.mark.parametrize(("seconds", "state"), [(60, "failed"), (61, "queued")])
def test_a_try_that_would_come_too_late_is_not_planned(seconds: int, state: str) -> None:
    useless = NOW + timedelta(seconds=seconds)
    assert after(Outcome(Fate.LATER), tries=1, useless_after=useless, now=NOW).state == state


@pytest.mark.parametrize(
    ("carried", "seconds", "next_round"),
    [(0, 60.0, 200), (460, 1.0, 200), (2400, 1.0, 600), (8000, 1.0, 1000), (300, 0.0, 1000), (0, 0.0, 200)],
)
def test_a_round_is_what_goes_in_a_quarter_of_a_second(carried: int, seconds: float, next_round: int) -> None:
    assert in_a_round(carried, seconds=seconds) == next_round
