"""What every test stands on: a real PostgreSQL, one database per worker, the application's role.

With DATABASE_OWNER_URL and DATABASE_URL set, the tests use that server (its owner must be allowed to create
databases); otherwise they start an embedded one and throw it away afterwards.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Hashable, Iterator
from contextlib import ExitStack
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import hypothesis
import psycopg
import pytest
from psycopg import sql

os.environ["KALENDS_SECRET_KEY"] = "only-for-the-tests-" + "k" * 40
os.environ["KALENDS_BASE_URL"] = "http://testserver"
os.environ["DJANGO_SETTINGS_MODULE"] = "kalends.config.settings"

# How long an example takes says more about the machine than about the code.
hypothesis.settings.register_profile("kalends", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("kalends")

OWNER, APP = "KALENDS_TEST_OWNER_URL", "KALENDS_TEST_APP_URL"
_stack = ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    """With several workers the server is started once, here, and its address goes to them by the environment."""
    if os.environ.get("DATABASE_OWNER_URL") and OWNER not in os.environ:
        os.environ[OWNER], os.environ[APP] = os.environ["DATABASE_OWNER_URL"], os.environ["DATABASE_URL"]
    several = getattr(config.option, "numprocesses", None)
    if several and not hasattr(config, "workerinput"):
        _server()


@pytest.fixture(scope="session", autouse=True)
def _plain_static_files() -> None:
    """Files under their own names: the names with hashes exist only after collectstatic."""
    from django.conf import settings

    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    settings.STATIC_ROOT = settings.STATICFILES_DIRS[0]


@pytest.fixture(autouse=True)
def nothing_kept_is_old(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a test finds kept is made once more for it, and has to come out the same."""
    from kalends.web.ui.kept import Kept
    from tests.same import same

    get = Kept.get

    def made_again(kept: Kept[Any], made_from: Hashable, make: Callable[[], Any]) -> Any:
        found = made_from in kept
        thing = get(kept, made_from, make)
        assert not found or same(thing, make()), f"kept under {made_from}, and no longer true"
        return thing

    monkeypatch.setattr(Kept, "get", made_again)


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        _stack.close()


def _server() -> tuple[str, str]:
    """Owner's and application's URL of a server with an up-to-date template database."""
    if OWNER not in os.environ:
        from kalends.operating.embedded import scratch

        server = _stack.enter_context(scratch())
        os.environ[OWNER], os.environ[APP] = server.urls.owner_url, server.urls.app_url
        os.environ["KALENDS_TEST_EMBEDDED"] = "1"
    return os.environ[OWNER], os.environ[APP]


def end_sessions(app_url: str) -> None:
    """End all other sessions of the application in its database. Its own role may; the owner may not."""
    with psycopg.connect(app_url, autocommit=True) as one_of_them:
        one_of_them.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"
        )


def database_url(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


@pytest.fixture(scope="session")
def database_urls(request: pytest.FixtureRequest) -> Iterator[tuple[str, str]]:
    """A migrated database of this worker's own: (owner's URL, application's URL)."""
    from kalends.operating.migrating import role_of

    owner_url, app_url = _server()
    worker = getattr(request.config, "workerinput", {}).get("workerid", "alone")
    name = f"kalends_test_{os.getpid()}_{worker}"
    with _admin(owner_url) as admin:
        # One worker migrates the template, the others wait for it and copy it.
        admin.execute("SELECT pg_advisory_lock(20261207)")
        template = _template(admin, owner_url, app_url)
        _create(admin, name, template, role_of(app_url))
        admin.execute("SELECT pg_advisory_unlock(20261207)")
    yield database_url(owner_url, name), database_url(app_url, name)
    end_sessions(database_url(app_url, name))
    with _admin(owner_url) as admin:
        admin.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))


def _template(admin: psycopg.Connection, owner_url: str, app_url: str) -> str:
    """A database with all migrations of today, made once per server and state of the migrations."""
    from kalends.operating.migrating import migrate, role_of

    sources = sorted((Path(__file__).parents[1] / "src" / "kalends").glob("*/migrations/*.py"))
    state = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:12]
    name = f"kalends_template_{state}"
    if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
        _create(admin, f"{name}_new", "template0", role_of(app_url))
        migrate(owner_url=database_url(owner_url, f"{name}_new"), app_url=database_url(app_url, f"{name}_new"))
        admin.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*map(sql.Identifier, (f"{name}_new", name))))
    return name


def _create(admin: psycopg.Connection, name: str, template: str, app_role: str) -> None:
    admin.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
    admin.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {} ENCODING 'UTF8'").format(*map(sql.Identifier, (name, template)))
    )
    admin.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(name), sql.Identifier(app_role)))


def _admin(owner_url: str) -> psycopg.Connection:
    return psycopg.connect(database_url(owner_url, "postgres"), autocommit=True)


@pytest.fixture(scope="session")
def django_db_setup(database_urls: tuple[str, str]) -> None:
    """Point Django at this worker's database, as the application's role: nothing is tested as the owner."""
    from django.conf import settings
    from django.db import connection

    from kalends.config.environment import database_settings

    connection.close()
    values = database_settings(database_urls[1])
    connection.settings_dict.update({key: values[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")})
    # Argon2 is meant to be slow; what the tests look at is not the hash.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def db(django_db_setup: None, django_db_blocker, owner: psycopg.Connection) -> Iterator[None]:
    """A test that commits: scope and locks live as long as a transaction, so no transaction is wrapped around it."""
    from django.db import connection

    from tests.architecture.statements import watch

    with django_db_blocker.unblock():
        with connection.execute_wrapper(watch):
            yield

        # A new session costs as much as many a test, so it is kept while it is in order.
        if connection.in_atomic_block:
            connection.close()
        else:
            connection.close_if_unusable_or_obsolete()
    _empty(owner)


@pytest.fixture(scope="session")
def owner(database_urls: tuple[str, str]) -> Iterator[psycopg.Connection]:
    """The owner's connection, past row security: to look at everything, and to clean up."""
    with psycopg.connect(database_urls[0], autocommit=True) as connection:
        yield connection


def _empty(owner: psycopg.Connection) -> None:
    """DELETE, referring tables first: with the few rows of a test far quicker than TRUNCATE of a hundred indexes.

    Not so with many: without statistics, each deleted row may look for its references through all of them.
    """
    with owner.transaction():
        big = owner.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' "
            "AND relname NOT IN ('django_migrations', 'django_content_type', 'audit_horizon') "
            "AND pg_relation_size(oid) > 500000"
        ).fetchall()
        for (table,) in big:
            owner.execute(sql.SQL("TRUNCATE {} CASCADE").format(sql.Identifier(table)))
        owner.execute("; ".join(f'DELETE FROM "{table}"' for table in _referring_first(owner)).encode())
        # Whatever is deleted counts an agenda's revision up once more.
        owner.execute("DELETE FROM agenda_revision")
        owner.execute("UPDATE audit_horizon SET transaction_number = 0")


@cache
def _referring_first(owner: psycopg.Connection) -> tuple[str, ...]:
    tables = owner.execute(
        "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE nspname = 'public' "
        "AND relkind = 'r' AND relname NOT IN ('django_migrations', 'django_content_type', 'audit_horizon')"
    ).fetchall()
    references = owner.execute(
        "SELECT a.relname, b.relname FROM pg_constraint k JOIN pg_class a ON a.oid = conrelid "
        "JOIN pg_class b ON b.oid = confrelid WHERE contype = 'f' AND conrelid <> confrelid"
    ).fetchall()
    referring = {table: {source for source, target in references if target == table} for (table,) in tables}
    return tuple(TopologicalSorter(referring).static_order())


pytest_plugins = ["tests.cast", "tests.office"]
