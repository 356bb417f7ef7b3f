"""Plans are kept from one request to the next, and never longer than they are true."""

from contextlib import suppress

import pytest
from django.db import connection, transaction

from kalends.agenda import changes
from kalends.agenda.queries.plans import plan_of
from tests.cast import Clinic

pytestmark = pytest.mark.usefixtures("db")


class Undone(Exception):
    pass


def capacity(clinic: Clinic) -> int:
    return plan_of(clinic.organization).schedules[clinic.schedule.id].capacity


def set_capacity(clinic: Clinic, seats: int) -> None:
    clinic.organization.schedules.filter(id=clinic.schedule.id).update(capacity=seats)


def test_a_plan_is_kept_while_nothing_changes(tilleuls: Clinic) -> None:
    with tilleuls.acting():
        first = plan_of(tilleuls.organization)
    with tilleuls.acting():
        assert plan_of(tilleuls.organization) is first


def test_a_change_is_seen_at_once(tilleuls: Clinic) -> None:
    with tilleuls.acting():
        assert capacity(tilleuls) == 1
        set_capacity(tilleuls, 3)
        assert capacity(tilleuls) == 3
    with tilleuls.acting():
        assert capacity(tilleuls) == 3


def test_what_was_undone_is_not_kept(tilleuls: Clinic) -> None:
    with tilleuls.acting():
        assert capacity(tilleuls) == 1
    with suppress(Undone), tilleuls.acting():
        set_capacity(tilleuls, 3)
        assert capacity(tilleuls) == 3
        raise Undone
    with tilleuls.acting():
        set_capacity(tilleuls, 5)  # takes the number that was undone
    with tilleuls.acting():
        assert capacity(tilleuls) == 5


def test_whoever_changes_it_keeps_what_was_read_since(tilleuls: Clinic) -> None:
    with tilleuls.acting():
        set_capacity(tilleuls, 3)
        changed = plan_of(tilleuls.organization)
        assert plan_of(tilleuls.organization) is changed
    with tilleuls.acting():
        assert plan_of(tilleuls.organization) is changed


def test_what_a_savepoint_took_back_is_not_taken_for_the_next_change(tilleuls: Clinic) -> None:
    with tilleuls.acting():
        with suppress(Undone), transaction.atomic():
            set_capacity(tilleuls, 3)
            assert capacity(tilleuls) == 3
            raise Undone
        assert capacity(tilleuls) == 1
        set_capacity(tilleuls, 5)  # takes the number that was undone
        assert capacity(tilleuls) == 5


def test_another_count_of_the_organization_is_not_taken_for_its_own(tilleuls: Clinic) -> None:
    """Behind a pooler changes are counted in a row beside it (`changes.count`)."""
    with tilleuls.acting():
        assert capacity(tilleuls) == 1
    changes.count([tilleuls.organization.id])
    for seats in (3, 4):
        with tilleuls.acting():
            set_capacity(tilleuls, seats)
        with tilleuls.acting(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_indexscan = off; SET LOCAL enable_bitmapscan = off")  # in any order
            assert capacity(tilleuls) == seats
