"""Every tenant table keeps tenants apart, in the database itself (TEN-05, 06, 07, 08)."""

from __future__ import annotations

import psycopg
import pytest
from django.apps import apps
from django.db import models

from kalends.foundation.database.migrations import READS, WRITES
from kalends.foundation.database.models import TenantForeignKey, TenantModel
from kalends.foundation.database.privileges import privileges_of
from kalends.operating.migrating import role_of
from tests.architecture.statements import unscoped

TENANT_MODELS = [model for model in apps.get_models() if issubclass(model, TenantModel)]
NAMES = [model.__name__ for model in TENANT_MODELS]
# Global on purpose: they are needed before an organization is known, or belong to none.
GLOBAL = {
    "accounts_person",
    "organizations_organization",
    "audit_horizon",
    "delivery_clockjump",
    "delivery_clocklook",
    "delivery_platformmail",
    "delivery_submittedpart",
    "delivery_texttally",
    "account_emailaddress",
    "account_emailconfirmation",
    "mfa_authenticator",
    "auth_group",
    "auth_permission",
    "django_content_type",
    "django_session",
    "procrastinate_jobs",
    "procrastinate_events",
    "procrastinate_periodic_defers",
    "procrastinate_workers",
}


def test_every_table_is_a_tenants_or_known_to_be_global() -> None:
    tables = {model._meta.db_table for model in apps.get_models()}
    assert tables - {model._meta.db_table for model in TENANT_MODELS} == GLOBAL


@pytest.mark.parametrize("model", TENANT_MODELS, ids=NAMES)
def test_row_security_is_forced_with_both_policies(model: type[TenantModel], owner: psycopg.Connection) -> None:
    table = model._meta.db_table
    forced = owner.execute(
        "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = %s::regclass", [table]
    ).fetchone()
    assert forced == (True, True)
    policies = dict(owner.execute("SELECT policyname, cmd FROM pg_policies WHERE tablename = %s", [table]).fetchall())
    extra = {"own_person": "SELECT"} if table == "organizations_membership" else {}
    assert policies == {"reads": "SELECT", "writes": "ALL"} | extra


@pytest.mark.parametrize("model", TENANT_MODELS, ids=NAMES)
def test_every_reference_carries_the_organization(model: type[TenantModel], owner: psycopg.Connection) -> None:
    keys = {
        tuple(row[0])
        for row in owner.execute(
            "SELECT array(SELECT attname::text FROM unnest(conkey) WITH ORDINALITY k(n, i) "
            "JOIN pg_attribute ON attrelid = conrelid AND attnum = n ORDER BY i) "
            "FROM pg_constraint WHERE contype = 'f' AND conrelid = %s::regclass",
            [model._meta.db_table],
        ).fetchall()
    }
    wanted = {
        ("organization_id", field.column_name)
        for field in model._meta.get_fields()
        if isinstance(field, TenantForeignKey)
    }
    assert wanted <= keys
    for field in model._meta.get_fields():
        if isinstance(field, models.ForeignKey):
            assert not issubclass(field.related_model, TenantModel), f"{field} forgets the organization"


@pytest.mark.parametrize("model", TENANT_MODELS, ids=NAMES)
def test_uniqueness_is_per_organization(model: type[TenantModel], owner: psycopg.Connection) -> None:
    rows = owner.execute(
        "SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indisunique AND indrelid = %s::regclass",
        [model._meta.db_table],
    ).fetchall()
    assert [row[0] for row in rows if "(organization_id" not in row[0]] == []


@pytest.mark.parametrize("model", TENANT_MODELS, ids=NAMES)
def test_the_application_may_do_what_the_model_says(
    model: type[TenantModel], owner: psycopg.Connection, database_urls: tuple[str, str]
) -> None:
    role = role_of(database_urls[1])
    table = model._meta.db_table
    held = tuple(
        right
        for right in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
        if owner.execute("SELECT has_table_privilege(%s, %s, %s)", [role, table, right]).fetchone() == (True,)
    )
    assert held == privileges_of(model)


def test_functions_run_as_their_caller_and_views_do_not_exist(owner: psycopg.Connection) -> None:
    definers = owner.execute(
        "SELECT proname FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace "
        "WHERE nspname = 'public' AND prosecdef"
    ).fetchall()
    views = owner.execute("SELECT viewname FROM pg_views WHERE schemaname = 'public'").fetchall()
    assert (definers, views) == ([], [])


def test_policies_are_written_as_they_were_measured() -> None:
    """Settings in sub-queries, which run once in a statement (decision 15)."""
    assert READS.startswith("organization_id = ANY (\n  (SELECT")
    assert WRITES.startswith("organization_id = (SELECT")


def test_all_policies_are_those(owner: psycopg.Connection) -> None:
    """Also where the table is older than the way they are written."""
    conditions = owner.execute("SELECT tablename, policyname, qual FROM pg_policies").fetchall()
    assert len(conditions) > len(TENANT_MODELS)
    assert [row for row in conditions if "( SELECT " not in row[2] or row[2].count("current_setting") != 1] == []


@pytest.mark.parametrize("model", TENANT_MODELS, ids=NAMES)
def test_every_row_reaches_its_organization(model: type[TenantModel], owner: psycopg.Connection) -> None:
    """By a foreign key, or by a reference that is never empty to a row that reaches it."""
    table = model._meta.db_table
    own = owner.execute(
        "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND conrelid = %s::regclass "
        "AND confrelid = 'organizations_organization'::regclass",
        [table],
    ).fetchone()
    never_empty = owner.execute(
        "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND conrelid = %s::regclass "
        "AND cardinality(conkey) > 1 "
        "AND (SELECT bool_and(attnotnull) FROM pg_attribute WHERE attrelid = conrelid AND attnum = ANY(conkey))",
        [table],
    ).fetchone()
    assert own is not None
    assert never_empty is not None
    assert (own[0], never_empty[0] > 0) in ((1, False), (0, True))


@pytest.mark.parametrize(
    ("statement", "missing"),
    [
        ('SELECT * FROM "contacts_contact" WHERE "contacts_contact"."organization_id" = %s', set()),
        ('SELECT * FROM "contacts_contact" WHERE "contacts_contact"."id" = %s', {"contacts_contact"}),
        (
            'SELECT * FROM "booking_appointment" a JOIN "contacts_contact" c ON a."contact_id" = c."id" '
            'WHERE a."organization_id" = %s',
            {"contacts_contact"},
        ),
        ('DELETE FROM "agenda_block" WHERE "agenda_block"."id" = %s', {"agenda_block"}),
        ('INSERT INTO "agenda_block" ("id") VALUES (%s)', {"agenda_block"}),
    ],
)
def test_the_reader_of_statements_sees_what_is_missing(statement: str, missing: set[str]) -> None:
    assert unscoped(statement) == missing
