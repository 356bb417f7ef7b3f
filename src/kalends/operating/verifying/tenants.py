"""The walls between organizations, as the database's own catalogue has them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import LiteralString

from django.apps import apps

from kalends.foundation.database.models import TenantForeignKey, TenantModel
from kalends.foundation.database.privileges import privileges_of
from kalends.operating.embedded import CannotRun, check_roles
from kalends.operating.migrating import role_of
from kalends.operating.verifying.findings import Fault, Looked, Owner

POLICIES: LiteralString = """
SELECT policyname, cmd, permissive, coalesce(qual, ''), coalesce(with_check, '')
FROM pg_policies WHERE schemaname = 'public' AND tablename = %s ORDER BY policyname
"""
FORCED: LiteralString = """
SELECT relrowsecurity AND relforcerowsecurity FROM pg_class WHERE oid = to_regclass('public.' || quote_ident(%s))
"""
KEYS: LiteralString = """
SELECT array(SELECT attname::text FROM unnest(conkey) WITH ORDINALITY k(n, i)
             JOIN pg_attribute ON attrelid = conrelid AND attnum = n ORDER BY i)
FROM pg_constraint
WHERE contype = 'f' AND convalidated AND conrelid = to_regclass('public.' || quote_ident(%s))
"""
EXCLUSIONS: LiteralString = """
SELECT conname FROM pg_constraint WHERE contype = 'x' AND conname = ANY(%s)
"""
UNKNOWN: LiteralString = """
SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
  AND a.attname = 'organization_id' AND NOT a.attisdropped AND NOT c.relname = ANY(%s)
"""
RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")
READS, WRITES = "current_setting('kalends.reads'::text, true)", "current_setting('kalends.organization'::text, true)"
# A person sees their own memberships before any organization is chosen.
ALSO = {"organizations_membership": ("own_person", "SELECT", "current_setting('kalends.person'::text, true)")}
# Told and counted before or beyond any one organization; they name nobody. test_tables.py knows them too.
ACROSS = ("delivery_submittedpart", "delivery_texttally")
NEVER_TWICE = ("no_two_in_one_place", "nobody_is_in_two_places")


def check(owner: Owner, *, app_url: str) -> Looked:
    models = [model for model in apps.get_models() if issubclass(model, TenantModel)]
    tables = [model._meta.db_table for model in models]
    role = role_of(app_url)
    faults = [fault for model in models for fault in _table(owner, model, role)]
    faults += [
        Fault("", f"table {name}", "belongs to organizations and is not known to be guarded")
        for (name,) in owner.execute(UNKNOWN, [[*tables, *ACROSS]]).fetchall()
    ]
    there = {name for (name,) in owner.execute(EXCLUSIONS, [list(NEVER_TWICE)]).fetchall()}
    faults += [Fault("", f"constraint {name}", "is gone") for name in NEVER_TWICE if name not in there]
    try:
        check_roles(app_url)
    except CannotRun as refusal:
        faults.append(Fault("", f"role {role}", str(refusal)))
    return Looked("walls between organizations", len(tables), "tables", tuple(sorted(faults)))


def _table(owner: Owner, model: type[TenantModel], role: str) -> Iterator[Fault]:
    table = model._meta.db_table
    if owner.execute(FORCED, [table]).fetchone() != (True,):
        yield Fault("", f"table {table}", "does not force row level security")
    yield from _policies(owner, table)
    keys = {tuple(row[0]) for row in owner.execute(KEYS, [table]).fetchall()}
    for field in model._meta.get_fields():
        if isinstance(field, TenantForeignKey) and ("organization_id", field.column_name) not in keys:
            yield Fault("", f"table {table}", f"has no valid key over organization and {field.column_name}")
    held = tuple(
        right
        for right in RIGHTS
        if owner.execute("SELECT has_table_privilege(%s, %s, %s)", [role, table, right]).fetchone() == (True,)
    )
    if held != privileges_of(model):
        yield Fault("", f"table {table}", f"may be used by {role} with {', '.join(held) or 'nothing'}")


def _policies(owner: Owner, table: str) -> Iterator[Fault]:
    """Exactly these, each narrowed by its setting: one more would open what the others keep shut."""
    wanted = {"reads": ("SELECT", READS), "writes": ("ALL", WRITES)}
    if table in ALSO:
        name, command, setting = ALSO[table]
        wanted[name] = (command, setting)
    found = {str(row[0]): row[1:] for row in owner.execute(POLICIES, [table]).fetchall()}
    for name in sorted(wanted.keys() | found.keys()):
        if name not in found:
            yield Fault("", f"table {table}", f"lacks the policy {name}")
        elif name not in wanted:
            yield Fault("", f"table {table}", f"has a policy too many: {name}")
        else:
            command, _, condition, check_condition = map(str, found[name])
            if command != wanted[name][0] or wanted[name][1] not in condition or check_condition not in ("", condition):
                yield Fault("", f"table {table}", f"has a changed policy {name}")
            elif " OR " in condition.upper():
                yield Fault("", f"table {table}", f"has a widened policy {name}")
