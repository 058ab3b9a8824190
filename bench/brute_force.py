"""The slow truth at any size: every listing is looked at, what fits is kept and sorted. Compared page by page."""

import heapq
import math
import random
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from listings import categories
from listings.models import Listing, Spot, Stop
from listings.search import metric, query, synonyms, terms
from listings.search.asking import Asking, Viewer
from listings.search.criteria import NEAR, NEW, Box, Criteria
from listings.states import Kind, ListingState, Terms, Visibility
from members.models import Community
from sharing.values.money import exponent
from sharing.values.place import Point, offset

PAGES, SIZE = 3, 24
WORDS = ("drill", "Rasenmäher", "ladder", "hammer drill", "family tent", "quiet", "velo", "canoe garden", "nowhere")
EDGES = (Point(89.5, 10), Point(-89.9, 0), Point(0, -180), Point(-17, 179.9), Point(65, -179.5), Point(47.9959, 7.8522))


class Row(NamedTuple):
    pk: int
    kind: str
    terms: str
    price_minor: int
    exponent: int
    category: str
    community: int
    capacity: int
    published: datetime
    said: tuple[tuple[str, str], ...]  # (language, text)
    points: tuple[tuple[tuple[int, int, int], float, float], ...]


def differences(asked: int, seed: int = 11) -> int:
    """How many of so many random searches answer otherwise than the scan."""
    rows, dice = list(_rows()), random.Random(seed)
    communities = list(Community.objects.values_list("pk", "lat", "lon"))
    wrong = 0
    for _number in range(asked):
        criteria = _random(dice, communities)
        expected, got = _scan(rows, criteria), _pages(criteria)
        if expected != got:
            wrong += 1
            print(f"  differs: {criteria}\n    {expected[:5]} … {got[:5]}", flush=True)
    return wrong


def _rows() -> Iterator[Row]:
    points: dict[int, list] = {}
    for spot in Spot.objects.order_by("listing_id", "position").iterator(20_000):
        points.setdefault(spot.listing_id, []).append((metric.rounded(spot.x, spot.y, spot.z), spot.lat, spot.lon))
    stops: dict[int, list[str]] = {}
    ways = Stop.objects.order_by("listing_id", "position").values_list("listing_id", "place")
    for pk, place in ways.iterator(20_000):
        stops.setdefault(pk, []).append(place)
    found = Listing.objects.filter(state=ListingState.PUBLISHED, visibility=Visibility.PUBLIC).order_by("pk")
    columns = (
        "pk", "kind", "terms", "price_minor", "currency", "category_id", "community_id", "capacity", "published",
        "language", "title", "place", "description", "tags", "x", "y", "z", "public_lat", "public_lon",
    )  # fmt: skip
    for one in found.only(*columns).iterator(5_000):
        said = [one.title, one.place, one.description, *one.tags, *stops.get(one.pk, ())]
        slug = categories.slug_of(one.category_id)
        said += [slug.replace("-", " "), *_names(slug, one.language)]
        here = points.get(one.pk) or [(metric.rounded(one.x, one.y, one.z), one.public_lat, one.public_lon)]
        yield Row(
            one.pk, one.kind, one.terms, one.price_minor, exponent(one.currency), slug, one.community_id, one.capacity,
            one.published, tuple((one.language, text) for text in said), tuple(here),
        )  # fmt: skip


@lru_cache(maxsize=10_000)
def _names(slug: str, language: str) -> tuple[str, ...]:
    from django.utils import translation

    with translation.override(language):
        return tuple(categories.name(each) for each in categories.lineage(slug))


@lru_cache(maxsize=1_000_000)
def _stems(language: str, text: str) -> frozenset[str]:
    return frozenset(terms.stems_of_text([text], language))


def _random(dice: random.Random, communities: list[tuple[int, float, float]]) -> Criteria:
    facts: dict[str, Any] = {}
    community, lat, lon = dice.choice(communities)
    near = dice.choice([Point(lat, lon), dice.choice(EDGES), Point(dice.uniform(-90, 90), dice.uniform(-180, 179))])
    point = offset(near, 10 ** dice.uniform(2, 5.5), dice.random() * math.tau)
    if dice.random() < 0.8:
        facts["here"] = point
        if dice.random() < 0.4:
            facts["radius_m"] = 10 ** dice.uniform(3, 6.5)
    elif dice.random() < 0.7:
        width, height = 10 ** dice.uniform(-1, 1.5), 10 ** dice.uniform(-1, 1)
        west, east = ((point.lon + half + 540) % 360 - 180 for half in (-width, width))
        facts["box"] = Box(max(-90, point.lat - height), west, min(90, point.lat + height), east)
    chances = {
        "q": (0.7, lambda: dice.choice(WORDS)), "kinds": (0.3, lambda: (dice.choice(list(Kind.values)),)),
        "terms": (0.3, lambda: (dice.choice(list(Terms.values)),)),
        "max_price": (0.2, lambda: dice.choice([0.0, 3.0, 12.5])), "quantity": (0.15, lambda: 2),
        "category": (0.15, lambda: dice.choice(["drills", "workshop", "tents"])),
        "community": (0.1, lambda: community), "sort": (0.25, lambda: dice.choice(["new", "price"])),
    }  # fmt: skip
    facts |= {name: make() for name, (share, make) in chances.items() if dice.random() < share}
    return Criteria(**facts)


def _scan(rows: list[Row], criteria: Criteria) -> list[int]:
    needs = synonyms.widened(terms.asked(criteria.q, criteria.language), ())
    said = [lru_cache(maxsize=None)(lambda text, stems=stems: not _stems(*text).isdisjoint(stems)) for stems in needs]
    fitting = ((_key(criteria, row, d), row.pk) for row in rows if (d := _fits(criteria, said, row)) is not None)
    return [pk for _key, pk in heapq.nsmallest(PAGES * SIZE, fitting)]


def _key(criteria: Criteria, row: Row, d: int) -> tuple:
    if criteria.order == NEAR:
        return d, row.pk
    return (-row.published.timestamp(), -row.pk) if criteria.order == NEW else (row.price_minor, row.pk)


def _fits(criteria: Criteria, said: list[Callable[[tuple[str, str]], bool]], row: Row) -> int | None:
    facts_fit = (
        (not criteria.kinds or row.kind in criteria.kinds)
        and (not criteria.terms or row.terms in criteria.terms)
        and (criteria.community is None or row.community == criteria.community)
        and row.capacity >= criteria.quantity
        and (criteria.max_price is None or row.price_minor <= int(criteria.max_price * 10**row.exponent + 1e-9))
        and (not criteria.category or criteria.category in categories.lineage(row.category))
    )
    if not facts_fit:
        return None
    for says in said:
        if not any(map(says, row.said)):
            return None
    origin, box, reach = criteria.origin, criteria.box, criteria.reach
    if origin is None:
        return 0
    here, most = metric.grid(origin), None if reach is None else metric.squared(reach)
    fitting = [
        d for xyz, lat, lon in row.points
        if ((d := metric.between(xyz, here)) <= most if most is not None else (d := metric.between(xyz, here)) >= 0)
        and (box is None or box.holds(Point(lat, lon)))
    ]  # fmt: skip
    return min(fitting) if fitting else None


def _pages(criteria: Criteria) -> list[int]:
    met: list[int] = []
    after = None
    for _page in range(PAGES):
        found = query.find(Asking(criteria, Viewer()), after, SIZE)[0]
        met += [pk for pk, _key in found.rows]
        after = found.next
        if after is None:
            break
    return met
