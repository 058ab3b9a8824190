"""The reminder an hour before an agreed meeting."""

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from sharing.clock import every

from ..models import Booking, Meeting
from ..states import HandoverPhase, State
from . import news

BEFORE = timedelta(hours=1)
AT_ONCE = 200


@every(minutes=5)
def remind_of_meetings() -> int:
    return remind_at(timezone.now())


def remind_at(now: datetime) -> int:
    """Remind both sides of what begins within the hour, once each; what began in a day of downtime is over."""
    coming = Q(phase=HandoverPhase.PICKUP, booking__state=State.ACCEPTED) | Q(
        phase=HandoverPhase.RETURN, booking__state=State.HANDED_OVER
    )
    soon = Meeting.objects.filter(coming, starts__gt=now, starts__lte=now + BEFORE, changed__lt=now - BEFORE / 6)
    found = list(soon.order_by("starts")[:AT_ONCE])
    bookings = Booking.objects.for_cards().in_bulk([meeting.booking_id for meeting in found])
    return sum(news.remind(bookings[meeting.booking_id], meeting) for meeting in found)
