"""Where the law asks for a registration number: EU 2024/1028, short stays against payment.

From 20 May 2026 a host in the Union who lets a place for nights and takes money for it shows the number
of the local register, where there is one; not every town keeps one, so a host may say that none is needed.
"""

from .models import Listing
from .states import Kind, Terms, Unit

EU = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()  # noqa: SIM905
)


def asked_for(listing: Listing) -> bool:
    """Whether this listing has to show a number or say that none is needed; the community must be at hand."""
    return is_asked_for(listing, terms=listing.terms, unit=listing.price_unit)


def is_asked_for(listing: Listing, *, terms: str, unit: str) -> bool:
    """The same under other terms: a form asks before it has saved them."""
    by_night = listing.kind == Kind.ROOM and unit == Unit.NIGHT
    return by_night and terms != Terms.GIFT and listing.community.country.upper() in EU
