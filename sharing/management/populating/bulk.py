"""Rows by the hundred thousand: COPY on PostgreSQL, executemany in one transaction on SQLite.

What these rows would break is refused, row by row or by a look at all of them: see `aside`.
"""
# ruff: noqa: S608 - the SQL is made of our own words only; every value is a parameter

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from django.db import connection, models

from .aside import without_keys


class Table:
    """Rows of one model, buffered; columns not named take the model's plain defaults."""

    def __init__(self, model: type[models.Model], *columns: str, room: int = 20_000) -> None:
        self.model, self.room = model, room
        fields = {field.attname: field for field in model._meta.concrete_fields}
        defaults = {
            name: field.get_default()
            for name, field in fields.items()
            if name not in columns and not field.primary_key and (field.has_default() or not field.null)
        }
        self.columns = [*columns, *defaults]
        self._defaults = tuple(_plain(value) for value in defaults.values())
        self._names = [str(fields[name].column) for name in self.columns]
        self._rows: list[tuple] = []

    def add(self, *values: object) -> None:
        self._rows.append((*(_plain(value) for value in values), *self._defaults))
        if len(self._rows) >= self.room:
            self.flush()

    def flush(self) -> None:
        write(self.model._meta.db_table, self._names, self._rows)
        self._rows = []


class Sorted:
    """Rows of whole numbers for a table whose first three are its key: laid aside first, then put in in its order.

    A key that is met in order is written page after page; met at random, each row would touch another page.
    """

    def __init__(self, table: str, columns: tuple[str, ...], *, index: str) -> None:
        self.table, self.columns, self.index = table, columns, index  # the index of the third column
        self.rows: list[tuple[int, ...]] = []
        with connection.cursor() as cursor:
            cursor.execute(f"create temporary table {table}_aside ({', '.join(f'{name} bigint' for name in columns)})")

    def flush(self) -> None:
        write(f"{self.table}_aside", list(self.columns), self.rows)
        self.rows = []

    def settle(self) -> None:
        self.flush()
        names = ", ".join(self.columns)
        insert = f"insert into {self.table} ({names}) select {names} from {self.table}_aside order by 1, 2, 3"
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute(f"drop index {self.index}")
                cursor.execute(insert)
                cursor.execute(f'create index "{self.index}" on "{self.table}" ("{self.columns[2]}")')
            else:
                with without_keys(self.table):
                    cursor.execute(insert)
            cursor.execute(f"drop table {self.table}_aside")


def write(table: str, columns: list[str], rows: Sequence[tuple]) -> None:
    names = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(f'insert into "{table}" ({names}) values ({marks})', rows)
            return
        with cursor.copy(f'copy "{table}" ({names}) from stdin') as copy:
            for row in rows:
                copy.write_row(row)


def next_id(model: type[models.Model]) -> int:
    return (model._default_manager.aggregate(last=models.Max("pk"))["last"] or 0) + 1


def settle_ids(*tables: type[models.Model]) -> None:
    """After rows with ids of our own: let PostgreSQL's counters go on behind them; SQLite does so by itself."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for model in tables:
            table = model._meta.db_table
            cursor.execute(
                f"select setval(pg_get_serial_sequence('\"{table}\"', 'id'), (select max(id) from \"{table}\"))"
            )


@contextmanager
def in_haste() -> Iterator[None]:
    """SQLite need not wait for the disk while it is filled; what a power cut would spoil is filled anew."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("pragma synchronous = off")
        cursor.execute("pragma cache_size = -400000")
        cursor.execute("pragma temp_store = file")  # what is sorted may be larger than the memory
        try:
            yield
        finally:
            cursor.execute("pragma temp_store = memory")
            cursor.execute("pragma cache_size = -65536")
            cursor.execute("pragma synchronous = full")


def analyze() -> None:
    """Tell the planner what the tables look like now."""
    with connection.cursor() as cursor:
        cursor.execute("analyze")


def _plain(value: object) -> object:
    if isinstance(value, (list, dict)):
        return json.dumps(value)
    if isinstance(value, datetime) and connection.vendor == "sqlite":
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ")
    return value
