"""Backups are whole or refused, and what comes back is what was there."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from kalends.agenda import operations as agenda
from kalends.operating.archiving import holding, manifest, restoring
from kalends.operating.archiving.backing_up import back_up
from kalends.operating.archiving.manifest import Contents, Manifest
from kalends.operating.archiving.programs import Tools, connection_of, tools_for
from kalends.operating.embedded import CannotRun
from tests.cast import Clinic
from tests.conftest import database_url
from tests.operating.conftest import drop_database
from tests.operating.test_importing import HEADER, NORTH
from tests.operating.test_verify import seal

KEY = "the key of the test"


@pytest.fixture
def backup(
    tilleuls: Clinic, carpati: Clinic, owner: psycopg.Connection, database_urls: tuple[str, str], tmp_path: Path
) -> Path:
    """Of two clinics, with a sealed audit."""
    with tilleuls.acting() as now:
        agenda.add_closure(tilleuls.organization, from_day=now.date(), to_day=now.date(), by=tilleuls.actor(), now=now)
    seal(owner)
    folder = tmp_path / "backup"
    back_up(folder, owner_url=database_urls[0], secret_key=KEY)
    return folder


@pytest.fixture
def empty(database_urls: tuple[str, str]) -> Iterator[str]:
    """The owner's URL of a database without tables."""
    name = f"kalends_restored_{os.getpid()}"
    drop_database(database_urls[0], name)
    with psycopg.connect(database_url(database_urls[0], "postgres"), autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(sql.Identifier(name)))
    yield database_url(database_urls[0], name)
    drop_database(database_urls[0], name)


def everything(url: str) -> dict[str, str]:
    """The whole text of every table."""
    with psycopg.connect(url) as owner:
        owner.execute("SET timezone = 'UTC'")
        return {
            table: owner.execute(
                sql.SQL("SELECT coalesce(md5(string_agg(t::text, E'\\n' ORDER BY t::text)), '') FROM {} t").format(
                    sql.Identifier(table)
                )
            ).fetchone()[0]  # type: ignore[index]
            for table in manifest.tables_of(owner)
        }


def known(backup: Path) -> tuple[str, ...]:
    return Manifest.read(backup).contents.migrations


def test_what_comes_back_is_what_was_there(backup: Path, empty: str, database_urls: tuple[str, str]) -> None:
    made = Manifest.read(backup)
    assert made.contents.rows["organizations_organization"] == 2
    assert len(made.contents.audit) == 1
    restoring.check_target(empty, made, known_migrations=known(backup))
    restoring.restore(backup, made, owner_url=empty)
    assert everything(empty) == everything(database_urls[0])
    with psycopg.connect(empty) as owner:
        forced = owner.execute("SELECT count(*) FROM pg_class WHERE relforcerowsecurity").fetchone()
        guards = owner.execute("SELECT count(*) FROM pg_constraint WHERE contype = 'x'").fetchone()
        triggers = owner.execute("SELECT count(*) FROM pg_trigger WHERE tgname = 'count_revision'").fetchone()
    with psycopg.connect(database_urls[0]) as owner:
        assert forced == owner.execute("SELECT count(*) FROM pg_class WHERE relforcerowsecurity").fetchone()
        assert guards == owner.execute("SELECT count(*) FROM pg_constraint WHERE contype = 'x'").fetchone()
        assert triggers == owner.execute("SELECT count(*) FROM pg_trigger WHERE tgname = 'count_revision'").fetchone()


def test_a_backup_is_for_nobody_else(backup: Path) -> None:
    assert backup.stat().st_mode & 0o777 == 0o700
    assert {path.name: path.stat().st_mode & 0o777 for path in backup.iterdir() if path.name != manifest.NAME} == {
        manifest.DATABASE: 0o600,
        manifest.KEY: 0o600,
    }
    assert (backup / manifest.KEY).read_text() == KEY
    assert KEY not in (backup / manifest.NAME).read_text()


@pytest.mark.parametrize("name", [manifest.DATABASE, manifest.KEY])
def test_one_flipped_bit_is_found_and_named(backup: Path, name: str) -> None:
    content = bytearray((backup / name).read_bytes())
    content[len(content) // 2] ^= 1
    (backup / name).write_bytes(content)
    with pytest.raises(CannotRun) as refused:
        Manifest.read(backup)
    assert str(refused.value) == (f"{backup / name} is damaged: its checksum is not the one that the backup noted.")


def _spoil(name: str, text: str | None) -> Callable[[Path], None]:
    def spoil(backup: Path) -> None:
        if text is None:
            (backup / name).unlink()
        else:
            (backup / name).write_text(text)

    return spoil


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (_spoil(manifest.NAME, None), "holds no finished backup: it has no manifest.json."),
        (_spoil(manifest.NAME, "{"), "manifest.json cannot be read (JSONDecodeError)."),
        (_spoil(manifest.NAME, "[]"), "manifest.json cannot be read (TypeError)."),
        (_spoil(manifest.NAME, '{"format": 1}'), "manifest.json cannot be read (KeyError)."),
        (_spoil(manifest.DATABASE, None), "database.dump is missing from the backup."),
    ],
)
def test_what_is_no_backup_is_refused(backup: Path, spoil: Callable[[Path], None], sentence: str) -> None:
    spoil(backup)
    with pytest.raises(CannotRun) as refused:
        Manifest.read(backup)
    assert str(refused.value).endswith(sentence)


def test_a_backup_of_another_kind_is_refused(backup: Path) -> None:
    text = (backup / manifest.NAME).read_text()
    (backup / manifest.NAME).write_text(text.replace('"format": 1', '"format": 2'))
    with pytest.raises(CannotRun, match="is of another kind"):
        Manifest.read(backup)


def test_a_folder_in_use_is_left_alone(backup: Path, database_urls: tuple[str, str]) -> None:
    before = (backup / manifest.NAME).read_bytes()
    with pytest.raises(CannotRun, match="is not empty"):
        back_up(backup, owner_url=database_urls[0], secret_key=KEY)
    assert (backup / manifest.NAME).read_bytes() == before


def test_what_fails_leaves_no_half_backup(empty: str, tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match="this database is not one of Kalends"):
        back_up(tmp_path / "backup", owner_url=empty, secret_key=KEY)
    assert list((tmp_path / "backup").iterdir()) == []


def test_only_an_empty_database_is_filled(backup: Path, database_urls: tuple[str, str]) -> None:
    with pytest.raises(CannotRun, match="into an empty database only"):
        restoring.check_target(database_urls[0], Manifest.read(backup), known_migrations=known(backup))


def test_an_older_server_and_an_older_kalends_are_refused(backup: Path, empty: str) -> None:
    made = Manifest.read(backup)
    with pytest.raises(CannotRun, match="restore it into version 99 or newer"):
        restoring.check_target(empty, replace(made, postgresql=99), known_migrations=known(backup))
    with pytest.raises(CannotRun, match="as it knows agenda.0001_schedules"):
        restoring.check_target(
            empty, made, known_migrations=[name for name in known(backup) if not name.startswith("agenda")]
        )


def test_a_dump_that_breaks_off_leaves_the_database_empty(backup: Path, empty: str) -> None:
    made = Manifest.read(backup)
    dump = backup / manifest.DATABASE
    dump.write_bytes(dump.read_bytes()[: dump.stat().st_size * 2 // 3])
    with pytest.raises(CannotRun, match="the database is left empty"):
        restoring.restore(backup, made, owner_url=empty)
    with psycopg.connect(empty) as owner:
        assert manifest.tables_of(owner) == []


def test_rows_that_are_missing_are_noticed(backup: Path, empty: str) -> None:
    made = Manifest.read(backup)
    more = {**made.contents.rows, "contacts_contact": made.contents.rows["contacts_contact"] + 1}
    wrong = replace(made, contents=replace(made.contents, rows=more))
    with pytest.raises(CannotRun, match="contacts_contact has 0 rows and should have 1"):
        restoring.restore(backup, wrong, owner_url=empty)


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        ({}, ""),
        ({"rows": {"a": 1}}, "b has no rows and should have 2"),
        ({"rows": {"a": 1, "b": 2, "c": 3}}, "c has 3 rows and should have none"),
        ({"audit": {"x": "3 ff"}}, "the audit of organization x does not end where it should"),
        ({"audit": {}}, "the audit of organization x does not end where it should"),
    ],
)
def test_what_differs_is_said(change: dict[str, dict[str, int]], difference: str) -> None:
    noted = Contents({"a": 1, "b": 2}, {"x": "2 ee"}, ())
    assert noted.difference(replace(noted, **change)) == difference  # type: ignore[arg-type]


def test_the_closest_programs_that_can_are_taken() -> None:
    found = [Tools(18, Path("/a")), Tools(15, Path("/b")), Tools(16, Path("/c"))]
    assert [tools_for(major, found=found).major for major in (14, 15, 16, 17, 18)] == [15, 15, 16, 18, 18]
    with pytest.raises(CannotRun) as refused:
        tools_for(19, found=found)
    assert str(refused.value).endswith("install the client programs of PostgreSQL 19.")


def test_a_password_is_in_no_argument() -> None:
    where, environment = connection_of("postgresql://me:se%20cret@/kalends?host=/run/x&port=5433&sslmode=disable")
    assert "cret" not in where
    assert environment["PGPASSWORD"] == "se cret"
    assert psycopg.conninfo.conninfo_to_dict(where) == {
        "user": "me", "dbname": "kalends", "host": "/run/x", "port": "5433", "sslmode": "disable"
    }  # fmt: skip


def test_deliveries_are_held_until_somebody_says_so(place: Path) -> None:
    data = place / "data"
    assert not holding.is_held(data)
    holding.hold(data)
    assert holding.is_held(data)
    assert holding.release(data)
    assert not holding.is_held(data)
    assert not holding.release(data)


@pytest.mark.slow
def test_the_commands_carry_an_installation_to_another_machine(place: Path) -> None:
    """Two embedded servers, as two machines have them."""
    table = place / "centres.csv"
    table.write_text(HEADER + NORTH, encoding="utf-8", newline="")
    old, new = place / "old", place / "new"
    assert kalends("migrate", data=old)[0] == 0
    assert kalends("import", "centres", str(table), data=old)[1].startswith("rows: 1 read, 1 imported")
    assert kalends("backup", str(place / "backup"), data=old)[0] == 0
    code, said, _ = kalends("restore", str(place / "backup"), data=new)
    assert code == 0
    assert "Nothing is sent until you run kalends release-deliveries." in said
    assert holding.is_held(new)
    assert (new / "secret-key").read_text() == (old / "secret-key").read_text()
    code, said, _ = kalends("verify", data=new)
    assert (code, said.splitlines()[-1]) == (0, "Every promise holds.")
    assert "already there" in kalends("import", "centres", str(table), data=new)[1]
    code, _, refused = kalends("restore", str(place / "backup"), data=new)
    assert (code, refused.startswith("A backup is restored into an empty database only")) == (2, True)
    other = kalends("restore", str(place / "backup"), data=place / "third", KALENDS_SECRET_KEY="another" * 8)
    assert other[0] == 2
    assert other[2].startswith("KALENDS_SECRET_KEY is not the key of this backup")
    assert kalends("release-deliveries", data=new)[1] == "Deliveries leave again.\n"


def kalends(*arguments: str, data: Path, **variables: str) -> tuple[int, str, str]:
    """Exit code, and what was said, by a process with an embedded server in `data`."""
    away = ("DATABASE_URL", "DATABASE_OWNER_URL", "KALENDS_SECRET_KEY", "KALENDS_BASE_URL")
    environment = {name: value for name, value in os.environ.items() if name not in away}
    done = subprocess.run(
        [sys.executable, "-m", "kalends.operating.cli", *arguments],
        env=environment | {"KALENDS_DATA": str(data)} | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr
