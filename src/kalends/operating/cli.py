"""The command `kalends`. Each sub-command is a module of `commands/` with `add_arguments` and `run`."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module

from kalends.config.environment import Misconfigured
from kalends.operating.embedded import CannotRun

# Name of the sub-command: its module, and what the help says.
COMMANDS = {
    "up": ("up", "web, worker and, without DATABASE_URL, the database, in one"),
    "web": ("web", "the web processes alone"),
    "worker": ("worker", "the worker alone"),
    "migrate": ("migrate", "bring the database up to date, as its owner"),
    "check": ("check", "look whether this installation could start"),
    "demo": ("demo", "load three clinics with a month of history, print their sign-ins"),
    "import": ("importing", "read centres, calendars, contacts or appointments from files"),
    "token": ("token", "print an API token for a member"),
    "due": ("due", "do, or list, what is due: reminders, offers and requests that end"),
    "verify": ("verify", "recompute every promise over all data"),
    "bounce": ("bounce", "take one mail that came back, from standard input"),
    "doctor": ("doctor", "say what is missing or misconfigured"),
    "backup": ("backup", "write the whole system into a folder"),
    "restore": ("restore", "read a backup back into an empty database; deliveries are held"),
    "release-deliveries": ("release_deliveries", "let deliveries leave again after a restore"),
    "bench": ("bench", "measure, on a scratch database"),
}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="kalends", description="Shared agendas, self-hosted.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    given = sys.argv[1:] if arguments is None else arguments
    for name, (module, purpose) in COMMANDS.items():
        command = commands.add_parser(name, help=purpose, description=purpose.capitalize() + ".")
        if given[:1] == [name]:  # the others stay unread: starting is quick
            chosen = import_module(f"kalends.operating.commands.{module}")
            chosen.add_arguments(command)
            command.set_defaults(run=chosen.run, refuse=command.error)
    options, unknown = parser.parse_known_args(given)
    if unknown:
        options.refuse(f"unrecognized arguments: {' '.join(unknown)}")
    try:
        return int(options.run(options) or 0)
    except (CannotRun, Misconfigured) as refusal:
        print(refusal, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
