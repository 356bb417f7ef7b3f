"""Run by test_supervisor.py as a program of its own: a supervisor, told by its arguments what to watch over.

`database FOLDER` runs the embedded server and a program beside it, `plain FOLDER` two programs, `parent FOLDER` two
that have children of their own, `stubborn FOLDER` two that ignore SIGTERM. Says on standard output what it does.
"""

import os
import sys
from pathlib import Path

from kalends.operating.embedded import CannotRun, EmbeddedServer
from kalends.operating.supervisor import Program, Supervisor

READY = """
import pathlib, signal, subprocess, time
def ready(pid):
    flag = pathlib.Path({0!r})
    flag.with_suffix(".new").write_text(str(pid))
    flag.with_suffix(".new").rename(flag)
"""
CODES = {
    "plain": READY + "ready(0); time.sleep(60)",
    "parent": READY + "ready(subprocess.Popen(['sleep', '60']).pid); time.sleep(60)",
    "stubborn": READY + "signal.signal(signal.SIGTERM, signal.SIG_IGN); ready(0); time.sleep(60)",
}


def say(*words: object) -> None:
    print(*words, flush=True)


def program(name: str, kind: str, flag: Path) -> Program:
    """Ready as soon as it has made the file `flag`, which then holds the number of its own child."""
    command = [sys.executable, "-c", CODES[kind].format(str(flag))]
    return Program(name, command, environment=os.environ, is_ready=flag.exists)


def main(kind: str, folder: Path) -> None:
    if kind == "database":
        with EmbeddedServer(folder) as server:
            say("url", server.urls.app_url)
            say("owner", server.urls.owner_url)
            web = program("web", "plain", folder.parent / "web")
            Supervisor([server, web], say=lambda line: say("said", line)).run(lambda: say("ready", server.pid, web.pid))
    else:
        first = program("first", kind, folder / "first")
        second = program("second", kind, folder / "second")
        supervisor = Supervisor([first, second], say=lambda line: say("said", line), grace=0.5)
        supervisor.run(lambda: say("ready", first.pid, second.pid))
    say("ended")


if __name__ == "__main__":
    try:
        main(sys.argv[1], Path(sys.argv[2]))
    except CannotRun as refusal:
        sys.exit(str(refusal))
