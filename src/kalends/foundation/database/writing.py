"""Writing new rows where every booking passes: several in one round trip, without the ORM's detours.

`save()` builds the same INSERT anew each time and goes to the database once for each row. The tables, fields and
values are the models' own; constraints, row security and defaults of the database work as ever.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby
from typing import Any

from django.db import connection, models
from django.db.models.fields import NOT_PROVIDED


def write(*rows: models.Model, once: bool = False) -> None:
    """INSERT all `rows`, in their order, in one statement, so that PostgreSQL can keep its plan.

    `once`: a row that is there already stays as it is.
    """
    inserts, values = [], []
    for model, of_model in groupby(rows, key=type):
        statement, places, fields = _insert(model)
        count = 0
        for row in of_model:
            values += [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields]
            count += 1
        inserts.append(statement + ", ".join([places] * count) + (" ON CONFLICT DO NOTHING" if once else ""))
    *first, last = inserts
    others = ", ".join(f"w{number} AS ({insert})" for number, insert in enumerate(first))
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {others} {last}" if others else last, values)
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


@lru_cache
def _insert(model: type[models.Model]) -> tuple[str, str, tuple[Any, ...]]:
    columns = (field for field in model._meta.local_concrete_fields if field.column)
    fields = tuple(field for field in columns if field.db_default is NOT_PROVIDED)
    names = ", ".join(f'"{field.column}"' for field in fields)
    places = f"({', '.join(['%s'] * len(fields))})"
    return f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES ', places, fields  # noqa: S608 - our own names
