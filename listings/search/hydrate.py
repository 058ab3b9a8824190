"""From ids to listings as cards and the API show them: one statement, whatever the number of rows."""

import json

from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject

from ..models import Listing, Photo

PHOTO_FIELDS = ("id", "key", "width", "height", "widths", "formats", "alt", "colour", "position")


def hydrate(ids: list[int]) -> dict[int, Listing]:
    """By id, with owner, community and face at hand."""
    if not ids:
        return {}
    face = (
        Photo.objects.filter(listing=OuterRef("pk"))
        .order_by("position", "id")
        .values(facts=JSONObject(**{name: name for name in PHOTO_FIELDS}))[:1]
    )
    rows = Listing.objects.filter(pk__in=ids).select_related("owner", "community").annotate(_face=Subquery(face))
    return {listing.pk: _with_face(listing) for listing in rows}


def _with_face(listing: Listing) -> Listing:
    facts = _read(listing._face)  # type: ignore[attr-defined]  # annotated above
    listing.faces = []
    if facts:
        facts |= {name: _read(facts[name]) for name in ("widths", "formats")}
        listing.faces = [Photo(listing=listing, **facts)]
    return listing


def _read(value: object):
    """SQLite answers JSON as text."""
    return json.loads(value) if isinstance(value, str) else value
