"""Filling tables of PostgreSQL by the million: what looks at each row stands aside, and looks at all of them after.

A trigger and a foreign key look at every row as it comes, an index takes every row to another page: together ten
times what the rows themselves cost. So within the one transaction that fills a table, its guards are switched off
and its foreign keys and indexes taken away; then the keys are added again, which has the engine check all rows at
once, the indexes are built from sorted rows, and the guards are switched on. What guards would have refused, the
caller must look for itself, over all of the rows, before the block ends. Nobody else meets the tables meanwhile:
they are locked, and a filling that is cut off leaves everything as it was. SQLite is filled with its guards on.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, models

_KEYS = """select conname, pg_get_constraintdef(oid) from pg_constraint
 where conrelid = %s::regclass and contype = any(%s) order by contype, conname"""
_INDEXES = """select i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) from pg_index i
 where i.indrelid = %s::regclass and not exists (select 1 from pg_constraint k where k.conindid = i.indexrelid)"""


@contextmanager
def standing_aside(*filled: type[models.Model], look: Callable[[], None] | None = None) -> Iterator[None]:
    """Fill these tables within the caller's transaction; `look` raises if the guards would have refused a row."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("set local maintenance_work_mem = '512MB'")
        again = [sql for model in filled for sql in _taken_away(cursor, model._meta.db_table, "f")]
        for model in filled:
            cursor.execute(f'alter table "{model._meta.db_table}" disable trigger user')
        yield
        for sql in again:
            cursor.execute(sql)
        if look:
            look()
        for model in filled:
            cursor.execute(f'alter table "{model._meta.db_table}" enable trigger user')


@contextmanager
def without_keys(table: str) -> Iterator[None]:
    """The same for a table that no other refers to: its primary key is built at the end as well."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("set local maintenance_work_mem = '512MB'")
        cursor.execute("set local work_mem = '256MB'")  # for what is sorted on its way in
        again = _taken_away(cursor, table, "fp")
        yield
        for sql in again:
            cursor.execute(sql)


def _taken_away(cursor, table: str, kinds: str) -> list[str]:
    """Drop the table's indexes and keys of these kinds; the statements that make them again, indexes first."""
    cursor.execute(_INDEXES, [table])
    indexes = cursor.fetchall()
    cursor.execute(_KEYS, [table, list(kinds)])
    keys = cursor.fetchall()
    for name, _definition in indexes:
        cursor.execute(f"drop index {name}")
    for name, _definition in keys:
        cursor.execute(f'alter table "{table}" drop constraint "{name}"')
    return [
        *(f'alter table "{table}" add constraint "{name}" {definition}' for name, definition in reversed(keys)),
        *(definition for _name, definition in indexes),
    ]
