"""Who may see a listing: everyone, its community, or one circle of its owner's."""

from django.utils.translation import gettext as _

from listings.models import Listing
from listings.states import Visibility
from members.models import Circle, Member

from .desk import ListingRefused


def settle(listing: Listing, by: Member, facts: dict) -> None:
    """Make visibility and circle agree. `facts["circle"]`: a circle of the owner's, or its id."""
    given = facts.get("circle")
    if given not in (None, "") and "visibility" not in facts:
        listing.visibility = Visibility.CIRCLE
    if listing.visibility != Visibility.CIRCLE:
        listing.circle = None
        return
    if listing.is_commons:
        raise ListingRefused(_("What belongs to the community is shown to all of it."), field="visibility")
    if given not in (None, ""):
        listing.circle = _circle(given, by)
    if listing.circle is None:
        raise ListingRefused(_("Say which of your circles may see it."), field="circle")


def _circle(given: Circle | str | int, by: Member) -> Circle:
    if isinstance(given, Circle) and given.owner_id == by.pk:
        return given
    key = str(given.pk if isinstance(given, Circle) else given)
    known = key.isascii() and key.isdigit() and len(key) < 19
    circle = Circle.objects.filter(owner=by, pk=int(key)).first() if known else None
    if circle is None:
        raise ListingRefused(_("You have no such circle."), field="circle")
    return circle
