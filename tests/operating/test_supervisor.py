"""Children that die, children that do not, and a supervisor that is told to end or is killed."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from kalends.operating.embedded import EmbeddedServer
from kalends.operating.supervisor import ChildFailed, Program, Supervisor, Watched
from tests.operating.conftest import eventually
from tests.operating.test_embedded_server import execute, is_alive, value

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(place: Path) -> Iterator[Start]:
    """Starts tests/operating/supervised.py; what still runs at the end of the test is ended, before `place` goes."""
    started: list[subprocess.Popen[str]] = []

    def run(*arguments: object) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tests.operating.supervised", *map(str, arguments)]
        started.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True, preexec_fn=hang_up_ends))
        return started[-1]

    yield run
    for process in started:
        process.terminate()
        process.communicate(timeout=60)


def hang_up_ends() -> None:
    """Whoever runs the tests may ignore SIGHUP (nohup does), and children inherit that."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def line(process: subprocess.Popen[str], word: str) -> str:
    """The rest of the next line that begins with `word`."""
    assert process.stdout is not None
    for text in process.stdout:
        if text.startswith(word + " "):
            return text.removeprefix(word).strip()
    raise AssertionError(f"it ended without a line that begins with {word}")


def pids(process: subprocess.Popen[str]) -> tuple[int, int]:
    first, second = line(process, "ready").split()
    return int(first), int(second)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_everything(start: Start, place: Path, number: signal.Signals) -> None:
    supervisor = start("parent", place)
    children = pids(supervisor)
    grandchildren = [int((place / name).read_text()) for name in ("first", "second")]
    supervisor.send_signal(number)
    said = supervisor.communicate(timeout=30)[0]
    assert (supervisor.returncode, said) == (0, "ended\n")
    assert not any(is_alive(pid) for pid in (*children, *grandchildren))


def test_the_last_one_started_ends_first(place: Path) -> None:
    ended: list[str] = []

    class Noted(Program):
        def interrupt(self) -> None:
            ended.append(self.name)
            super().interrupt()

    names = ("database", "worker", "web")
    children = [Noted(name, ["sleep", "60"], environment=os.environ) for name in names]
    supervisor = Supervisor(children)
    supervisor.run(supervisor.ask_to_stop)
    assert ended == ["web", "worker", "database"]


def test_one_that_ignores_the_wish_is_killed(start: Start, place: Path) -> None:
    supervisor = start("stubborn", place)
    stubborn = pids(supervisor)
    supervisor.terminate()
    supervisor.communicate(timeout=30)
    assert supervisor.returncode == 0
    assert not any(is_alive(pid) for pid in stubborn)


def test_the_children_of_a_killed_supervisor_end(start: Start, place: Path) -> None:
    supervisor = start("plain", place)
    children = pids(supervisor)
    supervisor.kill()
    assert eventually(lambda: not any(is_alive(pid) for pid in children))


def test_a_child_that_dies_is_started_again_without_what_it_left(start: Start, place: Path) -> None:
    supervisor = start("parent", place)
    first, second = pids(supervisor)
    grandchild = int((place / "second").read_text())
    (place / "second").unlink()
    os.kill(second, signal.SIGKILL)
    assert line(supervisor, "said") == "second ended (killed by SIGKILL). It is started again."
    assert eventually(lambda: (place / "second").exists())
    assert eventually(lambda: not is_alive(grandchild))
    assert is_alive(first)


def test_one_that_does_not_come_up_stops_the_others() -> None:
    good = Program("worker", ["sleep", "60"], environment=os.environ)
    bad = Program("web", ["sh", "-c", "exit 3"], environment=os.environ, is_ready=lambda: False)
    with pytest.raises(ChildFailed) as refusal:
        Supervisor([good, bad]).run()
    assert str(refusal.value) == "web ended (exit code 3)."
    assert good.pid is not None
    assert not is_alive(good.pid)


def test_a_program_that_is_not_there_is_said() -> None:
    missing = Program("web", ["/nowhere/web"], environment=os.environ, is_ready=lambda: False)
    with pytest.raises(ChildFailed) as refusal:
        Supervisor([missing]).run()
    assert str(refusal.value) == "web ended (exit code 1)."


def test_restarts_come_more_slowly_until_one_does_its_work() -> None:
    web = Program("web", ["sleep", "60"], environment=os.environ)
    watched = Watched(web)
    due = []
    for _ in range(7):
        watched.plan(100.0)
        due.append(watched.due_at)
    assert due == [100.0, 100.5, 101.0, 102.0, 104.0, 104.0, 104.0]
    watched.look()
    watched.plan(200.0)
    assert watched.due_at == 204.0


def test_a_database_that_came_up_is_not_made_to_wait_long(data: Path) -> None:
    with EmbeddedServer(data, durable=False) as server:
        watched = Watched(server)
        for _ in range(5):
            watched.plan(100.0)
        watched.look()
        watched.plan(200.0)
        assert watched.due_at == 200.5


def _in_time(url: str, query: str) -> object:
    """The answer as soon as the server gives one, within the ten seconds that a restart may take."""
    answers: list[object] = []

    def ask() -> bool:
        with suppress(psycopg.OperationalError):
            answers.append(value(url, query))
        return bool(answers)

    assert eventually(ask, within=10)
    return answers[0]


@pytest.fixture
def database(start: Start, data_copy: Path) -> tuple[str, int]:
    """A database under a supervisor, with one row saved: (application's URL, number of the server)."""
    supervisor = start("database", data_copy)
    url, owner_url = line(supervisor, "url"), line(supervisor, "owner")
    execute(owner_url, "CREATE TABLE saved (n int)")
    pid, _ = pids(supervisor)
    execute(url, "INSERT INTO saved VALUES (1)")
    return url, pid


def test_a_killed_database_comes_back_with_what_was_saved(database: tuple[str, int]) -> None:
    url, pid = database
    os.kill(pid, signal.SIGKILL)
    assert eventually(lambda: not is_alive(pid))
    assert _in_time(url, "SELECT n FROM saved") == 1


def test_all_processes_of_the_database_killed_three_times(database: tuple[str, int], data_copy: Path) -> None:
    url, _ = database
    for n in (2, 3, 4):
        for pid in _of_cluster(data_copy):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        assert _in_time(url, "SELECT count(*) FROM saved") == n - 1
        execute(url, f"INSERT INTO saved VALUES ({n})")


def test_a_killed_database_with_a_child_that_lingers_comes_back(database: tuple[str, int]) -> None:
    url, pid = database
    with psycopg.connect(url) as connection:
        lingering = connection.info.backend_pid
        os.kill(lingering, signal.SIGSTOP)
        os.kill(pid, signal.SIGKILL)
        assert eventually(lambda: not is_alive(pid))
        assert _in_time(url, "SELECT n FROM saved") == 1
    assert not is_alive(lingering)


def _of_cluster(data: Path) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        with suppress(OSError):
            if entry.name.isdigit() and (entry / "cwd").samefile(data / "postgres"):
                found.append(int(entry.name))
    return found
