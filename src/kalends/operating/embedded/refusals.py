"""What stops a start, each said in one sentence to the person at the keyboard."""


class CannotRun(Exception):
    """The command cannot go on. `str()` is one plain sentence that says what to do; no traceback is shown."""


class FolderRefused(CannotRun):
    """The data folder, or a folder above it, may not be used."""


class AlreadyRunning(CannotRun):
    """Another process holds the data folder."""


class OtherVersion(CannotRun):
    """The cluster was made by another major version of PostgreSQL."""


class DiskFull(CannotRun):
    """No space is left on the disk of the data folder."""


class ServerFailed(CannotRun):
    """PostgreSQL could not be made or started; the sentence carries its own last words."""


class RoleRefused(CannotRun):
    """A role of the given database may do too much or too little."""
