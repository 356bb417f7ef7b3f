"""What is told to open agendas: after the commit, joined, and again when the database was away."""

from __future__ import annotations

from uuid import UUID

import psycopg
import pytest
from django.db import transaction

from kalends.foundation.database import telling
from kalends.foundation.database.telling import EVERYTHING, MOST, joined, read, written

SOMEBODY = UUID("01a1ffa9-3ed7-765d-85a8-5ce49c7c2ab5")


def test_a_message_says_what_was_told() -> None:
    for about in (EVERYTHING, frozenset({"a/2026-12-07", "b/2026-12-08"})):
        assert read(written(SOMEBODY, about)) == (SOMEBODY, about)


@pytest.mark.parametrize(
    ("known", "more", "together"),
    [
        (None, frozenset({"a"}), frozenset({"a"})),
        (None, EVERYTHING, EVERYTHING),
        (frozenset({"a"}), frozenset({"b"}), frozenset({"a", "b"})),
        (frozenset({"a"}), EVERYTHING, EVERYTHING),
        (EVERYTHING, frozenset({"a"}), EVERYTHING),
        (frozenset({"a"}), frozenset(str(number) for number in range(MOST)), EVERYTHING),
        (None, frozenset(str(number) for number in range(MOST + 1)), EVERYTHING),
    ],
)
def test_two_messages_say_together_what_each_says(
    known: frozenset[str] | None, more: frozenset[str], together: frozenset[str]
) -> None:
    assert joined(known, more) == together


def test_the_longest_message_fits() -> None:
    about = frozenset(f"{SOMEBODY}/2026-12-{number:02}{'x' * 10}" for number in range(MOST))
    assert len(written(SOMEBODY, about)) < 8000


def test_it_is_told_after_the_commit_only(db: None, database_urls: tuple[str, str]) -> None:
    with psycopg.connect(database_urls[1], autocommit=True) as listener:
        listener.execute(f"LISTEN {telling.CHANNEL}".encode())
        with transaction.atomic():
            telling.tell(SOMEBODY, ["first"])
            assert [*listener.notifies(timeout=0.5, stop_after=1)] == []
        (heard,) = listener.notifies(timeout=10, stop_after=1)
        assert read(heard.payload) == (SOMEBODY, frozenset({"first"}))
