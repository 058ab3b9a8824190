"""Where a listing is: the exact point that stays here, and the blurred one that everybody may know."""

from django.conf import settings
from django.utils.translation import gettext as _

from listings.models import Listing
from listings.search import tiles
from members.models import Community, Member
from sharing.values.place import Point, blur, metres_between

from .desk import ListingRefused

COMMUNITY_REACH_M = 50_000  # so near, the community's zone is surer than that of the nearest town


def settle(listing: Listing, by: Member, facts: dict, *, new: bool = False) -> None:
    """Put the listing where the facts say; a new one without a place is at its owner's, else in the community."""
    point = given_point(facts)
    if point is None:
        if not new:
            return
        point, words = _usual_place(listing, by)
        listing.place = listing.place or words
    stand(listing, point)


def given_point(facts: dict) -> Point | None:
    lat, lon = facts.get("lat"), facts.get("lon")
    if lat is None and lon is None:
        return None
    if lat is None or lon is None:
        raise ListingRefused(_("A place needs both latitude and longitude."), field="lat" if lat is None else "lon")
    try:
        return Point(float(lat), float(lon))
    except (TypeError, ValueError) as error:
        raise ListingRefused(
            _("Latitude lies between -90 and 90, longitude between -180 and 180."), field="lat"
        ) from error


def stand(listing: Listing, point: Point) -> None:
    """Everything that follows from the point: its stand-in, what search reads, the zone its clock shows."""
    public = blur(point, secret=settings.BLUR_SECRET, owner=listing.blur_key)
    listing.lat, listing.lon = point.lat, point.lon
    listing.public_lat, listing.public_lon = public.lat, public.lon
    listing.x, listing.y, listing.z = public.xyz
    listing.tile = tiles.tile(public.lat, public.lon)
    listing.time_zone = zone_of(listing.community, point)


def _usual_place(listing: Listing, by: Member) -> tuple[Point, str]:
    if not listing.is_commons and by.lat is not None and by.lon is not None:
        return Point(by.lat, by.lon), by.place
    return Point(listing.community.lat, listing.community.lon), listing.community.place


def zone_of(community: Community, point: Point) -> str:
    """The zone whose clock people there look at."""
    if metres_between(Point(community.lat, community.lon), point) <= COMMUNITY_REACH_M:
        return community.time_zone
    from listings import places  # the gazetteer is read only when somebody lists far from home

    return places.zone_at(point.lat, point.lon) or community.time_zone
