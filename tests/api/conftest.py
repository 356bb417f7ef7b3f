"""A real server on the database of the tests."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from kalends.operating.serving import web_command

STARTS_WITHIN = 60


@pytest.fixture(scope="session")
def server(database_urls: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client, for any number of threads, of version 1 of the API on a free port of this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data: Path = tmp_path_factory.mktemp("server")
    (data / "static").mkdir()
    surroundings = {**os.environ, "DATABASE_URL": database_urls[1], "KALENDS_DATA": str(data)}
    surroundings.pop("DATABASE_OWNER_URL", None)
    with subprocess.Popen(web_command(port, processes=1), env=surroundings) as process:
        try:
            _wait(f"http://127.0.0.1:{port}/healthz")
            many = httpx.Limits(max_connections=100)
            with httpx.Client(base_url=f"http://127.0.0.1:{port}/api/v1", timeout=60, limits=many) as client:
                yield client
        finally:
            process.terminate()


def _wait(address: str) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until:
        try:
            httpx.get(address, timeout=5).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server does not answer")
