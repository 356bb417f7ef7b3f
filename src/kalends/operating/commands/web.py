"""The web processes alone, for a machine of their own: `kalends web`."""

from __future__ import annotations

import argparse
import os

from kalends.operating import arguments, statics
from kalends.operating.installation import joined
from kalends.operating.serving import PROCESSES, web_command


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=arguments.port, help="where to listen (PORT, 8000)")
    parser.add_argument("--host", type=arguments.address, default="127.0.0.1", help="the address to listen on")
    parser.add_argument("--processes", type=arguments.whole(least=1, most=256), default=PROCESSES)


def run(options: argparse.Namespace) -> int:
    installation = joined()
    statics.collect_if_needed(installation)
    port = options.port or installation.environment.port
    command = web_command(port, host=options.host, processes=options.processes)
    os.execve(command[0], command, installation.process_environment())
