"""Workers to be killed: imported once and then forked, so that many starts cost little."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

STARTER = """
import os, sys, django
django.setup()
import kalends.audit.sealing, kalends.delivery.courier
from kalends.operating.working import run_worker
for line in sys.stdin:
    pid = os.fork()
    if pid == 0:
        os._exit(run_worker())
    print(pid, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
"""


class Workers:
    def __init__(self, starter: subprocess.Popen[str]) -> None:
        self._starter = starter

    def start(self) -> int:
        assert self._starter.stdin is not None
        self._starter.stdin.write("start\n")
        self._starter.stdin.flush()
        return self._read()

    def end(self, pid: int, how: signal.Signals) -> int:
        """Its exit code."""
        os.kill(pid, how)
        return self._read()

    def _read(self) -> int:
        assert self._starter.stdout is not None
        return int(self._starter.stdout.readline())


@contextmanager
def workers(variables: Mapping[str, str]) -> Iterator[Workers]:
    """With these variables set, and never the owner's."""
    given = {name: value for name, value in {**os.environ, **variables}.items() if name != "DATABASE_OWNER_URL"}
    command = [sys.executable, "-c", STARTER]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, env=given, text=True, start_new_session=True, **pipes) as starter:
        try:
            yield Workers(starter)
        finally:
            os.killpg(starter.pid, signal.SIGKILL)  # and the worker that it has left
