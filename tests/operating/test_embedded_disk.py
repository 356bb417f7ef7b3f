"""A disk that is full: said in a sentence, nothing lost, and reads go on as long as they can."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from kalends.operating.embedded import DiskFull, EmbeddedServer
from tests.operating.conftest import eventually, needs_root, small_disk

pytestmark = needs_root
MB = 1024 * 1024


def fill(folder: Path, *, leaving: int) -> Path:
    """Take all the space of a disk but so many bytes."""
    filler = folder / "filler"
    with filler.open("wb") as out:
        os.posix_fallocate(out.fileno(), 0, shutil.disk_usage(folder).free - leaving)
    return filler


def sentence(folder: Path) -> str:
    return f"The disk that holds {folder} is full: free some space, then start again; nothing that was saved is lost."


@pytest.mark.parametrize("room", [0, 4 * MB])
def test_no_room_to_make_a_cluster(place: Path, room: int) -> None:
    with small_disk(place / "disk", megabytes=8) as disk:
        fill(disk, leaving=room)
        with pytest.raises(DiskFull) as refusal:
            EmbeddedServer(disk / "data").start()
        assert str(refusal.value) == sentence(disk / "data")


def test_no_room_to_start_and_then_room_again(data: Path, place: Path) -> None:
    with small_disk(place / "disk", megabytes=128) as disk:
        (disk / "data").mkdir()
        _copy(data, disk / "data")
        filler = fill(disk, leaving=0)
        server = EmbeddedServer(disk / "data")
        with pytest.raises(DiskFull) as refusal:
            server.start()
        assert str(refusal.value) == sentence(disk / "data")
        filler.unlink()
        with server, psycopg.connect(server.urls.app_url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)


@pytest.fixture
def small_journal(data_copy: Path, place: Path) -> Iterator[Path]:
    """The journal (WAL) of the copy on a disk of 64 MB."""
    journal = data_copy / "postgres" / "pg_wal"
    journal.rename(place / "pg_wal")
    with small_disk(journal, megabytes=64) as disk:
        _copy(place / "pg_wal", disk)
        yield disk


def test_nearly_full_refuses_writes_answers_reads_and_recovers(data_copy: Path, small_journal: Path) -> None:
    with EmbeddedServer(data_copy) as server:
        with psycopg.connect(server.urls.owner_url) as owner:
            owner.execute("CREATE TABLE visits (n int)")
        with psycopg.connect(server.urls.app_url, autocommit=True) as app:
            app.execute("INSERT INTO visits VALUES (1)")
            assert server.tend() is None
            filler = fill(small_journal, leaving=10 * MB)
            assert server.tend() == (
                f"The disk that holds {data_copy} is nearly full: nothing is saved until space is free."
            )
            assert server.tend() is None
            assert eventually(lambda: app.execute("SHOW transaction_read_only").fetchone() == ("on",))
            with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
                app.execute("INSERT INTO visits VALUES (2)")
            assert app.execute("SELECT n FROM visits").fetchall() == [(1,)]
            filler.unlink()
            assert server.tend() == f"There is space again on the disk that holds {data_copy}: saving goes on."
            assert eventually(lambda: app.execute("SHOW transaction_read_only").fetchone() == ("off",))
            app.execute("INSERT INTO visits VALUES (3)")
            assert app.execute("SELECT n FROM visits").fetchall() == [(1,), (3,)]


def test_the_reserve_lets_a_server_come_back_that_ended_for_want_of_space(data_copy: Path, small_journal: Path) -> None:
    with EmbeddedServer(data_copy) as server:
        with server.admin() as admin:
            admin.execute("SELECT pg_switch_wal()")
            coming = admin.execute("SELECT pg_walfile_name(pg_current_wal_lsn())").fetchone()
        assert server.pid is not None
        assert coming is not None
        os.kill(server.pid, signal.SIGKILL)
        assert eventually(lambda: not server.alive())
        for ahead in [path for path in small_journal.glob("0*") if path.name >= coming[0]]:
            ahead.unlink()
        fill(small_journal, leaving=0)
        server.launch()
        assert eventually(server.ready)
        with psycopg.connect(server.urls.app_url) as app:
            assert app.execute("SHOW transaction_read_only").fetchone() == ("on",)


def test_a_start_on_a_disk_that_is_nearly_full_is_read_only(data_copy: Path, small_journal: Path) -> None:
    fill(small_journal, leaving=10 * MB)
    with (
        EmbeddedServer(data_copy) as server,
        psycopg.connect(server.urls.app_url, autocommit=True) as app,
    ):
        assert app.execute("SHOW transaction_read_only").fetchone() == ("on",)


def test_nothing_is_lost_under_load_on_a_small_journal(data_copy: Path, small_journal: Path) -> None:
    """Twice as much is written as the disk of the journal holds.

    Usually the server takes it all. Where the disks are slow it turns read-only for a while, and at worst it
    starts anew; what it said was saved is there in each case.
    """
    saved, batch = set(), 0
    insert = "INSERT INTO load SELECT %s, repeat('x', 1900) FROM generate_series(1, 2500)"
    with EmbeddedServer(data_copy) as server:
        with psycopg.connect(server.urls.owner_url, autocommit=True) as owner:
            owner.execute("CREATE TABLE load (batch int, filling text)")
        while journal(server) <= 2 * 64 * MB:
            batch += 1
            assert batch < 200
            server.tend()
            with suppress(psycopg.OperationalError, psycopg.errors.ReadOnlySqlTransaction):
                with psycopg.connect(server.urls.app_url, autocommit=True) as app:
                    app.execute(insert, [batch])
                saved.add(batch)

        def found() -> dict[int, int]:
            with (
                suppress(psycopg.OperationalError),
                psycopg.connect(server.urls.app_url, autocommit=True) as app,
            ):
                app.execute("SET max_parallel_workers_per_gather = 0")
                rows.update(app.execute("SELECT batch, count(*) FROM load GROUP BY batch").fetchall())
            return rows

        rows: dict[int, int] = {}
        assert eventually(lambda: found() != {}, within=30)
    assert {batch: rows.get(batch) for batch in saved} == dict.fromkeys(saved, 2_500)


def journal(server: EmbeddedServer) -> int:
    """Bytes written so far; 0 while the server does not say."""
    with suppress(psycopg.OperationalError), psycopg.connect(server.urls.app_url) as app:
        written = app.execute("SELECT pg_current_wal_lsn() - '0/0'::pg_lsn").fetchone()
        return int(written[0]) if written else 0
    return 0


def _copy(source: Path, target: Path) -> None:
    subprocess.run(["cp", "-a", f"{source}/.", target], check=True)
