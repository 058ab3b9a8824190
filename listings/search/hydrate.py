"""From ids to listings as cards and the API show them: one statement, whatever the number of rows."""

from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject

from ..models import Listing, Photo

PHOTO_FIELDS = ("id", "key", "width", "height", "widths", "formats", "alt", "colour", "position")


def hydrate(ids: list[int]) -> dict[int, Listing]:
    """By id, with owner, community and the first photo (as `listing.photos.all()`, one or none) at hand."""
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
    import json

    facts = listing._face
    if isinstance(facts, str):
        facts = json.loads(facts)
    photos = []
    if facts:
        for name in ("widths", "formats"):
            if isinstance(facts[name], str):
                facts[name] = json.loads(facts[name])
        photos = [Photo(listing=listing, **facts)]
    queryset = listing.photos.all()
    queryset._result_cache = photos
    queryset._prefetch_done = True
    listing._prefetched_objects_cache = {**getattr(listing, "_prefetched_objects_cache", {}), "photos": queryset}
    return listing
