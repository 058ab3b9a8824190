"""What is in dispute, for the desk of a community's treasurers."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from members.models import Community
from payments import waiting

from .models import Booking
from .states import State


def register() -> None:
    """Called when the room opens."""
    waiting.register(waiting.Source("disputes", _("Bookings in dispute"), _disputed))


def _disputed(community: Community, most: int) -> Iterator[waiting.Item]:
    rows = Booking.objects.filter(community=community, state=State.DISPUTED).select_related("listing", "borrower")
    for booking in rows.order_by("ends", "pk")[:most]:
        yield waiting.Item(
            title=booking.listing.title, detail=booking.borrower.name, minor=booking.quote.get("total_minor"),
            currency=community.currency, since=booking.ends, url=booking.get_absolute_url(),
        )
