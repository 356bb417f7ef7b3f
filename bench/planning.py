"""Reminders planned per second, and what the two tables take of rows that are ready made."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import psycopg

from bench.figures import Figures
from kalends.operating.installation import Installation

WRITTEN = ("notifications_reminder", "delivery_delivery")


def run(figures: Figures, installation: Installation, owner: psycopg.Connection, visits: dict[UUID, int]) -> None:
    from kalends.notifications.jobs import plan_reminders

    began = time.perf_counter()
    planned = plan_reminders()
    each = planned / (time.perf_counter() - began)
    figures.add("planned and queued a second", each, "/s")
    figures.add("planned and queued", planned, "messages")
    began = time.perf_counter()
    again = plan_reminders()
    figures.add("planned once more", again, "messages")
    figures.add("planned once more, in all", time.perf_counter() - began, "s")
    assert (planned, again) == (sum(visits.values()), 0)
    most = planned / _written_again(installation, owner, list(visits))
    figures.add("the same rows, copied into their tables with all constraints and indexes", most, "/s")
    figures.add("of what the tables take, planning makes", each / most, "x")


def _written_again(installation: Installation, owner: psycopg.Connection, organizations: Sequence[UUID]) -> float:
    """Seconds, with as many connections as planning has: nothing is looked for, nothing is asked.

    Afterwards the tables hold what they held.
    """
    from kalends.notifications.jobs import AT_ONCE

    for table in WRITTEN:
        owner.execute(f"CREATE TABLE bench_{table} AS SELECT * FROM {table}")
    owner.execute(f"TRUNCATE {', '.join(WRITTEN)} CASCADE")
    owner.execute("VACUUM ANALYZE")

    def write(organization: UUID) -> None:
        with psycopg.connect(installation.owner_url) as connection:
            for table in WRITTEN:
                connection.execute(
                    f"INSERT INTO {table} SELECT * FROM bench_{table} WHERE organization_id = %s",
                    [organization],
                )

    began = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as threads:
        list(threads.map(write, organizations))
    seconds = time.perf_counter() - began
    owner.execute(f"DROP TABLE {', '.join(f'bench_{table}' for table in WRITTEN)}")
    return seconds
