"""The two roles of a database: one owns and migrates, one is the application's and owns nothing.

The embedded server makes them itself; on a server of somebody else's they are checked.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import LiteralString
from urllib.parse import quote

import psycopg
from psycopg import sql

from kalends.operating.embedded.refusals import RoleRefused

OWNER = "kalends_owner"
APPLICATION = "kalends_app"
DATABASE = "kalends"
OLDEST_SERVER = 150000
"""PostgreSQL 15, as `server_version_num`."""


@dataclass(frozen=True)
class Urls:
    """How to reach one database: as its owner, and as the application."""

    owner_url: str
    app_url: str


def url(*, role: str, password: str, database: str, socket_folder: Path, port: int) -> str:
    """A connection URL. `port` is part of the socket's name, also where the server takes no TCP."""
    who = f"{quote(role, safe='')}:{quote(password, safe='')}"
    where = f"host={quote(str(socket_folder), safe='')}&port={port}"
    return f"postgresql://{who}@/{quote(database, safe='')}?{where}"


def ensure_roles(admin: psycopg.Connection, *, owner_password: str, app_password: str) -> None:
    """Make both roles, and give them back exactly their rights if somebody changed them."""
    wanted = (
        (OWNER, owner_password, "LOGIN NOSUPERUSER CREATEDB NOCREATEROLE NOREPLICATION BYPASSRLS"),
        (APPLICATION, app_password, "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"),
    )
    for role, password, rights in wanted:
        name = sql.Identifier(role)
        if not _exists(admin, "pg_roles", "rolname", role):
            # The server must not see the password itself, which it could write to its log.
            secret = admin.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
            admin.execute(sql.SQL("CREATE ROLE {} PASSWORD {}").format(name, sql.Literal(secret)))
        admin.execute(sql.SQL("ALTER ROLE {} ").format(name) + sql.SQL(rights))


def ensure_database(admin: psycopg.Connection, name: str, *, template: str | None = None) -> None:
    """Make the database `name` of the owner unless it is there.

    The caller then runs `grants_sql` in it as the owner; a copy of `template` brings its grants along.
    """
    database = sql.Identifier(name)
    if not _exists(admin, "pg_database", "datname", name):
        source = sql.Identifier(template or "template0")
        command = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}")
        admin.execute(command.format(database, sql.Identifier(OWNER), source))
    admin.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    grant = sql.SQL("GRANT CONNECT ON DATABASE {} TO {}")
    admin.execute(grant.format(database, sql.Identifier(APPLICATION)))


def grants_sql(app_role: str) -> str:
    """What the owner runs once in a database, before the first migration, to let the application work in it.

    It concerns tables yet to be made, so running it again takes back nothing that a migration took away
    (histories may only be added to).
    """
    role = _identifier(app_role)
    kinds = ("SELECT, INSERT, UPDATE, DELETE ON TABLES", "USAGE, SELECT ON SEQUENCES", "EXECUTE ON ROUTINES")
    future = [f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {kind} TO {role};" for kind in kinds]
    return "\n".join([f"GRANT USAGE ON SCHEMA public TO {role};", *future])


def check_roles(app_url: str) -> None:
    """Raise RoleRefused if the application's role could step over the walls between organizations."""
    with _connection(app_url, "DATABASE_URL") as connection:
        _refuse_old_server(connection)
        role = _identifier(_text(connection, "SELECT current_user"))
        _refuse_power(connection, role)
        owned = _text(connection, OWNED)
        if owned:
            raise RoleRefused(
                f"The role {role} of DATABASE_URL owns {owned}, and the application may own nothing: "
                f"as a superuser give it to the role of DATABASE_OWNER_URL (ALTER {owned} OWNER TO ...;), "
                "or give DATABASE_URL another role."
            )


def _refuse_power(connection: psycopg.Connection, role: str) -> None:
    """A member of a powerful role may put it on at any time, so it counts as having its power."""
    for right, powerful in (("SUPERUSER", "rolsuper"), ("BYPASSRLS", "rolbypassrls")):
        query = sql.SQL(POWERFUL).format(powerful=sql.Identifier(powerful))
        row = connection.execute(query).fetchone()
        if row is None:
            continue
        holder = _identifier(row[0])
        if holder == role:
            raise RoleRefused(
                f"The role {role} of DATABASE_URL has {right}, which lets it see every organization: "
                f"run ALTER ROLE {role} NO{right}; as a superuser, or give DATABASE_URL another role."
            )
        raise RoleRefused(
            f"The role {role} of DATABASE_URL is a member of {holder}, which has {right}: "
            f"run REVOKE {holder} FROM {role}; or give DATABASE_URL another role."
        )


POWERFUL: LiteralString = """
SELECT rolname FROM pg_roles WHERE {powerful} AND pg_has_role(oid, 'MEMBER')
ORDER BY rolname <> current_user, rolname LIMIT 1
"""

OWNED: LiteralString = """
SELECT format('%s %s', kind, name) FROM (
    SELECT 'TABLE', c.oid::regclass::text, c.relowner
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    UNION ALL
    SELECT 'SCHEMA', quote_ident(nspname), nspowner FROM pg_namespace WHERE nspname !~ '^pg_'
    UNION ALL
    SELECT 'DATABASE', quote_ident(datname), datdba FROM pg_database WHERE datname = current_database()
) AS things (kind, name, owner)
WHERE pg_has_role(owner, 'MEMBER') ORDER BY kind DESC, name LIMIT 1
"""


def check_owner(owner_url: str) -> None:
    """Raise RoleRefused, with the SQL that gives the missing right, if the owner cannot do its work."""
    with _connection(owner_url, "DATABASE_OWNER_URL") as connection:
        _refuse_old_server(connection)
        role = _identifier(_text(connection, "SELECT current_user"))
        database = _identifier(connection.info.dbname)
        allowed = _text(
            connection,
            "SELECT 'yes' FROM pg_roles WHERE rolname = current_user AND (rolsuper OR rolbypassrls)",
        )
        if not allowed:
            raise RoleRefused(
                f"The role {role} of DATABASE_OWNER_URL does not see past row level security, so migrations "
                f"and backups would leave rows out: run ALTER ROLE {role} BYPASSRLS; as a superuser."
            )
        if not _text(connection, "SELECT 'yes' WHERE has_schema_privilege('public', 'CREATE')"):
            raise RoleRefused(
                f"The role {role} of DATABASE_OWNER_URL may not make tables: "
                f"run ALTER DATABASE {database} OWNER TO {role}; as a superuser."
            )
        encoding = _text(connection, "SHOW server_encoding")
        if encoding != "UTF8":
            raise RoleRefused(
                f"The database {database} has the encoding {encoding}: make one with UTF8 "
                f"(CREATE DATABASE ... OWNER {role} ENCODING 'UTF8' TEMPLATE template0;)."
            )


def _connection(given: str, variable: str) -> psycopg.Connection:
    try:
        return psycopg.connect(given, connect_timeout=5, autocommit=True)
    except psycopg.Error as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise RoleRefused(f"The database of {variable} cannot be reached: {reason}") from None


def _refuse_old_server(connection: psycopg.Connection) -> None:
    if connection.info.server_version < OLDEST_SERVER:
        found = connection.info.server_version // 10000
        raise RoleRefused(f"The server of the database is PostgreSQL {found}, and Kalends needs 15 or newer.")


def _text(connection: psycopg.Connection, query: LiteralString) -> str:
    row = connection.execute(query).fetchone()
    return str(row[0]) if row else ""


def _identifier(name: str) -> str:
    return sql.Identifier(name).as_string(None)


def _exists(admin: psycopg.Connection, table: str, column: str, value: str) -> bool:
    query = sql.SQL("SELECT 1 FROM {} WHERE {} = {}")
    found = admin.execute(query.format(sql.Identifier(table), sql.Identifier(column), sql.Literal(value)))
    return found.fetchone() is not None
