"""What the application's role may do, table by table. Applied by the owner after every migration."""

from __future__ import annotations

from django.apps import apps
from django.db import connection, models
from psycopg import sql

from kalends.foundation.database.models import TenantModel


def privileges_of(model: type[models.Model]) -> tuple[str, ...]:
    """Append-only tables may be read and added to; everything else may also be changed and cleaned."""
    if issubclass(model, TenantModel) and model.append_only:
        return ("SELECT", "INSERT")
    return ("SELECT", "INSERT", "UPDATE", "DELETE")


def grant_to(role: str) -> None:
    """Give `role` exactly what the models say on our tables, and no right to make or own anything."""
    name = sql.Identifier(role)
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("REVOKE CREATE ON SCHEMA public FROM PUBLIC"))
        cursor.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(name))
        cursor.execute(
            sql.SQL("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}").format(name)
        )
        cursor.execute(sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}").format(name))
        cursor.execute(sql.SQL("GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {}").format(name))
        for model in apps.get_models():
            table = sql.Identifier(model._meta.db_table)
            rights = sql.SQL(", ").join(sql.SQL(right) for right in privileges_of(model))
            cursor.execute(sql.SQL("REVOKE ALL ON {} FROM {}").format(table, name))
            cursor.execute(sql.SQL("GRANT {} ON {} TO {}").format(rights, table, name))
        cursor.execute(sql.SQL("REVOKE ALL ON django_migrations FROM {}").format(name))
        cursor.execute(sql.SQL("GRANT SELECT ON django_migrations TO {}").format(name))
