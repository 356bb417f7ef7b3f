"""Somebody with the owner's rights changes, removes, adds or reorders entries: the place is named (AUD-02)."""

from __future__ import annotations

import psycopg
import pytest

from kalends.audit.verifying import Break, Damage, Report, verify_chain
from kalends.foundation.database.models import new_id
from tests.audit.test_sealing import seal, write
from tests.cast import Clinic


@pytest.fixture
def chained(tilleuls: Clinic) -> Clinic:
    """Six entries in a chain."""
    write(tilleuls, count=6)
    seal(6)
    return tilleuls


def report(clinic: Clinic) -> Report:
    with clinic.acting():
        return verify_chain(clinic.organization)


def ids(owner: psycopg.Connection) -> list:
    return [row[0] for row in owner.execute("SELECT entry_id FROM audit_seal ORDER BY number").fetchall()]


@pytest.mark.parametrize(
    "change",
    [
        "act = 'contact:edit'",
        "at = at + interval '1 microsecond'",
        "person_id = NULL",
        "actor_label = 'Somebody Else'",
        "address = '203.0.113.9'",
        "why = why || ' '",
        """before = '{"last_name": "X"}'""",
        "after = '{}'",
        "transaction_number = transaction_number - 1",
    ],
)
def test_a_changed_entry_is_named_and_no_other(chained: Clinic, owner: psycopg.Connection, change: str) -> None:
    third = ids(owner)[2]
    owner.execute(f"UPDATE audit_entry SET {change} WHERE id = %s", [third])
    assert report(chained).breaks == (Break(3, third, Damage.NOT_AS_SEALED),)


def test_a_removed_entry_is_named(chained: Clinic, owner: psycopg.Connection) -> None:
    fourth = ids(owner)[3]
    owner.execute("DELETE FROM audit_entry WHERE id = %s", [fourth])
    assert report(chained).breaks == (Break(4, fourth, Damage.ENTRY_MISSING),)


def test_an_entry_removed_with_its_seal_is_named(chained: Clinic, owner: psycopg.Connection) -> None:
    second = ids(owner)[1]
    owner.execute("DELETE FROM audit_entry WHERE id = %s", [second])
    owner.execute("DELETE FROM audit_seal WHERE number = 2")
    assert report(chained).breaks == (Break(2, None, Damage.SEAL_MISSING),)


def test_closing_the_gap_that_was_left_is_seen(chained: Clinic, owner: psycopg.Connection) -> None:
    entries = ids(owner)
    owner.execute("DELETE FROM audit_entry WHERE id = %s", [entries[1]])
    owner.execute("DELETE FROM audit_seal WHERE number = 2")
    for number in (3, 4, 5, 6):
        owner.execute("UPDATE audit_seal SET number = number - 1 WHERE number = %s", [number])
    assert report(chained).breaks == (Break(2, entries[2], Damage.NOT_AS_SEALED),)


def test_entries_that_changed_places_are_named(chained: Clinic, owner: psycopg.Connection) -> None:
    entries = ids(owner)
    for number, entry in ((2, new_id()), (5, entries[1]), (2, entries[4])):
        owner.execute("UPDATE audit_seal SET entry_id = %s WHERE number = %s", [entry, number])
    assert report(chained).breaks == (
        Break(2, entries[4], Damage.NOT_AS_SEALED),
        Break(5, entries[1], Damage.NOT_AS_SEALED),
    )


def test_a_seal_removed_alone_leaves_an_entry_that_should_have_one(chained: Clinic, owner: psycopg.Connection) -> None:
    last = ids(owner)[5]
    owner.execute("DELETE FROM audit_seal WHERE number = 6")
    assert report(chained).breaks == (Break(None, last, Damage.NEVER_SEALED),)


def test_an_entry_put_in_later_among_the_old_ones_is_named(chained: Clinic, owner: psycopg.Connection) -> None:
    made = new_id()
    owner.execute(
        "INSERT INTO audit_entry (organization_id, id, at, transaction_number, actor_kind, actor_label, role, channel, "
        "address, act, subject_kind, why) SELECT organization_id, %s, at, transaction_number, actor_kind, actor_label, "
        "role, channel, address, act, subject_kind, why FROM audit_entry LIMIT 1",
        [made],
    )
    assert report(chained).breaks == (Break(None, made, Damage.NEVER_SEALED),)


def test_a_whole_chain_counts_its_tail_and_tells_its_head(chained: Clinic, owner: psycopg.Connection) -> None:
    write(chained, count=2)
    head = owner.execute("SELECT encode(digest, 'hex') FROM audit_seal WHERE number = 6").fetchone()[0]
    assert report(chained) == Report((), 6, 2, head)


def test_an_empty_chain_is_sound(tilleuls: Clinic) -> None:
    assert report(tilleuls) == Report((), 0, 0, "00" * 32)


def test_a_break_is_told_in_words() -> None:
    entry = new_id()
    assert str(Break(3, entry, Damage.NOT_AS_SEALED)) == "number 3: not as sealed"
    assert str(Break(None, entry, Damage.NEVER_SEALED)) == f"entry {entry}: never sealed"
