"""Nobody else on the machine gets in, and no folder is opened on the way."""

import os
import pwd
import shutil
import stat
import subprocess
from pathlib import Path

import psycopg
import pytest

from kalends.operating.embedded import EmbeddedServer, FolderRefused, open_data_folder, programs
from kalends.operating.embedded.account import Account, account_for
from tests.operating.conftest import needs_root

NOBODY = Account(pwd.getpwnam("nobody").pw_uid, pwd.getpwnam("nobody").pw_gid, "nobody")


def psql(account: Account, url: str) -> subprocess.CompletedProcess[str]:
    """What `account` gets when it asks for 1 at `url`."""
    program = programs.usable_by(account) / "bin" / "psql"
    process = programs.start(
        [program, "--no-psqlrc", "-Atc", "SELECT 1", url],
        account=account,
        environment=programs.environment(),
        folder=Path("/"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    out, err = process.communicate()
    return subprocess.CompletedProcess([], process.returncode, out.decode(), err.decode())


@needs_root
def test_another_account_does_not_reach_the_socket_even_with_the_password(server: EmbeddedServer) -> None:
    for url in (server.urls.owner_url, server.urls.app_url):
        refused = psql(NOBODY, url)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert "Permission denied" in refused.stderr


@needs_root
def test_the_account_of_the_database_does_reach_it(server: EmbeddedServer) -> None:
    """The control to the refusal above."""
    allowed = psql(account_for(Path("/nowhere")), server.urls.app_url)
    assert (allowed.returncode, allowed.stdout) == (0, "1\n")


@pytest.mark.parametrize("role", ["postgres", "kalends_owner", "kalends_app"])
@pytest.mark.parametrize("password", ["", "wrong"])
def test_a_wrong_or_missing_password_is_refused(server: EmbeddedServer, role: str, password: str) -> None:
    host = psycopg.conninfo.conninfo_to_dict(server.urls.app_url)["host"]
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(user=role, password=password, host=host, dbname="kalends", passfile="/nowhere")


def test_nothing_in_the_data_folder_is_open_to_others(place: Path) -> None:
    data = place / "data"
    with EmbeddedServer(data, durable=False):
        entries = [data, *data.rglob("*")]
        open_to_others = [str(e) for e in entries if not e.is_symlink() and e.stat().st_mode & 0o077]
        owners = {entry.lstat().st_uid for entry in entries}
        folders = {name: stat.S_IMODE((data / name).stat().st_mode) for name in ("", "postgres", "run", "log")}
        private = stat.S_IMODE((data / "passwords.json").stat().st_mode)
    assert open_to_others == []
    assert owners == {account_for(data).uid}
    assert folders == {"": 0o700, "postgres": 0o700, "run": 0o700, "log": 0o700}
    assert private == 0o600


def test_a_folder_that_was_open_is_closed(data: Path) -> None:
    data.chmod(0o755)
    open_data_folder(data)
    assert stat.S_IMODE(data.stat().st_mode) == 0o700


def test_a_folder_below_a_closed_one_is_refused_and_nothing_opened(place: Path) -> None:
    closed = place / "closed"
    closed.mkdir()
    closed.chmod(0o600)
    with pytest.raises(FolderRefused) as refusal:
        EmbeddedServer(closed / "deeper" / "data").start()
    assert str(refusal.value) == (
        f"The data folder {closed}/deeper/data cannot be used, because {closed} is closed to the account "
        f"{account_for(place / 'new').name}, under which the database runs: choose another folder with "
        "KALENDS_DATA, such as /var/lib/kalends."
    )
    assert stat.S_IMODE(closed.stat().st_mode) == 0o600
    closed.chmod(0o700)
    assert list(closed.iterdir()) == []


@needs_root
def test_a_folder_that_lies_below_a_closed_one_since_its_making_is_refused(data_copy: Path) -> None:
    data_copy.parent.chmod(0o700)
    with pytest.raises(FolderRefused, match="is closed to the account"):
        EmbeddedServer(data_copy).start()
    assert stat.S_IMODE(data_copy.parent.stat().st_mode) == 0o700


def test_a_folder_with_foreign_files_is_refused_untouched(place: Path) -> None:
    (place / "letter.txt").write_text("mine")
    before = place.stat()
    with pytest.raises(FolderRefused) as refusal:
        open_data_folder(place)
    assert str(refusal.value) == (
        f"The folder {place} holds files that are not from Kalends: choose an empty one with KALENDS_DATA."
    )
    assert (place.stat().st_mode, place.stat().st_uid) == (before.st_mode, before.st_uid)
    assert [entry.name for entry in place.iterdir()] == ["letter.txt"]


def test_a_file_in_place_of_the_folder_is_refused(place: Path) -> None:
    (place / "data").write_text("")
    with pytest.raises(FolderRefused, match="is not a folder"):
        open_data_folder(place / "data")


@needs_root
def test_a_lock_that_points_elsewhere_is_not_followed(data: Path, place: Path) -> None:
    (place / "target").write_text("precious")
    (data / "lock").unlink()
    (data / "lock").symlink_to(place / "target")
    try:
        with pytest.raises(FolderRefused, match="is not a file of Kalends"):
            EmbeddedServer(data).start()
    finally:
        (data / "lock").unlink()
    assert (place / "target").read_text() == "precious"


@needs_root
def test_root_serves_a_folder_under_the_account_that_owns_it(data_copy: Path) -> None:
    subprocess.run(["chown", "-R", f"{NOBODY.uid}:{NOBODY.gid}", data_copy], check=True)
    with EmbeddedServer(data_copy, durable=False) as server:
        assert server.pid is not None
        assert Path(f"/proc/{server.pid}").stat().st_uid == NOBODY.uid


@needs_root
def test_programs_below_a_closed_folder_are_copied_to_an_open_one(place: Path) -> None:
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    home, package = programs.installed(), programs.installed().parent
    own = closed / package.name / home.name
    for part in ("bin", "lib", "share"):
        shutil.copytree(home / part, own / part, symlinks=True)
    shutil.copytree(f"{package}.libs", closed / f"{package.name}.libs")
    os.chmod(own / "bin" / "postgres", 0o700)
    copy = programs.within_reach(own, NOBODY, copies=place / "copies")
    assert copy.parents[2] == place / "copies"
    # `postgres` alone needs no library of the wheel's; the others do.
    for name in ("postgres", "initdb", "pg_dump"):
        process = programs.start(
            [copy / "bin" / name, "--version"],
            account=NOBODY,
            environment=programs.environment(),
            stdout=subprocess.PIPE,
        )
        assert process.communicate()[0].startswith(f"{name} (PostgreSQL) 18.".encode())
    copied = (place / "copies").rglob("*")
    writable = [e for e in copied if not e.is_symlink() and (e.stat().st_mode & 0o022 or e.stat().st_uid)]
    assert writable == []
    assert programs.within_reach(own, NOBODY, copies=place / "copies") == copy
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
