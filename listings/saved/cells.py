"""Where a kept search looks, as few tiles and keys: how a new listing meets the searches it may matter to.

A search is posted under at most four tiles that hold its circle or box (one, the world, when it has none)
and under the keys of the rarest thing it asks for, of which a listing must have one. A listing lies in one
tile of each zoom. So who may want it is found by looking up its own tiles and keys, and the number of other
searches does not matter. What is found so may still not fit: the search itself has the last word.
"""

import math

from sharing.values.place import EARTH_RADIUS_M

from ..models import Listing, SavedCell, SavedSearch, Spot
from ..search import index, terms, tiles
from ..search.asking import Asking, Viewer
from ..search.criteria import Criteria
from ..states import Kind

FINEST = 16
ACROSS = 1.0  # tiles of about the size of the circle: four hold it, wherever it lies
EVERYWHERE = 0


def post(search: SavedSearch, criteria: Criteria, viewer: Viewer) -> None:
    """Write where the search looks, in place of what was written before."""
    withdraw(search)
    keys = sorted({key_number(key) for key in Asking(criteria, viewer).lead_keys})
    cells = sorted(_cells_of_area(criteria))
    SavedCell.objects.bulk_create([SavedCell(search=search, cell=cell, key=key) for cell in cells for key in keys])


def withdraw(search: SavedSearch) -> None:
    SavedCell.objects.filter(search=search).delete()


def meeting(listing: Listing, after: int, most: int, *, dated: bool) -> list[int]:
    """Ids of the searches that may want the listing, in order, past `after`; `dated`: of those that ask for days."""
    keys = sorted({key_number(key) for key, _word in index.keys_of(listing)})
    rows = SavedCell.objects.filter(cell__in=_cells_of_listing(listing), key__in=keys, search__gt=after)
    if dated:
        rows = rows.filter(search__dated=True)
    return list(rows.values_list("search", flat=True).distinct().order_by("search")[:most])


def key_number(key: str) -> int:
    return terms.tid("", key)



def _cells_of_listing(listing: Listing) -> list[int]:
    points = [listing.tile]
    if listing.kind == Kind.RIDE:
        points += list(Spot.objects.filter(listing_id=listing.pk).values_list("tile", flat=True))
    cells = {_cell(zoom, tile >> 2 * (tiles.ZOOM - zoom)) for tile in points if tile is not None for zoom in _ZOOMS}
    return sorted(cells)


_ZOOMS = range(FINEST + 1)


def _cells_of_area(criteria: Criteria) -> set[int]:
    box = criteria.box
    edges = (box.south, box.west, box.north, box.east) if box else _around(criteria)
    if edges is None:
        return {EVERYWHERE}
    zoom = min(FINEST, tiles.box_zoom(*edges, ACROSS))
    return {_cell(zoom, number) for number in tiles.box_tiles(*edges, zoom)}


def _around(criteria: Criteria) -> tuple[float, float, float, float] | None:
    """South, west, north, east of the circle; None when it has none, or holds a pole."""
    here, metres = criteria.here, criteria.reach
    if here is None or metres is None:
        return None
    high = math.degrees(metres / EARTH_RADIUS_M) * 1.001
    if abs(here.lat) + high >= tiles.EDGE:
        return None
    ratio = math.sin(math.radians(high)) / math.cos(math.radians(here.lat))
    if ratio >= 1:
        return None
    wide = math.degrees(math.asin(ratio)) * 1.001
    if wide >= 90:
        return None
    west, east = here.lon - wide, here.lon + wide
    return here.lat - high, (west + 180) % 360 - 180, here.lat + high, (east + 180) % 360 - 180


def _cell(zoom: int, number: int) -> int:
    return zoom << 52 | number
