"""What search must answer, said the slow way: look at every listing, keep what fits, sort."""

from listings import categories
from listings.models import Listing, Spot
from listings.search import index, metric, terms, texts, tiles
from listings.search.criteria import NEAR, NEW, Criteria
from listings.states import Kind, ListingState, Visibility
from members.states import Role, Standing
from sharing.values.place import Point, chord_squared
from tests import factories


def place(listing: Listing, lat: float, lon: float) -> Listing:
    """Stand a listing at this very point, unblurred, and post it."""
    point = Point(lat, lon)
    listing.lat = listing.public_lat = point.lat
    listing.lon = listing.public_lon = point.lon
    listing.x, listing.y, listing.z = point.xyz
    listing.tile = tiles.tile(point.lat, point.lon)
    listing.save()
    index.rewrite(listing)
    return listing


def listing(lat: float, lon: float, **facts) -> Listing:
    return place(factories.listing(**facts), lat, lon)


def scan(criteria: Criteria, viewer=None) -> list[tuple[int, int | None]]:
    """(id, squared chord) of every hit, in order."""
    hits = []
    for one in Listing.objects.filter(state=ListingState.PUBLISHED).select_related("community"):
        d = _fits(criteria, one, viewer)
        if d is not None:
            hits.append((one, d))
    if criteria.order == NEAR:
        hits.sort(key=lambda hit: (hit[1], hit[0].pk))
    elif criteria.order == NEW:
        hits.sort(key=lambda hit: (hit[0].published, hit[0].pk), reverse=True)
    else:
        hits.sort(key=lambda hit: (hit[0].price_minor, hit[0].pk))
    return [(one.pk, d) for one, d in hits]


def may_see(viewer, one: Listing) -> bool:
    """The rule, said plainly: everyone, who belongs, who was chosen, and always whoever looks after it."""
    if viewer is None:
        return one.visibility == Visibility.PUBLIC
    mine = viewer.memberships.filter(standing=Standing.ACTIVE, community=one.community).first()
    if one.owner_id == viewer.pk or (one.owner_id is None and mine is not None and mine.role == Role.STEWARD):
        return True
    if one.visibility == Visibility.COMMUNITY:
        return mine is not None
    if one.visibility == Visibility.CIRCLE:
        return one.circle.seats.filter(member=viewer).exists()
    return True


def _fits(criteria: Criteria, one: Listing, viewer) -> int | None:
    if not may_see(viewer, one):
        return None
    if criteria.kinds and one.kind not in criteria.kinds:
        return None
    if criteria.terms and one.terms not in criteria.terms:
        return None
    if criteria.community and one.community_id != criteria.community:
        return None
    if criteria.category and criteria.category not in categories.lineage(categories.slug_of(one.category_id)):
        return None
    if one.capacity < criteria.quantity:
        return None
    if criteria.max_price is not None and one.price_minor > criteria.max_price * 100:
        return None
    posted = dict(index.keys_of(one))
    for stems in terms.stems_of_question(criteria.q, criteria.language):
        if not any(stem in posted for stem in stems):
            return None
    for phrase in terms.phrases(criteria.q):
        if not any(terms.holds(text, phrase) for text in texts.of([one])[one.pk]):
            return None
    return _distance(criteria, one)


def _distance(criteria: Criteria, one: Listing) -> int | None:
    """The least squared chord of those of its points that fit; 0 when nobody asks where."""
    stops = list(Spot.objects.filter(listing_id=one.pk).order_by("position")) if one.kind == Kind.RIDE else []
    points = [((s.x, s.y, s.z), s.lat, s.lon, s.position) for s in stops]
    points = points or [((one.x, one.y, one.z), one.public_lat, one.public_lon, 0)]
    fitting = []
    for xyz, lat, lon, position in points:
        d = metric.between(metric.rounded(*xyz), metric.grid(criteria.origin)) if criteria.origin else 0
        if criteria.reach is not None and criteria.origin and d > metric.squared(criteria.reach):
            continue
        if criteria.box and not (criteria.box.south <= lat <= criteria.box.north and criteria.box.holds_longitude(lon)):
            continue
        if criteria.there and not any(
            later.position > position
            and _chord(criteria.there, (later.x, later.y, later.z)) <= chord_squared(criteria.reach)
            for later in stops
        ):
            continue
        fitting.append(d)
    return min(fitting) if fitting else None


def _chord(origin: Point, xyz: tuple[float, float, float]) -> float:
    return sum((a - b) * (a - b) for a, b in zip(xyz, origin.xyz, strict=True))
