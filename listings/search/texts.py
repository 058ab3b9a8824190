"""The texts of a listing: what its words are taken from, and where a phrase is looked for."""

from collections import defaultdict
from collections.abc import Iterable

from django.utils import translation

from .. import categories
from ..models import Listing, Stop, ToolFacts
from ..states import Kind

READ = ("id", "kind", "title", "tags", "category", "place", "description", "language")  # of a listing's own row


def of(listings: Iterable[Listing]) -> dict[int, list[str]]:
    """By id, the telling texts first; two statements at most, however many listings."""
    listings = list(listings)
    named: dict[int, list[str]] = defaultdict(list)
    rides = [listing.pk for listing in listings if listing.kind == Kind.RIDE]
    if rides:
        stops = Stop.objects.filter(listing__in=rides).order_by("listing", "position")
        for pk, place in stops.values_list("listing_id", "place"):
            named[pk].append(place)
    tools = []
    for listing in listings:
        if listing.kind != Kind.TOOL:
            continue
        if at_hand := listing._state.fields_cache.get("tool"):
            named[listing.pk] += [at_hand.brand] if at_hand.brand else []
        else:
            tools.append(listing.pk)
    if tools:
        for pk, brand in ToolFacts.objects.filter(listing__in=tools).exclude(brand="").values_list("pk", "brand"):
            named[pk].append(brand)
    return {listing.pk: _of(listing, named[listing.pk]) for listing in listings}


def _of(listing: Listing, named: list[str]) -> list[str]:
    slug = categories.slug_of(listing.category_id)
    category: list[str] = []
    if slug:
        with translation.override(listing.language):
            said = [] if categories.own(slug) else [slug.replace("-", " ")]  # it ends in numbers of ours
            category = [*said, *(categories.name(each) for each in categories.lineage(slug))]
    return [
        listing.title,
        *(str(tag) for tag in listing.tags),
        *category,
        listing.place,
        *named,
        listing.description,
    ]
