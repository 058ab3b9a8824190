"""The way back of a ride: a second listing with the stops the other way round, linked with the first."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from listings.models import Listing, ReturnTrip, Schedule
from listings.states import Kind, ListingState
from members.models import Member
from sharing.values.period import instant

from .desk import ListingRefused, locked
from .facts import duplicate, update
from .life import publish
from .schedules import set_schedule

MOST_DAYS_LATER = 60


def make_return(
    listing_id: int, *, by: Member, at: time, days_later: int = 0, now: datetime | None = None
) -> Listing:
    """Offer the way back as well: at this local time of its first stop, so many days after each way there.

    It follows a weekly plan where the way there does, else each coming departure; once the way there is
    shown to others, so is the way back.
    """
    now = now or timezone.now()
    if not 0 <= days_later <= MOST_DAYS_LATER:
        raise ListingRefused(
            _("Please give a figure from %(least)s to %(most)s.") % {"least": 0, "most": MOST_DAYS_LATER},
            field="days_later",
        )
    with locked(listing_id, by) as there:
        _may_return(there)
        back = duplicate(there.pk, by=by)
        stops = list(there.stops.all())
        update(back.pk, by=by, facts={"title": _title(stops), "stops": turned(stops)})
        ReturnTrip.objects.create(there=there, back=back)
        _plan(there, back, by, at, days_later, now)
        if there.state == ListingState.PUBLISHED:
            publish(back.pk, by=by, now=now)
    return Listing.objects.get(pk=back.pk)


def other_way(listing: Listing) -> Listing | None:
    """The ride that goes the other way, if there is one; without it a listing of `for_pages` asks nothing."""
    if (pair := getattr(listing, "way_back", None)) is not None:
        return pair.back
    if (pair := getattr(listing, "way_there", None)) is not None:
        return pair.there
    return None


def turned(stops: list) -> list[dict]:
    """The same stops from the last to the first, with the same parts of time, price and road."""
    last = stops[-1]
    long = last.road_m if all(stop.road_m is not None for stop in stops[1:]) else None
    return [
        {
            "place": stop.place, "lat": stop.lat, "lon": stop.lon, "minutes": last.minutes - stop.minutes,
            "price_minor": last.price_minor - stop.price_minor,
            "km": None if long is None else (long - (stop.road_m or 0)) / 1000,
        }
        for stop in reversed(stops)
    ]  # fmt: skip


def _may_return(there: Listing) -> None:
    if there.kind != Kind.RIDE or there.stops.count() < 2:
        raise ListingRefused(_("Say where the ride begins and where it ends."), field="stops")
    if other_way(there) is not None:
        raise ListingRefused(_("This ride has its way back already."), field="at")


def _title(stops: list) -> str:
    """It says where it goes; a name that the way there was given would say the opposite."""
    return f"{stops[-1].place[:55]} → {stops[0].place[:55]}"


def _plan(there: Listing, back: Listing, by: Member, at: time, days_later: int, now: datetime) -> None:
    zone = ZoneInfo(Listing.objects.values_list("time_zone", flat=True).get(pk=back.pk))
    schedule = Schedule.objects.filter(pk=there.pk).first()
    if schedule is not None:
        gap = timedelta(days=days_later)
        set_schedule(
            back.pk, by=by, weekdays=[(day + days_later) % 7 for day in schedule.weekdays], at=at,
            starts=schedule.starts + gap, until=schedule.until and schedule.until + gap,
            exceptions=[(day + gap, None) for day in schedule.exceptions.filter(at=None).values_list("day", flat=True)],
            now=now,
        )  # fmt: skip
    own = ZoneInfo(there.time_zone)
    by_hand = there.departures.filter(leaves__gt=now, cancelled=False, day=None).values_list("leaves", flat=True)
    moments = [instant(leaves.astimezone(own).date() + timedelta(days=days_later), at, zone) for leaves in by_hand]
    moments += back.departures.filter(leaves__gt=now, cancelled=False).values_list("leaves", flat=True)
    update(back.pk, by=by, facts={"departures": [moment for moment in moments if moment > now]})
