"""The web processes: granian, and Django in a few threads of each (config/front.py, docs/decisions/0013)."""

from __future__ import annotations

import sys

from kalends.config.environment import MOST_LIVE_STREAMS

PROCESSES = 2
# Connections at once in one process: besides ordinary requests, those on which open agendas are kept up to date.
REQUESTS = 256


def web_command(port: int, *, host: str = "127.0.0.1", processes: int = PROCESSES) -> list[str]:
    return [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "rsgi",
        "--host",
        host,
        "--port",
        str(port),
        "--workers",
        str(processes),
        "--backpressure",
        str(REQUESTS + MOST_LIVE_STREAMS),
        "--backlog",
        "2048",
        "--respawn-failed-workers",
        "--workers-kill-timeout",
        "10",
        "--no-ws",
        "--log-level",
        "warning",
        "kalends.config.rsgi:application",
    ]
