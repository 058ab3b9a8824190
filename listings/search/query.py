"""The question: the nearest, newest or cheapest listings that fit and that the viewer may see.

Nearest first takes two statements. The *probe* looks a little way along the curve to both sides of here:
what it meets bounds how far the last hit of the page can be. The *cover* then reads that circle alone.
Both start from the rarest thing asked for. Where the curve misleads (a lonely place, far from a city),
the circle is narrowed by counting tiles, each no further than needed (`narrow`), before it is read.
By date or price, what is few is gathered and sorted; what is many is met by walking in that order.

A page ends in a key, `(distance, id)` or `(date or price, id)`: the next starts after it, so no page is
found by skipping others. Nothing here counts a whole table.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone

from sharing.db import prepared
from sharing.values.place import EARTH_RADIUS_M, Point

from . import distances, flexible, metric, narrow, phrases, predicates, riding, spelling, statements, terms, tiles
from .asking import Asking, Viewer
from .criteria import NEAR, NEW, Criteria
from .hydrate import hydrate
from .statements import Conditions

FEW = 4000  # so many postings are read at once without a thought
LONELY_M = 150_000  # a circle as wide as that is narrowed before it is read
ROUNDS, MOST_READ = 5, 96  # for one page: what is not free then makes room for what comes after it
SPARE = 3  # one more for so many of a page, lest a few that are taken mean a second look
Read = Callable[[Sequence[int]], dict[int, Any]]
HALF_WAY_ROUND_M = 3.1416 * EARTH_RADIUS_M


class Hit(NamedTuple):
    """`listing`: what was read of it, a Listing or a `briefs.Brief`; `times`: when the dates asked for are flexible,
    the (from, to) it can be had; `passage`: how one would ride.
    """

    listing: Any
    distance_m: float | None
    times: tuple[tuple[date, date], ...] = ()
    passage: riding.Passage | None = None


@dataclass
class Page:
    """Hits in order, where the next page starts (None at the end), and about how many of each kind lie around.

    `totals` counts by kind what carries the words, as far as `statements.COUNTED_UP_TO` each, whatever
    the other filters say; empty unless asked for. `did_you_mean`: nothing was found for the words asked,
    and these hits (and the next pages) are for these words instead; "" when they are for those asked.
    """

    hits: list[Hit]
    next: list | None
    totals: dict[str, int]
    did_you_mean: str = ""

    def about_total(self, kinds: Iterable[str] = ()) -> int:
        wanted = tuple(kinds) or terms.KINDS
        return sum(n for kind, n in self.totals.items() if kind in wanted)


class Found(NamedTuple):
    """Ids with the key they were ordered by; d is a squared chord in cm²."""

    rows: Sequence[tuple[int, Any]]
    next: list | None


def search(
    criteria: Criteria,
    viewer,
    after: list | None = None,
    size: int = 24,
    *,
    totals: bool = False,
    now: datetime | None = None,
    read: Read = hydrate,
) -> Page:
    """One page. `viewer` is a member, an anonymous user, None, or a `Viewer` already made.

    `read`: what the hits hold instead of listings, where neither times nor the ends of a ride are asked for.
    """
    viewer = Viewer.of(viewer)
    if criteria.times or riding.asked(criteria):
        read = hydrate
    page = _grown(criteria, viewer, after, size, totals, now, read)
    if page.hits or page.next or after is not None or not (meant := spelling.corrected(criteria)):
        return page
    instead = _grown(criteria.changed(q=meant), viewer, None, size, totals, now, read)
    if not instead.hits:
        return page
    instead.did_you_mean = meant
    return instead


def _grown(
    criteria: Criteria, viewer: Viewer, after: list | None, size: int, totals: bool, now: datetime | None, read: Read
) -> Page:
    """One page in its circle; of rides, in a wider one when nothing is so near, and with how one would ride."""
    page, circle = Page([], None, {}), criteria
    for circle, key in riding.circles(criteria, after):
        page = one_page(Asking(circle, viewer, now), key, size, totals, read)
        if page.hits:
            break
    if page.next and riding.grows(criteria):
        page.next = [*page.next, circle.radius_m]
    if riding.asked(circle):
        passages = riding.passages(circle, [hit.listing for hit in page.hits], now or timezone.now())
        if passages:
            page.hits = [hit._replace(passage=passages.get(hit.listing.pk)) for hit in page.hits]
    return page


def one_page(asking: Asking, after: list | None, size: int, totals: bool, read: Read) -> Page:
    """One page. Where a time is asked for, candidates come as if it were not, some to spare, and are looked at exactly:
    most are free then. Where most are not, the statements leave out what is taken from the second look on.
    """
    timed, looked = bool(asking.criteria.times), size
    asked = asking.at_any_time() if timed else asking
    found, counted = find(asked, after, size, totals=totals, spare=size // SPARE if timed else 0)
    if not timed and (whole := _as_found(asking, found.rows, read)) is not None:
        return Page(whole, found.next, counted)
    hits: list[Hit] = []
    for left in reversed(range(ROUNDS)):
        shown = int(after[2]) if after and asking.criteria.order == NEAR else 0
        rows, met = _fitting(asking, found.rows, size - len(hits), read)
        if len(rows) * 2 < met:
            asked = asking
        hits += _hits(asking, rows)
        if len(hits) == size and rows and rows[-1].number < len(found.rows):
            number, listing, key, _times = rows[-1]
            return Page(hits, _after(asking, listing.pk, key, shown + number), counted)
        if found.next is None or len(hits) >= size or not left:
            break
        # Few are missing as a rule; where nearly all are closed, each round looks twice as far.
        wide = 2 * looked if left < ROUNDS - 1 else 0
        after, looked = found.next, min(max(2 * (size - len(hits)) + 2, wide), MOST_READ)
        found, _counted = find(asked, after, looked)
    return Page(hits, found.next, counted)


class Fit(NamedTuple):
    """One that fits: which row it was, and at which of the times it is free, where any are asked for."""

    number: int
    listing: Any
    key: Any
    times: Sequence[int]


def _fitting(asking: Asking, rows: Sequence[tuple], wanted: int, read: Read) -> tuple[list[Fit], int]:
    """Up to so many that are there and free exactly, as each one's own page says, and how many were looked at.

    As many as are wanted first: often all of them are free, and what is spare is not read.
    """
    fitting: list[Fit] = []
    seen = 0
    while seen < len(rows) and len(fitting) < wanted:
        some = rows[seen : wanted if not seen and wanted * 2 > len(rows) else None]
        listings = read([pk for pk, _key in some])  # one that was found may have gone since
        free = None
        if asking.criteria.times:
            free = predicates.choose("free", list(listings.values()), asking.when, asking.now)
        fitting += [
            Fit(number, listings[pk], key, free[pk] if free else ())
            for number, (pk, key) in enumerate(some, start=seen + 1)
            if pk in (listings if free is None else free)
        ]
        seen += len(some)
    return fitting[:wanted], seen


def _as_found(asking: Asking, rows: Sequence[tuple], read: Read) -> list[Hit] | None:
    """All of them; None when one that was found has gone since, and others should stand in its place."""
    listings = read([pk for pk, _key in rows])
    if len(listings) < len(rows):
        return None
    found = [(listings[pk], key) for pk, key in rows]
    return [Hit(listing, far) for (listing, _key), far in zip(found, distances.each(asking, found), strict=True)]


def _hits(asking: Asking, rows: Sequence[Fit]) -> list[Hit]:
    criteria = asking.criteria
    far = distances.each(asking, [(row.listing, row.key) for row in rows])
    return [
        Hit(
            row.listing, metres,
            tuple(flexible.dates_of(criteria.times, row.times, row.listing)) if criteria.windows else (),
        )
        for row, metres in zip(rows, far, strict=True)
    ]  # fmt: skip


def _after(asking: Asking, listing_id: int, key: Any, shown: int) -> list:
    """Where a page that ends in this row is continued."""
    if asking.criteria.order == NEAR:
        return [key, listing_id, shown]
    return [_key_out(key), listing_id]


def among(criteria: Criteria, viewer, ids: Sequence[int], now: datetime | None = None) -> list[int]:
    """Which of these listings the search finds: the same question, asked of them alone."""
    asking = Asking(criteria, Viewer.of(viewer), now)
    if not asking.kinds or not ids:
        return []
    found = [row[0] for row in run(*statements.those(ids, asking.walking()))]
    if asking.phrases:
        holding = phrases.that_hold(asking.phrases, found)
        found = [pk for pk in found if pk in holding]
    if asking.criteria.times:
        free = predicates.choose("free", list(hydrate(found).values()), asking.when, asking.now)
        found = [pk for pk in found if pk in free]
    return found


def find(
    asking: Asking, after: list | None, size: int, *, totals: bool = False, spare: int = 0
) -> tuple[Found, dict[str, int]]:
    """The ids alone, with the key of each, and the totals by kind if asked for.

    `spare`: so many more, where they come at no price: nearest first, as far as the circle holds them that is read
    for `size`.
    """
    if not asking.kinds:
        return Found([], None), {}
    near = asking.criteria.order == NEAR
    if near and not asking.phrases:
        return _nearest(asking, after, size, totals, spare)
    how, size = _nearest if near else _in_order, size + spare
    if not asking.phrases:
        return how(asking, after, size, totals)
    counted: dict[str, int] = {}

    def fetch(after: list | None, n: int) -> Found:
        found, counts = how(asking, after, n, totals and not counted)
        counted.update(counts)
        return found

    shown = int(after[2]) if near and after else 0
    sifted = phrases.sift(fetch, lambda row: _key_behind(asking, row, shown + size), asking.phrases, after, size)
    return Found(*sifted), counted


def _key_behind(asking: Asking, row: tuple[int, Any], shown: int) -> list:
    """Where the page after this row starts."""
    listing_id, key = row
    return [key, listing_id, shown] if asking.criteria.order == NEAR else [_key_out(key), listing_id]


# --- nearest first --------------------------------------------------------------------------------


def _nearest(
    asking: Asking, after: list | None, size: int, totals: bool, spare: int = 0
) -> tuple[Found, dict[str, int]]:
    origin = asking.criteria.origin
    counted: dict[str, int] = {}
    assert origin is not None
    farthest = asking.farthest_m
    if after is None:
        fitting, complete, metres, counted = _probe(asking, origin, size, totals)
        if complete:
            within = [(i, d) for i, d in fitting if farthest is None or d <= metric.squared(farthest)]
            return _cut(within, size + spare, 0), counted
        key, shown = None, 0
    else:
        key, shown = (int(after[0]), int(after[1])), int(after[2])
        metres = metric.metres(key[0]) * ((shown + 1.5 * size) / max(shown, 1)) ** 0.5 + 1
        if totals:
            counted = _count(asking)
    rows = _widen(asking, origin, key, metres, size, spare)
    if len(rows) > size:  # of a circle that was not read to its end the last one says that there is more
        size = min(len(rows) - 1, size + spare)
    return _cut(rows, size, shown), counted


def _probe(
    asking: Asking, origin: Point, size: int, totals: bool
) -> tuple[list[tuple[int, int]], bool, float, dict[str, int]]:
    """What fits among the first postings met, whether these are all there are, and a radius to read."""
    depth = size + 1 if asking.plain else size + size // 2 + 4
    only = asking.asked_of
    met, counted = _meet(asking, origin, depth, totals, only)
    if only:
        asking.rideless = 0 not in {row[2] for row in met}
        if not asking.rideless and len(met) < depth:  # so few that the others are asked at once
            met, _counted = _meet(asking, origin, depth, False, ())
    fitting = _nearest_of_each(met)
    if len(met) < depth:
        return fitting, True, 0.0, counted
    if len(fitting) > size:
        return fitting, False, metric.metres(fitting[size][1]) + metric.SLACK_M, counted
    share = (len(fitting) + 0.5) / len(met)
    distances = sorted(row[1] for row in met)
    reached = metric.metres(distances[min(size, len(distances) - 1)])
    return fitting, False, (reached + 50) * min(8.0, (size / share / (size + 1)) ** 0.5), counted


def _meet(
    asking: Asking, origin: Point, depth: int, totals: bool, only: Collection[int]
) -> tuple[list[tuple], dict[str, int]]:
    tile = tiles.tile(origin.lat, origin.lon)
    wanted = Conditions() if only else asking.near_conditions
    probe = statements.probe(asking.lead, tile, depth, origin, wanted, stops=asking.stops, only=only)
    met = run(*(statements.with_counts(probe, asking.totals()) if totals else probe))
    counted = {terms.KINDS[-1 - row[0]]: int(row[1]) for row in met if row[0] < 0} if totals else {}
    return [row for row in met if row[0] >= 0] if totals else met, counted


def _widen(
    asking: Asking, origin: Point, key: tuple[int, int] | None, metres: float, size: int, spare: int = 0
) -> list[tuple[int, int]]:
    """Read circles, each wider, until more than `size` fit or there is no farther."""
    end = min(asking.farthest_m or HALF_WAY_ROUND_M, HALF_WAY_ROUND_M)
    limit: int | None = FEW
    for _attempt in range(40):
        metres = min(metres, end)
        ranges = asking.within(tiles.cover(origin.lat, origin.lon, metres + metric.SLACK_M))
        lonely = bool(limit) and metres > LONELY_M and not asking.few
        rows, read = ([], 0) if lonely else _cover(asking, origin, ranges, metres, key, size + spare, limit)
        if lonely or (limit and read >= limit):
            tids = [int(row[0]) for row in run(*statements.posted(asking.lead))]  # of five languages mostly one
            if not tids:
                return []  # taken down since the probe
            narrowed = narrow.narrow(tids, origin, metres, ranges, want=4 * size, beyond=key[0] if key else None)
            limit = None
            rows, read = _cover(asking, origin, narrowed.ranges, narrowed.metres, key, size + spare, None)
            if len(rows) > size:
                return rows
            metres = narrowed.metres
        if len(rows) > size or metres >= end:
            return rows
        metres = end if asking.few else metres * 2 + 100
        limit = None if asking.few else limit
    return rows


def _cover(
    asking: Asking,
    origin: Point,
    ranges: tiles.Ranges,
    metres: float,
    key: tuple[int, int] | None,
    size: int,
    limit: int | None,
) -> tuple[list[tuple[int, int]], int]:
    if not ranges:
        return [], 0
    sql, params = statements.cover(
        asking.lead,
        tiles.padded(ranges),
        origin,
        metric.squared(metres),
        key,
        asking.near_conditions,
        size + 1,
        limit,
        stops=asking.stops,
        only=asking.asked_of,
    )
    rows = run(sql, params)
    read = next(int(n) for listing_id, n in rows if listing_id == 0)
    return [(i, d) for d, i in sorted([(d, i) for i, d in rows if i])], read


def _nearest_of_each(met: Iterable[tuple[int, int, int]]) -> list[tuple[int, int]]:
    """Of what fits, each listing once, the nearest first."""
    near = sorted([(d, listing_id) for listing_id, d, fits in met if fits])
    if len({listing_id for _d, listing_id in near}) == len(near):
        return [(listing_id, d) for d, listing_id in near]
    best: dict[int, int] = {}
    for d, listing_id in near:
        best.setdefault(listing_id, d)
    return list(best.items())


def _cut(rows: list[tuple[int, int]], size: int, shown: int) -> Found:
    if len(rows) <= size:
        return Found(rows, None)
    rows = rows[:size]
    return Found(rows, [rows[-1][1], rows[-1][0], shown + size])


# --- newest or cheapest first ---------------------------------------------------------------------


def _in_order(asking: Asking, after: list | None, size: int, totals: bool) -> tuple[Found, dict[str, int]]:
    order, origin = asking.criteria.order, asking.criteria.origin
    area = tiles.WORLD
    if origin and asking.farthest_m is not None:
        area = tiles.cover(origin.lat, origin.lon, asking.farthest_m + metric.SLACK_M)
    area = asking.within(area)
    if not area:
        return Found([], None), {}
    groups = [(asking.lead, area), *(asking.totals() if totals else [])]
    few = min(FEW, asking.worth_gathering(size))
    counts = _counts(groups, max(few, statements.COUNTED_UP_TO))
    counted = {kind: min(n, statements.COUNTED_UP_TO) for kind, n in zip(terms.KINDS, counts[1:], strict=False)}
    past = statements.past(order, *_key_in(order, after)) if after else None
    if counts[0] < few:
        wanted = asking.conditions(area=True)
        if past:
            wanted.add(past[0], *past[1])
        rows = run(*statements.gather(asking.lead, area, order, wanted, size + 1, stops=asking.stops))
    else:
        wanted = asking.walking()
        if past:
            wanted.add(past[0], *past[1])
        rows = run(*statements.walk(order, wanted, size + 1))
    if len(rows) <= size:
        return Found(rows, None), counted
    rows = rows[:size]
    return Found(rows, [_key_out(rows[-1][1]), rows[-1][0]]), counted


def _key_in(order: str, after: list) -> tuple[object, int]:
    if order == NEW:
        return connection.ops.adapt_datetimefield_value(datetime.fromisoformat(str(after[0]))), int(after[1])
    return int(after[0]), int(after[1])


def _key_out(key: object) -> object:
    if not isinstance(key, datetime):
        return key
    return (
        key if key.tzinfo else key.replace(tzinfo=UTC)
    ).isoformat()  # SQLite's instants are in UTC and do not say so


# --- helpers --------------------------------------------------------------------------------------


def _count(asking: Asking) -> dict[str, int]:
    return dict(zip(terms.KINDS, _counts(asking.totals(), statements.COUNTED_UP_TO), strict=True))


def _counts(groups: list, limit: int) -> list[int]:
    counted = dict(run(*statements.bounded_counts([group for group in groups if group[1]], limit)))
    standing = iter(range(len(groups)))
    return [int(counted[next(standing)]) if group[1] else 0 for group in groups]


def run(sql: str, params: list) -> list[tuple]:
    return prepared.rows(sql, params)
