"""The owner's terms of time: lengths, notices, changeover days, holidays, and what some days cost."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from listings import actions as listings
from listings.models import Listing
from listings.states import Terms
from members.models import Member
from sharing.db.retry import retrying
from sharing.web.refusals import Refusal

from ..models import DayPrice

NAMES = (
    "min_units", "max_units", "notice_hours", "change_hours", "cancel_hours", "horizon_days", "buffer_before",
    "buffer_after", "arrive_days", "leave_days", "holiday_region",
)  # fmt: skip
MOST_PRICES, MOST_MINOR = 60, 1_000_000_000


def set_terms(listing_id: int, *, by: Member, facts: dict) -> Listing:
    """Change the named terms of time."""
    unknown = set(facts) - set(NAMES)
    if unknown:
        raise TypeError(f"These are no terms of time: {', '.join(sorted(unknown))}.")
    return listings.update(listing_id, by=by, facts=facts)


@retrying
def add_day_price(
    listing_id: int, *, by: Member, first: date, last: date, price_minor: int, note: str = ""
) -> DayPrice:
    """Let these days cost something else. Two such prices do not share a day."""
    if last < first:
        raise Refusal(_("The end lies before the beginning."), field="last", code="ends_first")
    if (last - first).days > 366:
        raise Refusal(_("Please name a year at most."), field="last", code="too_long")
    if not 0 <= price_minor <= MOST_MINOR:
        raise Refusal(_("That would be more than anybody should pay here."), field="price_minor", code="too_much")
    with transaction.atomic():
        rows = Listing.objects.looked_after_by(by).select_for_update(of=("self",), no_key=True)
        listing = rows.get(pk=listing_id)
        if listing.terms == Terms.GIFT or not listing.price_minor:
            raise Refusal(_("What is lent for free has no price."), field="price_minor", code="gift")
        others = DayPrice.objects.filter(listing=listing, first__lte=last, last__gte=first)
        if others.exists():
            raise Refusal(_("There is a price for some of these days already."), field="first", code="overlap")
        if DayPrice.objects.filter(listing=listing).count() >= MOST_PRICES:
            raise Refusal(_("That is too many."), code="too_many")
        return DayPrice.objects.create(
            listing=listing, first=first, last=last, price_minor=price_minor, note=note.strip()[:60]
        )


@retrying
def drop_day_price(price_id: int, *, by: Member) -> Listing:
    """These days cost the usual price again."""
    with transaction.atomic():
        mine = Listing.objects.looked_after_by(by).values("pk")
        row = DayPrice.objects.select_related("listing").get(pk=price_id, listing__in=mine)
        row.delete()
    return row.listing
