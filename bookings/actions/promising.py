"""Dates both sides have agreed to, where a card comes first: the lender's word is kept until the card is there.

Then it is agreed by itself. Other dates chosen meanwhile are nobody's promise: the lender is asked as always.
"""

from datetime import datetime

from django.utils.translation import gettext as _

from members.models import Member
from messaging import actions as messaging
from sharing.web import formats

from .. import fresh
from ..models import Booking, BookingEvent, Change, Claim
from .requests import answer_until


def promise(booking: Booking, *, lender: Member, told: bool, now: datetime) -> None:
    """The lender agrees before the card is there; `told`: the borrower is elsewhere and has to hear of it.

    Whoever is elsewhere has as long to give their card as a lender has to answer.
    """
    BookingEvent.objects.create(booking=booking, step="promise", state=booking.state, by=lender, created=now)
    if not told:
        return
    booking.expires = answer_until(booking.starts, booking.ends, now)
    booking.save(update_fields=["expires"])
    Claim.objects.filter(booking=booking.pk).update(expires=booking.expires)
    _ask_for_the_card(booking, lender, key=f"promise:{booking.pk}", until=booking.expires)


def holds(booking: Booking) -> bool:
    """Whether the lender has agreed to the dates as they stand."""
    steps = BookingEvent.objects.filter(booking=booking, step__in=["promise", "change"]).order_by("created", "id")
    return list(steps.values_list("step", flat=True)) == ["promise"]


def wait_longer(booking: Booking, row: Change, *, lender: Member) -> None:
    """The lender agrees to dearer dates: the borrower, who is elsewhere, has until the request ends to pay them."""
    if booking.expires is not None:
        row.expires = booking.expires
        row.save(update_fields=["expires"])
    _ask_for_the_card(booking, lender, key=f"promise:{booking.pk}:{row.pk}", until=row.expires)


def _ask_for_the_card(booking: Booking, lender: Member, *, key: str, until: datetime) -> None:
    words = {"title": booking.listing, "name": lender.first_name}
    messaging.notify(
        booking.borrower, kind="payment", url=booking.get_absolute_url(), key=key, needs_answer=True,
        title=lambda: _("%(title)s: %(name)s accepts your dates, now your card is needed") % words,
        body=lambda: _("The time is held for you until %(when)s. Nothing is charged without you.")
        % {"when": formats.moment(until, booking.listing.time_zone)},
    )
    fresh.tell(booking)
