"""When nothing is found: which part of the question to let go, and about how much there would be then."""

from collections.abc import Iterator
from typing import NamedTuple

from django.utils.translation import gettext as _

from sharing.web import formats

from . import asked_traits, flexible, query
from .asking import Viewer
from .criteria import NEAR, Criteria

LADDER_KM = (2, 5, 10, 25, 50, 100, 250, 500, 1000)
COUNTED = 24


class Offer(NamedTuple):
    label: str
    changes: dict[str, str | None]
    about: int


def offers(criteria: Criteria, viewer: Viewer) -> list[Offer]:
    """Two at most, the likeliest first: a wider circle, other dates, any price, any category."""
    found = []
    for label, changes, changed in _ways(criteria, viewer):
        count = len(query.search(changed, viewer, size=COUNTED).hits)
        if count:
            found.append(Offer(label, changes, count))
        if len(found) == 2:
            break
    return found


def _ways(criteria: Criteria, viewer: Viewer) -> Iterator[tuple[str, dict[str, str | None], Criteria]]:
    if (criteria.radius_m or criteria.box) and criteria.origin:
        yield from _farther(criteria, viewer)
    if criteria.by_day or criteria.windows:
        without = {"from_": None, **dict.fromkeys(("to", *flexible.NAMES), None)}
        yield _("on any days"), without, criteria.changed(by_day=None, windows=())
    if criteria.max_price is not None or criteria.terms:
        yield _("at any price"), {"max_price": None, "terms": None}, criteria.changed(max_price=None, terms=())
    if criteria.traits:
        others = criteria.changed(traits=criteria.traits.answers_alone)
        yield _("with other facts"), dict.fromkeys(asked_traits.NAMES, None), others
    if criteria.quantity > 1:
        yield _("fewer at once"), {"quantity": None}, criteria.changed(quantity=1)
    if criteria.kinds or criteria.category or criteria.community is not None:
        changed = criteria.changed(kinds=(), category="", community=None)
        yield _("of every kind"), {"kind": None, "category": None, "community": None}, changed


def _farther(criteria: Criteria, viewer: Viewer) -> Iterator[tuple[str, dict[str, str | None], Criteria]]:
    """The next round circle that holds the nearest hit."""
    anywhere = criteria.changed(radius_m=None, box=None, here=criteria.origin, sort=NEAR)
    nearest = query.search(anywhere, viewer, size=1).hits
    if not nearest:
        return
    metres = nearest[0].distance_m or 0
    km = next((km for km in LADDER_KM if km * 1000 >= metres * 1.2 and km * 1000 > (criteria.radius_m or 0)), None)
    changes: dict[str, str | None] = {"bbox": None, "radius_km": str(km) if km else None}
    if criteria.here is None and criteria.origin:
        changes |= {"lat": f"{criteria.origin.lat:.4f}", "lon": f"{criteria.origin.lon:.4f}"}
    label = _("within %(distance)s") % {"distance": formats.distance(km * 1000)} if km else _("however far")
    yield label, changes, anywhere.changed(radius_m=km * 1000.0 if km else None)
