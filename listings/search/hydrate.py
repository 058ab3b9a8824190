"""From ids to listings as cards and the API show them: one statement, whatever the number of rows.

Django would spend several times what the search itself costs on wording this statement anew and on starting
each row with its signals. So it is worded once for each engine, and rows become models the way unpickled ones
do. Of owner and community only what is shown comes along; anything else asked of them is read when asked for.
"""

from collections.abc import Sequence
from functools import lru_cache

from django.db import connection, models

from members.models import Community, Member
from sharing.db import prepared
from sharing.db.rows import Part

from ..models import Listing, Photo
from .statements import marks

SHOWN: dict[type[models.Model], tuple[str, ...]] = {
    Member: ("id", "name", "closed"),
    Community: ("id", "slug", "name", "currency", "time_zone", "listed"),
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
        parts.append(Part.of(model, fields, start))
    return f"select {', '.join(columns)}{_FROM}", tuple(parts)
