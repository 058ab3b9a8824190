"""From a driver's row to models, the way unpickled ones come to be: without the signals and checks of a new one."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models.base import ModelState


class Part(NamedTuple):
    """The columns of one model in a row: from which to which, and what has to be read out of them how."""

    model: type[models.Model]
    names: tuple[str, ...]
    start: int
    end: int
    readers: tuple[tuple[str, Callable], ...]

    @classmethod
    def of(cls, model: type[models.Model], fields: Sequence[models.Field], start: int) -> "Part":
        readers = tuple((field.attname, read) for field in fields if (read := reader(field)))
        return cls(model, tuple(field.attname for field in fields), start, start + len(fields), readers)

    def row(self, values: Sequence[Any]) -> Any:
        """The model of these columns; None where nothing was joined."""
        if values[self.start] is None:
            return None
        made = self.model.__new__(self.model)
        made._state = ModelState()
        made._state.adding, made._state.db = False, DEFAULT_DB_ALIAS
        facts = vars(made)
        facts.update(zip(self.names, values[self.start : self.end], strict=True))
        for name, read in self.readers:
            facts[name] = read(facts[name])
        return made


def reader(field: models.Field) -> Callable | None:
    """How a value of the engine becomes the field's, where it is not that already."""
    column = field.get_col(field.model._meta.db_table)
    steps = [*connection.ops.get_db_converters(column), *field.get_db_converters(connection)]
    if not steps:
        return None
    if isinstance(field, models.DateTimeField) and connection.vendor == "sqlite" and connection.timezone == UTC:
        return _in_utc

    def read(value: Any) -> Any:
        if value == "[]" and isinstance(field, models.JSONField):  # as most are; parsing costs thirty times that
            return []
        for step in steps:
            value = step(value, column, connection)
        return value

    return read


def _in_utc(value: datetime | None) -> datetime | None:
    return value and value.replace(tzinfo=UTC)
