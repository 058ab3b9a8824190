"""Listings of each kind and the people around them, as these tests need them."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from listings.models import Departure, Listing, RideFacts, RoomFacts, Stop, ToolFacts
from listings.states import Kind, Unit
from members.models import Membership
from tests import factories

BERLIN, NEW_YORK, KATHMANDU = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), ZoneInfo("Asia/Kathmandu")


def drill(owner=None, **facts) -> Listing:
    """A tool at €3 a day."""
    listing = factories.listing(owner, **({"max_units": 60} | facts))
    ToolFacts.objects.create(listing=listing)
    return listing


def room(owner=None, *, beds: int = 1, check_in: time = time(15), check_out: time = time(11), **facts) -> Listing:
    """A room at €20 a night, with its check-in and check-out."""
    facts = {"kind": Kind.ROOM, "title": "Garden room", "price_unit": Unit.NIGHT, "price_minor": 2000,
             "capacity": beds, "max_units": 60} | facts
    listing = factories.listing(owner, **facts)
    RoomFacts.objects.create(listing=listing, beds=beds, whole=beds == 1, check_in=check_in, check_out=check_out)
    return listing


def workshop(owner=None, **facts) -> Listing:
    """A room by the hour at €5."""
    facts = {"kind": Kind.ROOM, "title": "Workshop", "price_unit": Unit.HOUR, "price_minor": 500,
             "max_units": 60} | facts
    listing = factories.listing(owner, **facts)
    RoomFacts.objects.create(listing=listing)
    return listing


def ride(owner=None, *, seats: int = 3, **facts) -> Listing:
    """Freiburg, Offenburg after 45 minutes for €4, Karlsruhe after 90 for €9; leaves once, in ten days at 8."""
    facts = {"kind": Kind.RIDE, "title": "To Karlsruhe", "price_unit": Unit.SEAT, "price_minor": 900,
             "capacity": seats} | facts
    listing = factories.listing(owner, **facts)
    RideFacts.objects.create(listing=listing)
    for position, (place, lat, lon, minutes, price) in enumerate(
        [("Freiburg", 47.997, 7.842, 0, 0), ("Offenburg", 48.477, 7.947, 45, 400),
         ("Karlsruhe", 48.994, 8.401, 90, 900)]
    ):
        Stop.objects.create(listing=listing, position=position, place=place, lat=lat, lon=lon,
                            minutes=minutes, price_minor=price)
    Departure.objects.create(listing=listing, leaves=noon(10) - timedelta(hours=4))
    return listing


def noon(days: int) -> datetime:
    """Noon UTC, so many days from today."""
    return timezone.now().replace(hour=12, minute=0, second=0, microsecond=0) + timedelta(days=days)


def today(days: int = 0, zone: ZoneInfo = BERLIN) -> date:
    return timezone.now().astimezone(zone).date() + timedelta(days=days)


def at(zone: ZoneInfo, *when: int) -> datetime:
    return datetime(*when, tzinfo=zone)


def steward_of(community, name: str = "Cleo"):
    person = factories.member(name)
    factories.join(person, community, role="steward")
    return person


def pool(community, bp: int = 500):
    """A fee policy of `bp` basis points."""
    from cooperative.models import FeePolicy

    return FeePolicy.objects.create(community=community, version=1, enabled=True, commoner_bp=bp, commercial_bp=bp)


def community_of(person):
    return Membership.objects.select_related("community").filter(member=person).first().community
