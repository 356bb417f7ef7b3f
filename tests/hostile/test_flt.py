"""FLT-01 to 03: web, worker and database are killed in turn while patients book.

The whole system as a person starts it, with a real mail server behind it. What was answered with 201 must be
there, once; every confirmation was sent once, or is listed as unknown.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen
from uuid import uuid4

import psycopg
import pytest

from kalends.operating.embedded import running
from tests.delivery.sink import Sink, free_port, listening

pytestmark = [pytest.mark.slow]
KILLS = ("kalends.operating.working", "kalends.operating.serving", "postgres")
ROUNDS = 2
CLIENTS = 4


@dataclass
class System:
    base: str
    data: Path
    process: subprocess.Popen[bytes]
    sink: Sink
    environment: dict[str, str] = field(default_factory=dict)

    def child(self, name: str) -> int | None:
        """The pid of the process that `up` started for this part."""
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                parent = int((entry / "stat").read_text().rpartition(") ")[2].split()[1])
                command = (entry / "cmdline").read_bytes().decode(errors="replace")
            except (OSError, ValueError, IndexError):
                continue
            if parent == self.process.pid and name in command:
                return int(entry.name)
        return None

    def sql(self, query: str) -> list[tuple[object, ...]]:
        urls = running(self.data)
        assert urls is not None
        with psycopg.connect(urls.owner_url) as connection:
            return connection.execute(query).fetchall()


@pytest.fixture
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    import tempfile

    folder = Path(tempfile.mkdtemp(prefix="kalends-test-", dir="/var/tmp"))
    folder.chmod(0o711)
    port, sink = free_port(), Sink()
    with listening(sink) as mail:
        variables = {
            name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "KALENDS_"))
        }
        variables |= {"EMAIL_URL": mail, "KALENDS_LIMITS": "off"}
        command = [sys.executable, "-m", "kalends.operating.cli", "up", "--demo", "--port", str(port)]
        process = subprocess.Popen([*command, "--data", str(folder / "data")], env=variables, start_new_session=True)
        try:
            found = System(f"http://127.0.0.1:{port}", folder / "data", process, sink, variables)
            _wait_until_ready(found)
            yield found
        finally:
            process.terminate()
            process.wait(60)
            subprocess.run(["rm", "-rf", str(folder)], check=False)


def _wait_until_ready(system: System) -> None:
    until = time.monotonic() + 240
    while time.monotonic() < until:
        assert system.process.poll() is None
        try:
            with urlopen(f"{system.base}/readyz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(0.3)
    raise TimeoutError


class Patients(threading.Thread):
    """Books one time after another, each with a key of its own, asking again until it has an answer."""

    def __init__(self, system: System, times: list[dict[str, str]], stopping: threading.Event, name: str) -> None:
        super().__init__(name=name)
        self.system, self.times, self.stopping = system, times, stopping
        self.booked: dict[str, str] = {}
        self.answers: list[int] = []

    def run(self) -> None:
        while self.times and not self.stopping.is_set():
            slot = self.times.pop()
            number = f"{self.name}{len(self.times)}"
            body = {
                "service": slot["service"],
                "schedule": slot["schedule"],
                "start": slot["start"],
                "contact": {
                    "last_name": f"Panne{number}",
                    "first_name": "Anne",
                    "email": f"panne{number}@courriel.example",
                    "phone": "+33612345678",
                    "birth_date": "1980-01-31",
                },
                "locale": "fr",
            }
            status, answer = self._insist(body, key=str(uuid4()))
            self.answers.append(status)
            if status == 201:
                self.booked[body["contact"]["email"]] = answer["id"]

    def _insist(self, body: dict[str, object], key: str) -> tuple[int, dict[str, str]]:
        request = Request(
            f"{self.system.base}/api/v1/public/tilleuls/appointments",
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "Idempotency-Key": key},
        )
        for _ in range(200):
            try:
                with urlopen(request, timeout=20) as answer:
                    return answer.status, json.load(answer)
            except HTTPError as refusal:
                if refusal.code < 500:
                    return refusal.code, {}
            except (URLError, OSError):
                pass
            time.sleep(0.2)
        raise TimeoutError("no answer after 200 tries")


def _times(system: System) -> list[dict[str, str]]:
    """Free times of all services of the demo clinic, one schedule after another."""
    with urlopen(f"{system.base}/api/v1/public/tilleuls/services", timeout=30) as answer:
        services = [item["id"] for item in json.load(answer)["items"]]
    first = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 3 * 86400))
    last = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 40 * 86400))
    found = {}
    for service in services:
        address = f"{system.base}/api/v1/public/tilleuls/slots?service={service}&from={first}&to={last}"
        with urlopen(address, timeout=30) as answer:
            for slot in json.load(answer)["slots"]:
                found.setdefault((slot["schedule"], slot["start"]), {**slot, "service": service})
    return list(found.values())


def test_killed_in_turn_under_load_nothing_is_lost_and_nothing_double(system: System) -> None:
    times = _times(system)
    stopping = threading.Event()
    patients = [Patients(system, times, stopping, letter) for letter in "abcdefgh"[:CLIENTS]]
    for patient in patients:
        patient.start()
    kills = 0
    for _ in range(ROUNDS):
        for name in KILLS:
            time.sleep(1.5)
            pid = system.child(name)
            assert pid is not None, f"{name} does not run"
            os.kill(pid, signal.SIGKILL)
            kills += 1
            _wait_until_back(system, name, pid)
    time.sleep(1.5)
    stopping.set()
    for patient in patients:
        patient.join(120)
        assert not patient.is_alive()
    booked = {address: identifier for patient in patients for address, identifier in patient.booked.items()}
    assert len(booked) > 10
    assert {status for patient in patients for status in patient.answers} <= {201, 409}
    _nothing_lost_nothing_double(system, booked)
    _every_confirmation_once(system, booked, kills)
    verify = [sys.executable, "-m", "kalends.operating.cli", "verify"]
    done = subprocess.run(
        verify,
        env={**system.environment, "KALENDS_DATA": str(system.data)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _wait_until_back(system: System, name: str, killed: int) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        pid = system.child(name)
        if pid is not None and pid != killed:
            return
        time.sleep(0.1)
    raise TimeoutError(f"{name} was not started again")


def _nothing_lost_nothing_double(system: System, booked: dict[str, str]) -> None:
    rows = system.sql(
        "SELECT c.email, a.id::text FROM booking_appointment a JOIN contacts_contact c ON c.id = a.contact_id "
        "WHERE c.last_name LIKE 'Panne%'"
    )
    assert len({email for email, _ in rows}) == len(rows)
    assert booked.items() <= dict(rows).items()
    assert system.sql(
        "SELECT count(*) FROM agenda_occupancy a JOIN agenda_occupancy b ON a.schedule_id = b.schedule_id "
        "AND a.seat = b.seat AND a.id < b.id AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at"
    ) == [(0,)]


def _every_confirmation_once(system: System, booked: dict[str, str], kills: int) -> None:
    until = time.monotonic() + 120
    waiting = "SELECT count(*) FROM delivery_delivery WHERE state IN ('queued', 'claimed')"
    while system.sql(waiting) != [(0,)]:
        assert time.monotonic() < until, "deliveries are still waiting"
        time.sleep(0.5)
    states = dict(
        system.sql("SELECT recipient, state FROM delivery_delivery WHERE recipient LIKE 'panne%'")  # type: ignore[arg-type]
    )
    assert set(booked) <= set(states)
    assert set(states.values()) <= {"sent", "unknown"}
    assert list(states.values()).count("unknown") <= kills
    assert len(set(system.sink.ids)) == len(system.sink.ids)
    arrived = {recipient for recipient in system.sink.recipients if recipient.startswith("panne")}
    assert {recipient for recipient, state in states.items() if state == "sent"} <= arrived
