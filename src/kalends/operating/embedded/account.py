"""The account of the system under which PostgreSQL runs: it refuses to run as root."""

import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from kalends.operating.embedded.refusals import FolderRefused

NAME = "kalends"
USERADD = ("useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent")


@dataclass(frozen=True)
class Account:
    uid: int
    gid: int
    name: str

    @property
    def is_ours(self) -> bool:
        """Whether this process already runs as the account, so that nothing has to be handed over."""
        return self.uid == os.geteuid()

    def own(self, path: Path) -> None:
        """Hand `path` itself (never what it may point to) to the account."""
        if not self.is_ours:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def can_pass(self, folder: Path) -> bool:
        """Whether the account may go through `folder`, by its permission bits."""
        status = folder.stat()
        if self.uid == 0:
            return True
        if status.st_uid == self.uid:
            return bool(status.st_mode & stat.S_IXUSR)
        if status.st_gid == self.gid:
            return bool(status.st_mode & stat.S_IXGRP)
        return bool(status.st_mode & stat.S_IXOTH)

    def closed_folder(self, path: Path) -> Path | None:
        """The first folder, from the root down to `path` itself, that the account cannot pass."""
        for folder in (*reversed(path.parents), path):
            if not os.path.exists(folder):
                return None
            if not self.can_pass(folder):
                return folder
        return None


def account_for(folder: Path) -> Account:
    """The account that owns, or will own, the data folder.

    Without root it is the one who calls. As root it is the owner of the folder; for a new folder, or one that
    belongs to root, the system account `kalends`, which is made if need be.
    """
    uid = os.geteuid()
    if uid != 0:
        return _by_number(uid, os.getegid())
    if os.path.exists(folder):
        status = folder.stat()
        if status.st_uid != 0:
            return _by_number(status.st_uid, status.st_gid)
    return _system_account()


def _by_number(uid: int, gid: int) -> Account:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        return Account(uid, gid, str(uid))
    return Account(uid, entry.pw_gid, entry.pw_name)


def _system_account() -> Account:
    if not _known(NAME) and shutil.which("useradd"):
        nologin = shutil.which("nologin") or "/bin/false"
        # Two processes may try at once and some images have a read-only /etc: what counts is the result.
        subprocess.run([*USERADD, "--shell", nologin, NAME], capture_output=True, check=False)
    for name in (NAME, "nobody"):
        if _known(name):
            entry = pwd.getpwnam(name)
            return Account(entry.pw_uid, entry.pw_gid, name)
    raise FolderRefused(
        f"PostgreSQL does not run as root and the account {NAME} could not be made: "
        f"make it with useradd --system {NAME}, or start as another user."
    )


def _known(name: str) -> bool:
    try:
        return pwd.getpwnam(name).pw_uid != 0
    except KeyError:
        return False
