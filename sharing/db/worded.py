"""Querysets that are asked again and again with other values: worded once for each engine.

Django words a queryset anew each time, which costs several times what the statement does. Here the rule is
written as a queryset all the same, and in its words only the values change.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models.sql.compiler import SQLCompiler

from . import prepared
from .rows import Part

M = TypeVar("M", bound=models.Model)
_MARK = 2**31 - 4096  # a number or a text like these stands where a value goes; no queryset has them of itself


class _Joined(NamedTuple):
    part: Part
    join: Callable[[Any, Any], None]
    join_back: Callable[[Any, Any], None]


class _Annotation(NamedTuple):
    name: str
    at: int
    read: Callable[[Any], Any] | None


class _Words(NamedTuple):
    sql: str
    params: tuple
    places: tuple[int | None, ...]  # which value goes there instead
    own: Part
    joined: tuple[_Joined, ...]
    annotations: tuple[_Annotation, ...]


class Worded(Generic[M]):
    """`build` makes the queryset from values; it may annotate and `select_related` what is one step away, no more.

    A value is a number, a text, or a tuple of these where the queryset says `__in`; a queryset must not look at
    them. What else goes into its words (the language, the time of day) would stay in them, so none of that may.
    Calling it with values answers with the models.
    """

    def __init__(self, build: Callable[..., models.QuerySet[M]]) -> None:
        self.build = build
        self._known: dict[tuple, _Words] = {}

    def __call__(self, *values: Any) -> list[M]:
        shape = tuple((len(v), type(v[0])) if isinstance(v, tuple) else type(v) for v in values)
        key = (connections[DEFAULT_DB_ALIAS].vendor, shape)
        words = self._known.get(key) or self._known.setdefault(key, _worded(self.build, values))
        flat = [one for value in values for one in (value if isinstance(value, tuple) else (value,))]
        params = [
            param if place is None else flat[place] for param, place in zip(words.params, words.places, strict=True)
        ]
        return [_made(words, row) for row in prepared.rows(words.sql, params)]

    def first(self, *values: Any) -> M | None:
        return next(iter(self(*values)), None)


def _made(words: _Words, row: Sequence[Any]) -> Any:
    made = words.own.row(row)
    for part, join, join_back in words.joined:
        other = part.row(row)
        join(made, other)
        if other is not None:
            join_back(other, made)
    facts = vars(made)
    for name, at, read in words.annotations:
        facts[name] = read(row[at]) if read else row[at]
    return made


def _worded(build: Callable[..., models.QuerySet], values: Sequence[Any]) -> _Words:
    marks: list[Any] = []

    def mark(value: Any) -> Any:
        marks.append(_MARK + len(marks) if isinstance(value, int) else f"\x1a{len(marks)}")
        return marks[-1]

    asked = [tuple(mark(one) for one in value) if isinstance(value, tuple) else mark(value) for value in values]
    rows = build(*asked)
    if vars(rows)["_prefetch_related_lookups"]:
        raise ValueError("What is prefetched takes statements of its own.")
    compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
    sql, params = compiler.as_sql()
    places = tuple(marks.index(param) if param in marks else None for param in params)
    if missing := set(range(len(marks))) - set(places):
        raise ValueError(f"These values are not in the statement: {sorted(missing)}.")
    info = compiler.klass_info
    assert info is not None
    beside = info.get("related_klass_infos", ())
    if any(one.get("related_klass_infos") for one in beside):
        raise ValueError("Only what is one step away is joined.")
    joined = tuple(_Joined(_part(compiler, one), one["local_setter"], one["remote_setter"]) for one in beside)
    return _Words(sql, tuple(params), places, _part(compiler, info), joined, tuple(_annotations(compiler)))


def _annotations(compiler: SQLCompiler) -> Iterator[_Annotation]:
    converters = compiler.get_converters([expression for expression, *_words in compiler.select])
    for name, at in (compiler.annotation_col_map or {}).items():
        yield _Annotation(name, at, _reader(*converters[at]) if at in converters else None)


def _reader(steps: Sequence[Callable], expression: Any) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        for step in steps:
            value = step(value, expression, connections[DEFAULT_DB_ALIAS])
        return value

    return read


def _part(compiler: SQLCompiler, info: dict) -> Part:
    first = info["select_fields"][0]
    fields = [compiler.select[number][0].target for number in info["select_fields"]]
    return Part.of(info["model"], fields, first)
