"""Say what is missing or misconfigured, in sentences: `kalends doctor`. Exit 1 where something is to be done."""

from __future__ import annotations

import argparse
import os
import shutil
import time
import zoneinfo
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from ipaddress import ip_address
from pathlib import Path
from typing import LiteralString
from urllib.parse import urlsplit

import psycopg
from psycopg.rows import TupleRow

from kalends.config.environment import Environment
from kalends.delivery import provider_url
from kalends.operating.archiving import holding
from kalends.operating.embedded import CannotRun
from kalends.operating.installation import Installation, opened
from kalends.operating.migrating import role_of

CLOCKS_MAY_DIFFER = 2.0  # seconds
WORKER_SILENT_AFTER = timedelta(minutes=1)
LEAST_SPACE = 1_000_000_000  # bytes
WEEKS_COMPARED = 260

_OFFSETS: LiteralString = """
SELECT array_agg(extract(timezone FROM to_timestamp(moment))::int ORDER BY place)
FROM unnest(%s::bigint[]) WITH ORDINALITY AS moments (moment, place)
"""
_IN_USE: LiteralString = """
SELECT time_zone FROM organizations_organization UNION SELECT time_zone FROM organizations_location
UNION SELECT time_zone FROM agenda_schedule
"""


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence; `to_do` is what somebody should see to."""

    sentence: str
    to_do: bool = False

    def __str__(self) -> str:
        return f"To do: {self.sentence}" if self.to_do else self.sentence


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing to choose."""


def run(options: argparse.Namespace) -> int:
    environment = Environment.read()
    said = [*of_settings(environment), *of_disk(environment.data), *of_deliveries(environment)]
    try:
        with opened(environment) as installation:
            said += of_database(installation)
    except CannotRun as refusal:
        said.append(Said(str(refusal), to_do=True))
    for line in sorted(said, key=lambda line: line.to_do):
        print(line)
    return 1 if any(line.to_do for line in said) else 0


def of_settings(environment: Environment) -> Iterator[Said]:
    yield Said(f"Kalends {version('kalends')} with time zones of {version('tzdata')}.")
    yield of_address(environment.base_url)


def of_address(base_url: str) -> Said:
    """What people reach from elsewhere has to be encrypted; a machine may talk to itself as it likes."""
    parts = urlsplit(base_url)
    if parts.scheme == "https":
        return Said(f"Links in mails begin with {base_url}.")
    if is_this_machine(parts.hostname or ""):
        return Said(
            f"Links in mails begin with {base_url}, which nobody reaches from another machine: set KALENDS_BASE_URL "
            "to the https address of this installation.",
            to_do=True,
        )
    return Said(f"{base_url} is not encrypted: set KALENDS_BASE_URL to an https address.", to_do=True)


def is_this_machine(host: str) -> bool:
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return host == "localhost" or host.endswith(".localhost")


def of_deliveries(environment: Environment) -> Iterator[Said]:
    if not environment.email_url:
        yield Said("Mail does not leave this machine: set EMAIL_URL. Until then it is kept at /outbox/.", to_do=True)
    account = provider_url.account_of(environment.email_url)
    if account is not None:
        yield from of_provider(account)
    else:
        yield from of_bounces(environment)
    if holding.is_held(environment.data):
        yield Said(
            "Nothing is sent, because this installation was restored from a backup: run kalends release-deliveries "
            "when it is the only one.",
            to_do=True,
        )


def of_provider(account: provider_url.Account) -> Iterator[Said]:
    """What it tells afterwards is the only way to hear of mails that do not arrive."""
    provider = account.provider
    domain = f" of {account.domain}" if account.domain else ""
    yield Said(
        f"Mail leaves by the account{domain} at {provider.title}. It is told to call with what becomes of mails at the "
        "address that stands at /outbox/."
    )
    if provider.signing and not account.signing:
        why = f"EMAIL_URL has no signing=, the key with which {provider.title} signs what it tells"
        if provider.has_to_sign:
            yield Said(f"{why}: until then nothing of it is believed, and no bounce is noted.", to_do=True)
        else:
            yield Said(f"{why}: only the password in the address proves it.")


def of_bounces(environment: Environment) -> Iterator[Said]:
    """A folder counts for the account that asks, so doctor is to run as the worker does."""
    folder = environment.bounces
    if environment.email_url and not environment.bounce_address:
        yield Said("Mails that do not arrive come back to the sender, and nobody notes it: set BOUNCE_ADDRESS.")
    if folder is not None and not all(os.access(folder / name, os.R_OK | os.W_OK | os.X_OK) for name in ("new", "cur")):
        yield Said(
            f"What comes back cannot be read: {folder} (BOUNCES) has to be a maildir whose folders new and cur this "
            "account may read and write.",
            to_do=True,
        )


def of_disk(data: Path) -> Iterator[Said]:
    """Of the disk that holds, or will hold, the data folder."""
    place = next(folder for folder in (data, *data.parents) if folder.exists())
    usage = shutil.disk_usage(place)
    free = f"{usage.free / 1e9:.1f} GB of {usage.total / 1e9:.1f} GB are free on the disk of {data}."
    yield Said(free, to_do=usage.free < min(LEAST_SPACE, usage.total // 20))


def of_database(installation: Installation) -> list[Said]:
    """The roles were looked at when the installation was opened."""
    said = []
    with psycopg.connect(installation.urls.app_url, autocommit=True) as connection:
        full = connection.info.server_version
        said.append(Said(f"The database is PostgreSQL {full // 10000}.{full % 10000}, used as {connection.info.user}."))
        said.append(of_clock(connection))
        said += of_owner(installation)
        missing = missing_migrations(installation, connection)
        if missing:
            names = ", ".join(missing[:3]) + (", ..." if len(missing) > 3 else "")
            said.append(Said(f"{len(missing)} migrations are missing ({names}): run kalends migrate.", to_do=True))
            return said
        said += of_zones(connection)
        said += of_jumps(connection)
        said.append(of_worker(connection))
    return said


def of_owner(installation: Installation) -> Iterator[Said]:
    if installation.urls.owner_url:
        yield Said(f"It belongs to {role_of(installation.urls.owner_url)}, which may bypass row security.")
    else:
        yield Said("DATABASE_OWNER_URL is not set here, so migrate, backup, restore and verify have to run elsewhere.")


def of_clock(connection: psycopg.Connection[TupleRow]) -> Said:
    """The moment of the question lies between asking and being answered."""
    asked = time.time()
    row = connection.execute("SELECT extract(epoch FROM clock_timestamp())::float8").fetchone()
    assert row is not None
    difference = row[0] - (asked + time.time()) / 2
    if abs(difference) > CLOCKS_MAY_DIFFER:
        how = "ahead of" if difference > 0 else "behind"
        sentence = f"The clock of the database is {abs(difference):.0f} seconds {how} the one of this machine"
        return Said(f"{sentence}: let both follow a time server.", to_do=True)
    return Said("The clocks of the database and of this machine agree.")


def of_jumps(connection: psycopg.Connection[TupleRow]) -> Iterator[Said]:
    for since, seconds in connection.execute("SELECT since, seconds FROM delivery_clockjump WHERE ended_at IS NULL"):
        way = "forward" if seconds > 0 else "back"
        length = timedelta(seconds=abs(seconds))
        yield Said(
            f"After {since.astimezone(UTC):%Y-%m-%d %H:%M} UTC the clock was set {way} by {length} hours, so reminders "
            "and offers wait: see that it is right, then run kalends release-deliveries.",
            to_do=True,
        )


def missing_migrations(installation: Installation, connection: psycopg.Connection[TupleRow]) -> list[str]:
    """Those that this Kalends knows and the database has not seen, as `agenda.0001_schedules`."""
    installation.settle()
    from django.db.migrations.loader import MigrationLoader

    applied: set[str] = set()
    with suppress(psycopg.errors.UndefinedTable):
        done = connection.execute("SELECT app, name FROM django_migrations").fetchall()
        applied = {f"{app}.{name}" for app, name in done}
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    return sorted(known - applied)


def of_worker(connection: psycopg.Connection[TupleRow]) -> Said:
    row = connection.execute("SELECT now(), max(last_heartbeat) FROM procrastinate_workers").fetchone()
    assert row is not None
    now, heard = row
    if heard is not None and now - heard < WORKER_SILENT_AFTER:
        return Said("A worker runs.")
    since = f" since {heard.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if heard is not None else ""
    return Said(f"No worker was heard of{since}: mail is queued and not sent. Start kalends worker or up.", to_do=True)


def of_zones(connection: psycopg.Connection[TupleRow]) -> list[Said]:
    """Nothing is converted in the database, so a difference is worth knowing and needs no mending."""
    row = connection.execute("SELECT extract(epoch FROM now())::bigint").fetchone()
    assert row is not None
    moments = [int(row[0]) + week * 7 * 86400 for week in range(WEEKS_COMPARED)]
    theirs = offsets_of_database(connection, moments)
    different = differing(theirs, moments)
    if not different:
        return [Said("The database and Kalends have the same time zones.")]
    used = {zone for (zone,) in connection.execute(_IN_USE).fetchall()}
    concerned = sorted(used & set(different))
    here = f"used here: {', '.join(concerned)}" if concerned else "none of them is used here"
    names = ", ".join(different)
    return [
        Said(
            f"The database has other rules than Kalends for {len(different)} time zones ({names}); {here}. "
            "Only those of Kalends count, so every time is right."
        )
    ]


def offsets_of_database(
    connection: psycopg.Connection[TupleRow], moments: Sequence[int]
) -> Mapping[str, Sequence[int]]:
    """Seconds east of UTC at those instants, for every zone that both know."""
    known = {name for (name,) in connection.execute("SELECT name FROM pg_timezone_names").fetchall()}
    found = {}
    for name in sorted(known & zoneinfo.available_timezones()):
        connection.execute("SELECT set_config('TimeZone', %s, false)", [name])
        row = connection.execute(_OFFSETS, [list(moments)]).fetchone()
        assert row is not None
        found[name] = row[0]
    connection.execute("SET TimeZone TO 'UTC'")
    return found


def differing(theirs: Mapping[str, Sequence[int]], moments: Sequence[int]) -> list[str]:
    """The zones for which our data gives another offset at one of the instants."""
    different = []
    for name, offsets in theirs.items():
        clocks = zoneinfo.ZoneInfo(name)
        ours = [datetime.fromtimestamp(moment, clocks).utcoffset() for moment in moments]
        if ours != [timedelta(seconds=offset) for offset in offsets]:
            different.append(name)
    return different
