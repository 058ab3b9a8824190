"""What owners have set for many listings at once: opening windows, days that differ, prices of days. One statement.

The plan is kept with the listing it was read for, so that a page that asks several questions reads it once.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone

from listings.models import Listing

from .opening import Hours, Opening

PAST = timedelta(days=62)  # what differed longer ago than that concerns nobody

_WINDOWS = """select listing_id, 'w', weekday, opens, closes, cast(null as date), cast(null as date),
  cast(null as bigint), '' from bookings_openingwindow where listing_id in ({ids})"""
_EXCEPTIONS = """select listing_id, 'e', case when is_open then 1 else 0 end, opens, closes,
  day, cast(null as date), cast(null as bigint), note
  from bookings_dateexception where listing_id in ({ids}) and day >= %s"""
_PRICES = """select listing_id, 'p', 0, cast(null as time), cast(null as time), first, last, price_minor, note
  from bookings_dayprice where listing_id in ({ids}) and last >= %s"""
_NIGHTS = """select listing_id, 'n', 0, check_in, check_out, cast(null as date), cast(null as date),
  cast(null as bigint), '' from listings_roomfacts where listing_id in ({ids})"""


class PriceSpan(NamedTuple):
    """Another price per unit on the days from the first to the last."""

    first: date
    last: date
    price_minor: int
    note: str


@dataclass
class Plan:
    """One listing's opening and its day prices, in the order of their first day."""

    opening: Opening
    prices: list[PriceSpan] = field(default_factory=list)

    def price_on(self, day: date) -> PriceSpan | None:
        """What that day costs other than usual; where two meet, the one that begins later."""
        return next((span for span in reversed(self.prices) if span.first <= day <= span.last), None)


def of(listing: Listing) -> Plan:
    return of_many([listing])[listing.pk]


def of_many(listings: Iterable[Listing]) -> dict[int, Plan]:
    """The plan of each, by the listing's id."""
    listings = list(listings)
    missing = [listing for listing in listings if "_plan" not in vars(listing)]
    if missing:
        rows = _read([listing.pk for listing in missing])
        for listing in missing:
            vars(listing)["_plan"] = _plan(listing, rows.get(listing.pk, ()))
    return {listing.pk: vars(listing)["_plan"] for listing in listings}


def forget(listing: Listing) -> None:
    """Something was changed: read it anew when it is asked for again."""
    vars(listing).pop("_plan", None)


def _read(ids: list[int]) -> dict[int, list[tuple]]:
    marks = ", ".join(["%s"] * len(ids))
    since = connection.ops.adapt_datefield_value(timezone.now().date() - PAST)
    sql = " union all ".join(part.format(ids=marks) for part in (_WINDOWS, _EXCEPTIONS, _PRICES, _NIGHTS))
    found: dict[int, list[tuple]] = {}
    with connection.cursor() as cursor:
        cursor.execute(sql, [*ids, *ids, since, *ids, since, *ids])
        for row in cursor.fetchall():
            found.setdefault(row[0], []).append(row)
    return found


def _plan(listing: Listing, rows: Iterable[tuple]) -> Plan:
    weekly: dict[int, list[tuple[time, time]]] = {}
    exceptions: dict[date, bool | Hours] = {}
    notes: dict[date, str] = {}
    prices: list[PriceSpan] = []
    for _listing, sort, number, opens, closes, first, last, price_minor, note in rows:
        if sort == "w":
            weekly.setdefault(number, []).append((_time(opens), _time(closes)))
        elif sort == "e":
            exceptions[_date(first)] = bool(number) if opens is None else (_time(opens), _time(closes))
            notes[_date(first)] = note
        elif sort == "n":
            vars(listing)["_night_times"] = _time(opens), _time(closes)
        else:
            prices.append(PriceSpan(_date(first), _date(last), price_minor, note))
    return Plan(Opening(weekly, exceptions, notes, listing.holiday_region), sorted(prices))


def _time(value: Any) -> time:
    """SQLite keeps times and dates as text."""
    return time.fromisoformat(value) if isinstance(value, str) else value


def _date(value: Any) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value
