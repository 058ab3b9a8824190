"""What a search finds in the part of a map one looks at, as bubbles: where more is asked than kinds and places.

The part is cut into squares, and of each the first `EACH` postings are looked at by the search's own conditions: so a
bubble stands for what the list finds and its reader may see, and for nothing else, and what it costs has an end. Where
a square holds more than that, the answer says that not everything is counted.
"""

from datetime import datetime

from . import clusters, metric, phrases, predicates, query, riding, statements, tiles
from .asking import Asking, Viewer
from .criteria import Box, Criteria
from .hydrate import hydrate

EACH = 40
SQUARES = 4  # across the longer side of the part, about
MOST_READ = 48
"""Where days are asked for, or words side by side, so many are looked at exactly, as for a page."""


def bubbles(
    criteria: Criteria, viewer: Viewer, box: Box, zoom: int, now: datetime | None = None
) -> tuple[list[clusters.Bubble], bool]:
    """In cells as `clusters.bubbles` has them, and whether they are all there is."""
    asking = Asking(_within(criteria, viewer, box, now), viewer, now)
    ranges = _squares(asking, box)
    if not asking.kinds or not ranges:
        return [], True
    wanted = asking.conditions(area=True)
    rows = query.run(*statements.scattered(asking.lead, ranges, EACH, wanted, stops=asking.stops))
    complete = all(row[2] < EACH for row in rows if row[0] < 0)
    found = {row[0]: row for row in rows if row[0] > 0}
    if asking.criteria.times or asking.phrases:
        fitting = set(list(found)[:: 1 + len(found) // (MOST_READ + 1)])
        complete = complete and len(fitting) == len(found)
        fitting = _exactly(asking, fitting)
        found = {pk: row for pk, row in found.items() if pk in fitting}
    cells = 2 * max(0, tiles.ZOOM - zoom - clusters.CELLS_PER_TILE)
    return clusters.joined(
        (tiles.tile(lat, lon) >> cells, str(kind), 1, lat, lon) for _pk, kind, lat, lon in found.values()
    ), complete


def _squares(asking: Asking, box: Box) -> tiles.Ranges:
    sides = box.south, box.west, box.north, box.east
    zoom = tiles.box_zoom(*sides, SQUARES)
    squares = tuple(tiles.span(number, zoom) for number in sorted(tiles.box_tiles(*sides, zoom)))
    origin, reach = asking.criteria.here, asking.farthest_m
    if origin and reach is not None:
        squares = tiles.common(squares, tiles.cover(origin.lat, origin.lon, reach + metric.SLACK_M))
    return tiles.padded(squares)


def _exactly(asking: Asking, ids: set[int]) -> set[int]:
    if asking.phrases:
        ids = phrases.that_hold(asking.phrases, sorted(ids))
    if asking.criteria.times:
        ids = set(predicates.choose("free", list(hydrate(sorted(ids)).values()), asking.when, asking.now))
    return ids


def _within(criteria: Criteria, viewer: Viewer, box: Box, now: datetime | None) -> Criteria:
    """The same in this part of the map alone; a ride in the circle in which the list finds one, wherever one looks."""
    circle = criteria
    if riding.grows(criteria):
        for circle, _key in riding.circles(criteria, None):
            if query.one_page(Asking(circle, viewer, now), None, 1, False, hydrate).hits:
                break
    reach = circle.reach
    return circle.changed(box=box, radius_m=reach, sort="", here=circle.here if reach is not None else None)
