"""The web processes: granian with Django under WSGI (why not ASGI: docs/decisions/0005)."""

from __future__ import annotations

import sys

PROCESSES = 2
# Each thread keeps one connection to the database; more threads than this wait for the processor anyway.
THREADS = 4


def web_command(port: int, *, host: str = "127.0.0.1", processes: int = PROCESSES) -> list[str]:
    return [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--host",
        host,
        "--port",
        str(port),
        "--workers",
        str(processes),
        "--blocking-threads",
        str(THREADS),
        "--backpressure",
        "256",
        "--backlog",
        "2048",
        "--respawn-failed-workers",
        "--workers-kill-timeout",
        "10",
        "--no-ws",
        "--log-level",
        "warning",
        "kalends.config.wsgi:application",
    ]
