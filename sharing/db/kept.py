"""Queries that are asked again and again with other values: put into words once.

Django composes the SQL of a query set anew each time it is asked. For a row that brings along all that a request
reads of it (visibility, standing, rules) that takes five times as long as the database does. A kept query is built
once with values that stand for others, and asked with the real ones.
"""

import copy
import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, models

M = TypeVar("M", bound=models.Model)

_STANDS_FOR = -7_000_000_000_000_000  # no key of ours; and it fits a big integer


class KeptQuery(Generic[M]):
    """`build` makes the query set from whole numbers, keys as a rule; it must not look at them.

    What else goes into its words (the language, the time of day) would be kept with them, so none of that may.
    Related objects come by `select_related`; `prefetch_related` is refused.
    """

    def __init__(self, build: Callable[..., models.QuerySet[M]]) -> None:
        self._build = build
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[Any, Any, str, list[Any]]] = {}  # by engine

    def __call__(self, **values: int) -> list[M]:
        """The rows for these values, as the query set would give them."""
        connection: Any = connections[DEFAULT_DB_ALIAS]
        rows, compiler, sql, params = self._kept.get(connection.vendor) or self._keep(connection, list(values))
        given = [values[param.name] if isinstance(param, _Place) else param for param in params]
        asked = copy.copy(compiler)
        asked.connection = connection
        asked.as_sql = lambda *_args, **_kwargs: (sql, given)
        worded: Any = _Worded(asked)
        mine: Any = models.QuerySet(model=rows.model, query=worded)
        mine._known_related_objects = rows._known_related_objects
        return list(rows._iterable_class(mine))

    def get(self, **values: int) -> M:
        """The one row; DoesNotExist as usual."""
        found = self(**values)
        if not found:
            model = next(iter(self._kept.values()))[0].model
            raise model.DoesNotExist(f"{model._meta.object_name} matching query does not exist.")
        return found[0]

    def _keep(self, connection: Any, names: list[str]) -> tuple[Any, Any, str, list[Any]]:
        with self._lock:
            if connection.vendor not in self._kept:
                places = {_STANDS_FOR - number: _Place(name) for number, name in enumerate(names)}
                rows: Any = self._build(**{place.name: value for value, place in places.items()})
                if rows._prefetch_related_lookups:
                    raise TypeError("A kept query brings along what it brings by one statement.")
                compiler = rows.query.get_compiler(connection=connection)
                sql, given = compiler.as_sql()
                params = [places.get(value, value) if isinstance(value, int) else value for value in given]
                if missing := set(names) - {param.name for param in params if isinstance(param, _Place)}:
                    raise TypeError(f"Not in the words of the query: {', '.join(sorted(missing))}.")
                self._kept[connection.vendor] = (rows, compiler, sql, params)
            return self._kept[connection.vendor]


class _Place:
    """Where one of the values goes."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


class _Worded:
    """As much of a query as reading its rows takes: its compiler has the words already."""

    def __init__(self, compiler: Any) -> None:
        self._compiler = compiler

    def get_compiler(self, *_args: Any, **_kwargs: Any) -> Any:
        return self._compiler

    def __getattr__(self, name: str) -> Any:
        return getattr(self._compiler.query, name)
