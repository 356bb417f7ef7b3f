"""What an agenda keeps from one look to the next is never old: each change here is made by another process."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from django.test import Client

from tests.cast import Clinic
from tests.web.staff.desk import Browser, at, book, coming
from tests.web.staff.test_agenda import see, things

VISIT = "UPDATE booking_appointment SET status = 'arrived', status_since = now()"
LATER = "UPDATE {} SET starts_at = starts_at + interval '1 hour', ends_at = ends_at + interval '1 hour'"
BLOCK = """
WITH block AS (
  INSERT INTO agenda_block (organization_id, id, schedule_id, starts_at, ends_at, reason, source_uid,
    is_pre_reservation, created_at)
  SELECT organization_id, gen_random_uuid(), id, %(at)s, %(at)s + interval '30 minutes', 'Meeting', '', false, now()
  FROM agenda_schedule RETURNING *
)
INSERT INTO agenda_occupancy (organization_id, id, schedule_id, seat, starts_at, ends_at, holder_id)
SELECT organization_id, gen_random_uuid(), schedule_id, 1, starts_at, ends_at, id FROM block
"""
CHANGES: dict[str, tuple[str, ...]] = {
    "a name": ("UPDATE contacts_contact SET last_name = 'Brée'",),
    "a state": (VISIT,),
    "a move": (LATER.format("booking_appointment"), LATER.format("agenda_occupancy")),
    "a block": (BLOCK,),
    "a place that is given back": ("DELETE FROM agenda_occupancy",),
    "a hold that has expired": ("UPDATE agenda_occupancy SET expires_at = now() - interval '1 second'",),
}


@pytest.fixture
def monday() -> date:
    return coming()


def all_of(client: Client, monday: date) -> list[Any]:
    page = see(client, view="day", day=monday)
    return [things(page, kinds=("slot", "free", "shut")), page.context["board"].columns[0].free]


@pytest.mark.parametrize("what", CHANGES)
def test_the_next_look_shows_what_another_process_changed(
    what: str, tilleuls: Clinic, signed_in: Browser, monday: date, owner: psycopg.Connection
) -> None:
    book(tilleuls, at(10))
    client = signed_in(tilleuls.staff)
    before = all_of(client, monday)
    assert all_of(client, monday) == before
    for statement in CHANGES[what]:
        assert owner.execute(statement, {"at": at(14, day=monday)}).rowcount == 1  # type: ignore[arg-type]
    after = all_of(client, monday)
    assert after != before
    other = signed_in(tilleuls.staff)
    _forget()
    assert all_of(other, monday) == after


def test_two_days_of_one_agenda_are_told_apart(tilleuls: Clinic, signed_in: Browser, monday: date) -> None:
    book(tilleuls, at(10))
    client = signed_in(tilleuls.staff)
    assert all_of(client, monday) != all_of(client, monday + timedelta(days=7))


def _forget() -> None:
    """As in a process that has just begun."""
    from kalends.web.staff.agenda import reading

    for kept in (reading._looks, reading._kept):
        kept._things.clear()
