"""What the hour that it is changes on an agenda. Pure."""

from __future__ import annotations

from collections.abc import Collection

from kalends.agenda import rules


def moment(days: Collection[rules.Span], now: int, *, to_the_second: bool) -> tuple[int | None, ...]:
    """Equal for two instants at which a board of these days looks the same: which are over, and of today the minute.

    `to_the_second`: something on it counts seconds.
    """
    over = sum(end <= now for _begin, end in days)
    if to_the_second:
        return over, now
    is_today = any(begin <= now < end for begin, end in days)
    return over, now // 60 if is_today else None, next_minute(now) if is_today else None


def next_minute(now: int) -> int:
    """The first full minute that is not before `now`: as visits begin at full minutes, the same may still begin."""
    return -(-now // 60)
