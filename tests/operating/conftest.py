"""A real server on real folders. What needs root (another account, a small disk) is skipped without it."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from kalends.operating.embedded import EmbeddedServer, scratch
from tests.conftest import database_url

IS_ROOT = os.geteuid() == 0
needs_root = pytest.mark.skipif(not IS_ROOT, reason="only root can change the account or mount a disk")


def eventually(condition: Callable[[], bool], *, within: float = 10.0) -> bool:
    """Whether `condition` comes true within so many seconds."""
    until = time.monotonic() + within
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


@contextmanager
def small_disk(folder: Path, *, megabytes: int) -> Iterator[Path]:
    folder.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedServer]:
    """One for all tests that neither stop it nor look at its folder."""
    with scratch() as running:
        yield running


@pytest.fixture
def place() -> Iterator[Path]:
    """An empty folder that every account may enter, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="kalends-test-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def data() -> Iterator[Path]:
    """A data folder with a cluster that does not run. All tests share it, so each leaves it able to start."""
    folder = Path(tempfile.mkdtemp(prefix="kalends-test-", dir="/tmp"))
    with EmbeddedServer(folder, durable=False):
        pass
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def data_copy(data: Path, place: Path) -> Path:
    """A copy of `data` that a test may break."""
    subprocess.run(["cp", "-a", data, place / "data"], check=True)
    return place / "data"


def drop_database(owner_url: str, name: str) -> None:
    """An autovacuum worker that looks in just then is the server's own: not even the owner may end it. It leaves."""

    def dropped() -> bool:
        with (
            suppress(psycopg.errors.InsufficientPrivilege),
            psycopg.connect(database_url(owner_url, "postgres"), autocommit=True) as admin,
        ):
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
            return True
        return False

    assert eventually(dropped, within=60)
