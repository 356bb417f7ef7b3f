"""Every statement that the suite runs is read: tenant tables are only touched with their organization.

`watch` stands between Django and the database in every test with a database. It refuses at once a statement on
a tenant table outside `tenancy.acting`, or one that does not name the organization of each tenant table it
touches (compared with a value, with another table's, or written).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import sqlglot
from sqlglot import exp

# What a migration, the test suite itself or PostgreSQL's own catalogue needs is not the application's.
IGNORED = ("SAVEPOINT", "RELEASE", "ROLLBACK", "SET ", "SHOW ", "LISTEN", "NOTIFY", "BEGIN", "COMMIT", "EXPLAIN")
# Reads that are meant for all organizations within the scope's `reads`: machinery and a person's own rows.
SEES_MANY = {"organizations_membership", "audit_entry", "delivery_delivery", "api_keptanswer", "booking_hold"}


def watch(execute: Any, statement: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    from kalends.foundation.database import tenancy

    text = statement if isinstance(statement, str) else statement.as_string(None)
    tables = touched(text)
    if tables and tenancy._scope.get() is None:
        raise AssertionError(f"{sorted(tables)} touched outside tenancy.acting: {text[:300]}")
    if missing := unscoped(text):
        raise AssertionError(f"{sorted(missing)} touched without organization_id: {text[:500]}")
    return execute(statement, params, many, context)


@lru_cache
def tenant_tables() -> frozenset[str]:
    from django.apps import apps

    from kalends.foundation.database.models import TenantModel

    return frozenset(model._meta.db_table for model in apps.get_models() if issubclass(model, TenantModel))


@lru_cache(maxsize=5000)
def touched(text: str) -> frozenset[str]:
    if text.lstrip().upper().startswith(IGNORED):
        return frozenset()
    return frozenset(table for table in tenant_tables() if f'"{table}"' in text or f" {table} " in f"{text} ")


@lru_cache(maxsize=5000)
def unscoped(text: str) -> frozenset[str]:
    """The tenant tables of a statement whose organization is not said."""
    if not touched(text):
        return frozenset()
    parsed = sqlglot.parse_one(text.replace("%s", "$1"), dialect="postgres")
    found = set()
    for table in parsed.find_all(exp.Table):
        if table.name in tenant_tables() - SEES_MANY and not _says(parsed, table):
            found.add(table.name)
    return frozenset(found)


def _says(parsed: exp.Expression, table: exp.Table) -> bool:
    """Whether organization_id of that very table is compared or written somewhere in the statement."""
    insert = table.find_ancestor(exp.Insert)
    if insert is not None and isinstance(insert.this, exp.Schema) and insert.this.this is table:
        return any(column.name == "organization_id" for column in insert.this.expressions)
    names = {table.alias_or_name, table.name}
    for column in parsed.find_all(exp.Column):
        if column.name != "organization_id" or (column.table and column.table not in names):
            continue
        if column.find_ancestor(exp.EQ, exp.In):
            return True
    return False
