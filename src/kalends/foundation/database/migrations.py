"""What a tenant table gets in its migration, beside its columns."""

from __future__ import annotations

from typing import Any

from django.db.migrations.operations.base import Operation

from kalends.foundation.database.models import TenantForeignKey

# Each setting is read in a sub-query: once in a statement, not once for each of its rows (docs/decisions/0015).
READS = """organization_id = ANY (
  (SELECT string_to_array(nullif(current_setting('kalends.reads', true), ''), ',')::uuid[])::uuid[])"""
WRITES = "organization_id = (SELECT nullif(current_setting('kalends.organization', true), '')::uuid)"


class TenantTable(Operation):
    """Row level security, forced on the owner too, and a composite foreign key for every reference."""

    reversible = True
    reduces_to_sql = True

    def __init__(self, name: str) -> None:
        self.name = name

    def deconstruct(self) -> Any:
        return (self.__class__.__qualname__, [self.name], {})

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Only the database changes."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = to_state.apps.get_model(app_label, self.name)
        table = model._meta.db_table
        schema_editor.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
        schema_editor.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
        schema_editor.execute(f'CREATE POLICY reads ON "{table}" FOR SELECT USING ({READS})')
        schema_editor.execute(f'CREATE POLICY writes ON "{table}" FOR ALL USING ({WRITES})')
        for field in model._meta.get_fields():
            if isinstance(field, TenantForeignKey):
                schema_editor.execute(_foreign_key(table, field))

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table = from_state.apps.get_model(app_label, self.name)._meta.db_table
        schema_editor.execute(f'DROP POLICY IF EXISTS reads ON "{table}"')
        schema_editor.execute(f'DROP POLICY IF EXISTS writes ON "{table}"')

    def describe(self) -> str:
        return f"Guard the rows of {self.name} by organization"


def _foreign_key(table: str, field: Any) -> str:
    target = field.remote_field.model._meta.db_table
    return (
        f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_{field.column_name}_same_organization" '
        f'FOREIGN KEY (organization_id, "{field.column_name}") REFERENCES "{target}" (organization_id, id)'
    )
