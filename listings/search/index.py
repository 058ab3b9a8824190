"""The index: which postings a listing has, kept true inside the transaction that changes the listing.

Promise: rows stand for a listing only while it can be found, that is while it is published, and for a
ride only until its last departure. `rewrite` may be called after any change, as often as one likes; it
writes only the difference. A ride is posted at each of its stops, each blurred like a home.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from sharing.db import prepared
from sharing.db.inserts import ROWS_PER_STATEMENT, insert
from sharing.values.place import Point

from .. import categories
from ..models import Departure, Listing, Spot, TermFrequency
from ..states import Kind, ListingState, Visibility
from . import clusters, metric, terms, texts, tiles, traits
from .terms import Bucket

LOOKED_BACK = timedelta(days=7)  # for rides that have left; the clock comes every ten minutes
_STANDING = "select tid, tile, x, y, z from listings_term where listing_id = %s"
BUCKETS = {
    Visibility.PUBLIC: Bucket.PUBLIC, Visibility.COMMUNITY: Bucket.COMMUNITY, Visibility.CIRCLE: Bucket.CIRCLE,
}  # fmt: skip


def rewrite(listing: Listing) -> None:
    """Make the postings say what the listing says now. Call it in the transaction of the change."""
    with transaction.atomic(savepoint=False):
        spots = list(_spots(listing)) if _can_be_found(listing) else []
        _write_spots(listing, spots)
        if not spots:
            _write(listing.pk, (), ())
        else:
            keys = dict(keys_of(listing))
            tids = {terms.tid(listing.kind, key, bucket_of(listing)) for key in keys}
            _write(listing.pk, tids, spots)
            if listing.visibility == Visibility.PUBLIC:
                learn(listing.kind, keys)


def remove(listing: Listing) -> None:
    """Take the listing out of every search, whatever its state."""
    with transaction.atomic():
        _write_spots(listing, [])
        _write(listing.pk, (), ())


def rebuild(batch: int = 500) -> int:
    """Rewrite every listing, a batch to a transaction; searches go on meanwhile. Returns how many."""
    done, last = 0, 0
    while True:
        batch_of = Listing.objects.filter(pk__gt=last).select_related("community").order_by("pk")[:batch]
        with transaction.atomic():
            for listing in batch_of:
                rewrite(listing)
                last, done = listing.pk, done + 1
        if not batch_of:
            break
    with connection.cursor() as cursor:  # postings whose listing is gone
        cursor.execute(
            "delete from listings_term where not exists (select 1 from listings_listing l where l.id = listing_id)"
        )
    count_terms()
    clusters.rebuild()
    return done


def count_terms() -> None:
    """Bring the frequencies up to date; only words that are posted publicly are known at all."""
    with connection.cursor() as cursor:
        cursor.execute("select tid, count(*) from listings_term group by tid")
        counted = dict(cursor.fetchall())
        cursor.execute("select tid, n from listings_termfrequency")
        known = cursor.fetchall()
    changed = [TermFrequency(tid=tid, n=counted.get(tid, 0)) for tid, n in known if counted.get(tid, 0) != n]
    TermFrequency.objects.bulk_update(changed, ["n"], batch_size=ROWS_PER_STATEMENT)


def retire_rides() -> int:
    """Take out the rides whose last departure has left; returns how many.

    Those that left before a long pause of the house are never shown: search asks for the departure as well.
    """
    now = timezone.now()
    left = Departure.objects.filter(leaves__lte=now, leaves__gt=now - LOOKED_BACK).values("listing")
    posted, coming = Spot.objects.filter(listing_id=OuterRef("pk")), _coming(now).filter(listing=OuterRef("pk"))
    gone = Listing.objects.filter(Exists(posted), ~Exists(coming), pk__in=left)
    for ride in gone:
        rewrite(ride)
    return len(gone)


def keys_of(listing: Listing) -> Iterator[tuple[str, str]]:
    """What the listing is found by, each with the word that shows it ("" for facts): unhashed, without kind."""
    yield "", ""
    yield f"={listing.terms}", ""
    yield f"@{listing.community_id}", ""
    slug = categories.slug_of(listing.category_id)
    for category in categories.lineage(slug):
        yield f"#{category}", ""
    yield from ((key, "") for key in traits.keys_of(listing))
    yield from terms.stems_of_text(texts.of([listing])[listing.pk], listing.language).items()


def bucket_of(listing: Listing) -> Bucket:
    return BUCKETS[Visibility(listing.visibility)]


def learn(kind: str, keys: dict[str, str]) -> None:
    """Put new words into the vocabulary; in order of number, so that two who publish do not lock each other out."""
    rows = sorted((terms.tid(kind, key), kind, key[:60], word[:60]) for key, word in keys.items())
    insert("listings_termfrequency", ("tid", "kind", "stem", "word", "n"), [(*row, 1) for row in rows], ignore=True)


def _can_be_found(listing: Listing) -> bool:
    if listing.state != ListingState.PUBLISHED or listing.public_lat is None:
        return False
    if listing.kind != Kind.RIDE:
        return True
    departures = listing.departures.all()
    return not departures.exists() or _coming(timezone.now()).filter(listing=listing).exists()


def _coming(now):
    return Departure.objects.filter(leaves__gt=now, cancelled=False).order_by()


def _spots(listing: Listing) -> Iterator[Spot]:
    """Where the listing can be found: at its point, a ride at each of its stops."""
    assert listing.public_lat is not None and listing.public_lon is not None  # see _can_be_found
    points = [(0, 0, Point(listing.public_lat, listing.public_lon))]
    if listing.kind == Kind.RIDE:
        stops = listing.stops.select_related("listing").order_by("position")
        points = [(stop.position, stop.minutes, stop.public) for stop in stops] or points
    for position, minutes, point in points:
        x, y, z = point.xyz
        number = tiles.tile(point.lat, point.lon)
        yield Spot(
            listing_id=listing.pk, tile=number, position=position, x=x, y=y, z=z, lat=point.lat, lon=point.lon,
            minutes=minutes,
        )  # fmt: skip


def _write(listing_id: int, tids: Iterable[int], spots: Iterable[Spot]) -> None:
    points = {spot.tile: metric.rounded(spot.x, spot.y, spot.z) for spot in reversed(list(spots))}
    wanted = {(tid, tile, *point) for tid in tids for tile, point in points.items()}
    standing = set(prepared.rows(_STANDING, [listing_id]))
    stale, new = sorted(standing - wanted), sorted(wanted - standing)
    if stale and not wanted:
        prepared.write("delete from listings_term where listing_id = %s", [listing_id])
    elif stale:
        with connection.cursor() as cursor:
            cursor.executemany(
                "delete from listings_term where tid = %s and tile = %s and listing_id = %s",
                [(tid, tile, listing_id) for tid, tile, *_point in stale],
            )
    columns = ("tid", "tile", "listing_id", "x", "y", "z")
    insert("listings_term", columns, [(tid, tile, listing_id, *point) for tid, tile, *point in new])
    clusters.mark({tile for tid, tile, *_point in [*stale, *new] if tid in clusters.COUNTED})


def _write_spots(listing: Listing, spots: Iterable[Spot]) -> None:
    """Only rides need rows: where another listing is found, its own row says."""
    if listing.kind == Kind.RIDE:
        Spot.objects.filter(listing_id=listing.pk).delete()
        Spot.objects.bulk_create(spots)
