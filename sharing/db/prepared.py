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
    connection.validate_no_broken_transaction()
    connection.ensure_connection()
    with connection.wrap_database_errors:
        return connection.connection.execute(_question_marks(sql), params).fetchall()


@lru_cache(maxsize=1024)
def _question_marks(sql: str) -> str:
    return sql.replace("%s", "?").replace("%%", "%")
