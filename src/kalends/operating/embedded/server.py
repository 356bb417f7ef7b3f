"""The embedded server: PostgreSQL on a data folder, as a child of this process."""

import contextlib
import json
import os
import secrets
import signal
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg
from psycopg import sql

from kalends.operating.embedded import cluster, configuration, programs, roles, space
from kalends.operating.embedded.folders import (
    DataFolder,
    Hold,
    disk_full,
    disk_full_is_said,
    open_data_folder,
)
from kalends.operating.embedded.refusals import CannotRun, ServerFailed
from kalends.operating.embedded.roles import APPLICATION, DATABASE, OWNER, Urls

PASSWORDS = "passwords.json"
START_SECONDS = 120.0
"""Long, because after a crash the server first goes through its journal."""

WRITING = "-c default_transaction_read_only=off"
"""For what has to be written even while the disk is nearly full: it is little."""

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
        self._launched_at = 0.0

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
        with self.admin() as admin:
            roles.ensure_database(admin, name, template=template)
        urls = self.urls_of(name)
        if template is None:
            with psycopg.connect(urls.owner_url, options=WRITING) as owner:
                owner.execute(roles.grants_sql(APPLICATION).encode())
        return urls

    def drop_database(self, name: str) -> None:
        """Drop the database `name`, whoever is connected to it, if it is there."""
        with self.admin() as admin:
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def admin(self) -> psycopg.Connection:
        """A connection as the superuser, for what neither role may do. It commits each statement."""
        url = self._url(cluster.SUPERUSER, "admin", "postgres")
        return psycopg.connect(url, autocommit=True, options=WRITING)

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
            self._passwords = passwords_of(data)
            cluster.make(data, superuser_password=self._passwords["admin"], durable=self._durable)
            self._configure(data)
            home = programs.usable_by(data.account)
            self._launched_at = time.time()
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

    settled = ready

    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def tend(self) -> str | None:
        """To be called about every second while it runs: see `space.py`. A sentence if something changed."""
        if self._data is None or not self.alive():
            return None
        read_only = space.turn(self._data)
        if read_only is None:
            return None
        self._signal(signal.SIGHUP)
        cluster.prune_logs(self._data)
        if read_only:
            return f"The disk that holds {self._path} is nearly full: nothing is saved until space is free."
        return f"There is space again on the disk that holds {self._path}: saving goes on."

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
        if self._durable:
            space.prepare(data)
        conf = configuration.postgresql_conf(
            socket_folder=self._socket_folder,
            log_folder=log,
            journal_bytes=space.journal_bytes(data),
            port=self._port,
            durable=self._durable,
        )
        cluster.configure(data, conf=conf, hba=configuration.pg_hba_conf(port=self._port))

    def _wait_until_ready(self) -> None:
        until = time.monotonic() + START_SECONDS
        while not self.ready():
            if not self.alive():
                raise self.failure()
            if time.monotonic() > until:
                raise ServerFailed(f"PostgreSQL on {self._path} did not get ready within {START_SECONDS:.0f} seconds.")
            time.sleep(0.01)

    def failure(self) -> CannotRun:
        """Why the server of the last `launch` ended."""
        said = b""
        if self._process is not None and self._process.stderr is not None:
            os.set_blocking(self._process.stderr.fileno(), False)
            said = self._process.stderr.read() or b""
        if self._data is None:
            return ServerFailed(f"PostgreSQL was not started on {self._path}.")
        code = self._process.poll() if self._process is not None else None
        if code is not None and code < 0:
            how = signal.Signals(-code).name
            return ServerFailed(f"PostgreSQL on {self._path} ended (killed by {how}).")
        return cluster.failure(self._data, said.decode(errors="replace"), since=self._launched_at)

    def _furnish(self) -> None:
        try:
            with self.admin() as admin:
                roles.ensure_roles(admin, owner_password=self._passwords["owner"], app_password=self._passwords["app"])
            self.ensure_database(DATABASE)
        except psycopg.errors.DiskFull as error:
            raise disk_full(self._path) from error
        except psycopg.OperationalError as error:
            reason = " ".join(str(error).split())
            raise ServerFailed(f"PostgreSQL on {self._path} runs, but does not let us in: {reason}") from error

    def _url(self, role: str, key: str, database: str) -> str:
        if self._socket_folder is None:
            raise ServerFailed("The embedded database was not started.")
        return roles.url(
            role=role,
            password=self._passwords[key],
            database=database,
            socket_folder=self._socket_folder,
            port=self._port or configuration.PORT,
        )

    def _signal(self, how: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(how)

    def _forget_process(self) -> None:
        if self._process is not None:
            if self._process.stderr is not None:
                self._process.stderr.close()
            self._process = None


def passwords_of(data: DataFolder) -> dict[str, str]:
    """The passwords of the three roles (`admin`, `owner`, `app`), made once."""
    if data.cluster.exists() and data.read(PASSWORDS) is None:
        raise ServerFailed(f"The file {data.path / PASSWORDS} is gone: put it back from a backup of the data folder.")
    made = {role: secrets.token_urlsafe(24) for role in ("admin", "owner", "app")}
    kept: dict[str, str] = json.loads(data.write_once(PASSWORDS, json.dumps(made, indent=2) + "\n"))
    return kept
