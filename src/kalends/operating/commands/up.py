"""Web, worker and database in one: `kalends up`."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from kalends.config.environment import Environment
from kalends.operating import arguments, migrating, port, statics
from kalends.operating.embedded import CannotRun, EmbeddedServer
from kalends.operating.installation import Installation, checked
from kalends.operating.serving import web_command
from kalends.operating.supervisor import Child, Program, Supervisor


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=arguments.port, help="where to listen (PORT, 8000)")
    parser.add_argument("--data", type=Path, help="folder of the embedded database and files (KALENDS_DATA)")
    parser.add_argument("--demo", action="store_true", help="load demo data into an empty installation")


def run(options: argparse.Namespace) -> int:
    if options.port is not None:
        os.environ["PORT"] = str(options.port)
    if options.data is not None:
        os.environ["KALENDS_DATA"] = str(options.data)
    environment = Environment.read()
    children: list[Child] = []
    with ExitStack() as stack:
        stack.enter_context(port.kept(environment.port))
        if environment.database_url:
            installation = checked(Installation.of(environment))
        else:
            server = stack.enter_context(EmbeddedServer(environment.data))
            children.append(server)
            installation = Installation.of(environment, server.urls)
        if options.demo:
            installation = installation.with_demo()
        _prepare(installation)
        children += _programs(installation)
        lines = _demo_lines(installation) if options.demo else []
        Supervisor(children).run(on_ready=lambda: _greet(environment, lines))
    return 0


def _prepare(installation: Installation) -> None:
    if installation.urls.owner_url:
        migrating.migrate_if_needed(installation)
    statics.collect_if_needed(installation)


def _programs(installation: Installation) -> list[Child]:
    variables = installation.process_environment()
    at = installation.environment.port
    return [
        Program("worker", [sys.executable, "-m", "kalends.operating.working"], environment=variables),
        Program("web", web_command(at), environment=variables, is_ready=lambda: _answers(at)),
    ]


def _answers(at: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{at}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def _demo_lines(installation: Installation) -> Sequence[str]:
    """Load the demo in a process of its own, whose memory goes with it; its lines are the sign-ins."""
    done = subprocess.run(
        [sys.executable, "-m", "kalends.operating.cli", "demo", "--if-empty"],
        env=installation.process_environment() | {"DATABASE_OWNER_URL": installation.urls.owner_url},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CannotRun("The demo data could not be loaded: the lines above say why.")
    return done.stdout.splitlines()


def _greet(environment: Environment, lines: Sequence[str]) -> None:
    for line in lines:
        print(line)
    print(f"ready http://127.0.0.1:{environment.port}", flush=True)
