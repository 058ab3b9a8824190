"""The 48 hours after a return in which one may say that something is wrong.

They count from the moment both sides had confirmed, as the clock that closes the booking does. Then
the condition of the thing is settled and the deposit free; only money that is still owed can be
brought before a steward after that, because the booking stays open for it.
"""

from datetime import datetime

from ..models import Booking
from ..states import REPORT_WITHIN, State


def ends(booking: Booking) -> datetime | None:
    """Until when a problem can be reported; None before the return and once it has closed."""
    return booking.moved + REPORT_WITHIN if booking.state == State.RETURNED else None


def is_past(booking: Booking, now: datetime) -> bool:
    """Whether the 48 hours are over, though the booking may still be open for what is owed."""
    until = ends(booking)
    return until is not None and now >= until
