"""A member's own calendar: all they borrow and lend, with names, and the care they took on; for their eyes alone.

What fell through stays for a month as cancelled, so that calendars which copied it take it out.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain

from django.db.models import Count, Max, Prefetch, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from listings.models import Listing, Stop
from listings.states import Kind
from members.models import Member
from sharing.web import formats

from .. import timeline, words
from ..handover import appointments
from ..models import Booking
from ..states import ENDED, State
from . import cares
from .ical import Event, calendar
from .spans import of_booking

BACK, AHEAD, CANCELLED_FOR = timedelta(days=60), timedelta(days=730), timedelta(days=30)
MOST = 500
PLACE_KNOWN = frozenset({State.ACCEPTED, State.HANDED_OVER, State.RETURNED, State.DISPUTED})
OVER = frozenset(ENDED - {State.CLOSED})


def of_member(member: Member, site: str, *, now: datetime | None = None) -> bytes:
    """The feed: what was in the last two months and what is to come, the next 500."""
    now = now or timezone.now()
    lent = Listing.objects.looked_after_by(member).values("pk")
    rows = Booking.objects.filter(
        Q(borrower=member) | Q(listing__in=lent),
        ~Q(state__in=OVER) | Q(moved__gt=now - CANCELLED_FOR),
        ends__gt=now - BACK, starts__lt=now + AHEAD,
    )
    bookings = with_history(rows).order_by("starts", "pk")[:MOST]
    shared = (event for row in bookings for event in events(row, member, site))
    return calendar(_("Commonshare"), chain(shared, cares.events(member, site, now - BACK, now + AHEAD)))


def of_booking_alone(booking: Booking, member: Member, site: str) -> bytes:
    """One booking, to be put into a calendar by hand."""
    row = with_history(Booking.objects.filter(pk=booking.pk)).get()
    return calendar(booking.listing.title, events(row, member, site), hourly=False)


def with_history(rows):
    """With what an event says, and how often and when it changed last, in a fixed number of statements."""
    return (
        rows.for_cards()
        .select_related("departure", "board", "alight", "listing__room")
        .prefetch_related(Prefetch("listing__stops", Stop.objects.order_by("position")), "meetings")
        .annotate(revisions=Count("events"), last_event=Max("events__created"))
    )


def events(booking: Booking, member: Member, site: str) -> Iterator[Event]:
    """The booking as an event for this member."""
    over = booking.state in OVER
    revisions, last_event = vars(booking)["revisions"], vars(booking)["last_event"]  # of `with_history`
    starts, ends = of_booking(booking)
    yield Event(
        uid=f"booking-{booking.pk}", starts=starts, ends=ends, summary=_summary(booking, member),
        changed=max(booking.moved, last_event or booking.created), version=revisions,
        status="CANCELLED" if over else "TENTATIVE" if booking.state == State.REQUESTED else "CONFIRMED",
        busy=not over, description=_description(booking), place=_place(booking),
        url=f"{site}{booking.get_absolute_url()}",
    )
    yield from _meetings(booking, member, site, over)


def _meetings(booking: Booking, member: Member, site: str, over: bool) -> Iterator[Event]:
    """The agreed times of pick-up and return, as events of a quarter of an hour."""
    for meeting in booking.meetings.all():
        if meeting.starts is None:
            continue
        what = f"{appointments.name_of(booking, meeting.phase)}: {booking.listing.title}"
        yield Event(
            uid=f"meeting-{booking.pk}-{meeting.phase}", starts=meeting.starts,
            ends=meeting.starts + appointments.LENGTH, summary=f"{what} ({timeline.other_name(booking, member)})",
            changed=max(meeting.changed, booking.moved), version=meeting.version + over,
            status="CANCELLED" if over else "CONFIRMED", busy=not over, place=meeting.place or _place(booking),
            url=f"{site}{booking.get_absolute_url()}",
        )


def _summary(booking: Booking, member: Member) -> str:
    borrows = booking.borrower_id == member.pk
    manner = words.manner(booking.listing.kind, booking.listing.price_unit)
    phrase = str((words.USE_FROM if borrows else words.LEND_TO)[manner])
    return f"{booking.listing.title}: {phrase % {'name': timeline.other_name(booking, member)}}"


def _description(booking: Booking) -> str:
    lines = [booking.get_state_display()]
    lines += _way(booking)
    if booking.quantity > 1:
        lines.append(words.pieces(booking.quantity, words.manner(booking.listing.kind, booking.listing.price_unit)))
    return "\n".join(lines)


def _way(booking: Booking) -> list[str]:
    """The stops between getting on and getting off, each with its local time."""
    departure, board, alight = booking.departure, booking.board, booking.alight
    if departure is None or board is None or alight is None:
        return []
    leaves, zone = departure.leaves, booking.listing.time_zone
    passed = [stop for stop in booking.listing.stops.all() if board.minutes <= stop.minutes <= alight.minutes]
    return [f"{formats.moment(leaves + timedelta(minutes=stop.minutes), zone, 'time')} {stop.place}" for stop in passed]


def _place(booking: Booking) -> str:
    listing = booking.listing
    if listing.kind == Kind.RIDE and booking.board is not None:
        return booking.board.place
    exact = listing.address if booking.state in PLACE_KNOWN else ""
    return ", ".join(part for part in (exact, listing.place) if part)
