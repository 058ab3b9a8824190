"""Rows put in by one statement, without a savepoint.

Django's `get_or_create` looks first and guards its insert by a savepoint: four statements where one will do. Of
notes that nobody asks back, its models cost more than the insert.
"""

from collections.abc import Sequence
from typing import TypeVar, cast

from django.db import connections, models
from django.db.models.constants import OnConflict

from . import prepared

M = TypeVar("M", bound=models.Model)
ROWS_PER_STATEMENT = 200


def insert(table: str, columns: Sequence[str], rows: Sequence[Sequence], *, ignore: bool = False) -> None:
    """Put plain values in; `ignore`: but for rows a unique constraint knows already. Columns not named have defaults
    in the database.
    """
    row = f"({', '.join(['%s'] * len(columns))})"
    ending = " on conflict do nothing" if ignore else ""
    for start in range(0, len(rows), ROWS_PER_STATEMENT):
        part = rows[start : start + ROWS_PER_STATEMENT]
        sql = f"insert into {table} ({', '.join(columns)}) values {', '.join([row] * len(part))}{ending}"  # noqa: S608
        prepared.write(sql, [value for values in part for value in values], keep=len(part) == 1)


def insert_new(rows: Sequence[M], *, known_by: str) -> list[M]:
    """Insert the rows, but for those a unique constraint knows already; returns the new ones, with their keys.

    known_by: the attribute that tells the given rows apart.
    """
    if not rows:
        return []
    model = type(rows[0])
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    knows = cast(models.Field, model._meta.get_field(known_by))
    returning = [model._meta.pk, knows]
    manager = model._base_manager
    made = manager._insert(  # type: ignore[attr-defined]
        list(rows), fields=fields, using=manager.db, returning_fields=returning, on_conflict=OnConflict.IGNORE
    )
    keys = {known: pk for pk, known in filter(None, made)}
    new = [row for row in rows if getattr(row, knows.attname) in keys]
    for row in new:
        row.pk = keys[getattr(row, knows.attname)]
        row._state.adding, row._state.db = False, connections[manager.db].alias
    return new
