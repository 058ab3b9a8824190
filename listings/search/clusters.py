"""Clusters: how many public listings lie where on the map, without touching each of them.

Counts are kept per cell at the zooms of `KEPT`. A change of the index leaves a note (`mark`) and the
clock counts the noted cells anew, then the cells above them from those below; so the cost follows what
changed, never what there is. Until it comes, who asks counts the noted cells themselves. Closer than that the
postings of the kinds are grouped live.
Listings of a community alone are posted under other terms: no cluster can ever count them.
"""

import math
from collections.abc import Collection, Iterable
from typing import NamedTuple

from django.db import connection, transaction

from sharing.db.inserts import insert

from ..models import Cluster, StaleTile
from . import statements, terms, tiles

KEPT = (3, 5, 7, 9, 11, 13, 15)
FINEST = KEPT[-1]
CELLS_PER_TILE = 2  # zooms between a map tile of 256 px and a cluster's cell: 64 px
MOST_CELLS = 1600
COUNTED = {terms.tid(kind): kind for kind in terms.KINDS}
NOTES_AT_ONCE = 2000
NOTES_LOOKED_AT = 50  # by each who asks, until the clock has counted them

# A ride is found at each of its stops, so it counts there. The postings know their points: nothing else is read.
_GROUPED = """
select t.tile >> {shift}, t.tid, count(*), sum(cast(t.x as bigint)), sum(cast(t.y as bigint)), sum(cast(t.z as bigint))
from ({arms}) t group by 1, 2
"""


class Bubble(NamedTuple):
    """What lies in one cell: how many of each kind, and their middle."""

    lat: float
    lon: float
    n: int
    kinds: dict[str, int]


def mark(tiles_changed: Iterable[int]) -> None:
    """Note that what lies at these zoom-26 tiles has changed."""
    cells = {tile >> 2 * (tiles.ZOOM - FINEST) for tile in tiles_changed}
    if cells:
        insert("listings_staletile", ["tile"], [(cell,) for cell in sorted(cells)])


def refresh() -> int:
    """Count anew what has been noted; returns how many cells. Notes made meanwhile stay for the next time."""
    if Cluster.objects.exists() and not Cluster.objects.filter(zoom=FINEST).exists():
        rebuild()  # they were kept only coarser before
    notes = list(StaleTile.objects.order_by("pk").values_list("pk", "tile")[:NOTES_AT_ONCE])
    if not notes:
        return 0
    cells = {tile for _pk, tile in notes}
    with transaction.atomic():
        _count_finest(cells)
        for below, zoom in zip(KEPT[:0:-1], KEPT[-2::-1], strict=True):
            cells = {cell >> 2 * (below - zoom) for cell in cells}
            _sum_up(cells, zoom, below)
        StaleTile.objects.filter(pk__in=[pk for pk, _tile in notes]).delete()
    return len(notes)


def rebuild() -> None:
    """Count everything, after a bulk load or when in doubt."""
    with transaction.atomic():
        StaleTile.objects.all().delete()
        Cluster.objects.all().delete()
        _store(FINEST, _grouped(tiles.ZOOM - FINEST, [tiles.WORLD]))
        for below, zoom in zip(KEPT[:0:-1], KEPT[-2::-1], strict=True):
            with connection.cursor() as cursor:
                cursor.execute(
                    "insert into listings_cluster (zoom, tile, kind, n, sum_lat, sum_lon)"
                    " select %s, tile >> %s, kind, sum(n), sum(sum_lat), sum(sum_lon)"
                    " from listings_cluster where zoom = %s group by tile >> %s, kind",
                    [zoom, 2 * (below - zoom), below, 2 * (below - zoom)],
                )


def bubbles(south: float, west: float, north: float, east: float, zoom: int, kinds: Iterable[str] = ()) -> list[Bubble]:
    """What lies in the box, in cells of about 64 px of a map at `zoom`; coarser when the box is too wide."""
    kinds = tuple(kinds) or terms.KINDS
    cell_zoom = zoom + CELLS_PER_TILE
    while cell_zoom > KEPT[0] and tiles.box_zoom(south, west, north, east, MOST_CELLS**0.5) < cell_zoom:
        cell_zoom -= 1
    if cell_zoom <= FINEST + 1:  # between two that are kept the coarser serves
        cell_zoom = max(kept for kept in KEPT if kept <= max(cell_zoom, KEPT[0]))
        rows = _kept(south, west, north, east, cell_zoom, kinds)
        rows += _since(tiles.box_tiles(south, west, north, east, cell_zoom), cell_zoom, kinds)
    else:
        ranges = tiles.box(south, west, north, east)
        rows = [
            (tile, COUNTED[tid], n, lat, lon)
            for tile, tid, n, lat, lon in _grouped(tiles.ZOOM - cell_zoom, [ranges], kinds)
        ]
        wanted = tiles.box_tiles(south, west, north, east, cell_zoom)
        rows = [row for row in rows if row[0] in wanted]
    return joined(rows)


def _kept(south: float, west: float, north: float, east: float, zoom: int, kinds: tuple[str, ...]) -> list[tuple]:
    cells = tiles.box_tiles(south, west, north, east, zoom)
    arms = tiles.merge([(cell, cell + 1) for cell in cells], 32)
    union = " union all ".join(
        ["select tile, kind, n, sum_lat, sum_lon from listings_cluster where zoom = %s and tile >= %s and tile < %s"]
        * len(arms)
    )
    with connection.cursor() as cursor:
        cursor.execute(union, [value for low, high in arms for value in (zoom, low, high)])
        return [row for row in cursor.fetchall() if row[0] in cells and row[1] in kinds]


def _since(cells: Collection[int], zoom: int, kinds: tuple[str, ...]) -> list[tuple]:
    """What is to be added to the kept counts of these cells: the noted tiles as they are now, less as they were kept.

    So what was taken down a moment ago is counted to nobody, before the clock comes by. After a bulk load only the
    first notes are looked at; the clock sees to the rest.
    """
    shift = 2 * (FINEST - zoom)
    noted = dict.fromkeys(StaleTile.objects.order_by("pk").values_list("tile", flat=True)[:NOTES_LOOKED_AT])
    stale = [tile for tile in noted if tile >> shift in cells]
    if not stale:
        return []
    was = Cluster.objects.filter(zoom=FINEST, tile__in=stale, kind__in=kinds)
    rows = [
        (tile >> shift, kind, -n, -lat, -lon)
        for tile, kind, n, lat, lon in was.values_list("tile", "kind", "n", "sum_lat", "sum_lon")
    ]
    spans = [tiles.merge([tiles.span(tile, FINEST) for tile in stale])]
    return rows + [
        (tile >> shift, COUNTED[tid], n, lat, lon)
        for tile, tid, n, lat, lon in _grouped(tiles.ZOOM - FINEST, spans, kinds)
    ]


def joined(rows: Iterable[tuple]) -> list[Bubble]:
    """The kinds of a cell in one bubble."""
    cells: dict[int, list] = {}
    for tile, kind, n, sum_lat, sum_lon in rows:
        cell = cells.setdefault(tile, [0, 0.0, 0.0, {}])
        cell[0] += n
        cell[1] += sum_lat
        cell[2] += sum_lon
        cell[3][kind] = cell[3].get(kind, 0) + n
    return [
        Bubble(lat / n, lon / n, n, {kind: many for kind, many in sorted(kinds.items()) if many > 0})
        for _tile, (n, lat, lon, kinds) in sorted(cells.items())
        if n > 0
    ]


def _grouped(zooms: int, of: list[tiles.Ranges], kinds: Iterable[str] = terms.KINDS) -> list[tuple]:
    """(cell, tid, n, sum of latitudes, sum of longitudes), `zooms` zooms above the postings."""
    tids = [terms.tid(kind) for kind in kinds]
    arms, params = statements.arms(tids, tuple(span for spans in of for span in spans), "tid, tile, x, y, z")
    with connection.cursor() as cursor:
        cursor.execute(_GROUPED.format(shift=2 * zooms, arms=arms), params)
        rows = cursor.fetchall()
    return [(cell, tid, n, *(n * degrees for degrees in _middle(x, y, z))) for cell, tid, n, x, y, z in rows]


def _middle(x: float, y: float, z: float) -> tuple[float, float]:
    """Latitude and longitude of the middle of points, from the sums of their coordinates."""
    x, y, z = float(x), float(y), float(z)  # PostgreSQL sums to Decimal
    return math.degrees(math.atan2(z, math.hypot(x, y))), math.degrees(math.atan2(y, x))


def _count_finest(cells: set[int]) -> None:
    Cluster.objects.filter(zoom=FINEST, tile__in=cells).delete()
    ordered = sorted(cells)
    for start in range(0, len(ordered), 50):
        _store(
            FINEST,
            _grouped(
                tiles.ZOOM - FINEST, [tiles.merge([tiles.span(cell, FINEST)]) for cell in ordered[start : start + 50]]
            ),
        )


def _store(zoom: int, rows: Iterable[tuple]) -> None:
    Cluster.objects.bulk_create(
        [
            Cluster(zoom=zoom, tile=tile, kind=COUNTED[tid], n=n, sum_lat=lat, sum_lon=lon)
            for tile, tid, n, lat, lon in rows
        ],
        batch_size=500,
    )


def _sum_up(cells: set[int], zoom: int, below: int) -> None:
    shift = 2 * (below - zoom)
    with connection.cursor() as cursor:
        for cell in sorted(cells):
            cursor.execute("delete from listings_cluster where zoom = %s and tile = %s", [zoom, cell])
            cursor.execute(
                "insert into listings_cluster (zoom, tile, kind, n, sum_lat, sum_lon)"
                " select %s, %s, kind, sum(n), sum(sum_lat), sum(sum_lon) from listings_cluster"
                " where zoom = %s and tile >= %s and tile < %s group by kind",
                [zoom, cell, below, cell << shift, (cell + 1) << shift],
            )
