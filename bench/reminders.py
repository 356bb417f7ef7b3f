"""Reminders planned, carried and acknowledged per second; and workers killed in the middle, by the sink's own log."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import psycopg

from bench import changed, couriers, due, planning, scratch
from bench.figures import Figures
from bench.workers import workers
from kalends.operating.installation import Installation

ORGANIZATIONS, DAYS = 4, 42  # some 25,000 visits each
OVER_SMTP, AMONG_KILLS = 5_000, 20_000
# With --full REM-01 as it is written: all of the 100,000 among 500 kills.
KILLS, KILLS_IN_FULL, CONNECTIONS = 60, 500, 4


def run(figures: Figures, options: argparse.Namespace) -> None:
    with scratch.system() as installation, scratch.owner(installation) as owner:
        made = [due.make(owner, f"reminders-{number}", days=DAYS) for number in range(ORGANIZATIONS)]
        clinics = [bench.organization_id for bench, _count in made]
        planning.run(figures, installation, owner, {bench.organization_id: count for bench, count in made})
        owner.execute("VACUUM ANALYZE")
        changed.run(figures, owner)
        _to_the_outbox(figures, owner, clinics)
        if options.full:
            _killed(figures, installation, owner, clinics, at_most=sys.maxsize, kills=KILLS_IN_FULL)
        else:
            _killed(figures, installation, owner, clinics[2:3], at_most=AMONG_KILLS, kills=KILLS)
        couriers.run(figures, owner, clinics[0], at_most=AMONG_KILLS)
        for connections in (1, CONNECTIONS, 2 * CONNECTIONS):
            _over_smtp(figures, installation, owner, clinics[1], connections)


def _to_the_outbox(figures: Figures, owner: psycopg.Connection, clinics: Sequence[UUID]) -> None:
    """The letters are written, the carrier answers at once."""
    waiting = _states(owner, clinics).total()
    with _memory() as memory:
        began, ended = couriers.carried()
    figures.add("reminders written, carried to the outbox and recorded, a second", waiting / (ended - began), "/s")
    figures.add("memory after a tenth of them", memory[len(memory) // 10] / 1e6, "MB")
    figures.add("memory after all of them", memory[-1] / 1e6, "MB")
    assert all(set(due.states(owner, clinic)) == {"sent"} for clinic in clinics)


def _over_smtp(
    figures: Figures, installation: Installation, owner: psycopg.Connection, clinic: UUID, connections: int
) -> None:
    """One worker process; from the first e-mail that the sink has taken to the last that is recorded."""
    waiting = due.queue_again(owner, clinic, at_most=OVER_SMTP)
    with _sink(installation) as sink, workers(_variables(installation, sink, connections)) as given:
        worker = given.start()
        _wait(lambda: sink.count() > 0)
        began, before = time.perf_counter(), sink.count()
        _wait(lambda: not {"queued", "claimed"} & set(due.states(owner, clinic)))
        seconds = time.perf_counter() - began
        given.end(worker, signal.SIGTERM)
        assert Counter(sink.taken().values()) == {1: waiting}
    figures.add(f"e-mails over SMTP, one worker, {connections} connections", (waiting - before) / seconds, "/s")


def _killed(
    figures: Figures,
    installation: Installation,
    owner: psycopg.Connection,
    clinics: Sequence[UUID],
    *,
    at_most: int,
    kills: int,
) -> None:
    """A worker killed again and again, and a sink that often fails: nothing twice, nothing lost."""
    waiting = sum(due.queue_again(owner, clinic, at_most=at_most) for clinic in clinics)
    with (
        _sink(installation, "--troubled") as sink,
        workers(_variables(installation, sink, CONNECTIONS, timeout="0.5")) as given,
    ):
        for kill in range(1, kills + 1):
            worker = given.start()
            _wait(lambda kill=kill: sink.count() >= kill * waiting // (kills + 20))  # type: ignore[misc]
            given.end(worker, signal.SIGKILL)
        worker = given.start()
        _wait(lambda: _is_over(owner, clinics))
        given.end(worker, signal.SIGTERM)
        taken = sink.taken()
    states = _states(owner, clinics)
    by_kill, said_sent = _unknown(owner, clinics)
    figures.add(f"{kills} kills: reminders", waiting, "messages")
    figures.add(f"{kills} kills: taken twice by the sink", sum(times > 1 for times in taken.values()), "messages")
    figures.add(f"{kills} kills: recorded as sent, not taken", len(said_sent - taken.keys()), "messages")
    for state, count in sorted(states.items()):
        figures.add(f"{kills} kills: {state}", count, "messages")
    figures.add(f"{kills} kills: unknown because of a kill (at most {kills * CONNECTIONS})", by_kill, "messages")
    figures.add(f"{kills} kills: neither sent, unknown nor refused for good", waiting - states.total(), "messages")
    assert max(taken.values()) == 1
    assert said_sent <= taken.keys()
    assert set(states) <= {"sent", "unknown", "failed"}
    assert states.total() == waiting
    assert by_kill <= kills * CONNECTIONS


def _states(owner: psycopg.Connection, clinics: Sequence[UUID]) -> Counter[str]:
    return sum((Counter(due.states(owner, clinic)) for clinic in clinics), Counter())


def _is_over(owner: psycopg.Connection, clinics: Sequence[UUID]) -> bool:
    """What was refused for now is tried at once, not in minutes."""
    owner.execute(
        "UPDATE delivery_delivery SET due_at = now() "
        "WHERE organization_id = ANY(%s) AND state = 'queued' AND due_at > now()",
        [list(clinics)],
    )
    return not {"queued", "claimed"} & set(_states(owner, clinics))


def _unknown(owner: psycopg.Connection, clinics: Sequence[UUID]) -> tuple[int, set[str]]:
    """How many are unknown because their worker died; the Message-IDs of those recorded as sent."""
    from kalends.delivery.operations.claiming import BROKEN_OFF

    whose = list(clinics)
    asked = (
        "SELECT count(*) FROM delivery_delivery WHERE organization_id = ANY(%s) AND state = 'unknown' AND reason = %s"
    )
    ((by_kill,),) = owner.execute(asked, [whose, BROKEN_OFF]).fetchall()
    asked = "SELECT message_id FROM delivery_delivery WHERE organization_id = ANY(%s) AND state = 'sent'"
    return by_kill, {id for (id,) in owner.execute(asked, [whose]).fetchall()}


@dataclass
class Sink:
    port: int
    log: Path

    def count(self) -> int:
        return self.log.read_bytes().count(b"\n")

    def taken(self) -> Counter[str]:
        """How often each Message-ID was taken."""
        lines = (line.split() for line in self.log.read_text().splitlines())
        return Counter(id for verdict, id, _recipient in lines if verdict == "taken")


@contextmanager
def _sink(installation: Installation, *options: str) -> Iterator[Sink]:
    sink = Sink(scratch.free_port(), installation.environment.data / "sink.log")
    command = [sys.executable, "-m", "bench.sink", str(sink.port), str(sink.log), *options]
    with subprocess.Popen(command, cwd=scratch.SOURCE_TREE) as process:
        try:
            _wait(lambda: _listens(sink.port))
            yield sink
        finally:
            process.kill()


def _listens(port: int) -> bool:
    import socket

    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def _variables(installation: Installation, sink: Sink, connections: int, timeout: str = "10") -> dict[str, str]:
    url = f"smtp://127.0.0.1:{sink.port}?from=agenda@bench.example&timeout={timeout}&connections={connections}"
    return {**installation.process_environment(), "EMAIL_URL": url}


@contextmanager
def _memory() -> Iterator[list[int]]:
    """What this process holds, in bytes, every half second."""
    held: list[int] = []
    over = threading.Event()

    def look() -> None:
        while not over.wait(0.5):
            held.append(int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE"))

    looking = threading.Thread(target=look)
    looking.start()
    try:
        yield held
    finally:
        over.set()
        looking.join()


def _wait(condition: Callable[[], bool], *, seconds: float = 900) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it does not come to this"
        time.sleep(0.1)
