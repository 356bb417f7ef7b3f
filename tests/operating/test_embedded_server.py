"""Start, stop, and what stands in the way of either."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from kalends.operating.embedded import (
    AlreadyRunning,
    EmbeddedServer,
    OtherVersion,
    ServerFailed,
    running,
    serving,
)
from kalends.operating.embedded.account import account_for
from kalends.operating.embedded.programs import start, usable_by
from tests.operating.conftest import eventually

SETTINGS = {
    "server_encoding": "UTF8",
    "data_checksums": "on",
    "TimeZone": "UTC",
    "jit": "off",
    "max_connections": "60",
    "listen_addresses": "",
    "password_encryption": "scram-sha-256",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "default_transaction_read_only": "off",
}


def value(url: str, query: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(query.encode()).fetchone()
    return row[0] if row else None


def execute(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())


def is_alive(pid: int) -> bool:
    """Not so when it is a zombie that nobody has fetched yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_what_was_committed_is_there_at_the_next_start(place: Path) -> None:
    with EmbeddedServer(place / "new" / "data") as first:
        execute(first.urls.owner_url, "CREATE TABLE kept (word text)")
        execute(first.urls.app_url, "INSERT INTO kept VALUES ('saved')")
        pid = first.pid
    assert pid is not None
    assert not is_alive(pid)
    with EmbeddedServer(place / "new" / "data") as second:
        assert value(second.urls.app_url, "SELECT word FROM kept") == "saved"


def test_settings(server: EmbeddedServer) -> None:
    found = {name: value(server.urls.app_url, f"SHOW {name}") for name in SETTINGS}
    assert found == SETTINGS


def test_the_collation_is_the_servers_own(server: EmbeddedServer) -> None:
    query = "SELECT format('%s %s', datlocprovider, datlocale) FROM pg_database WHERE datname = 'kalends'"
    assert value(server.urls.app_url, query) == "b C.UTF-8"
    assert value(server.urls.app_url, "SELECT upper('é')") == "É"


def test_tcp_only_when_asked_for(data: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with EmbeddedServer(data, port=port, durable=False) as server:
        url = server.urls.app_url
        by_tcp = re.sub(r"@/(\w+)\?host=.*", rf"@127.0.0.1:{port}/\1", url)
        assert value(url, "SELECT inet_server_port()") is None
        assert value(by_tcp, "SELECT inet_server_port()") == port
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(by_tcp, password="wrong")


def test_databases_come_and_go(server: EmbeddedServer) -> None:
    first = server.ensure_database("first of two")
    execute(first.owner_url, "CREATE TABLE things (n int); INSERT INTO things VALUES (7)")
    copy = server.ensure_database("second", template="first of two")
    assert value(copy.app_url, "SELECT n FROM things") == 7
    with psycopg.connect(copy.app_url):
        server.drop_database("second")
    with pytest.raises(psycopg.OperationalError, match='database "second" does not exist'):
        psycopg.connect(copy.app_url)
    assert server.ensure_database("first of two") == first
    server.drop_database("first of two")


def test_a_second_start_on_one_folder_is_refused(data: Path) -> None:
    with EmbeddedServer(data, durable=False) as first:
        with pytest.raises(AlreadyRunning) as refusal:
            EmbeddedServer(data).start()
        assert str(refusal.value) == (
            f"Kalends is already running on {data} (process {os.getpid()}): "
            "stop it first, or choose another folder with KALENDS_DATA."
        )
        assert value(first.urls.app_url, "SELECT 1") == 1


def test_a_command_uses_the_server_that_runs_or_its_own(data: Path) -> None:
    assert running(data) is None
    with serving(data) as own:
        assert running(data) == own
        with serving(data) as same:
            assert same == own
            assert value(same.app_url, "SELECT current_database()::text") == "kalends"
    assert running(data) is None


def test_another_major_version_is_refused(data: Path) -> None:
    version = data / "postgres" / "PG_VERSION"
    version.write_text("17\n")
    try:
        with pytest.raises(OtherVersion) as refusal:
            EmbeddedServer(data).start()
    finally:
        version.write_text("18\n")
    assert str(refusal.value) == (
        f"The data in {data} was made by PostgreSQL 17 and this Kalends comes with PostgreSQL 18: "
        "run kalends backup DIR with the earlier Kalends, choose an empty folder with KALENDS_DATA, "
        "then run kalends restore DIR with this one."
    )


def test_a_start_that_fails_gives_the_reason_and_lets_go(data_copy: Path) -> None:
    (data_copy / "postgres" / "global" / "pg_control").unlink()
    for _ in range(2):
        with pytest.raises(ServerFailed, match=r"^PostgreSQL did not start on .*pg_control"):
            EmbeddedServer(data_copy).start()


def test_lost_passwords_are_said(data: Path) -> None:
    passwords = data / "passwords.json"
    passwords.rename(passwords.with_name("elsewhere"))
    try:
        with pytest.raises(ServerFailed, match=r"passwords\.json is gone"):
            EmbeddedServer(data).start()
    finally:
        passwords.with_name("elsewhere").rename(passwords)


def test_an_interrupted_making_is_made_anew(data_copy: Path) -> None:
    making = data_copy / "postgres.making"
    (data_copy / "postgres").rename(making)
    (making / "PG_VERSION").unlink()
    with EmbeddedServer(data_copy, durable=False) as server:
        assert value(server.urls.app_url, "SELECT 1") == 1
    assert not making.exists()


def test_a_path_too_long_for_a_socket(data_copy: Path) -> None:
    folder = data_copy.rename(data_copy.with_name("long" * 30))
    with EmbeddedServer(folder, durable=False) as server:
        assert value(server.urls.app_url, "SELECT 1") == 1
        sockets = Path(str(psycopg.conninfo.conninfo_to_dict(server.urls.app_url)["host"]))
        assert folder not in sockets.parents
        assert sockets.stat().st_mode & 0o777 == 0o700
        assert running(folder) == server.urls
    shutil.rmtree(sockets)


START = """
import sys, threading, time
from pathlib import Path
from kalends.operating.embedded import EmbeddedServer
server = EmbeddedServer(Path(sys.argv[1]), durable=False)
if sys.argv[2] == "thread":  # Linux then has nobody to watch, so the server stays behind
    thread = threading.Thread(target=server.start)
    thread.start()
    thread.join()
else:
    server.start()
print(server.pid, flush=True)
time.sleep(60)
"""


def _killed_start(data: Path, how: str) -> int:
    """The number of the PostgreSQL whose starter was killed with SIGKILL."""
    command = [sys.executable, "-c", START, str(data), how]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout is not None
        pid = int(starter.stdout.readline())
        starter.kill()
    return pid


def test_the_server_ends_with_the_one_who_started_it(data: Path) -> None:
    pid = _killed_start(data, "main")
    assert eventually(lambda: not is_alive(pid))
    with EmbeddedServer(data, durable=False) as server:
        assert value(server.urls.app_url, "SELECT 1") == 1


def test_a_server_left_behind_is_ended_before_the_next_start(data: Path) -> None:
    pid = _killed_start(data, "thread")
    assert is_alive(pid)
    with EmbeddedServer(data, durable=False) as server:
        assert not is_alive(pid)
        assert value(server.urls.app_url, "SELECT 1") == 1


def test_children_of_a_killed_postmaster_do_not_hinder_a_start(data: Path) -> None:
    with EmbeddedServer(data) as server:
        execute(server.urls.owner_url, "DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT 1 AS n")
        with psycopg.connect(server.urls.app_url) as connection:
            frozen = connection.info.backend_pid
            os.kill(frozen, signal.SIGSTOP)
        assert server.pid is not None
        os.kill(server.pid, signal.SIGKILL)
        assert eventually(lambda: not server.alive())
        server.launch()
        assert eventually(server.ready)
        assert value(server.urls.app_url, "SELECT n FROM kept") == 1
        assert not is_alive(frozen)


def test_a_stale_number_that_now_belongs_to_another_program(data: Path) -> None:
    account = account_for(data)
    sleeper = start(["sleep", "60"], account=account, environment=os.environ)
    try:
        (data / "postgres" / "postmaster.pid").write_text(f"{sleeper.pid}\n{data}/postgres\n0\n5432\n\n\n\n")
        os.chown(data / "postgres" / "postmaster.pid", account.uid, account.gid)
        with EmbeddedServer(data, durable=False) as server:
            assert value(server.urls.app_url, "SELECT 1") == 1
        assert sleeper.poll() is None
    finally:
        sleeper.kill()
        sleeper.wait()


def test_the_programs_are_of_the_version_we_say() -> None:
    postgres = usable_by(account_for(Path("/nowhere"))) / "bin" / "postgres"
    said = subprocess.run([postgres, "--version"], capture_output=True, text=True, check=True).stdout
    assert said.startswith("postgres (PostgreSQL) 18.")
