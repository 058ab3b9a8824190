"""Statements that come again and again in the same words: worded and planned once where that can be kept.

What search asks is a few short statements, so what Django does around each would cost as much as the statement:
translating its marks, several layers of cursors. Where somebody listens in on statements, they go the usual way.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections


def rows(sql: str, params: Sequence[Any]) -> list[tuple]:
    """What the statement answers. Its text depends on nothing but a few counts, and `%s` stands for values alone."""
    connection: Any = connections[DEFAULT_DB_ALIAS]
    listened_to = connection.queries_logged or connection.execute_wrappers
    if listened_to or connection.vendor != "sqlite":
        with connection.cursor() if listened_to else connection.prepared_cursor() as cursor:
            cursor.execute(sql, params)
            return cursor.fetchall()
    return _at_once(connection, sql, params).fetchall()


def write(sql: str, params: Sequence[Any], *, keep: bool = True) -> None:
    """A statement that answers nothing. `keep`: its text comes again, so a server may keep its plan."""
    connection: Any = connections[DEFAULT_DB_ALIAS]
    listened_to = connection.queries_logged or connection.execute_wrappers
    if not listened_to and connection.vendor == "sqlite":
        _at_once(connection, sql, params)
        return
    with connection.prepared_cursor() if keep and not listened_to else connection.cursor() as cursor:
        cursor.execute(sql, params)


def _at_once(connection: Any, sql: str, params: Sequence[Any]) -> Any:
    """By SQLite's own driver, which keeps what it has parsed."""
    connection.validate_no_broken_transaction()
    connection.ensure_connection()
    with connection.wrap_database_errors:
        return connection.connection.execute(_question_marks(sql), params)


@lru_cache(maxsize=1024)
def _question_marks(sql: str) -> str:
    return sql.replace("%s", "?").replace("%%", "%")
