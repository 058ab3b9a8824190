"""What happens to bookings by itself. Each job reads what is due, so a day of downtime is caught up at once."""

import logging
from datetime import datetime, timedelta

from django.db.models import CharField, Exists, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from payments.models import Payment
from payments.states import PaymentState
from sharing.clock import every
from sharing.web.refusals import Refusal

from . import actions, claims, news
from .calendars import tasks as _calendars  # noqa: F401 - its jobs are declared where it loads
from .models import Booking
from .states import State

log = logging.getLogger("commonshare.bookings")

AT_ONCE = 200  # what one tick takes on; the rest waits for the next
REPORT_WITHIN = timedelta(hours=48)
AHEAD = timedelta(hours=24)


@every(minutes=1)
def sweep() -> None:
    """Holds that have run out count no more; their rows go."""
    while claims.sweep() == 1000:
        pass


@every(minutes=1)
def expire() -> int:
    return expire_at(timezone.now())


@every(minutes=10)
def close() -> int:
    return close_at(timezone.now())


@every(minutes=10)
def remind() -> int:
    return remind_at(timezone.now())


def expire_at(now: datetime) -> int:
    """End the requests that nobody answered in time."""
    due = Booking.objects.filter(state=State.REQUESTED, expires__lte=now).order_by("expires")
    return _take_each(due, "expire", now)


def close_at(now: datetime) -> int:
    """Close what came back two days ago, is paid, and nobody complained about."""
    about = Concat(Value("booking:"), Cast(OuterRef("pk"), CharField()))
    owing = Payment.objects.filter(about=about, state=PaymentState.DUE)
    due = Booking.objects.filter(~Exists(owing), state=State.RETURNED, moved__lte=now - REPORT_WITHIN)
    return _take_each(due.order_by("moved"), "close", now)


def remind_at(now: datetime) -> int:
    """Remind both sides once, the day before pick-up and the day before the return. Returns how many bookings."""
    soon = Q(state=State.ACCEPTED, starts__gt=now, starts__lte=now + AHEAD) | Q(
        state=State.HANDED_OVER, ends__gt=now, ends__lte=now + AHEAD
    )
    reminded = 0
    for booking in Booking.objects.filter(soon).for_cards().order_by("starts").iterator(chunk_size=AT_ONCE):
        what = "pickup" if booking.state == State.ACCEPTED else "return"
        if booking.created > now - timedelta(hours=1):
            continue  # they have just agreed on it
        reminded += news.remind(booking, what)
    return reminded


def _take_each(due, step: str, now: datetime) -> int:
    """Take the step for each; one that has changed meanwhile, or fails, does not hold up the others."""
    taken = 0
    for pk in due.values_list("pk", flat=True)[:AT_ONCE]:
        try:
            actions.take(pk, step, by=None, now=now)
            taken += 1
        except (Refusal, Booking.DoesNotExist):
            continue
        except Exception:
            log.exception("Booking %s could not take the step “%s” by itself.", pk, step)
    return taken
