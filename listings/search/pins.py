"""The pins of a page of hits, as text for the map's script: a pin is worded once for each listing as it stands."""

import json
from collections.abc import Iterable
from functools import lru_cache

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sharing.web import formats

from .. import words
from ..states import Terms
from .briefs import Brief
from .query import Hit

MOST_KEPT = 4096


def text(hits: Iterable[Hit]) -> str:
    """A JSON list: of each its id, its point, what stands on the pin, its kind and its title with the price."""
    language = get_language()
    return f"[{','.join([_pin(hit, language) for hit in hits])}]"


def _pin(hit: Hit, language: str | None) -> str:
    """A ride costs what its part of the way does, as its card says."""
    listing, way = hit.listing, hit.passage
    if isinstance(listing, Brief):
        return _of(listing, language)
    minor = way.fare_minor if way else listing.price_minor
    return _worded(listing, minor, way is not None and not minor)


@lru_cache(maxsize=MOST_KEPT)
def _of(brief: Brief, _language: str | None) -> str:
    return _worded(brief, brief.price_minor, False)


def _worded(listing, minor: int, nothing: bool) -> str:
    assert listing.public_lat is not None and listing.public_lon is not None  # it is published
    if listing.terms == Terms.GIFT or nothing:
        label = said = _("Free")
    else:
        label = formats.money(minor, listing.currency, short=True)
        said = words.priced(listing.terms, minor, listing.price_unit, listing.currency)
    facts = {
        "id": listing.pk, "lat": round(listing.public_lat, 5), "lon": round(listing.public_lon, 5),
        "label": label, "kind": str(listing.kind), "title": f"{listing.title}, {said}",
    }  # fmt: skip
    return json.dumps(facts, separators=(",", ":"))
