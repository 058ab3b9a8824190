"""Who near a want has such a thing, or had one: the words are matched as search matches them.

What can be found is asked of search itself. What was taken down or archived has no postings; of it
only the latest near by are looked at, by the stems of their titles, tags and categories.
"""

from collections.abc import Iterator

from django.db.models import Q, QuerySet

from listings import categories
from listings.models import Listing, Want
from listings.search import query, terms, tiles
from listings.search.asking import Asking, Viewer
from listings.search.criteria import Criteria
from listings.states import Kind, ListingState
from members.models import Membership
from members.states import Role, Standing
from messaging import blocks
from sharing.values.place import Point, metres_between

NEAR_M = 10_000.0
RIDE_NEAR_M = 25_000.0
MOST = 40
MOST_WORDS, SHORTEST = 4, 4
LOOKED_AT = 400


def neighbours(want: Want) -> list[int]:
    """Ids of members who might help, the nearest first, none of them twice and never who is looking.

    Only those who may read the want: members of its community, or anybody when it is for everyone; and
    nobody whose door is shut to who asks, for they could not answer.
    """
    found: dict[int, None] = {}
    for listing in [*_listed(want), *_put_away(want)]:
        if listing.owner_id and listing.owner_id != want.member_id:
            found.setdefault(listing.owner_id)
        elif listing.is_commons:
            for steward in _stewards(listing.community_id):
                if steward != want.member_id:
                    found.setdefault(steward)
    shut = blocks.around(want.member_id)
    return [pk for pk in _who_may_read(want, list(found)) if pk not in shut][:MOST]


def offers(want: Want, member) -> list[Listing]:
    """What the member could answer with: their published listings of this kind, the fitting ones first."""
    rows = Listing.objects.looked_after_by(member).published().filter(kind=want.kind).for_cards().order_by("-id")[:60]
    wanted = _stems(want)
    return sorted(rows, key=lambda listing: not _fits(listing, wanted))


def near(point: Point, metres: float, rows: QuerySet) -> QuerySet:
    """The rows of a queryset around a point, as far as tiles tell: none nearer is missing."""
    return within(tiles.cover(point.lat, point.lon, metres), rows)


def within(ranges: tiles.Ranges, rows: QuerySet) -> QuerySet:
    inside = Q()
    for low, high in ranges:
        inside |= Q(tile__gte=low, tile__lt=high)
    return rows.filter(inside)


def _listed(want: Want) -> list[Listing]:
    """What search finds for all the words near the want; when that is nothing, for any one of them."""
    viewer = Viewer.of(want.member)
    for words in ([want.title], _telling(want.title)):
        pks: dict[int, None] = {}
        for word in words[:MOST_WORDS]:
            criteria = Criteria(
                q=word, kinds=(want.kind,), here=Point(want.public_lat, want.public_lon), radius_m=_reach(want),
                language=want.language[:2],
            )  # fmt: skip
            found, _totals = query.find(Asking(criteria, viewer), None, MOST)
            pks |= dict.fromkeys(pk for pk, _key in found.rows)
        if pks:
            rows = Listing.objects.in_bulk(list(pks))
            return [rows[pk] for pk in pks if pk in rows]
    return []


def _put_away(want: Want) -> Iterator[Listing]:
    here, wanted = Point(want.public_lat, want.public_lon), _stems(want)
    rows = Listing.objects.filter(state__in=[ListingState.PAUSED, ListingState.ARCHIVED], kind=want.kind)
    for listing in near(here, _reach(want), rows).order_by("-id")[:LOOKED_AT]:
        place = Point(listing.public_lat, listing.public_lon)
        if metres_between(here, place) <= _reach(want) and _fits(listing, wanted):
            yield listing


def _telling(title: str) -> list[str]:
    """Words that may be looked for alone; short ones say too little."""
    return [word for word in dict.fromkeys(terms.words(title)) if len(word) >= SHORTEST]


def _stems(want: Want) -> set[str]:
    telling = " ".join(_telling(want.title)) or want.title
    return {stem for stems in terms.stems_of_question(telling, want.language) for stem in stems}


def _fits(listing: Listing, wanted: set[str]) -> bool:
    """Whether the listing has any of the words in its title, tags or category."""
    slug = categories.slug_of(listing.category_id)
    says = [listing.title, *map(str, listing.tags), slug.replace("-", " ")]
    return not wanted.isdisjoint(terms.stems_of_text(says, listing.language))


def _stewards(community: int) -> list[int]:
    rows = Membership.objects.active().filter(community=community, role=Role.STEWARD)
    return list(rows.order_by("joined").values_list("member", flat=True)[:5])


def _who_may_read(want: Want, members: list[int]) -> list[int]:
    if want.everyone:
        return members
    inside = set(
        Membership.objects.filter(community=want.community_id, standing=Standing.ACTIVE, member__in=members)
        .values_list("member", flat=True)
    )  # fmt: skip
    return [member for member in members if member in inside]


def _reach(want: Want) -> float:
    return RIDE_NEAR_M if want.kind == Kind.RIDE else NEAR_M


