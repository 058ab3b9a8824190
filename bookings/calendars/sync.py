"""Taking over another calendar: fetch, work out, and make its busy times our claims.

The other calendar cannot be refused: what it says is busy is busy, whatever we have promised. So its
times are written down whole, and of each as much is claimed as is still free: nobody else can book
it, and the database's guard never stands in the way. Where a booking of ours lies in such a time the
owner is told once, and the page lists it until one of the two is gone.

Who fetches holds no lock; who writes holds the listing's row, as everyone does who claims. Read again
with nothing changed, nothing is written but when we looked.
"""

import hashlib
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, Min, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from listings.models import Listing
from members.models import Member
from members.queries import stewards
from messaging import actions as messaging
from sharing.db.retry import retrying
from sharing.values.period import Period
from sharing.web import formats

from .. import claims
from ..load import Load, Taken
from ..models import Booking, CalendarFeed, Claim, ImportedBusy, ImportedClaim
from ..states import HOLDING, ClaimKind, FeedFault
from .fetch import Fetched, NotFetched, fetch
from .reading import NotRead, read
from .spans import period_of

log = logging.getLogger("commonshare.calendars")

EVERY = timedelta(minutes=15)
LONGEST_PAUSE = timedelta(hours=6)
PATIENCE = 4  # failures in a row before the owner is told: about an hour of them
BACK, AHEAD = timedelta(days=1), timedelta(days=550)
MOST_TIMES = 2000
Fetch = Callable[..., Fetched]


def look(feed_id: int, *, now: datetime | None = None, fetching: Fetch = fetch) -> CalendarFeed | None:
    """Read one feed; whatever comes of it stands on its row. None when it was dropped meanwhile."""
    now = now or timezone.now()
    feed = CalendarFeed.objects.select_related("listing__room", "listing__owner").filter(pk=feed_id).first()
    if feed is None:
        return None
    fresh = feed.expanded == now.date()  # the horizon moves on: once a day it is worked out anew
    try:
        got = fetching(feed.url, etag=feed.etag if fresh else "", modified=feed.modified if fresh else "")
        digest = hashlib.sha256(got.body).hexdigest() if got.body is not None else feed.digest
        if got.body is None or (fresh and digest == feed.digest):
            claim_again(feed, now)
            return _well(feed, now, etag=got.etag, modified=got.modified)
        found = read(got.body, Period(now - BACK, now + AHEAD))
    except (NotFetched, NotRead) as error:
        return _broken(feed, error.fault, now)
    periods = {key: period_of(feed.listing, *times) for key, times in found.times.items()}
    _take_over(feed, {key: period for key, period in periods.items() if period is not None}, now)
    return _well(
        feed, now, etag=got.etag, modified=got.modified, digest=digest, expanded=now.date(), busy=len(periods),
        left_out=found.left_out,
    )


@retrying
def _take_over(feed: CalendarFeed, busy: dict[str, Period], now: datetime) -> None:
    """Write down what is new, forget what is gone, and claim accordingly."""
    with transaction.atomic():
        list(Listing.objects.select_for_update(no_key=True).filter(pk=feed.listing_id).values_list("pk"))
        claims.sweep(now, listing=feed.listing)
        known = {row.key: row for row in feed.times.all()}
        gone = [row.pk for key, row in known.items() if key not in busy or _period(row) != busy[key]]
        for at in range(0, len(gone), 500):
            ImportedBusy.objects.filter(pk__in=gone[at : at + 500]).delete()
        ImportedBusy.objects.bulk_create(
            (
                ImportedBusy(feed=feed, key=key, starts=period.starts, ends=period.ends, created=now)
                for key, period in busy.items() if key not in known or _period(known[key]) != period
            ),
            batch_size=200,
        )
        claim(feed, list(busy.values()), now)


def claim(feed: CalendarFeed, busy: list[Period], now: datetime) -> None:
    """Claim what is left of the listing in the busy times; claims that stand right already are left alone."""
    listing = feed.listing
    wanted = set(_rest(feed, busy, now)) if busy else set()
    standing = {
        (row[1], row[2], row[3]): row[0]
        for row in Claim.objects.filter(imported__feed=feed).values_list("pk", "starts", "ends", "quantity")
    }
    claims.drop(Claim.objects.filter(pk__in=[pk for key, pk in standing.items() if key not in wanted]))
    new = [
        Claim(
            listing=listing, kind=ClaimKind.IMPORT, starts=starts, ends=ends, quantity=quantity, note=feed.name,
            created=now,
        )
        for starts, ends, quantity in sorted(wanted - set(standing))
    ]
    made = Claim.objects.bulk_create(new, batch_size=200)
    ImportedClaim.objects.bulk_create((ImportedClaim(claim=row, feed=feed) for row in made), batch_size=200)


def _rest(feed: CalendarFeed, busy: list[Period], now: datetime) -> list[tuple[datetime, datetime, int]]:
    """What nobody else has taken of the busy times: runs of one quantity, in order."""
    whole = Period(min(period.starts for period in busy), max(period.ends for period in busy))
    others = Claim.objects.filter(listing=feed.listing_id, ends__gt=whole.starts, starts__lt=whole.ends)
    others = others.filter(Q(expires__isnull=True) | Q(expires__gt=now)).exclude(imported__feed=feed)
    load = Load(Taken(*row) for row in others.values_list("starts", "ends", "quantity"))
    rest: list[tuple[datetime, datetime, int]] = []
    for period in _joined(busy):
        for segment, taken in load.segments(period):
            left = feed.listing.capacity - taken
            if left < 1:
                continue
            if rest and rest[-1][1] == segment.starts and rest[-1][2] == left:
                rest[-1] = (rest[-1][0], segment.ends, left)
            else:
                rest.append((segment.starts, segment.ends, left))
    return rest


def _joined(periods: list[Period]) -> list[Period]:
    """Overlapping and touching ones as one: a busy hour counts once, however many events lie in it."""
    joined: list[Period] = []
    for period in sorted(periods):
        if joined and period.starts <= joined[-1].ends:
            joined[-1] = Period(joined[-1].starts, max(joined[-1].ends, period.ends))
        else:
            joined.append(period)
    return joined


def _period(row: ImportedBusy) -> Period:
    return Period(row.starts, row.ends)


def _well(feed: CalendarFeed, now: datetime, **facts: object) -> CalendarFeed:
    """It was read, or has not changed: from now on it is as fresh as can be."""
    facts |= {"checked": now, "fetched": now, "due": now + EVERY, "fault": "", "failures": 0}
    _note(feed, facts)
    tell_clashes(feed)
    return feed


@retrying
def claim_again(feed: CalendarFeed, now: datetime) -> None:
    """What was booked over and is free now is claimed for the other calendar after all."""
    with transaction.atomic():
        list(Listing.objects.select_for_update(no_key=True).filter(pk=feed.listing_id).values_list("pk"))
        claim(feed, [_period(row) for row in feed.times.filter(ends__gt=now)], now)


def _broken(feed: CalendarFeed, fault: FeedFault, now: datetime) -> CalendarFeed:
    """What it said last stands; we come again, less and less often, and the owner is told once."""
    failures = min(feed.failures + 1, 1000)
    pause = min(EVERY * 2 ** min(failures - 1, 10), LONGEST_PAUSE)
    _note(feed, {"checked": now, "due": now + pause, "fault": fault, "failures": failures})
    log.info("Calendar feed %s could not be read: %s.", feed.pk, fault)
    if failures >= PATIENCE or (failures == 1 and feed.fetched is None):
        since = (feed.fetched or feed.created).isoformat()
        _tell(
            feed, f"feed:{feed.pk}:broken:{since}", "calendar.broken",
            lambda: _("%(title)s: the calendar “%(name)s” cannot be read") % _words(feed),
            lambda: f"{FeedFault(fault).label}\n\n" + _("What it said last stays taken. We keep trying."),
        )
    return feed


def _note(feed: CalendarFeed, facts: dict) -> None:
    for name, value in facts.items():
        setattr(feed, name, value)
    CalendarFeed.objects.filter(pk=feed.pk).update(**facts)


def last_look(listing: Listing) -> datetime | None:
    """When the calendar that was read the longest ago was read; None where none is followed (or none ever was)."""
    return listing.feeds.aggregate(at=Min("fetched"))["at"]


# --- clashes ----------------------------------------------------------------------------------------


def clashes(listing: Listing, now: datetime, *, feed: CalendarFeed | None = None, most: int = 50) -> list[tuple]:
    """(busy time, booking) where both claim the same time of the listing, the soonest first."""
    times = ImportedBusy.objects.filter(**({"feed": feed} if feed else {"feed__listing": listing.pk}))
    inside = times.filter(starts__lt=OuterRef("ends"), ends__gt=OuterRef("starts"))
    held = Booking.objects.filter(Exists(inside), listing=listing.pk, state__in=HOLDING, ends__gt=now)
    bookings = list(held.select_related("borrower").order_by("starts", "pk")[:most])
    if not bookings:
        return []
    around = times.filter(ends__gt=bookings[0].starts, starts__lt=max(row.ends for row in bookings))
    rows = list(around.select_related("feed").order_by("starts", "pk")[:MOST_TIMES])
    return [
        (row, booking) for booking in bookings for row in rows
        if row.starts < booking.ends and row.ends > booking.starts
    ][:most]


def tell_clashes(feed: CalendarFeed) -> None:
    """The owner hears once of each booking that the other calendar knows nothing of."""
    for row, booking in clashes(feed.listing, timezone.now(), feed=feed):
        when = formats.span(row.starts, row.ends, feed.listing.time_zone)
        _tell(
            feed, f"feed:{feed.pk}:clash:{booking.pk}", "calendar.clash",
            lambda: _("%(title)s: taken twice") % _words(feed),
            lambda when=when, booking=booking: _(
                "“%(name)s” says it is taken %(when)s, and %(who)s has it then. Talk to one of them."
            ) % (_words(feed) | {"when": when, "who": booking.borrower.first_name}),
        )


def _words(feed: CalendarFeed) -> dict[str, str]:
    return {"title": str(feed.listing), "name": feed.name}


def _tell(feed: CalendarFeed, key: str, kind: str, title, body) -> None:
    url = reverse("listing_calendars", args=[feed.listing_id])
    for member in _keepers(feed.listing):
        messaging.notify(member, kind=kind, title=title, body=body, url=url, key=key, needs_answer=True)


def _keepers(listing: Listing) -> list[Member]:
    return [listing.owner] if listing.owner is not None else list(stewards(listing.community))
