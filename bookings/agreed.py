"""What was agreed beside the price: kept with a booking's quote, so that an owner who changes it later changes
it for those who ask from then on.
"""

from listings.models import Listing

NAMES = ("late_fee", "cancellation", "cancel_hours", "gateway")


def terms(listing: Listing) -> dict:
    """As they stand now; `late_fee` is None where the owner asks none."""
    rule = getattr(listing, "late_fee", None)
    late = {"minor": rule.minor, "most_minor": rule.most_minor} if rule else None
    return {"late_fee": late, "cancellation": str(listing.cancellation), "cancel_hours": listing.cancel_hours}


def kept(quote: dict) -> dict:
    """What a quote holds of them; one from before they were kept holds nothing."""
    return {name: quote[name] for name in NAMES if name in quote}
