"""The text of postgresql.conf and pg_hba.conf, written anew before each start."""

from collections.abc import Mapping
from pathlib import Path

PORT = 5432
"""What the socket is called by where there is no TCP."""

LOOPBACK = "127.0.0.1"
READ_ONLY = "read-only.conf"
"""There while the disk is nearly full; see `space`."""

LOG_BYTES = "10MB"

ALWAYS: Mapping[str, str | int] = {
    "max_connections": 60,
    "shared_buffers": "128MB",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "datestyle": "iso, ymd",
    "lc_messages": "C",
    "jit": "off",
    # A new installation gets its first statistics soon: without them any index seems as good as another.
    "autovacuum_naptime": "15s",
    "unix_socket_permissions": "0700",
    "logging_collector": "on",
    "log_filename": "postgresql-%Y%m%d-%H%M%S.log",
    "log_file_mode": "0600",
    "log_rotation_age": 0,
    "log_rotation_size": LOG_BYTES,
    "log_timezone": "UTC",
    # Statements and the details of errors carry names and numbers of patients: they stay out of the log.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}

SCRATCH: Mapping[str, str | int] = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": 0,
}
"""For data that may be lost whole: a test, a bench."""


def postgresql_conf(
    *, socket_folder: Path, log_folder: Path, journal_bytes: int, port: int | None, durable: bool
) -> str:
    """`port` None: no TCP at all, only the socket. A change to be kept belongs in ALTER SYSTEM."""
    journal_mb = journal_bytes // (1024 * 1024)
    place: dict[str, str | int] = {
        "unix_socket_directories": f'"{socket_folder}"',
        "listen_addresses": LOOPBACK if port else "",
        "port": port or PORT,
        "log_directory": str(log_folder),
        "max_wal_size": f"{journal_mb}MB",
        "min_wal_size": f"{min(80, journal_mb)}MB",
        # On a small disk, less journal matters more than a little work: even a read writes to it.
        "wal_compression": "on" if journal_mb < 1024 else "off",
        "include_if_exists": READ_ONLY,
    }
    settings = {**ALWAYS, **place, **({} if durable else SCRATCH)}
    lines = [f"{name} = {_quoted(value)}" for name, value in settings.items()]
    return "\n".join(["# Written by Kalends at each start.", *lines, ""])


def pg_hba_conf(*, port: int | None) -> str:
    """Everybody shows a password, also on the socket; nobody replicates."""
    lines = ["local all all scram-sha-256"]
    if port:
        lines.append(f"host all all {LOOPBACK}/32 scram-sha-256")
    return "\n".join(["# Written by Kalends at each start.", *lines, ""])


def _quoted(value: str | int) -> str:
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"
