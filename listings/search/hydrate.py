"""From ids to listings as cards and the API show them: one statement, whatever the number of rows.

Django would spend several times what the search itself costs on wording this statement anew and on starting
each row with its signals. So it is worded once for each engine, and rows become models the way unpickled ones
do. Of owner and community only what is shown comes along; anything else asked of them is read when asked for.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models.base import ModelState

from members.models import Community, Member
from sharing.db import prepared

from ..models import Listing, Photo
from .statements import marks

SHOWN: dict[type[models.Model], tuple[str, ...]] = {
    Member: ("id", "name", "closed"),
    Community: ("id", "slug", "name", "currency", "time_zone"),
    Photo: ("id", "key", "width", "height", "widths", "formats", "alt", "colour", "position"),
}
_FROM = """
 from listings_listing l
 left join members_member o on o.id = l.owner_id
 join members_community c on c.id = l.community_id
 left join listings_photo p on p.id = (
  select f.id from listings_photo f where f.listing_id = l.id and f.removed is null order by f.position, f.id limit 1
 )
 where l.id in"""


class Part(NamedTuple):
    """The columns of one model in a row: from which to which, and what has to be read out of them how."""

    model: type[models.Model]
    names: tuple[str, ...]
    start: int
    end: int
    readers: tuple[tuple[str, Callable], ...]

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


def hydrate(ids: Sequence[int]) -> dict[int, Listing]:
    """By id, with owner, community and face at hand."""
    if not ids:
        return {}
    sql, (listings, owners, communities, photos) = _worded(connection.vendor)
    rows = prepared.rows(f"{sql} ({marks(ids)})", list(ids))
    found, around = {}, {}
    for values in rows:
        listing = listings.row(values)
        if listing.community_id not in around:
            around[listing.community_id] = communities.row(values)
        photo = photos.row(values)
        cache = listing._state.fields_cache
        cache["community"], cache["owner"] = around[listing.community_id], owners.row(values)
        listing.faces = [photo] if photo else []
        found[listing.pk] = listing
    return found


@lru_cache(maxsize=2)
def _worded(_vendor: str) -> tuple[str, tuple[Part, ...]]:
    parts: list[Part] = []
    columns: list[str] = []
    models_in_order: tuple[type[models.Model], ...] = (Listing, *SHOWN)
    for alias, model in zip("locp", models_in_order, strict=True):
        fields = [field for field in model._meta.concrete_fields if field.attname in SHOWN.get(model, (field.attname,))]
        start = len(columns)
        columns += [f"{alias}.{field.column}" for field in fields]
        readers = tuple((field.attname, read) for field in fields if (read := reader(field)))
        parts.append(Part(model, tuple(field.attname for field in fields), start, len(columns), readers))
    return f"select {', '.join(columns)}{_FROM}", tuple(parts)


def _in_utc(value: datetime | None) -> datetime | None:
    return value and value.replace(tzinfo=UTC)


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
