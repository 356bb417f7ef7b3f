"""The embedded server: PostgreSQL on a data folder, as a child of this process."""

import contextlib
import json
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg
from psycopg import sql

from kalends.operating.embedded import cluster, configuration, programs, roles
from kalends.operating.embedded.account import account_for
from kalends.operating.embedded.folders import DataFolder, Hold, disk_full_is_said, held_by, open_data_folder
from kalends.operating.embedded.refusals import CannotRun, FolderRefused, ServerFailed
from kalends.operating.embedded.roles import APPLICATION, DATABASE, OWNER, Urls

PASSWORDS = "passwords.json"
START_SECONDS = 120.0
"""Long, because after a crash the server first goes through its journal."""

STOP_SECONDS = 30.0


class EmbeddedServer:
    """PostgreSQL on one data folder, held for this process from `start` to `stop`.

    `port` None: reachable by its socket only. `durable` False: quicker, lost whole when the machine stops.
    For a supervisor it is a child: `launch`, `ready`, `alive`, `interrupt`, `kill`.
    """

    name = "database"

    def __init__(self, path: Path, *, port: int | None = None, durable: bool = True) -> None:
        self._path = path
        self._port = port
        self._durable = durable
        self._data: DataFolder | None = None
        self._hold: Hold | None = None
        self._socket_folder: Path | None = None
        self._passwords: dict[str, str] = {}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> Self:
        """Start and wait until the database and both its roles are there. Raises CannotRun."""
        try:
            self.launch()
            self._wait_until_ready()
            self._furnish()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """End all connections, write everything down and let the data folder go."""
        if self._process is not None:
            for how, patience in (
                (signal.SIGINT, STOP_SECONDS),
                (signal.SIGQUIT, 5.0),
                (signal.SIGKILL, 5.0),
            ):
                self._signal(how)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._process.wait(patience)
                    break
            self._forget_process()
        if self._hold is not None:
            self._hold.release()
            self._hold = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def urls(self) -> Urls:
        """Of the database `kalends`."""
        return self.urls_of(DATABASE)

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def urls_of(self, database: str) -> Urls:
        return Urls(self._url(OWNER, "owner", database), self._url(APPLICATION, "app", database))

    def ensure_database(self, name: str, *, template: str | None = None) -> Urls:
        """Make a database of its own, empty or as a copy of `template` (to which nobody may be connected)."""
        with self._admin() as admin:
            made = roles.ensure_database(admin, name, template=template)
        found = self.urls_of(name)
        if made and template is None:
            self._grant(found)
        return found

    def drop_database(self, name: str) -> None:
        """Drop the database `name`, whoever is connected to it, if it is there."""
        with self._admin() as admin:
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def launch(self) -> None:
        """Start the server without waiting for it, after an end of whatever kind. Raises CannotRun."""
        self._forget_process()
        if self._data is None:
            self._data = open_data_folder(self._path)
        data = self._data
        if self._hold is None:
            self._hold = data.hold()
        with disk_full_is_said(data.path):
            cluster.end_orphans(data)
            self._passwords = _passwords(data)
            cluster.make(data, superuser_password=self._passwords["admin"], durable=self._durable)
            self._configure(data)
            home = programs.usable_by(data.account)
            self._process = programs.start(
                [home / "bin" / "postgres", "-D", data.cluster],
                account=data.account,
                environment=programs.environment(),
                folder=data.cluster,
                ends_by=signal.SIGINT,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
            )

    def ready(self) -> bool:
        """Whether the server of the last `launch` takes connections."""
        known = cluster.postmaster(self._data.path) if self._data else None
        return self.alive() and known is not None and known.pid == self.pid and known.ready

    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def interrupt(self) -> None:
        """Ask it to end, without waiting."""
        self._signal(signal.SIGINT)

    def kill(self) -> None:
        """End it at once; nothing that was committed is lost."""
        self._signal(signal.SIGQUIT)

    def _configure(self, data: DataFolder) -> None:
        if self._socket_folder is None or not self._socket_folder.is_dir():
            self._socket_folder = data.socket_folder()
        log = data.folder("log")
        cluster.prune_logs(data)
        conf = configuration.postgresql_conf(
            socket_folder=self._socket_folder, log_folder=log, port=self._port, durable=self._durable
        )
        cluster.configure(data, conf=conf, hba=configuration.pg_hba_conf(port=self._port))

    def _wait_until_ready(self) -> None:
        until = time.monotonic() + START_SECONDS
        while not self.ready():
            if not self.alive():
                raise self.failure()
            if time.monotonic() > until:
                raise ServerFailed(
                    f"PostgreSQL on {self._path} did not get ready within {START_SECONDS:.0f} seconds."
                )
            time.sleep(0.01)

    def failure(self) -> CannotRun:
        """Why the server of the last `launch` ended."""
        said = b""
        if self._process is not None and self._process.stderr is not None:
            os.set_blocking(self._process.stderr.fileno(), False)
            said = self._process.stderr.read() or b""
        if self._data is None:
            return ServerFailed(f"PostgreSQL was not started on {self._path}.")
        return cluster.failure(self._data, said.decode(errors="replace"))

    def _furnish(self) -> None:
        try:
            with self._admin() as admin:
                roles.ensure_roles(
                    admin, owner_password=self._passwords["owner"], app_password=self._passwords["app"]
                )
            self.ensure_database(DATABASE)
        except psycopg.errors.DiskFull as error:
            raise self.failure() from error
        except psycopg.OperationalError as error:
            reason = " ".join(str(error).split())
            raise ServerFailed(
                f"PostgreSQL on {self._path} runs, but does not let us in: {reason}"
            ) from error

    def _grant(self, urls: Urls) -> None:
        with psycopg.connect(urls.owner_url) as owner:
            owner.execute(roles.grants_sql(APPLICATION).encode())

    def _admin(self) -> psycopg.Connection:
        return psycopg.connect(self._url(cluster.SUPERUSER, "admin", "postgres"), autocommit=True)

    def _url(self, role: str, key: str, database: str) -> str:
        if self._socket_folder is None:
            raise ServerFailed("The embedded database was not started.")
        return roles.url(
            role=role, password=self._passwords[key], database=database, host=str(self._socket_folder)
        )

    def _signal(self, how: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(how)

    def _forget_process(self) -> None:
        if self._process is not None:
            if self._process.stderr is not None:
                self._process.stderr.close()
            self._process = None


def running(path: Path) -> Urls | None:
    """The URLs of the server that some process (`kalends up`) runs on the data folder, if one does."""
    path = Path(os.path.abspath(path.expanduser())).resolve()
    known = cluster.postmaster(path)
    if held_by(path) is None or known is None or not known.ready or known.socket_folder is None:
        return None
    passwords = _passwords(DataFolder(path, account_for(path)))
    host = str(known.socket_folder)
    return Urls(
        roles.url(role=OWNER, password=passwords["owner"], database=DATABASE, host=host),
        roles.url(role=APPLICATION, password=passwords["app"], database=DATABASE, host=host),
    )


@contextmanager
def serving(path: Path) -> Iterator[Urls]:
    """The URLs of the embedded database for the length of one command: of the running server or our own."""
    urls = running(path)
    if urls is not None:
        yield urls
        return
    with EmbeddedServer(path) as server:
        yield server.urls


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


SCRATCH = "kalends-scratch-"
SWEPT_AFTER = 600.0
"""Seconds; well past the moment in which a new server takes hold of its folder."""


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


def _passwords(data: DataFolder) -> dict[str, str]:
    """The passwords of the three roles, made once."""
    kept = data.read(PASSWORDS)
    if kept is not None:
        found: dict[str, str] = json.loads(kept)
        return found
    if data.cluster.exists():
        raise ServerFailed(
            f"The file {data.path / PASSWORDS} is gone: put it back from a backup of the data folder."
        )
    made = {role: secrets.token_urlsafe(24) for role in ("admin", "owner", "app")}
    data.write(PASSWORDS, json.dumps(made, indent=2) + "\n")
    return made
