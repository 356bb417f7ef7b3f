"""A database from before the migrations were written anew is taken over whole, or refused (docs/decisions/0024)."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest

from kalends.operating import earlier
from kalends.operating.embedded import CannotRun
from kalends.operating.migrating import migrate, role_of
from tests.conftest import _admin, _create, _template, database_url
from tests.operating.conftest import drop_database

APPLIED = "SELECT app, name FROM django_migrations ORDER BY app, name"
SOMEBODY = """
INSERT INTO accounts_person (id, password, email, name, language, is_active, is_platform_admin, joined_at)
VALUES (gen_random_uuid(), '', 'anne@tilleuls.example', 'Anne', 'fr', true, false, now())
"""


@pytest.fixture
def urls(database_urls: tuple[str, str]) -> Iterator[tuple[str, str]]:
    """Owner's and application's URL of an up-to-date database of its own."""
    owner_url, app_url = database_urls
    name = f"kalends_upgrade_{uuid4().hex[:8]}"
    with _admin(owner_url) as admin:
        _create(admin, name, _template(admin, owner_url, app_url), role_of(app_url))
    yield database_url(owner_url, name), database_url(app_url, name)
    drop_database(owner_url, name)


def made_before(owner: psycopg.Connection, *, lacking: str = "") -> None:
    """Write down what the migrations of then wrote down, but for the one that is `lacking`."""
    for names, statement in (
        (earlier.ANEW, "DELETE FROM django_migrations WHERE (app, name) = (%s, %s)"),
        (earlier.EARLIER, "INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, '2026-11-29')"),
    ):
        for app, each in names.items():
            for name in each.split():
                if f"{app}.{name}" != lacking:
                    owner.execute(statement.encode(), [app, name])


def test_a_database_that_had_all_the_earlier_migrations_is_as_one_made_today(urls: tuple[str, str]) -> None:
    with psycopg.connect(urls[0], autocommit=True) as owner:
        today = owner.execute(APPLIED).fetchall()
        owner.execute(SOMEBODY)
        made_before(owner)
        assert owner.execute(APPLIED).fetchall() != today
        migrate(owner_url=urls[0], app_url=urls[1])
        assert owner.execute(APPLIED).fetchall() == today
        assert owner.execute("SELECT name FROM accounts_person").fetchall() == [("Anne",)]


def test_a_database_that_stopped_on_the_way_is_refused_as_it_is(urls: tuple[str, str]) -> None:
    with psycopg.connect(urls[0], autocommit=True) as owner:
        made_before(owner, lacking="delivery.0013_claims_touch_no_index")
        then = owner.execute(APPLIED).fetchall()
        with pytest.raises(CannotRun) as refused:
            migrate(owner_url=urls[0], app_url=urls[1])
        assert owner.execute(APPLIED).fetchall() == then
    assert str(refused.value) == (
        "The database is from before the first release of Kalends and has not seen "
        f"delivery.0013_claims_touch_no_index: start the Kalends of "
        f"commit {earlier.LAST_COMMIT} on it once, then this one. If nothing in it is needed, begin with an empty one."
    )


def test_the_new_names_are_those_of_the_files() -> None:
    from django.db.migrations.loader import MigrationLoader

    on_disk = set(MigrationLoader(None).disk_migrations)
    anew = {(app, name) for app, names in earlier.ANEW.items() for name in names.split()}
    before = {(app, name) for app, names in earlier.EARLIER.items() for name in names.split()}
    assert (anew - on_disk, before & on_disk) == (set(), set())
