"""What a unit costs to whom and for how long: tiers by length, commercial use, and whose members pay nothing.

Tiers go by the unit of the price: each begins with a number of units and says what one unit costs in a
stay of so many and more. They begin ever later and cost ever less, so that a longer stay is the better
price. When the unit changes, tiers must be said anew: three days and three hours are not one promise.
"""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from listings.models import Listing
from listings.states import LIMITS, MAX_FREE_TO, MAX_TIERS, TIERED, Kind, Terms
from members.models import Community, Member
from sharing.values.money import exponent

from .desk import ListingRefused

NAMES = ("price_tiers", "commercial_price_minor", "free_to")


def settle_prices(listing: Listing, facts: dict, *, unit_before: str) -> None:
    """Put tiers and the commercial price on the listing; raises at what does not go with its price."""
    if "commercial_price_minor" in facts:
        listing.commercial_price_minor = _commercial(listing, facts["commercial_price_minor"])
    _not_cheaper_for_commerce(listing)
    if "price_tiers" in facts:
        listing.price_tiers = _tiers(listing, facts["price_tiers"])
    elif listing.terms == Terms.GIFT:
        listing.price_tiers = []
    elif listing.price_tiers and listing.price_unit != unit_before:
        raise _wrong_tiers(_("The prices for longer stays counted in another unit. Please say them anew."))
    if listing.price_tiers:
        _fit(listing)


def usual_deposit(value_minor: int, currency: str) -> int:
    """What its worth suggests: about a quarter, as a sum one has in the pocket (1, 2 or 5 and noughts)."""
    whole = max(1, value_minor // 4 // 10 ** exponent(currency))
    step = 10 ** (len(str(whole)) - 1)
    return max(n * step for n in (1, 2, 5) if n * step <= whole) * 10 ** exponent(currency)


def free_to(given: object, by: Member, listing: Listing) -> list[Community]:
    """The communities named (by slug, id or row), each of them one of the member's; or already on the listing."""
    if not isinstance(given, (list, tuple)):
        raise ListingRefused(_("Name the communities in a list."), field="free_to")
    if len(given) > MAX_FREE_TO:
        raise ListingRefused(_("At most %(count)s communities, please.") % {"count": MAX_FREE_TO}, field="free_to")
    known: dict[str, Community] = {}
    standing = listing.free_to.all() if listing.pk else ()
    for community in [*Community.objects.of(by), *standing]:
        known |= {community.slug: community, str(community.pk): community}
    wanted: dict[int, Community] = {}
    for one in given:
        community = known.get(str(one.pk if isinstance(one, Community) else one))
        if community is None:
            raise ListingRefused(_("You are not a member of this community."), field="free_to")
        wanted[community.pk] = community
    return list(wanted.values())


def _commercial(listing: Listing, given: object) -> int | None:
    if given in (None, ""):
        return None
    if listing.kind == Kind.RIDE:
        raise ListingRefused(_("A ride shares its costs; nobody pays more than that."), field="commercial_price_minor")
    least, most = LIMITS["commercial_price_minor"]
    if not isinstance(given, int) or isinstance(given, bool) or not least <= given <= most:
        raise ListingRefused(
            _("Please give a figure from %(least)s to %(most)s.") % {"least": least, "most": most},
            field="commercial_price_minor",
        )
    return given


def _not_cheaper_for_commerce(listing: Listing) -> None:
    if listing.commercial_price_minor is not None and listing.commercial_price_minor < listing.price_minor:
        raise ListingRefused(_("Commercial use does not pay less than neighbours do."), field="commercial_price_minor")


def _tiers(listing: Listing, given: object) -> list[dict[str, int]]:
    if not isinstance(given, (list, tuple)) or not all(isinstance(tier, dict) for tier in given):
        raise _wrong_tiers(_("Prices for longer stays are a list of from_units and price_minor."))
    if not given:
        return []
    if listing.kind == Kind.RIDE or listing.price_unit not in TIERED:
        raise _wrong_tiers(_("Only a price by the hour, the day or the night can fall with the length."))
    if listing.terms == Terms.GIFT:
        raise _wrong_tiers(_("What is lent for free has no price."))
    if len(given) > MAX_TIERS:
        raise _wrong_tiers(_("At most %(count)s prices for longer stays, please.") % {"count": MAX_TIERS})
    tiers = sorted((_tier(tier) for tier in given), key=lambda tier: tier["from_units"])
    if tiers[-1]["from_units"] > listing.max_units:
        raise _wrong_tiers(
            _("The longest stay is %(most)s, so that nobody could reach this price.") % {"most": listing.max_units}
        )
    return tiers


def _tier(given: dict[str, Any]) -> dict[str, int]:
    if set(given) != {"from_units", "price_minor"}:
        raise _wrong_tiers(_("A price for longer stays says from_units and price_minor."))
    units, minor = given["from_units"], given["price_minor"]
    if any(not isinstance(value, int) or isinstance(value, bool) for value in (units, minor)):
        raise _wrong_tiers(_("Please give whole numbers."))
    if not 2 <= units <= LIMITS["max_units"][1] or not 1 <= minor <= LIMITS["price_minor"][1]:
        raise _wrong_tiers(_("A longer stay has at least two units, and each costs something."))
    return {"from_units": units, "price_minor": minor}


def _fit(listing: Listing) -> None:
    """Ever later, ever cheaper, below the price itself."""
    for before, tier in _pairs([{"from_units": 1, "price_minor": listing.price_minor}, *listing.price_tiers]):
        if tier["from_units"] <= before["from_units"]:
            raise _wrong_tiers(_("Two prices begin at the same length."))
        if tier["price_minor"] >= before["price_minor"]:
            raise _wrong_tiers(_("A longer stay costs less for each unit than a shorter one."))


def _pairs(tiers: list[dict[str, int]]) -> Iterable[tuple[dict[str, int], dict[str, int]]]:
    return zip(tiers, tiers[1:], strict=False)


def _wrong_tiers(sentence: str) -> ListingRefused:
    return ListingRefused(sentence, field="price_tiers")
