"""The SQL of search, all of it, the same text for SQLite and PostgreSQL.

Names used throughout: `t` a posting, `l` its listing, `s` the stop of a ride it was posted at. Ranges of
tiles are arms of one UNION ALL, because that is what both engines turn into as many short index scans;
ORed ranges and joined VALUES are read as full scans. A statement's text depends only on how many arms,
terms and conditions there are, so both engines meet few different texts, and each is put together once.
"""
# ruff: noqa: S608 - the SQL is made of our own words only; every value is a parameter

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from django.db import connection

from sharing.values.place import Point

from . import metric, tiles

COUNTED_UP_TO = 2000


@dataclass
class Conditions:
    """Conditions on a row of (t, l, s) in order, with their parameters.

    `joined`: whether any of them asks about the listing `l` or the stop `s`; if none does, neither is read.
    """

    parts: list[str] = field(default_factory=list)
    params: list = field(default_factory=list)
    joined: bool = False

    def add(self, sql: str, *params: object, joined: bool = True) -> None:
        self.parts.append(sql)
        self.params.extend(params)
        self.joined = self.joined or joined

    @property
    def sql(self) -> str:
        return " and ".join(f"({part})" for part in self.parts) or "1 = 1"

    def __add__(self, other: "Conditions") -> "Conditions":
        return Conditions(
            [*self.parts, *other.parts], [*self.params, *other.params], self.joined or other.joined
        )


Statement = tuple[str, list]
FROM = " join listings_listing l on l.id = t.listing_id"
STOPS = " left join listings_spot s on s.listing_id = t.listing_id and s.tile = t.tile"
POSTING = "tile, listing_id, x, y, z"
D = " + ".join(f"(t.{axis} - cast(%s as bigint)) * (t.{axis} - cast(%s as bigint))" for axis in "xyz")

A_STOP = "coalesce((select f.tile from listings_spot f where f.listing_id = l.id order by f.position limit 1), l.tile)"


def few() -> str:
    """What is always so, and tells the planner that `t` has few rows.

    Else SQLite reads all listings into a filter first, and PostgreSQL into a hash: both believe that
    a bounded list of postings may be long, and neither knows that what is joined is one look each.
    """
    if connection.vendor == "sqlite":
        return "likelihood(t.listing_id > 0, 0.0001)"
    return "(t.listing_id & 0) = 0 and (t.tile & 0) = 0"


def marks(values: Sequence) -> str:
    return ", ".join(["%s"] * len(values))


def one_of(ids: Collection[int]) -> tuple[str, Sequence]:
    """`in` as the engine likes it: to PostgreSQL's driver each value is work, and beyond fifty it rereads the text."""
    if connection.vendor == "sqlite":
        return f"in ({marks(tuple(ids))})", tuple(ids)
    return "= any(cast(%s as bigint[]))", (f"{{{','.join(map(str, ids))}}}",)


def distance(origin: Point) -> Statement:
    """The squared chord in cm² from the origin to the posting: ordered like the great circle, without trigonometry."""
    return D, _origin(origin)


def _origin(origin: Point) -> list:
    """Its place as `D` asks for it."""
    x, y, z = metric.grid(origin)
    return [x, x, y, y, z, z]


def chord(alias: str, origin: Point) -> Statement:
    """The same in m² to a row that keeps its point in metres: a listing, or a stop."""
    params: list = []
    for value in origin.xyz:
        params += [value, value]
    return " + ".join(f"({alias}.{axis} - %s) * ({alias}.{axis} - %s)" for axis in "xyz"), params


def _joins(wanted: Conditions, stops: bool) -> str:
    """What the conditions ask about beside the posting, and the word that keeps it a look for each row."""
    if not wanted.joined:
        return " where "
    return f"{FROM}{STOPS if stops else ''} where {few()} and "


def arms(tids: Sequence[int], ranges: tiles.Ranges, columns: str = POSTING) -> Statement:
    """Every posting of any of the terms in any of the ranges."""
    any_of, these = one_of(tids)
    return _arms(columns, any_of, len(ranges)), [value for low, high in ranges for value in (*these, low, high)]


@lru_cache(maxsize=256)
def _arms(columns: str, any_of: str, ranges: int) -> str:
    arm = f"select {columns} from listings_term where tid {any_of} and tile >= %s and tile < %s"
    return " union all ".join([arm] * ranges)


def probe(
    tids: Sequence[int], tile: int, depth: int, origin: Point, wanted: Conditions, *, stops: bool,
    only: Collection[int] = (),
) -> Statement:  # fmt: skip
    """The `depth` postings on each side of `tile` along the curve, for each term: (id, d, whether it fits).

    `only`: the conditions are for the postings of these terms alone. They are not asked: those of others fit, of these
    nobody knows.
    """
    shown = tuple(f"{POSTING}, {int(tid not in only)} as fits" if only else POSTING for tid in tids)
    params = [value for tid in tids for value in (tid, tile, depth, tid, tile, depth)]
    d_params = _origin(origin)
    if only:
        return _probe(shown, "t.fits", " where "), [*d_params, *params]
    fits = f"case when {wanted.sql} then 1 else 0 end" if wanted.parts else "1"
    return _probe(shown, fits, _joins(wanted, stops)), [*d_params, *wanted.params, *params]


@lru_cache(maxsize=256)
def _probe(shown: tuple[str, ...], fits: str, joins: str) -> str:
    """The text of a probe: of each term what is `shown` of it."""
    above = "select * from (select {} from listings_term where tid = %s and tile >= %s order by tile limit %s) a"
    below = "select * from (select {} from listings_term where tid = %s and tile < %s order by tile desc limit %s) b"
    raw = " union all ".join(arm.format(columns) for columns in shown for arm in (above, below))
    return f"select t.listing_id, {D} as d, {fits} from ({raw}) t{joins}1 = 1"


def cover(
    tids: Sequence[int], ranges: tiles.Ranges, origin: Point, most: int, after: tuple[int, int] | None,
    wanted: Conditions, size: int, limit: int | None, *, stops: bool, only: Collection[int] = (),
) -> Statement:  # fmt: skip
    """The nearest that fit, (id, d), no farther than the squared chord `most`; first a row (0, postings read).

    `limit` bounds how many postings are read; when as many were, the answer may lack some. `only`: the conditions are
    for the postings of these terms alone.
    """
    columns = f"tid, {POSTING}" if only else POSTING
    raw, raw_params = arms(tids, ranges, columns)
    fits, joins, asked_params = wanted.sql, _joins(wanted, stops), wanted.params
    if only:
        any_of, these = one_of(only)
        fits, joins = f"case when t.tid {any_of} then {_looked_up(wanted, stops)} else 1 = 1 end", " where "
        asked_params = [*these, *wanted.params]
    beyond, beyond_params = ("", [])
    if after:
        beyond, beyond_params = " having min(d) > %s or (min(d) = %s and listing_id > %s)", [after[0], *after]
    bound = [limit] if limit else []
    params = [*_origin(origin), *raw_params, *bound, most, *asked_params, *beyond_params, size]
    return _cover(columns, raw, " limit %s" if bound else "", joins, fits, beyond), params


@lru_cache(maxsize=256)
def _cover(columns: str, raw: str, bounded: str, joins: str, fits: str, beyond: str) -> str:
    """The text of a cover."""
    return (
        f"with raw as materialized (select {columns}, {D} as d from ({raw}) t{bounded})"
        f" select 0, (select count(*) from raw)"
        f" union all select * from (select listing_id, min(d) from"
        f" (select t.listing_id, t.d from raw t{joins}t.d <= %s and {fits}) c"
        f" group by listing_id{beyond} order by 2, 1 limit %s) h"
    )


def _looked_up(wanted: Conditions, stops: bool) -> str:
    """The conditions as a look for a posting `t`, for where most postings need none."""
    beside = STOPS if stops else ""
    return f"exists (select 1 from listings_listing l{beside} where l.id = t.listing_id and {wanted.sql})"


def bounded_counts(groups: Sequence[tuple[Sequence[int], tiles.Ranges]], limit: int) -> Statement:
    """For each group of terms and ranges how many postings there are, counted no further than `limit`."""
    parts, params = [], []
    for number, (tids, ranges) in enumerate(groups):
        sql, sql_params = arms(tids, ranges, "1")
        parts.append(f"select {number}, (select count(*) from (select 1 from ({sql}) r limit %s) n)")
        params += [*sql_params, limit]
    return " union all ".join(parts), params


def counts_of_each(tids: Sequence[int], ranges: tiles.Ranges, limit: int) -> Statement:
    """For each range its number and how many postings of the terms are in it, counted no further than `limit`.

    PostgreSQL starts each of a hundred counts for longer than it counts: there the ranges are rows, and one count
    is asked again and again. SQLite is slower at that than at a hundred counts.
    """
    if connection.vendor == "sqlite":
        spans = tiles.padded(ranges)
        any_of, these = one_of(tids)
        params = [value for low, high in spans for value in (*these, low, high, limit)]
        return _counts_of_each(any_of, len(spans)), params
    count = f"select 1 from listings_term where tid in ({marks(tids)}) and tile >= r.low and tile < r.high limit %s"
    rows = "unnest(cast(%s as bigint[]), cast(%s as bigint[])) with ordinality r (low, high, place)"
    lows, highs = [low for low, _high in ranges], [high for _low, high in ranges]
    return f"select r.place - 1, (select count(*) from ({count}) n) from {rows}", [*tids, limit, lows, highs]


@lru_cache(maxsize=64)
def _counts_of_each(any_of: str, ranges: int) -> str:
    posting = f"select 1 from listings_term where tid {any_of} and tile >= %s and tile < %s limit %s"
    return " union all ".join(f"select {number}, (select count(*) from ({posting}) n)" for number in range(ranges))


def with_counts(probe: Statement, groups: Sequence[tuple[Sequence[int], tiles.Ranges]]) -> Statement:
    """The probe, and in the same statement for each group a row (-1 - its number, how many, 0)."""
    counts, params = bounded_counts(groups, COUNTED_UP_TO)
    named = f"select 0 as k, 0 as n where 1 = 0 union all {counts}"
    return f"{probe[0]} union all select -1 - k, n, 0 from ({named}) c", [*probe[1], *params]


def posted(tids: Sequence[int]) -> Statement:
    """Which of the terms have a posting at all: one look for each."""
    one = "select * from (select tid from listings_term where tid = %s limit 1) t"
    return " union all ".join([one] * len(tids)), list(tids)


def gather(
    tids: Sequence[int], ranges: tiles.Ranges, order: str, wanted: Conditions, size: int, *, stops: bool
) -> Statement:
    """All postings of the area, their listings in the order asked for: for what is few.

    CROSS JOIN holds SQLite to that order; it would rather walk all listings, since they come sorted.
    """
    raw, params = arms(tids, ranges)
    key, direction = _order(order)
    sql = (
        f"with raw as materialized ({raw}) select distinct l.id, {key}"
        f" from raw t cross join listings_listing l{STOPS if stops else ''}"
        f" where l.id = t.listing_id and {few()} and {wanted.sql} order by 2 {direction}, 1 {direction} limit %s"
    )
    return sql, [*params, *wanted.params, size]


def carrying(
    tids: Sequence[int], ranges: tiles.Ranges, carried: Sequence[Statement], wanted: Conditions, limit: int,
    *, stops: bool,
) -> Statement:  # fmt: skip
    """Of the first `limit` postings what fits: (id, category, terms, and for each of `carried` whether it holds).

    First a row (0, postings read, …), as in `cover`.
    """
    raw, raw_params = arms(tids, ranges)
    flags = "".join(f", case when {sql} then 1 else 0 end" for sql, _params in carried)
    sql = (
        f"with raw as materialized (select {POSTING} from ({raw}) r limit %s)"
        f" select 0, (select count(*) from raw), ''{', 0' * len(carried)}"
        f" union all select l.id, l.category_id, l.terms{flags} from raw t{FROM}{STOPS if stops else ''}"
        f" where {few()} and {wanted.sql}"
    )
    flag_params = [value for _sql, params in carried for value in params]
    return sql, [*raw_params, limit, *flag_params, *wanted.params]


def scattered(tids: Sequence[int], ranges: tiles.Ranges, each: int, wanted: Conditions, *, stops: bool) -> Statement:
    """Of the first `each` postings of every range what fits: (id, kind, lat, lon) as it stands on the map.

    First for every range a row (-1 - its number, "", postings read, 0).
    """
    any_of, these = one_of(tids)
    arm = f"from listings_term where tid {any_of} and tile >= %s and tile < %s limit %s) a"
    raw = " union all ".join(f"select * from (select {n} as arm, {POSTING} {arm}" for n in range(len(ranges)))
    params = [value for low, high in ranges for value in (*these, low, high, each)]
    sql = (
        f"with raw as materialized ({raw})"
        " select -1 - arm, '', cast(count(*) as double precision), cast(0 as double precision) from raw group by arm"
        f" union all select l.id, l.kind, l.public_lat, l.public_lon from raw t{FROM}{STOPS if stops else ''}"
        f" where {few()} and {wanted.sql}"
    )
    return sql, [*params, *wanted.params]


def walk(order: str, wanted: Conditions, size: int) -> Statement:
    """Listings in the order asked for until enough fit: for what is many, so that enough come soon."""
    key, direction = _order(order)
    order_by = f"{key} {direction}, l.id {direction}"
    sql = f"select l.id, {key} from listings_listing l where {wanted.sql} order by {order_by} limit %s"
    return sql, [*wanted.params, size]


def those(ids: Sequence[int], wanted: Conditions) -> Statement:
    """Of a few listings by id, those that fit."""
    return f"select l.id from listings_listing l where l.id in ({marks(ids)}) and {wanted.sql}", [*ids, *wanted.params]


def past(order: str, key: object, listing_id: int) -> Statement:
    """Only what comes after the last one shown; a comparison of pairs, so that the index is entered there."""
    column, direction = _order(order)
    return f"({column}, l.id) {'<' if direction == 'desc' else '>'} (%s, %s)", [key, listing_id]


def _order(order: str) -> tuple[str, str]:
    return ("l.published", "desc") if order == "new" else ("l.price_minor", "asc")


def carries(tids: Sequence[int], tile: str, listing: str) -> Statement:
    """Whether the listing is posted under any of the terms: one look into the key.

    Worded so that PostgreSQL keeps it a look for each row, rather than joining all postings of the terms.
    """
    return (
        f"(select 1 from listings_term e where e.tid in ({marks(tids)})"
        f" and e.tile = {tile} and e.listing_id = {listing} limit 1) is not null",
        list(tids),
    )


def for_each(sql: str) -> str:
    """A condition as a look for each row, whatever it holds: see `carries`."""
    return f"case when {sql} then 1 end is not null"


def goes_to(there: Point, metres_squared: float) -> Statement:
    """The ride stops there later than at `s`."""
    d, params = chord("o", there)
    return (
        "exists (select 1 from listings_spot o"
        f" where o.listing_id = s.listing_id and o.position > s.position and {d} <= %s)",
        [*params, metres_squared],
    )


def any_stop(inner: Conditions) -> Statement:
    """Whether some stop `s` of the ride fits: for walking, which starts from the listing."""
    return f"exists (select 1 from listings_spot s where s.listing_id = l.id and {inner.sql})", inner.params
