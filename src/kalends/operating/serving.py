"""The web processes: granian, and Django in a few threads of each (config/front.py, docs/decisions/0013).

Run as a program, this loads the application and then becomes granian, which forks: what was loaded stays in memory
once, for all the web processes together. Where processes are not forked (macOS) each loads it by itself.
"""

from __future__ import annotations

import gc
import multiprocessing
import sys

from kalends.config.environment import MOST_LIVE_STREAMS

PROCESSES = 2
# Connections at once in one process: besides ordinary requests, those on which open agendas are kept up to date.
REQUESTS = 256


def web_command(port: int, *, host: str = "127.0.0.1", processes: int = PROCESSES) -> list[str]:
    return [
        sys.executable,
        "-m",
        "kalends.operating.serving",
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


def load() -> None:
    """Everything that every web process needs sooner or later. Nothing that may not be shared: no thread is begun
    and no connection opened."""
    from django.conf import settings
    from django.urls import get_resolver
    from django.utils.translation import override, trans_real

    import kalends.config.rsgi  # noqa: F401 - Django is set up by it

    for language, _name in settings.LANGUAGES:
        with override(language):
            trans_real.catalog()
            assert get_resolver().reverse_dict, "the addresses of each language"
    gc.collect()
    # What is here stays: no collection looks at it again, which would write into it and so copy it.
    gc.freeze()


def _become_granian() -> None:
    if sys.platform == "linux":
        multiprocessing.set_start_method("fork")  # granian uses what is set here
        load()
    from granian.cli import entrypoint

    entrypoint()  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    _become_granian()
