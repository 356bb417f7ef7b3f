"""What an agenda keeps from one look to the next is never old: each change here is made by another process."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from django.test import Client

from tests.cast import Clinic
from tests.web.staff.desk import Browser, at, book, coming
from tests.web.staff.test_agenda import see, things

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')
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


def is_never_old(look: Callable[[Client], Any], browser: Browser, clinic: Clinic, change: Callable[[], None]) -> None:
    """What `look` sees is kept, shows what another process changed, and is then what this one would make anew."""
    client = browser(clinic.staff)
    before = look(client)
    assert look(client) == before
    change()
    after = look(client)
    assert after != before
    other = browser(clinic.staff)
    _forget()
    assert look(other) == after


@pytest.mark.parametrize("what", CHANGES)
def test_the_next_look_shows_what_another_process_changed(
    what: str, tilleuls: Clinic, signed_in: Browser, monday: date, owner: psycopg.Connection
) -> None:
    def change() -> None:
        for statement in CHANGES[what]:
            assert owner.execute(statement, {"at": at(14, day=monday)}).rowcount == 1  # type: ignore[arg-type]

    book(tilleuls, at(10))
    is_never_old(lambda client: all_of(client, monday), signed_in, tilleuls, change)


def test_two_days_of_one_agenda_are_told_apart(tilleuls: Clinic, signed_in: Browser, monday: date) -> None:
    book(tilleuls, at(10))
    client = signed_in(tilleuls.staff)
    assert all_of(client, monday) != all_of(client, monday + timedelta(days=7))


ROUND_THE_COLUMNS: dict[str, tuple[str, ...]] = {
    "an agenda's name": ("UPDATE agenda_schedule SET name = 'Dr Autre'",),
    "a practitioner's name": ("UPDATE organizations_provider SET name = 'Dr Autre'",),
    "a service's name": ("""UPDATE agenda_service SET names = '{"en": "Other"}'""",),
    "a service's colour": ("UPDATE agenda_service SET colour = 7",),
    "a service that staff book no longer": ("DELETE FROM agenda_channelservice",),
    "the organization's name": ("UPDATE organizations_organization SET name = 'Les Ormes'",),
    "the name of who is signed in": ("UPDATE accounts_person SET name = 'Another Name' WHERE id = %(person)s",),
    "their language": ("UPDATE accounts_person SET language = 'ro' WHERE id = %(person)s",),
    "their rights": (
        "UPDATE organizations_membership SET withheld = '{appointment:book}' WHERE person_id = %(person)s",
    ),
    "what waits for them": ("UPDATE booking_appointment SET ends_at = now(), starts_at = now() - interval '1 hour'",),
}


@pytest.mark.parametrize("what", ROUND_THE_COLUMNS)
def test_what_stands_round_the_columns_is_never_old(
    what: str, tilleuls: Clinic, signed_in: Browser, monday: date, owner: psycopg.Connection
) -> None:
    def change() -> None:
        for statement in ROUND_THE_COLUMNS[what]:
            assert owner.execute(statement, {"person": tilleuls.staff.id}).rowcount  # type: ignore[arg-type]

    book(tilleuls, at(10))
    is_never_old(lambda client: whole(client, monday), signed_in, tilleuls, change)


def test_each_person_has_the_own_page(tilleuls: Clinic, carpati: Clinic, signed_in: Browser, monday: date) -> None:
    book(tilleuls, at(10))
    people = (tilleuls.admin, tilleuls.staff, tilleuls.doctor)
    one_after_the_other = [whole(signed_in(person), monday) for person in people]
    assert len(set(one_after_the_other)) == len(people)
    for person, seen in zip(people, one_after_the_other, strict=True):
        assert person.name in seen
        _forget()
        assert whole(signed_in(person), monday) == seen
    assert tilleuls.organization.name not in signed_in(carpati.staff).get("/app/carpati/agenda/").content.decode()


def test_a_token_is_made_for_each_page(tilleuls: Clinic, signed_in: Browser, monday: date) -> None:
    client = signed_in(tilleuls.staff)
    tokens = {TOKEN.search(see(client, view="day", day=monday).content.decode())[0] for _ in range(2)}  # type: ignore[index]
    assert len(tokens) == 2


def test_what_is_told_once_is_not_kept(tilleuls: Clinic, signed_in: Browser, monday: date) -> None:
    client = signed_in(tilleuls.staff)
    before = whole(client, monday)
    told = client.get(see(client, first=tilleuls.service.id).url)
    assert "First free:" in told.content.decode()
    assert "First free:" not in see(client, **told.context["wish"].said()).content.decode()
    assert whole(client, monday) == before


def whole(client: Client, monday: date) -> str:
    """The page, but for the token of its forms."""
    page = see(client, view="day", day=monday)
    assert page.status_code == 200
    return TOKEN.sub("", page.content.decode())


def _forget() -> None:
    """As in a process that has just begun."""
    from kalends.web.staff import scope
    from kalends.web.staff.agenda import reading
    from kalends.web.ui import frames

    for kept in (reading._boards, reading._looks, reading._kept, frames._frames, scope._schedules):
        kept.clear()
