"""A real server process, and visitors who listen."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty, Queue
from typing import Any

import httpx
import pytest
from django.conf import settings
from django.test import Client

from kalends.accounts.models import Person
from kalends.operating.serving import web_command

ROOT = Path(__file__).parents[1]
WITHIN = 60.0


@pytest.fixture(scope="session")
def office(database_urls: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of one web process, as in production, on the tests' database."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    surroundings = {
        **os.environ,
        "DATABASE_URL": database_urls[1],
        "KALENDS_BASE_URL": f"http://127.0.0.1:{port}",
        "KALENDS_SECRET_KEY": settings.SECRET_KEY,  # it signs the sessions that the tests make, and the private links
        "KALENDS_DATA": str(tmp_path_factory.mktemp("live")),
        "DJANGO_SETTINGS_MODULE": "tests.journeys.server_settings",
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}",
    }
    surroundings.pop("DATABASE_OWNER_URL", None)
    with subprocess.Popen(web_command(port, processes=1), env=surroundings, cwd=ROOT) as process:
        try:
            _wait(f"http://127.0.0.1:{port}/healthz")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def _wait(address: str) -> None:
    until = time.monotonic() + WITHIN
    while True:
        try:
            httpx.get(address, timeout=5).raise_for_status()
            return
        except httpx.HTTPError:
            assert time.monotonic() < until, "the server does not answer"
            time.sleep(0.1)


@pytest.fixture
def cookies(signed_in: Callable[[Person], Client]) -> Callable[[Person], dict[str, str]]:
    """What the browser of somebody who has signed in sends."""

    def of(person: Person) -> dict[str, str]:
        return {name: morsel.value for name, morsel in signed_in(person).cookies.items()}

    return of


class Listener:
    """One open stream, read in a thread of its own."""

    def __init__(self, address: str, cookies: dict[str, str], headers: dict[str, str] | None = None) -> None:
        self.heard: Queue[tuple[str, Any]] = Queue()
        self.ended = threading.Event()
        self.begun = threading.Event()
        self._client = httpx.Client(timeout=httpx.Timeout(30, read=60))
        self._thread = threading.Thread(target=self._read, args=[address, cookies, headers], daemon=True)
        self._thread.start()
        assert self.begun.wait(20)

    def next(self, seconds: float = 10.0) -> tuple[str, Any]:
        return self.heard.get(timeout=seconds)

    def nothing(self, seconds: float) -> bool:
        try:
            self.heard.get(timeout=seconds)
        except Empty:
            return True
        return False

    def wait_for_all(self) -> None:
        """A process that has only begun to hear tells everybody to look at everything: once that is over."""
        while not self.nothing(0.5):
            pass

    def close(self) -> None:
        self._client.close()

    def _read(self, address: str, cookies: dict[str, str], headers: dict[str, str] | None) -> None:
        name = ""
        try:
            with self._client.stream("GET", address, cookies=cookies, headers=headers) as answer:
                for line in answer.iter_lines():
                    self.begun.set()
                    if line.startswith("event: "):
                        name = line.removeprefix("event: ")
                    elif line.startswith("data: "):
                        self.heard.put((name, json.loads(line.removeprefix("data: "))))
        except httpx.HTTPError:
            pass
        finally:
            self.ended.set()


@pytest.fixture
def listen(office: str) -> Iterator[Callable[..., Listener]]:
    """Listen to the agenda of an organization, by its slug and the visitor's cookies."""
    open_ones: list[Listener] = []

    def begin(slug: str, cookies: dict[str, str], headers: dict[str, str] | None = None) -> Listener:
        listener = Listener(f"{office}/app/{slug}/live/", cookies, headers)
        open_ones.append(listener)
        return listener

    yield begin
    for listener in open_ones:
        listener.close()
