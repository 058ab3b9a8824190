"""A row written back under its lock: only the columns that differ from what was read.

Django writes all of them and words the statement anew each time. Under a lock nobody else can have changed a
column meanwhile, so those that are as they were need no writing.
"""

from collections.abc import Mapping
from copy import deepcopy
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models

from . import prepared


def as_it_stands(row: models.Model) -> dict[str, Any]:
    """The values of a row just read, to be held against later."""
    facts = vars(row)
    return {
        field.attname: deepcopy(value) if isinstance(value, (list, dict)) else value
        for field in _fields(type(row))
        for value in (facts[field.attname],)
    }


def write_changes(row: models.Model, stood: Mapping[str, Any]) -> None:
    """Write what differs from how it stood, and the time of writing where the model keeps one."""
    connection = connections[DEFAULT_DB_ALIAS]
    columns, values = [], []
    for field in _fields(type(row)):
        value = field.pre_save(row, add=False)
        if value != stood[field.attname]:
            columns.append(f'"{field.column}" = %s')
            values.append(field.get_db_prep_save(value, connection))
    if columns:
        own = row._meta
        sql = f'update "{own.db_table}" set {", ".join(columns)} where "{own.pk.column}" = %s'  # noqa: S608
        prepared.write(sql, [*values, row.pk])


@lru_cache(maxsize=64)
def _fields(model: type[models.Model]) -> list[models.Field]:
    return [field for field in model._meta.concrete_fields if not field.primary_key]
