"""Every entry gets its place in the chain once, whoever writes at the same time, wherever the sealer is stopped."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from time import monotonic

import psycopg
import pytest
from django.db import ProgrammingError, connection

from kalends.audit import operations as audit
from kalends.audit import sealing
from kalends.audit.sealing import seal_everything
from kalends.audit.verifying import verify_chain
from kalends.foundation.database.models import new_id
from tests.cast import Clinic

WRITERS, ACTS = 16, 12


def write(clinic: Clinic, act: str = "contact:read", count: int = 1) -> None:
    for number in range(count):
        with clinic.acting() as now:
            audit.record(act, clinic.schedule, by=clinic.actor(), now=now, why=f"number {number}")


def seal(entries: int) -> None:
    """Let the sealer run until it has sealed so many; what happens elsewhere on the server may hold it back."""
    sealed, patience = 0, monotonic() + 20
    while sealed < entries and monotonic() < patience:
        sealed += seal_everything()
    assert sealed == entries


def sound(clinic: Clinic) -> tuple[int, int]:
    """Sealed and unsealed entries of a chain that is whole."""
    with clinic.acting():
        report = verify_chain(clinic.organization)
    assert report.breaks == ()
    return report.sealed, report.unsealed


def horizon(owner: psycopg.Connection) -> int:
    return owner.execute("SELECT transaction_number FROM audit_horizon").fetchone()[0]


def test_entries_are_numbered_in_the_order_of_their_transactions(tilleuls: Clinic, owner: psycopg.Connection) -> None:
    write(tilleuls, "first:act")
    write(tilleuls, "second:act")
    seal(2)
    write(tilleuls, "third:act")
    seal(1)
    acts = owner.execute(
        "SELECT number, act FROM audit_seal s JOIN audit_entry e USING (organization_id) "
        "WHERE s.entry_id = e.id ORDER BY number"
    ).fetchall()
    assert acts == [(1, "first:act"), (2, "second:act"), (3, "third:act")]
    assert sound(tilleuls) == (3, 0)


def test_each_organization_has_a_chain_of_its_own(tilleuls: Clinic, carpati: Clinic) -> None:
    write(tilleuls, count=3)
    write(carpati, count=2)
    seal(5)
    assert (sound(tilleuls), sound(carpati)) == ((3, 0), (2, 0))


def test_nothing_new_nothing_sealed(tilleuls: Clinic) -> None:
    write(tilleuls)
    seal(1)
    assert [seal_everything(), seal_everything()] == [0, 0]


def test_sixteen_writers_at_once_and_a_sealer_between_them(tilleuls: Clinic, carpati: Clinic) -> None:
    together = Barrier(WRITERS + 1)
    over = Event()

    def writer(number: int) -> None:
        together.wait()
        write((tilleuls, carpati)[number % 2], count=ACTS)
        connection.close()

    def sealer() -> int:
        together.wait()
        sealed = 0
        while not over.is_set():
            sealed += seal_everything()
        connection.close()
        return sealed

    with ThreadPoolExecutor(WRITERS + 1) as pool:
        at_work = pool.submit(sealer)
        for writing in [pool.submit(writer, number) for number in range(WRITERS)]:
            writing.result()
        over.set()
        sealed = at_work.result()
    seal(WRITERS * ACTS - sealed)
    assert (sound(tilleuls), sound(carpati)) == ((WRITERS // 2 * ACTS, 0), (WRITERS // 2 * ACTS, 0))


def test_an_act_that_is_still_going_on_holds_the_later_ones_back(
    tilleuls: Clinic, database_urls: tuple[str, str]
) -> None:
    """It began before them: its number has to come first."""
    with psycopg.connect(database_urls[1]) as slow:
        slow.execute("SELECT pg_current_xact_id()")
        write(tilleuls, count=2)
        assert seal_everything() == 0
        assert sound(tilleuls) == (0, 2)
        slow.rollback()
    seal(2)
    assert sound(tilleuls) == (2, 0)


def test_while_somebody_seals_nobody_else_does(
    tilleuls: Clinic, database_urls: tuple[str, str], owner: psycopg.Connection
) -> None:
    write(tilleuls)
    with psycopg.connect(database_urls[1]) as other:
        other.execute("SELECT pg_advisory_xact_lock(hashtext('kalends audit sealer'))")
        assert seal_everything() == 0
        assert horizon(owner) == 0
    seal(1)


def test_a_sealer_that_died_between_two_organizations_is_taken_over_from(
    tilleuls: Clinic, carpati: Clinic, owner: psycopg.Connection
) -> None:
    """What it had sealed is not sealed again, although the horizon was never moved."""
    write(tilleuls, count=2)
    seal(2)
    owner.execute("UPDATE audit_horizon SET transaction_number = 0")
    write(tilleuls)
    write(carpati)
    seal(2)
    assert (sound(tilleuls), sound(carpati)) == ((3, 0), (1, 0))


def test_more_entries_and_more_organizations_than_are_taken_at_once(
    tilleuls: Clinic, carpati: Clinic, monkeypatch
) -> None:
    monkeypatch.setattr(sealing, "ENTRIES_AT_ONCE", 3)
    monkeypatch.setattr(sealing, "ORGANIZATIONS_AT_ONCE", 1)
    write(tilleuls, count=7)
    write(carpati, count=6)
    seal(13)
    assert (sound(tilleuls), sound(carpati)) == ((7, 0), (6, 0))


def test_after_a_restore_into_a_younger_server_sealing_goes_on(tilleuls: Clinic, owner: psycopg.Connection) -> None:
    """Transaction numbers begin again there: old entries carry numbers that are still to come."""
    write(tilleuls, count=2)
    seal(2)
    write(tilleuls, "old:tail")
    owner.execute("UPDATE audit_entry SET transaction_number = transaction_number + 1000000000 WHERE act = 'old:tail'")
    owner.execute("UPDATE audit_horizon SET transaction_number = transaction_number + 1000000001")
    write(tilleuls, "new:act")
    seal(2)
    write(tilleuls, "new:act")
    seal(1)
    assert sound(tilleuls) == (5, 0)
    now = owner.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint").fetchone()[0]
    assert horizon(owner) <= now


@pytest.mark.parametrize("rows", ["audit_entries", "seals"])
@pytest.mark.parametrize("act", [lambda found: found.update(organization_id=new_id()), lambda found: found.delete()])
def test_the_application_can_neither_change_nor_remove_what_is_written(tilleuls: Clinic, rows: str, act) -> None:
    write(tilleuls)
    seal(1)
    with pytest.raises(ProgrammingError, match="permission denied"), tilleuls.acting():
        act(getattr(tilleuls.organization, rows).all())
    assert sound(tilleuls) == (1, 0)
