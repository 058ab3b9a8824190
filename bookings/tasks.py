"""What happens to bookings by itself. Each job reads what is due, so a day of downtime is caught up at once."""

import logging
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from listings.states import Kind
from payments.models import Payment
from payments.states import PaymentState
from sharing.clock import every
from sharing.web.refusals import Refusal

from . import actions, claims, lateness, news, upkeep
from .actions.changes import expire_changes
from .actions.late import AGAIN
from .calendars import tasks as _calendars  # noqa: F401 - its jobs are declared where it loads
from .handover import tasks as _handover  # noqa: F401
from .models import Booking, BookingEvent, WaitEntry
from .states import REPORT_WITHIN, State, WaitState

log = logging.getLogger("commonshare.bookings")

AT_ONCE = 200  # what one tick takes on; the rest waits for the next
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
    return _take_each(due.values_list("pk", flat=True)[:AT_ONCE], "expire", now)


def close_at(now: datetime) -> int:
    """Close what came back two days ago, is paid, and nobody complained about."""
    back = Booking.objects.filter(state=State.RETURNED, moved__lte=now - REPORT_WITHIN).order_by("moved", "pk")
    rows = back.only("pk", "moved", "extras")
    page = list(rows[:AT_ONCE])
    while page:
        owing = Payment.objects.filter(about__in=[about for each in page for about in each.abouts])
        owed = set(owing.filter(state=PaymentState.DUE).values_list("about", flat=True))
        if paid := [each.pk for each in page if owed.isdisjoint(each.abouts)]:
            return _take_each(paid, "close", now)
        last = page[-1]
        page = list(rows.filter(Q(moved__gt=last.moved) | Q(moved=last.moved, pk__gt=last.pk))[:AT_ONCE])
    return 0


@every(minutes=5)
def say_late() -> int:
    return late_at(timezone.now())


@every(minutes=1)
def end_proposals() -> int:
    return expire_changes(timezone.now())


@every(minutes=1)
def see_to_the_lines() -> int:
    return wait_at(timezone.now())


def wait_at(now: datetime) -> int:
    """Let offers pass that nobody took, and offer what is free to the first in line. Returns how many were offered."""
    actions.end_offers(now)
    waited_for = WaitEntry.objects.filter(state=WaitState.WAITING, starts__gt=now).order_by()
    offered = 0
    for listing_id in waited_for.values_list("listing", flat=True).distinct():
        try:
            offered += actions.offer_next(listing_id, now)
        except Refusal:
            continue  # somebody was faster this moment; the next tick looks again
        except Exception:
            log.exception("Those who wait for listing %s could not be asked.", listing_id)
    return offered


def remind_at(now: datetime) -> int:
    """Remind both sides once: the day before pick-up and return, an hour before what has a time of day, at the end.

    What lies in the past when the clock comes back from a pause is left out: `late_at` speaks of what is late.
    Returns how many were reminded.
    """
    accepted, out = Q(state=State.ACCEPTED), Q(state=State.HANDED_OVER)
    soon = accepted & Q(starts__gt=now, starts__lte=now + AHEAD) | out & (
        Q(ends__gt=now, ends__lte=now + AHEAD) | Q(ends__lte=now, ends__gt=now - lateness.GRACE)
    )
    reminded = 0
    found = Booking.objects.filter(soon).for_cards().prefetch_related("meetings").order_by("starts")
    for booking in found.iterator(chunk_size=AT_ONCE):
        if booking.moved > now - timedelta(hours=1):
            continue  # they have just agreed on it
        reminded += news.remind(booking, _what(booking, now))
    return reminded


def _what(booking: Booking, now: datetime) -> str:
    """Which reminder it is time for."""
    if booking.state == State.HANDED_OVER:
        return "return" if booking.ends > now else "due"
    by_the_clock = booking.starts.astimezone(ZoneInfo(booking.listing.time_zone)).time() != time()
    return "soon" if by_the_clock and booking.starts <= now + timedelta(hours=1) else "pickup"


def late_at(now: datetime) -> int:
    """Hold what should be back and is not, and say of it that it is late. Returns of how many."""
    actions.keep_what_is_out(now)
    lately = BookingEvent.objects.filter(booking=OuterRef("pk"), step="late", created__gt=now - AGAIN)
    late = Booking.objects.filter(~Exists(lately), state=State.HANDED_OVER, ends__lte=now - lateness.GRACE)
    late = late.exclude(listing__kind=Kind.RIDE).order_by("ends", "pk")
    said, after = 0, Q(ends__gt=now - lateness.LONG_AGO)
    while page := list(late.filter(after).values_list("pk", "ends")[:AT_ONCE]):
        for pk, _ends in page:
            try:
                said += actions.mark_late(pk, now)
            except Exception:
                log.exception("Nobody could be told that booking %s is late.", pk)
        last, ends = page[-1]
        after = Q(ends__gt=ends) | Q(ends=ends, pk__gt=last)
    return said


def _take_each(due: Iterable[int], step: str, now: datetime) -> int:
    """Take the step for each; one that has changed meanwhile, or fails, does not hold up the others."""
    taken = 0
    for pk in due:
        try:
            actions.take(pk, step, by=None, now=now)
            taken += 1
        except (Refusal, Booking.DoesNotExist):
            continue
        except Exception:
            log.exception("Booking %s could not take the step “%s” by itself.", pk, step)
    return taken


@every(hours=24)
def keep_closed() -> int:
    """Care that is due and not done goes on keeping its thing closed."""
    return upkeep.renew_all()
