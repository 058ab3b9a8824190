"""What the listings room does when another room tells it something."""

from members.models import Member, Membership

from . import actions
from .models import Listing

_PLAIN = (
    "id", "kind", "state", "visibility", "title", "description", "tags", "language", "terms", "price_minor",
    "price_unit", "currency", "deposit_minor", "capacity", "instant", "cancellation", "place", "address", "lat",
    "lon", "time_zone", "created", "published",
)  # fmt: skip


def pause_what_they_offered(membership: Membership, **_signal: object) -> None:
    """Who has left a community offers nothing there any more."""
    actions.pause_all_of(membership.member, membership.community)


def put_away_what_they_offered(member: Member, **_signal: object) -> None:
    """Whose account is closed offers nothing at all."""
    actions.put_away_all_of(member)


def what_they_offer(member: Member) -> list[dict]:
    """The member's listings with their exact places, for their own copy of what we hold."""
    rows = Listing.objects.filter(owner=member).order_by("pk").prefetch_related("stops", "departures", "photos")
    return [
        {name: getattr(row, name) for name in _PLAIN}
        | {
            "community": row.community_id,
            "stops": [[stop.place, stop.lat, stop.lon, stop.minutes, stop.price_minor] for stop in row.stops.all()],
            "departures": [departure.leaves for departure in row.departures.all()],
            "photos": [{"alt": photo.alt, "url": photo.url(1600)} for photo in row.photos.all()],
        }
        for row in rows
    ]
