"""Ways to come by an embedded server: the one that runs, one for a single command, one to throw away."""

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kalends.operating.embedded import cluster, roles
from kalends.operating.embedded.account import account_for
from kalends.operating.embedded.folders import DataFolder, held_by
from kalends.operating.embedded.refusals import FolderRefused
from kalends.operating.embedded.roles import APPLICATION, DATABASE, OWNER, Urls
from kalends.operating.embedded.server import EmbeddedServer, passwords_of

PATIENCE = 15.0
SCRATCH = "kalends-scratch-"
SWEPT_AFTER = 600.0
"""Seconds; well past the moment in which a new server takes hold of its folder."""


def running(path: Path) -> Urls | None:
    """The URLs of the server that some process (`kalends up`) runs on the data folder, if one does."""
    path = Path(os.path.abspath(path.expanduser())).resolve()
    known = cluster.postmaster(path)
    if held_by(path) is None or known is None or not known.ready:
        return None
    passwords = passwords_of(DataFolder(path, account_for(path)))

    def url(role: str, password: str) -> str:
        return roles.url(
            role=role,
            password=password,
            database=DATABASE,
            socket_folder=known.socket_folder,
            port=known.port,
        )

    return Urls(url(OWNER, passwords["owner"]), url(APPLICATION, passwords["app"]))


@contextmanager
def serving(path: Path) -> Iterator[Urls]:
    """The URLs of the embedded database for the length of one command: of the running server or our own."""
    urls = _running_soon(path)
    if urls is not None:
        yield urls
        return
    with EmbeddedServer(path) as server:
        yield server.urls


def _running_soon(path: Path) -> Urls | None:
    """As `running`, but one that is just starting, or starting again, is waited for."""
    until = time.monotonic() + PATIENCE
    while (urls := running(path)) is None and held_by(path) is not None and time.monotonic() < until:
        time.sleep(0.1)
    return urls


@contextmanager
def scratch(*, port: int | None = None) -> Iterator[EmbeddedServer]:
    """A quick, not durable server on a folder that is deleted afterwards: for tests and benches."""
    place = _scratch_place()
    _sweep(place)
    folder = Path(tempfile.mkdtemp(prefix=SCRATCH, dir=place))
    try:
        with EmbeddedServer(folder, port=port, durable=False) as server:
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _scratch_place() -> Path:
    """Where temporary files go, provided that the account of the database may go there too."""
    for place in map(Path, (tempfile.gettempdir(), "/tmp", "/var/tmp")):  # noqa: S108 - private by mkdtemp
        if place.is_dir() and account_for(place / "new").closed_folder(place) is None:
            return place
    raise FolderRefused("No folder for temporary files is open to the account of the database: set TMPDIR.")


def _sweep(place: Path) -> None:
    """Delete what killed predecessors left: folders that were held once and that nobody holds now."""
    for folder in place.glob(f"{SCRATCH}*"):
        with contextlib.suppress(OSError):
            old = time.time() - (folder / "lock").stat().st_mtime > SWEPT_AFTER
            if old and held_by(folder) is None:
                shutil.rmtree(folder, ignore_errors=True)
