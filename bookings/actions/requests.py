"""Asking for a listing: the request holds its period from this moment on."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from listings.models import Listing
from members.models import Member
from messaging import actions as messaging
from messaging.states import ConversationKind
from sharing.db.retry import retrying
from sharing.web.refusals import Refusal

from .. import claims, money, news, parties, quotes
from ..models import Booking, BookingEvent
from ..quotes import Quote
from ..states import State
from ..stays import Moment

PATIENCE = timedelta(days=2)
LONGEST_NOTE = 2000


class NotFree(Refusal):
    """It can't be had then; `code` and `field` come from the availability's answer."""


class YourOwn(Refusal):
    """One does not borrow from oneself."""

    code = "your_own"


@retrying
def request(
    listing_id: int, *, by: Member, starts: Moment = None, ends: Moment = None, quantity: int = 1, departure=None,
    board=None, alight=None, note: str = "", solidarity_minor: int = 0, now: datetime | None = None,
) -> Booking:
    """Ask for the listing, or take it at once where its owner lets one.

    The availability says no kindly; the claim that goes in is what counts, and of two who ask at
    the same moment the database refuses one.
    """
    now = now or timezone.now()
    listing = Listing.objects.visible_to(by).select_related("community", "owner", "room").get(pk=listing_id)
    if listing.owner_id == by.pk:
        raise YourOwn(_("This is your own. Block the days in its calendar if you need it yourself."))
    if len(note) > LONGEST_NOTE:
        raise Refusal(_("Keep it under %(n)d characters.") % {"n": LONGEST_NOTE}, field="note", code="too_long")
    offer = quotes.quote(
        listing, by=by, starts=starts, ends=ends, quantity=quantity, departure=departure, board=board, alight=alight,
        solidarity_minor=solidarity_minor, now=now,
    )
    if not offer.answer.free:
        raise NotFree(offer.answer.reason, field=offer.answer.field, code=offer.answer.code)
    with claims.kindly(listing), transaction.atomic():
        booking = _write_down(listing, by, offer, note.strip(), now)
        _open_conversation(booking)
        _tell(booking, by, now)
        _claim(booking, offer, now)
    return booking


def answer_until(starts: datetime, ends: datetime, now: datetime) -> datetime:
    """How long a request holds its period: two days, or until it would begin (or end, if it has begun)."""
    return min(now + PATIENCE, starts if starts > now else ends)


def _write_down(listing: Listing, by: Member, offer: Quote, note: str, now: datetime) -> Booking:
    stay = offer.stay
    expires = None if listing.instant else answer_until(stay.period.starts, stay.period.ends, now)
    return Booking.objects.create(
        listing=listing, community=listing.community, borrower=by, starts=stay.period.starts, ends=stay.period.ends,
        quantity=offer.quantity, departure=stay.departure, board=stay.board, alight=stay.alight, quote=offer.frozen(),
        policy=offer.policy, note=note, created=now, moved=now, expires=expires,
    )


def _open_conversation(booking: Booking) -> None:
    booking.conversation = messaging.open_conversation(
        ConversationKind.BOOKING, [booking.borrower, *parties.lenders(booking)], subject=booking.listing.title[:160],
        url=booking.get_absolute_url(),
    )


def _tell(booking: Booking, by: Member, now: datetime) -> None:
    asked = BookingEvent(booking=booking, step="request", state=State.REQUESTED, by=by, note=booking.note, created=now)
    events, note = [asked], booking.note[: news.LONGEST_NOTE]
    if booking.listing.instant:  # it says yes by itself
        events.append(BookingEvent(booking=booking, step="accept", state=State.ACCEPTED, by=None, created=now))
        money.due(booking, now)
    BookingEvent.objects.bulk_create(events)
    if booking.listing.instant:
        news.tell(booking, "book", by=by, event=asked, note=note)
    else:
        news.tell(booking, "request", by=by, event=asked, needs_answer=parties.lenders(booking), note=note)


def _claim(booking: Booking, offer: Quote, now: datetime) -> None:
    """Last, because from here to the commit all rivals for this listing wait in line."""
    booking.claim = claims.take(
        booking.listing, offer.stay.period, offer.quantity, now=now, expires=booking.expires
    )
    if booking.listing.instant:
        booking.state = State.ACCEPTED
    booking.save(update_fields=["claim", "state", "conversation"])
