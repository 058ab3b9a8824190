"""What each unit of a stay costs by the day it falls on: the usual price, or another that its owner set for those days.

`for_units` answers with shares in order of the days, equal prices gathered, so that a quote has a line for each
price; what else changes a price (tiers, classes of members) comes on top and is asked for with the usual price.
"""

from typing import NamedTuple

from listings.models import Listing
from listings.states import Unit
from sharing.values.period import Period

from . import plans, stays


class Share(NamedTuple):
    """So many units at this price each; `special` when the owner set it for these days, with a word on why."""

    units: int
    each_minor: int
    special: bool = False
    note: str = ""


def for_units(listing: Listing, period: Period, each_minor: int | None = None) -> list[Share]:
    """The units of a period (see `stays.unit_days`) at their prices; usual ones at `each_minor`, if given.

    A gift stays a gift: without a usual price no day has another. Nobody gets more than the longest stay, so
    beyond it nothing is looked up.
    """
    usual = listing.price_minor if each_minor is None else each_minor
    units = 1 if listing.price_unit == Unit.USE else stays.count(listing, period)
    plan = plans.of(listing) if listing.price_minor and units <= listing.max_units else None
    if plan is None or not plan.prices:
        return [Share(units, usual)]
    gathered: dict[Share, int] = {}
    for day in stays.unit_days(listing, period):
        span = plan.price_on(day)
        share = Share(0, span.price_minor, True, span.note) if span else Share(0, usual)
        gathered[share] = gathered.get(share, 0) + 1
    return [share._replace(units=n) for share, n in gathered.items()]
