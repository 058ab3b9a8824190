"""The rate that holds for a ride: its community's own where there is one, and never more than the country's.

Read once for a listing, or for many in one statement (`read_for`); a community without one costs that statement.
"""

from collections.abc import Iterable
from datetime import date
from fractions import Fraction

from listings.models import CommunityRate, Listing
from listings.models.listing import RATE

from . import rates
from .rates import KM, MILE, Rate


def holding(listing: Listing, country: str, on: date) -> Rate | None:
    """What driving may cost for this ride on that day; None where nobody has said it."""
    general = rates.rate(country, listing.currency, on)
    said = next((row for row in _rows(listing) if row.since <= on and row.currency == listing.currency), None)
    if said is None:
        return general
    official = general is not None and general.country != ""
    return general if official and general is not None and general.per_metre < said.per_metre else said


def as_rate(row: CommunityRate) -> Rate:
    return _rate({name: getattr(row, name) for name in RATE} | {"community": row.community.name})


def read_for(listings: Iterable[Listing]) -> None:
    """Read at once what each of them will ask for."""
    listings = list(listings)
    found: dict[int, list[dict]] = {}
    rows = CommunityRate.objects.filter(community__in={each.community_id for each in listings})
    for number, name, *row in rows.values_list("community", "community__name", *RATE):
        found.setdefault(number, []).append(dict(zip(RATE, row, strict=True)) | {"community": name})
    for listing in listings:
        vars(listing)["_rates"] = found.get(listing.community_id, [])


def _rows(listing: Listing) -> list[Rate]:
    """The newest first; with `with_beside` at no cost."""
    if "_rates" not in vars(listing):
        read_for([listing])
    return sorted(map(_rate, listing._rates or ()), key=lambda rate: rate.since, reverse=True)


def _rate(row: dict) -> Rate:
    since = row["since"] if isinstance(row["since"], date) else date.fromisoformat(row["since"])  # JSON keeps text
    minor, way = Fraction(row["hundredths"], 100), MILE if row["by_mile"] else KM
    return Rate("", row["currency"], minor, way, since, f"{row['community']}: {row['source']}")
