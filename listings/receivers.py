"""What the listings room does when another room tells it something."""

from django.utils import timezone

from members.models import Circle, Member, Membership
from members.states import Standing

from . import actions
from .models import Listing, SavedSearch, Want, WantState
from .saved import matching, tasks

_PLAIN = (
    "id", "kind", "state", "visibility", "title", "description", "tags", "language", "terms", "price_minor",
    "price_unit", "currency", "deposit_minor", "capacity", "instant", "cancellation", "place", "address", "lat",
    "lon", "time_zone", "created", "published",
)  # fmt: skip


def pause_what_they_offered(membership: Membership, **_signal: object) -> None:
    """Who has left a community offers nothing there any more."""
    actions.pause_all_of(membership.member, membership.community)


def take_their_wants_off(membership: Membership, **_signal: object) -> None:
    """Who has left a community, or closed their account, looks for nothing there any more."""
    theirs = Want.objects.filter(member=membership.member_id, community=membership.community_id, state=WantState.OPEN)
    theirs.update(state=WantState.CLOSED)


def look_for_who_joined(membership: Membership, **_signal: object) -> None:
    """What only the community sees is new to who joins it."""
    if membership.standing == Standing.ACTIVE:
        tasks.match_for_member.enqueue(membership.member_id, membership.community_id)


def show_to_the_circle(circle: Circle, **_signal: object) -> None:
    """What a circle sees is new to who was chosen into it."""
    matching.note(Listing.objects.published().filter(circle=circle.pk).values_list("pk", flat=True))


def put_away_what_they_offered(member: Member, **_signal: object) -> None:
    """Whose account is closed offers nothing at all, and looks for nothing."""
    SavedSearch.objects.filter(member=member).update(deleted=timezone.now())
    actions.put_away_all_of(member)


def what_they_look_for(member: Member) -> list[dict]:
    """The member's kept searches, for their own copy of what we hold."""
    rows = SavedSearch.objects.filter(member=member).order_by("pk")
    return [dict(row) for row in rows.values("name", "query", "alerts", "created")]


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
