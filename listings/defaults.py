"""What a new offer begins with: the terms and the place of the member's last one of the same kind.

Prices, titles and words are each listing's own; how one lends is mostly a habit.
"""

from members.models import Community, Member

from .models import Listing
from .states import Kind, ListingState, Visibility

_HABITS = (
    "terms", "price_unit", "instant", "cancellation", "min_units", "max_units", "notice_hours", "horizon_days",
    "buffer_before", "buffer_after", "change_hours", "cancel_hours", "holiday_region",
)  # fmt: skip
_PLACE = ("place", "address", "lat", "lon")
_OF_KIND = {
    Kind.TOOL: (),
    Kind.ROOM: ("check_in", "check_out", "pets", "smoking", "rules"),
    Kind.RIDE: ("vehicle", "luggage", "pets", "two_behind"),
}


def last_like(
    member: Member, *, kind: str, community: Community | None = None, commons: bool = False
) -> Listing | None:
    """The member's last finished offer of this kind, in this community if they have one there."""
    rows = Listing.objects.filter(kind=kind, owner=None if commons else member).exclude(state=ListingState.DRAFT)
    if community is not None:
        rows = rows.filter(community=community)
    elif commons:
        return None
    return rows.select_related("community", kind).order_by("-pk").first()


def from_last(last: Listing | None) -> dict:
    """Facts for `actions.create`, as the last one had them; none without a last one."""
    if last is None:
        return {}
    kind = Kind(last.kind)
    facts = {name: getattr(last, name) for name in _HABITS}
    if last.visibility != Visibility.CIRCLE:  # a circle is chosen each time
        facts["visibility"] = last.visibility
    if kind == Kind.RIDE:
        del facts["price_unit"]
    elif last.lat is not None:
        facts |= {name: getattr(last, name) for name in _PLACE}
    return facts | {name: getattr(last.facts, name) for name in _OF_KIND[kind]}
