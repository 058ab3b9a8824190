"""Places only neighbours know: what communities and public listings call where they are.

"Wiehre" or "Elm Street" is in no list of cities, but a community that lives there has said so, or a few
listings have. Only what anyone may see is asked: communities shown to everyone, public listings and
their blurred points.
"""

from django.db.models import Q

from members.models import Community
from sharing.values.place import Point, metres_between

from ..models import Listing, Term, TermFrequency
from ..search import terms
from ..states import ListingState, Visibility

LISTINGS_LOOKED_AT = 200
TOGETHER_M = 15_000

Known = tuple[str, float, float, str, str]


def find(text: str) -> Known | None:
    """(name, lat, lon, country, attribution) or None; three statements at most, each of a bounded number of rows."""
    community = (
        Community.objects.filter(listed=True)
        .filter(Q(place__iexact=text) | Q(name__iexact=text) | Q(place__istartswith=f"{text},"))
        .order_by("pk")
        .first()
    )
    if community is not None:
        name = community.place if community.place.casefold().startswith(text.casefold()) else community.name
        return name, community.lat, community.lon, community.country, ""
    return _of_listings(text)


def _of_listings(text: str) -> Known | None:
    """The middle of those public listings that call their place so and lie together."""
    asked = terms.stems_of_question(text)
    if not asked:
        return None
    tids = [{terms.tid(kind, stem) for kind in terms.KINDS for stem in stems} for stems in asked]
    known = dict(TermFrequency.objects.filter(tid__in=set().union(*tids)).values_list("tid", "n"))
    rarest = min(tids, key=lambda word: sum(known.get(tid, 0) for tid in word))
    posted = Term.objects.filter(tid__in=rarest).values_list("listing_id", flat=True)[:LISTINGS_LOOKED_AT]
    rows = Listing.objects.filter(
        pk__in=list(posted), state=ListingState.PUBLISHED, visibility=Visibility.PUBLIC
    ).values_list("place", "public_lat", "public_lon")
    wanted = text.casefold()
    points = [
        Point(lat, lon)
        for place, lat, lon in rows
        if lat is not None and lon is not None and wanted in (part.strip().casefold() for part in place.split(","))
    ]
    together = [point for point in points if metres_between(points[0], point) <= TOGETHER_M]
    if not together:
        return None
    lat = sum(point.lat for point in together) / len(together)
    return text, lat, sum(point.lon for point in together) / len(together), "", ""
