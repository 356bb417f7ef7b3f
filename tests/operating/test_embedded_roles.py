"""What the two roles may do, on our server and on somebody else's."""

from collections.abc import Callable, Iterator

import psycopg
import pytest
from psycopg import sql

from kalends.operating.embedded import (
    EmbeddedServer,
    RoleRefused,
    Urls,
    check_owner,
    check_roles,
    grants_sql,
    roles,
)

POLICY = """
CREATE TABLE visits (organization int, word text);
ALTER TABLE visits ENABLE ROW LEVEL SECURITY;
ALTER TABLE visits FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON visits
    USING (organization = nullif(current_setting('test.organization', true), '')::int);
INSERT INTO visits VALUES (1, 'one'), (2, 'two');
"""


@pytest.fixture
def urls(server: EmbeddedServer) -> Iterator[Urls]:
    yield server.ensure_database("roles")
    server.drop_database("roles")


@pytest.fixture(scope="module")
def walled(server: EmbeddedServer) -> Iterator[Urls]:
    """A database with a table under row level security, that no test changes."""
    urls = server.ensure_database("walled")
    run(urls.owner_url, POLICY)
    yield urls
    server.drop_database("walled")


@pytest.fixture
def superuser(server: EmbeddedServer) -> Iterator[psycopg.Connection]:
    with server.admin() as connection:
        yield connection


@pytest.fixture
def foreign(urls: Urls, superuser: psycopg.Connection) -> Iterator[Callable[[str], str]]:
    """Makes a role with the rights one names; gives its URL. The role is called clinic."""

    def make(rights: str) -> str:
        superuser.execute(sql.SQL("CREATE ROLE clinic LOGIN PASSWORD 'secret' ") + sql.SQL(rights))  # type: ignore[arg-type]
        superuser.execute("GRANT CONNECT ON DATABASE roles TO clinic")
        host = psycopg.conninfo.conninfo_to_dict(urls.app_url)["host"]
        return f"postgresql://clinic:secret@/roles?host={host}"

    yield make
    with psycopg.connect(superuser.info.dsn, password=superuser.info.password, dbname="roles") as inside:
        inside.execute("DROP OWNED BY clinic")
    superuser.execute("DROP ROLE clinic")


def run(url: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def test_the_attributes_of_both_roles(walled: Urls) -> None:
    query = (
        "SELECT rolname, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication FROM pg_roles "
        "WHERE rolname LIKE 'kalends%' ORDER BY rolname"
    )
    assert run(walled.app_url, query) == [
        ("kalends_app", False, False, False, False, False),
        ("kalends_owner", False, True, True, False, False),
    ]


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (n int)",
        "CREATE SCHEMA mine",
        "CREATE TEMPORARY TABLE mine (n int)",
        "CREATE DATABASE mine",
        "CREATE ROLE mine",
        "DROP TABLE visits",
        "TRUNCATE visits",
        "ALTER TABLE visits NO FORCE ROW LEVEL SECURITY",
        "DROP POLICY own ON visits",
        "SET ROLE kalends_owner",
        "ALTER ROLE kalends_app BYPASSRLS",
        "COPY visits TO '/tmp/visits'",
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT rolpassword FROM pg_authid",
    ],
)
def test_what_the_application_may_not_do(walled: Urls, statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        run(walled.app_url, statement)


def test_row_level_security_binds_the_application_and_not_the_owner(walled: Urls) -> None:
    assert run(walled.app_url, "SELECT word FROM visits") == []
    with psycopg.connect(walled.app_url, autocommit=True) as connection:
        connection.execute("SET test.organization = 2")
        assert connection.execute("SELECT word FROM visits").fetchall() == [("two",)]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("INSERT INTO visits VALUES (1, 'foreign')")
        connection.execute("SET row_security = off")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SELECT word FROM visits")
    assert run(walled.owner_url, "SELECT word FROM visits ORDER BY word") == [("one",), ("two",)]


def test_the_application_works_in_what_the_owner_makes(urls: Urls) -> None:
    run(urls.owner_url, "CREATE TABLE numbers (id serial, n int)")
    run(urls.app_url, "INSERT INTO numbers (n) VALUES (1), (2)")
    run(urls.app_url, "UPDATE numbers SET n = n * 10")
    run(urls.app_url, "DELETE FROM numbers WHERE n = 10")
    assert run(urls.app_url, "SELECT id, n FROM numbers") == [(2, 20)]


def test_grants_run_again_leave_what_a_migration_took_away(urls: Urls) -> None:
    run(urls.owner_url, "CREATE TABLE history (n int); REVOKE UPDATE, DELETE ON history FROM kalends_app")
    run(urls.owner_url, grants_sql("kalends_app"))
    run(urls.app_url, "INSERT INTO history VALUES (1)")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        run(urls.app_url, "DELETE FROM history")


def test_rights_that_were_changed_are_put_right_at_the_next_start(superuser: psycopg.Connection) -> None:
    superuser.execute("ALTER ROLE kalends_app SUPERUSER BYPASSRLS")
    roles.ensure_roles(superuser, owner_password="unused", app_password="unused")
    row = superuser.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = 'kalends_app'").fetchone()
    assert row == (False, False)


def test_our_own_roles_pass(walled: Urls) -> None:
    check_roles(walled.app_url)
    check_owner(walled.owner_url)


@pytest.mark.parametrize("right", ["SUPERUSER", "BYPASSRLS"])
def test_an_application_role_with_too_much_power_is_refused(foreign: Callable[[str], str], right: str) -> None:
    with pytest.raises(RoleRefused) as refusal:
        check_roles(foreign(right))
    assert str(refusal.value) == (
        f'The role "clinic" of DATABASE_URL has {right}, which lets it see every organization: '
        f'run ALTER ROLE "clinic" NO{right}; as a superuser, or give DATABASE_URL another role.'
    )


def test_an_application_role_that_may_become_the_owner_is_refused(foreign: Callable[[str], str]) -> None:
    with pytest.raises(RoleRefused) as refusal:
        check_roles(foreign("IN ROLE kalends_owner"))
    assert str(refusal.value) == (
        'The role "clinic" of DATABASE_URL is a member of "kalends_owner", which has BYPASSRLS: '
        'run REVOKE "kalends_owner" FROM "clinic"; or give DATABASE_URL another role.'
    )


def test_an_application_role_that_owns_a_table_is_refused(
    foreign: Callable[[str], str], urls: Urls, superuser: psycopg.Connection
) -> None:
    url = foreign("")
    run(urls.owner_url, "CREATE TABLE visits (n int); GRANT CREATE ON SCHEMA public TO clinic")
    check_roles(url)
    run(url, "CREATE TABLE mine (n int)")
    with pytest.raises(RoleRefused) as refusal:
        check_roles(url)
    assert str(refusal.value) == (
        'The role "clinic" of DATABASE_URL owns TABLE mine, and the application may own nothing: '
        "as a superuser give it to the role of DATABASE_OWNER_URL (ALTER TABLE mine OWNER TO ...;), "
        "or give DATABASE_URL another role."
    )


def test_an_owner_that_row_level_security_binds_is_refused_with_the_remedy(
    foreign: Callable[[str], str], superuser: psycopg.Connection, urls: Urls
) -> None:
    url = foreign("")
    with pytest.raises(RoleRefused) as refusal:
        check_owner(url)
    assert str(refusal.value) == (
        'The role "clinic" of DATABASE_OWNER_URL does not see past row level security, so migrations and '
        'backups would leave rows out: run ALTER ROLE "clinic" BYPASSRLS; as a superuser.'
    )
    superuser.execute('ALTER ROLE "clinic" BYPASSRLS')
    with pytest.raises(RoleRefused) as refusal:
        check_owner(url)
    assert str(refusal.value) == (
        'The role "clinic" of DATABASE_OWNER_URL may not make tables: '
        'run ALTER DATABASE "roles" OWNER TO "clinic"; as a superuser.'
    )
    superuser.execute('ALTER DATABASE "roles" OWNER TO "clinic"')
    check_owner(url)
    superuser.execute('ALTER DATABASE "roles" OWNER TO "kalends_owner"')


def test_a_database_out_of_reach_is_said_without_the_password() -> None:
    with pytest.raises(RoleRefused) as refusal:
        check_roles("postgresql://clinic:verysecret@/kalends?host=/nowhere")
    assert str(refusal.value).startswith("The database of DATABASE_URL cannot be reached:")
    assert "verysecret" not in str(refusal.value)
