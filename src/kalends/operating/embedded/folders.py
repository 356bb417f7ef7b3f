"""The data folder and what lies in it: closed to every other account, held by one process at a time."""

import errno
import fcntl
import hashlib
import os
import pwd
import secrets
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from kalends.operating.embedded.account import Account, account_for
from kalends.operating.embedded.refusals import AlreadyRunning, DiskFull, FolderRefused

MARK = "KALENDS_DATA"
MARK_TEXT = "This folder holds the data of a Kalends installation. Nothing in it is to be changed by hand.\n"
LONGEST_SOCKET = 100
"""Characters of a socket's path that work on every system (Linux takes 107, macOS 103)."""

SOCKET = ".s.PGSQL.5432"


@dataclass(frozen=True)
class DataFolder:
    """A data folder that was opened (`open_data_folder`): it exists, is ours, and its mode is 0700."""

    path: Path
    account: Account

    @property
    def cluster(self) -> Path:
        return self.path / "postgres"

    @property
    def log(self) -> Path:
        return self.path / "log"

    def folder(self, name: str) -> Path:
        """A folder inside, mode 0700, of the same account; made if it is not there."""
        path = self.path / name
        with disk_full_is_said(self.path):
            if not _make_private(path, self.account):
                raise FolderRefused(f"{path} is not a folder of Kalends: move it away, then start again.")
        return path

    def read(self, name: str) -> str | None:
        try:
            return (self.path / name).read_text(encoding="utf-8")
        except FileNotFoundError:
            return None

    def write(self, name: str, text: str) -> None:
        """Write a private file (mode 0600) whole or not at all, and wait until it is on the disk."""
        with disk_full_is_said(self.path):
            write_private(self.path / name, text, self.account)

    def write_once(self, name: str, text: str) -> str:
        """Write a private file unless it is there already; what it then holds, also if two come at once."""
        path = self.path / name
        if not path.exists():
            with disk_full_is_said(self.path):
                write_private(path, text, self.account, replace=False)
        return path.read_text(encoding="utf-8")

    def socket_folder(self) -> Path:
        """A private folder with a path short enough for a socket: inside, or where the system keeps them."""
        inside = self.path / "run"
        if len(str(inside / SOCKET)) <= LONGEST_SOCKET:
            return self.folder("run")
        name = "kalends-" + hashlib.sha256(str(self.path).encode()).hexdigest()[:16]
        for place in _runtime_places(self.account):
            path = place / name
            if _make_private(path, self.account):
                return path
        made = Path(tempfile.mkdtemp(prefix="kalends-", dir="/tmp"))
        self.account.own(made)
        return made

    def hold(self) -> "Hold":
        """Hold the folder for this process until `Hold.release`. Raises AlreadyRunning."""
        lock = self.path / "lock"
        if lock.is_symlink():
            raise FolderRefused(f"{lock} is not a file of Kalends: move it away, then start again.")
        file = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            _lock(file)
        except BlockingIOError:
            pid = os.read(file, 20).decode().strip()
            os.close(file)
            who = f" (process {pid})" if pid else ""
            raise AlreadyRunning(
                f"Kalends is already running on {self.path}{who}: "
                "stop it first, or choose another folder with KALENDS_DATA."
            ) from None
        hold = Hold(file)
        try:
            with disk_full_is_said(self.path):
                os.ftruncate(file, 0)
                os.write(file, f"{os.getpid()}\n".encode())
                if not self.account.is_ours:
                    os.fchown(file, self.account.uid, self.account.gid)
        except BaseException:
            hold.release()
            raise
        return hold


class Hold:
    """The data folder is held; the system lets go of it by itself when the process ends."""

    def __init__(self, file: int) -> None:
        self._file: int | None = file

    def release(self) -> None:
        if self._file is not None:
            os.ftruncate(self._file, 0)
            os.close(self._file)
            self._file = None


def open_data_folder(path: Path) -> DataFolder:
    """Make the folder if need be and check that it is ours and closed. Raises FolderRefused, DiskFull.

    Folders above it are never changed: where the account of the database cannot pass one, it is refused.
    """
    path = Path(os.path.abspath(path.expanduser())).resolve()
    account = account_for(path)
    if not os.path.exists(path):  # unlike Path.exists, False below a closed folder
        with disk_full_is_said(path.parent):
            _make_above(path, account)
            _make_private(path, account)
    _refuse_closed_parents(path, account)
    _refuse_foreign(path, account)
    data = DataFolder(path, account)
    account.own(path)
    path.chmod(0o700)
    if not (path / MARK).exists():
        data.write(MARK, MARK_TEXT)
    return data


def held_by(path: Path) -> int | None:
    """The process that holds the data folder `path`, or None."""
    try:
        file = os.open(path / "lock", os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        pid = os.read(file, 20).strip()
        return int(pid) if pid.isdigit() else 0
    finally:
        os.close(file)
    return None


def write_private(path: Path, text: str, account: Account, *, replace: bool = True) -> None:
    """Write `path` (mode 0600) whole or not at all; `replace` False: one that is there stays as it is."""
    making = path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}")
    file = os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(file, "w", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(file)
            if not account.is_ours:
                os.fchown(file, account.uid, account.gid)
        if replace:
            making.replace(path)
        else:
            with suppress(FileExistsError):
                path.hardlink_to(making)
    finally:
        making.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _lock(file: int) -> None:
    """Take the lock at once, or raise BlockingIOError; who merely looks (`held_by`) has it for a blink."""
    for _ in range(4):
        with suppress(BlockingIOError):
            return fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        time.sleep(0.05)
    return fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def disk_full_is_said(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise disk_full(folder) from error
        raise


def disk_full(folder: Path) -> DiskFull:
    return DiskFull(
        f"The disk that holds {folder} is full: free some space, then start again; nothing that was saved is lost."
    )


def free_bytes(folder: Path) -> int:
    return shutil.disk_usage(folder).free


def _make_private(path: Path, account: Account) -> bool:
    """Make `path` a folder of the account with mode 0700. False where something foreign sits there."""
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        status = path.lstat()
        if not stat.S_ISDIR(status.st_mode) or status.st_uid not in (account.uid, os.geteuid()):
            return False
    account.own(path)
    path.chmod(0o700)
    return True


def _make_above(path: Path, account: Account) -> None:
    """Make the folders above `path` that are not there, after those that are were found open."""
    _refuse_closed_parents(path, account)
    for folder in reversed([folder for folder in path.parents if not os.path.exists(folder)]):
        try:
            folder.mkdir()
        except OSError as error:
            raise FolderRefused(f"The folder {folder} cannot be made: {error.strerror}.") from error
        if not account.is_ours:
            folder.chmod(0o755)


def _refuse_closed_parents(path: Path, account: Account) -> None:
    closed = account.closed_folder(path.parent)
    if closed:
        raise FolderRefused(
            f"The data folder {path} cannot be used, because {closed} is closed to the account "
            f"{account.name}, under which the database runs: choose another folder with KALENDS_DATA, "
            "such as /var/lib/kalends."
        )


def _refuse_foreign(path: Path, account: Account) -> None:
    if not path.is_dir():
        raise FolderRefused(f"{path} is not a folder: choose another one with KALENDS_DATA.")
    status = path.stat()
    if status.st_uid not in (account.uid, os.geteuid()):
        raise FolderRefused(
            f"The data folder {path} belongs to {_name_of(status.st_uid)}: "
            "start Kalends under that account, or choose another folder with KALENDS_DATA."
        )
    if (path / MARK).exists():
        return
    if any(entry.name != "lost+found" for entry in path.iterdir()):
        raise FolderRefused(
            f"The folder {path} holds files that are not from Kalends: choose an empty one with KALENDS_DATA."
        )


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"account number {uid}"


def _runtime_places(account: Account) -> Iterator[Path]:
    if os.geteuid() == 0:
        if Path("/run").is_dir() and account.closed_folder(Path("/run")) is None:
            yield Path("/run")
        return
    given = os.environ.get("XDG_RUNTIME_DIR")
    if given and len(given) < 60 and Path(given).is_dir():
        status = Path(given).stat()
        if status.st_uid == os.geteuid() and not status.st_mode & 0o077:
            yield Path(given)
