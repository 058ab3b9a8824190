"""When nothing is found: which part of the question to let go, and about how much there would be then."""

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from django.utils.translation import gettext as _

from sharing.web import formats

from . import asked_traits, flexible, query
from .asking import Viewer
from .criteria import NEAR, Criteria

LADDER_KM = (2, 5, 10, 25, 50, 100, 250, 500, 1000)
COUNTED = 24
MOST = 3


Way = tuple[str, dict[str, str | None], Criteria]


class Offer(NamedTuple):
    label: str
    changes: dict[str, str | None]
    about: int


def offers(criteria: Criteria, viewer: Viewer) -> list[Offer]:
    """Three at most: the wider circle, then each thing asked for that it helps to leave out, the likeliest first."""
    found = list(islice(_that_help(_ways(criteria, viewer), viewer), MOST))
    return found or list(_that_help(_nothing_but_words(criteria), viewer))


def _that_help(ways: Iterator[Way], viewer: Viewer) -> Iterator[Offer]:
    for label, changes, changed in ways:
        if count := _count(changed, viewer):
            yield Offer(label, changes, count)


def _count(criteria: Criteria, viewer: Viewer) -> int:
    """How many there are, up to a page; what is found for other words does not count."""
    page = query.search(criteria, viewer, size=COUNTED)
    return 0 if page.did_you_mean else len(page.hits)


def _ways(criteria: Criteria, viewer: Viewer) -> Iterator[Way]:
    if (criteria.radius_m or criteria.box) and criteria.origin:
        yield from _farther(criteria, viewer)
    if criteria.by_day or criteria.windows:
        without = {"from_": None, **dict.fromkeys(("to", *flexible.NAMES), None)}
        yield _("on any days"), without, criteria.changed(by_day=None, windows=())
    if criteria.max_price is not None:
        yield _("at any price"), {"max_price": None}, criteria.changed(max_price=None)
    if criteria.terms:
        yield _("on any terms"), {"terms": None}, criteria.changed(terms=())
    if criteria.traits:
        others = criteria.changed(traits=criteria.traits.answers_alone)
        yield _("with other facts"), dict.fromkeys(asked_traits.NAMES, None), others
    if criteria.quantity > 1:
        yield _("fewer at once"), {"quantity": None}, criteria.changed(quantity=1)
    if criteria.community is not None:
        yield _("in every community"), {"community": None}, criteria.changed(community=None)
    if criteria.category:
        yield _("in every category"), {"category": None}, criteria.changed(category="")
    if criteria.kinds:
        yield _("of every kind"), {"kind": None, "category": None}, criteria.changed(kinds=(), category="")


def _nothing_but_words(criteria: Criteria) -> Iterator[Way]:
    """Where no single thing helps: all of them left out at once."""
    changed = criteria.changed(
        by_day=None, windows=(), max_price=None, terms=(), traits=criteria.traits.answers_alone, quantity=1,
        community=None, category="", kinds=(), radius_m=None,
    )
    names = ("to", *flexible.NAMES, "max_price", "terms", *asked_traits.NAMES, "quantity", "community", "category")
    if changed != criteria:
        yield _("without any filter"), {"from_": None, **dict.fromkeys((*names, "kind", "radius_km"), None)}, changed


def _farther(criteria: Criteria, viewer: Viewer) -> Iterator[Way]:
    """The next round circle that holds the nearest hit."""
    anywhere = criteria.changed(radius_m=None, box=None, here=criteria.origin, sort=NEAR)
    page = query.search(anywhere, viewer, size=1)
    nearest = page.hits
    if not nearest or page.did_you_mean:
        return
    metres = nearest[0].distance_m or 0
    km = next((km for km in LADDER_KM if km * 1000 >= metres * 1.2 and km * 1000 > (criteria.radius_m or 0)), None)
    changes: dict[str, str | None] = {"bbox": None, "radius_km": str(km) if km else None}
    if criteria.here is None and criteria.origin:
        changes |= {"lat": f"{criteria.origin.lat:.4f}", "lon": f"{criteria.origin.lon:.4f}"}
    label = _("within %(distance)s") % {"distance": formats.distance(km * 1000)} if km else _("however far")
    yield label, changes, anywhere.changed(radius_m=km * 1000.0 if km else None)
