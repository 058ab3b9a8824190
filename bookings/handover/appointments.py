"""When one meets: which times may be proposed, and what each side reads of it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from listings.states import Kind
from sharing.values.period import Period
from sharing.web import formats

from .. import parties, words
from ..availability import buffers
from ..models import Booking, Meeting
from ..opening import Opening
from ..states import HandoverPhase, State

MOST_SLOTS = 6
LENGTH = timedelta(minutes=15)
PHASES = {State.ACCEPTED: (HandoverPhase.PICKUP, HandoverPhase.RETURN), State.HANDED_OVER: (HandoverPhase.RETURN,)}
STEPS = {HandoverPhase.PICKUP: "hand_over", HandoverPhase.RETURN: "return"}


def phases(booking: Booking) -> tuple[str, ...]:
    """Which appointments may still be made; a ride has its stops and needs none."""
    if booking.listing.kind == Kind.RIDE:
        return ()
    open_ones = PHASES.get(State(booking.state), ())
    return tuple(phase for phase in open_ones if not parties.done(booking, STEPS[phase]))


def may_be(booking: Booking, phase: str, at: datetime, now: datetime) -> str:
    """Why this time cannot be proposed, in words; "" when it can."""
    listing, zone = booking.listing, ZoneInfo(booking.listing.time_zone)
    before, after = buffers(listing)
    held = Period(booking.starts, booking.ends).widened(before, after)
    if at <= now:
        return _("That time has passed.")
    if phase == HandoverPhase.PICKUP and not held.starts <= at < booking.ends:
        return _("The pick-up lies in the time of the booking.")
    if phase == HandoverPhase.RETURN and not booking.starts < at <= held.ends:
        return _("The return lies in the time of the booking.")
    opening = Opening.of(listing)
    if not opening.always and not opening.admits(at, zone, closing=phase == HandoverPhase.RETURN):
        return _("It is closed then: %(when)s.") % {"when": formats.moment(at, zone)}
    return ""


def agreed(booking: Booking) -> dict[str, Meeting]:
    """The appointments of a booking by phase, picked or not; read once with its slots."""
    if "_meetings" not in booking.__dict__:
        booking.__dict__["_meetings"] = {
            row.phase: row for row in booking.meetings.prefetch_related("slots").all()
        }
    return booking.__dict__["_meetings"]


def name_of(booking: Booking, phase: str) -> str:
    """ "Pick-up", "Arrival", "Return"."""
    manner = words.manner(booking.listing.kind, booking.listing.price_unit)
    return str((words.PICKUP if phase == HandoverPhase.PICKUP else words.RETURN)[manner])
