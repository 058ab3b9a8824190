"""What a stay costs before the pool: the price for whom and for how long. Only `quotes` asks.

The rule, the largest first: of the tiers a stay reaches, the one that begins latest gives the price of
every unit, the first ones too. A stay just short of a tier never costs more than the tier's shortest
stay: seven days at €8 a day are €56, so six days at €10 a day are €56 and not €60. A longer stay thus
never costs less than a shorter one, whatever the tiers.

Tiers count in the unit of the price (hours, nights or started days, as `stays.count` counts them): with
another unit they are said anew. All units of a stay count towards a tier, but days whose price the lender
set apart (`prices`) keep it, and the stay just short of a tier is then not lowered. Tiers are for
neighbours; commercial use pays its own price for each unit, however many, and on such days whichever is
more. Whoever belongs to a community the listing is free to pays nothing: its lender has said so.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple, TypedDict

from django.db.models import OuterRef, QuerySet, Subquery

from listings.models import Listing
from members.models import Member
from members.states import MemberClass


class Tier(TypedDict):
    """As it is kept on the listing, the earliest first: see `listings.actions.pricing`."""

    from_units: int
    price_minor: int


class Standing(NamedTuple):
    """Who asks, as far as it bears on the price: their class there, and the community that makes it free."""

    member_class: str = MemberClass.COMMONER
    free_by: str = ""


def with_standing(listings: QuerySet[Listing], member: Member) -> QuerySet[Listing]:
    """The listings with the member's standing to each, so that a quote asks no more."""
    mine = member.memberships.active()
    here = mine.filter(community=OuterRef("community")).values("member_class")
    freed = mine.filter(community__free_listings=OuterRef("pk")).order_by("community").values("community__name")
    return listings.annotate(known_class=Subquery(here[:1]), known_free_by=Subquery(freed[:1]))


def standing_of(member: Member | None, listing: Listing) -> Standing:
    """One statement, or none after `with_standing`: a commoner unless the membership here says else."""
    if member is None or not member.is_authenticated:
        return Standing()
    known: dict[str, Any] = vars(listing)
    if "known_class" not in known:
        rows = with_standing(Listing.objects.filter(pk=listing.pk), member)
        known = rows.values("known_class", "known_free_by")[0]  # type: ignore[misc]  # annotated above
    return Standing(known["known_class"] or MemberClass.COMMONER, known["known_free_by"] or "")


def is_commercial(listing: Listing, member_class: str) -> bool:
    """Whether the price for commercial use is the one that counts."""
    return member_class == MemberClass.COMMERCIAL and listing.commercial_price_minor is not None


def reached(tiers: Sequence[Tier], units: int) -> Tier | None:
    """The tier whose price counts for every unit of so long a stay: of those it reaches, the latest."""
    return next((tier for tier in reversed(tiers) if tier["from_units"] <= units), None)


def shortest_beyond(tiers: Sequence[Tier], units: int, minor: int) -> Tier | None:
    """The tier not reached whose shortest stay costs less than `minor`, the cheapest one."""
    ahead = [tier for tier in tiers if tier["from_units"] > units and cost(tier) < minor]
    return min(ahead, key=cost, default=None)


def cost(tier: Tier) -> int:
    """What the tier's shortest stay costs."""
    return tier["from_units"] * tier["price_minor"]
