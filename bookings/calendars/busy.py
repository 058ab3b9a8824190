"""A listing's shared calendar: when it is taken, and nothing about by whom.

Of what can be had once, each claim is an event; of several copies or beds only the times when none
is left; of a kit also when one of its parts is missing; of a ride its departures. What another calendar
told us is never told back to it: the plain address tells of no imported time at all, the one made for a
feed of all but that feed's own.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Count, Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from listings.models import Listing
from listings.states import Kind
from sharing.values.period import Period
from sharing.web import formats

from ..availability.kits import shortages
from ..load import Load, Taken
from ..models import Booking, CalendarFeed, Claim
from ..states import ClaimKind, State
from .ical import Event, calendar
from .mine import CANCELLED_FOR, OVER
from .spans import of_booking, of_period

BACK, AHEAD = timedelta(days=7), timedelta(days=550)
MOST = 1000


def of_listing(listing: Listing, *, to: CalendarFeed | None = None, now: datetime | None = None) -> bytes:
    """The feed for everyone who has the plain address, or for the calendar behind the feed `to`."""
    now = now or timezone.now()
    within = Period(now - BACK, now + AHEAD)
    if listing.kind == Kind.RIDE:
        found = _departures(listing, within, now)
    elif listing.capacity > 1:
        found = _full(listing, within, to, now)
    else:
        found = _claims(listing, within, to, now)
    return calendar(listing.title, found)


def claims_for(listing: Listing, within: Period, to: CalendarFeed | None, now: datetime):
    """What counts in the period: for a feed, also what the other feeds told us, and never its own."""
    rows = Claim.objects.filter(
        Q(expires__isnull=True) | Q(expires__gt=now), listing=listing.pk,
        ends__gt=within.starts, starts__lt=within.ends,
    ).order_by("starts", "pk")
    if to is None:
        return rows.exclude(kind=ClaimKind.IMPORT)
    return rows.exclude(imported__feed=to)


def _claims(listing: Listing, within: Period, to: CalendarFeed | None, now: datetime) -> Iterator[Event]:
    rows = claims_for(listing, within, to, now).select_related("booking", "imported__feed")
    rows = rows.annotate(revisions=Count("booking__events"), last_event=Max("booking__events__created"))
    for claim in rows[:MOST]:
        booking, imported = getattr(claim, "booking", None), getattr(claim, "imported", None)
        period = booking.period if booking else Period(claim.starts, claim.ends)
        starts, ends = of_period(listing, period)
        asked = booking is not None and booking.state == State.REQUESTED
        yield Event(
            uid=f"booking-{booking.pk}" if booking else f"claim-{claim.pk}", starts=starts, ends=ends,
            summary=_("Asked for") if asked else _("Taken"), changed=claim.last_event or claim.created,
            version=claim.revisions, status="TENTATIVE" if asked else "CONFIRMED",
            source=imported.feed.name if imported else "",
        )
    if listing.is_kit:
        yield from _nothing_left(listing, Load(_missing(listing, within, now)), within, listing.created)
    yield from _fallen_through(listing, within, now)


def _missing(listing: Listing, within: Period, now: datetime) -> list[Taken]:
    """When a kit lacks a part. What another calendar said of the part would come back to it by way of the kit."""
    return shortages([listing], within, now, imported=False).get(listing.pk, [])


def _fallen_through(listing: Listing, within: Period, now: datetime) -> Iterator[Event]:
    """What was taken lately and is not any more."""
    rows = Booking.objects.filter(
        listing=listing.pk, state__in=OVER, moved__gt=now - CANCELLED_FOR, ends__gt=within.starts,
    )
    for booking in rows.annotate(revisions=Count("events")).order_by("-moved")[:MOST]:
        booking.listing = listing
        starts, ends = of_booking(booking)
        yield Event(
            uid=f"booking-{booking.pk}", starts=starts, ends=ends, summary=_("Free again"), changed=booking.moved,
            version=booking.revisions, status="CANCELLED", busy=False,
        )


def _full(listing: Listing, within: Period, to: CalendarFeed | None, now: datetime) -> Iterator[Event]:
    rows = claims_for(listing, within, to, now).values_list("starts", "ends", "quantity", "created")
    latest = max((row[3] for row in rows), default=listing.created)
    return _nothing_left(listing, Load(Taken(*row[:3]) for row in rows), within, latest)


def _nothing_left(listing: Listing, load: Load, within: Period, latest: datetime) -> Iterator[Event]:
    stretch: Period | None = None
    full: list[Period] = []
    for segment, taken in load.segments(within):
        if taken < listing.capacity:
            stretch = None
        elif stretch is None:
            stretch = segment
            full.append(stretch)
        else:
            stretch = full[-1] = Period(stretch.starts, segment.ends)
    for period in full[:MOST]:
        starts, ends = of_period(listing, period)
        yield Event(
            uid=f"busy-{listing.pk}-{period.starts:%Y%m%dT%H%M}", starts=starts, ends=ends,
            summary=_("Nothing left"), changed=latest,
        )


def _departures(listing: Listing, within: Period, now: datetime) -> Iterator[Event]:
    stops = list(listing.stops.all())
    if len(stops) < 2:
        return
    load = Load(
        Taken(*row) for row in claims_for(listing, within, None, now).values_list("starts", "ends", "quantity")
    )
    running = listing.departures.filter(leaves__gte=within.starts, leaves__lt=within.ends)
    for departure in running.order_by("leaves")[:MOST]:
        way = Period(departure.leaves, departure.leaves + timedelta(minutes=max(stops[-1].minutes, 1)))
        left = max(0, listing.capacity - load.peak(way))
        passing = [(departure.leaves + timedelta(minutes=stop.minutes), stop.place) for stop in stops]
        times = [f"{formats.moment(at, listing.time_zone, 'time')} {place}" for at, place in passing]
        seats = ngettext("%(n)d seat free all the way", "%(n)d seats free all the way", left) % {"n": left}
        yield Event(
            uid=f"departure-{departure.pk}", starts=way.starts, ends=way.ends, summary=listing.title,
            changed=listing.updated, version=listing.version,
            status="CANCELLED" if departure.cancelled else "CONFIRMED", busy=not departure.cancelled,
            description="\n".join([*times, seats]), place=stops[0].place,
        )
