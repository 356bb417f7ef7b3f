"""Keeps the parts of `kalends up` running: started in order, restarted when one ends, stopped in reverse."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Protocol

from kalends.operating.embedded import CannotRun, programs

TICK = 0.1
TEND_EVERY = 0.5
DELAYS = (0.0, 0.5, 1.0, 2.0, 4.0)
"""Seconds before a restart, by how often it ended without having done its work: well under ten in all."""

SETTLED_SECONDS = 10.0
START_SECONDS = 120.0
GRACE_SECONDS = 15.0
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class ChildFailed(CannotRun):
    """A child did not come up at the first start."""


class Child(Protocol):
    """One part. `EmbeddedServer` is one, `Program` another."""

    name: str

    def launch(self) -> None:
        """Start it without waiting. Raises CannotRun or OSError."""

    def ready(self) -> bool:
        """Whether what was launched last does its work."""

    def settled(self) -> bool:
        """Whether it came to do its work since the last launch, as far as can be said without waiting."""

    def alive(self) -> bool: ...

    def interrupt(self) -> None:
        """Ask it to end, without waiting."""

    def kill(self) -> None: ...

    def failure(self) -> Exception:
        """Why it ended."""

    def tend(self) -> str | None:
        """Called about twice a second while it runs; a sentence for the person at the keyboard, or None."""


class Program:
    """A child that is a command line, with all the processes it starts in turn (its process group)."""

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        environment: Mapping[str, str],
        is_ready: Callable[[], bool] = lambda: True,
        folder: Path | None = None,
    ) -> None:
        self.name = name
        self._command = command
        self._environment = environment
        self._is_ready = is_ready
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._launched_at = 0.0

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def launch(self) -> None:
        self._launched_at = time.monotonic()
        self._process = programs.start(
            self._command, environment=self._environment, folder=self._folder, ends_by=signal.SIGTERM
        )

    def ready(self) -> bool:
        return self.alive() and self._is_ready()

    def settled(self) -> bool:
        return self.alive() and time.monotonic() - self._launched_at > SETTLED_SECONDS

    def alive(self) -> bool:
        if self._process is None:
            return False
        ended_before = self._process.returncode is not None
        if self._process.poll() is None:
            return True
        if not ended_before:
            self._signal(signal.SIGKILL)  # what it started does not outlive it
        return False

    def interrupt(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def kill(self) -> None:
        self._signal(signal.SIGKILL)

    def failure(self) -> Exception:
        return ChildFailed(f"{self.name} ended ({self._how_it_ended()}).")

    def tend(self) -> None:
        return None

    def _how_it_ended(self) -> str:
        code = self._process.returncode if self._process else None
        if code is None:
            return "unknown"
        return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"

    def _signal(self, how: signal.Signals) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, how)


class Supervisor:
    """Runs `children`; one that is already alive (a database that `up` has migrated) is taken as it is."""

    def __init__(
        self,
        children: Sequence[Child],
        *,
        say: Callable[[str], None] | None = None,
        grace: float = GRACE_SECONDS,
    ) -> None:
        """`say` prints one line; `grace` is in seconds, how long each child may take to end."""
        self._grace = grace
        self._watched = [Watched(child) for child in children]
        self._say = say or _print
        self._asked = 0
        self._tended_at = 0.0

    def run(self, on_ready: Callable[[], None] = lambda: None) -> None:
        """Run until SIGINT, SIGTERM, SIGHUP or `ask_to_stop`; then nothing of the children is left.

        `on_ready` is called once, when all of them do their work. Raises CannotRun if one does not come up.
        A second signal ends the patience with those that are slow to end.
        """
        up: list[Watched] = []
        with self._signals():
            try:
                for watched in self._watched:
                    up.append(watched)
                    self._bring_up(watched, up[:-1])
                if not self._asked:
                    on_ready()
                while not self._asked:
                    self._look_after(up)
                    time.sleep(TICK)
            finally:
                for watched in reversed(up):
                    self._bring_down(watched.child)

    def ask_to_stop(self) -> None:
        """May be called by a signal handler or another thread."""
        self._asked += 1

    def _bring_up(self, watched: "Watched", others: Sequence["Watched"]) -> None:
        child = watched.child
        if not child.alive():
            watched.launch()
        until = time.monotonic() + START_SECONDS
        while not child.ready() and not self._asked:
            if not child.alive():
                raise child.failure()
            if time.monotonic() > until:
                raise ChildFailed(f"{child.name} did not get ready within {START_SECONDS:.0f} seconds.")
            self._look_after(others)
            time.sleep(TICK)

    def _look_after(self, up: Sequence["Watched"]) -> None:
        now = time.monotonic()
        tends = now - self._tended_at >= TEND_EVERY
        if tends:
            self._tended_at = now
        for watched in up:
            if not watched.child.alive():
                self._restart(watched, now)
            elif tends:
                watched.look()
                with contextlib.suppress(OSError):
                    self._tell(watched.child.tend())

    def _restart(self, watched: "Watched", now: float) -> None:
        if watched.due_at is None:
            watched.plan(now)
            self._tell(f"{watched.child.failure()} It is started again.")
        if watched.due_at is not None and now >= watched.due_at:
            try:
                watched.launch()
            except (CannotRun, OSError) as error:
                watched.plan(now)
                if str(error) != watched.last_words:
                    watched.last_words = str(error)
                    self._tell(str(error))

    def _bring_down(self, child: Child) -> None:
        for end, patience in ((child.interrupt, self._grace), (child.kill, 5.0)):
            if not child.alive():
                return
            end()
            until = time.monotonic() + patience
            while child.alive() and time.monotonic() < until:
                if self._asked > 1 and end == child.interrupt:
                    break
                time.sleep(TICK / 5)

    def _tell(self, sentence: str | None) -> None:
        if sentence:
            with contextlib.suppress(OSError):  # nobody may be reading any more
                self._say(sentence)

    @contextmanager
    def _signals(self) -> Iterator[None]:
        """Turn the signals that end a program into a wish; outside the main thread nobody can."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def handle(number: int, frame: FrameType | None) -> None:
            self.ask_to_stop()

        before = {number: signal.getsignal(number) for number in STOP_SIGNALS}
        for number in STOP_SIGNALS:
            if number != signal.SIGHUP or before[number] != signal.SIG_IGN:  # nohup
                signal.signal(number, handle)
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


class Watched:
    """A child, and how often it ended of late."""

    def __init__(self, child: Child) -> None:
        self.child = child
        self.due_at: float | None = None
        """When it is to be started again; None while it runs."""
        self.last_words = ""
        self._ends = 0

    def launch(self) -> None:
        self.child.launch()
        self.due_at = None
        self.last_words = ""

    def look(self) -> None:
        """One that came to do its work begins to be counted anew, though its next restart is not the very first."""
        if self._ends > 1 and self.child.settled():
            self._ends = 1

    def plan(self, now: float) -> None:
        """Plan the next start after an end, or after a start that failed."""
        self.due_at = now + DELAYS[min(self._ends, len(DELAYS) - 1)]
        self._ends += 1


def _print(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
