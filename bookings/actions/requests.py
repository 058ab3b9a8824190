"""Asking for a listing: the request holds its period from this moment on."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cooperative import projects
from listings.models import Departure, Listing
from members.models import Member
from messaging import actions as messaging
from messaging import blocks
from messaging.states import ConversationKind
from payments.gateways import PaymentGateway
from sharing.db.retry import retrying
from sharing.db.worded import Worded
from sharing.web.refusals import Refusal

from .. import (
    agreed,
    availability,
    car,
    claims,
    fairness,
    money,
    news,
    parties,
    paying,
    quotes,
    returning,
    ruled,
    tariffs,
    waiting,
)
from ..models import Booking, BookingEvent, Claim, RoundTrip
from ..quotes import Quote
from ..states import State
from ..stays import Moment, Stay
from .offering import mind_the_line, offer_next

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
    board=None, alight=None, note: str = "", solidarity_minor: int = 0, project: int | None = None, gateway: str = "",
    holding: Claim | None = None, now: datetime | None = None,
) -> Booking:
    """Ask for the listing, or take it at once where its owner lets one.

    gateway: how it is to be paid, of what can be chosen for this listing; "" the first of it.
    holding: the claim by which the time is kept for this member already, as it is for the first in line.

    What the listing's rules say no to is said first. Whether the time is still free the claim tells that goes
    in: of two who ask at the same moment the database refuses one.
    """
    now = now or timezone.now()
    listing = visible(listing_id, by)
    if listing.owner_id == by.pk:
        raise YourOwn(_("This is your own. Block the days in its calendar if you need it yourself."))
    if len(note) > LONGEST_NOTE:
        raise Refusal(_("Keep it under %(n)d characters.") % {"n": LONGEST_NOTE}, field="note", code="too_long")
    asked = {
        "by": by, "starts": starts, "ends": ends, "quantity": quantity, "departure": departure, "board": board,
        "alight": alight, "solidarity_minor": solidarity_minor, "project": project, "now": now,
    }
    availability.leave_to_the_guard(listing)
    offer = _had(quotes.quote(listing, **asked))
    way = paying.chosen(listing, gateway)
    try:
        try:
            return _write_down(listing, by, offer, note.strip(), now, holding, way)
        except claims.Promised as promised:
            offer_next(promised.listing, now)
            return _write_down(listing, by, offer, note.strip(), now, holding, way)  # perhaps some of it is left
        except claims.Taken:
            if not claims.sweep(now, listing=listing):
                raise
            return _write_down(listing, by, offer, note.strip(), now, holding, way)  # a hold has run out this moment
    except claims.Taken:
        _had(quotes.quote(visible(listing_id, by), **asked))  # says more than the guard can
        raise
    except IntegrityError:
        if offer.stay.departure and not Departure.objects.filter(pk=offer.stay.departure.pk).exists():
            raise NotFree(_("This departure was cancelled."), field="departure", code="cancelled") from None
        raise


@retrying
def request_both(
    listing_id: int, *, by: Member, back, now: datetime | None = None, **asked: Any
) -> tuple[Booking, Booking]:
    """A seat there and one back, both or neither; `back` is a departure of the way back.

    `asked` is what `request` takes of the way there; one gets on again where one got off.
    """
    now = now or timezone.now()
    with transaction.atomic():
        there = request(listing_id, by=by, now=now, **asked)
        way = returning.way(there, back)
        try:
            home = request(
                way.listing.pk, by=by, departure=way.departure, board=way.board, alight=way.alight,
                quantity=there.quantity, note=asked.get("note", ""), gateway=asked.get("gateway", ""), now=now,
            )
        except Refusal as refusal:
            sentence = _("The way back: %(reason)s") % {"reason": refusal}
            raise NotFree(sentence, field="back", code=refusal.code) from refusal
        RoundTrip.objects.create(there=there, home=home)
    return there, home


def visible(listing_id: int, by: Member) -> Listing:
    """The listing with what a request reads of it, and how the member uses things of its community."""
    listing = _visible.first(listing_id, by.pk)
    if listing is None:
        raise Listing.DoesNotExist
    if vars(listing)["apart"]:  # one of the two has closed the door
        raise messaging.Apart()
    return listing


@Worded
def _visible(listing: int, member: int) -> QuerySet[Listing]:
    by = Member(pk=member)
    listings = Listing.objects.visible_to(by).select_related("community", "owner", "room", "late_fee")
    asked = tariffs.with_standing(listings, by).annotate(apart=blocks.parts(by, OuterRef("owner")))
    return waiting.with_line(ruled.with_rules(asked)).filter(pk=listing)


def _had(offer: Quote) -> Quote:
    if not offer.answer.free:
        raise NotFree(offer.answer.reason, field=offer.answer.field, code=offer.answer.code)
    return offer


def answer_until(starts: datetime, ends: datetime, now: datetime) -> datetime:
    """How long a request holds its period: two days, or until it would begin (or end, if it has begun)."""
    return min(now + PATIENCE, starts if starts > now else ends)


def _still_runs(stay: Stay) -> None:
    """Nobody gets a seat on a departure that was called off or moved a moment ago: the claim holds the ride's row."""
    assert stay.departure is not None
    if not Departure.objects.filter(pk=stay.departure.pk, leaves=stay.departure.leaves, cancelled=False).exists():
        raise NotFree(_("This departure was cancelled or moved."), field="departure", code="cancelled")


def _write_down(
    listing: Listing, by: Member, offer: Quote, note: str, now: datetime, holding: Claim | None, way: PaymentGateway
) -> Booking:
    with claims.kindly(listing), transaction.atomic():
        return _write(listing, by, offer, note, now, holding, way)


def _write(
    listing: Listing, by: Member, offer: Quote, note: str, now: datetime, holding: Claim | None, way: PaymentGateway,
) -> Booking:
    """The claim comes first: whoever is too late has written nothing, and from here on rivals wait in line."""
    paid_first = way.pays_first and offer.total_minor > 0
    booking = claimed(listing, by, offer, note, now, holding, way=way, paid_first=paid_first)
    step, words = "book" if booking.state == State.ACCEPTED else "request", note[: news.LONGEST_NOTE]
    booking.conversation = messaging.open_conversation(
        ConversationKind.BOOKING, [by, *parties.lenders(booking)], subject=listing.title[:160],
        url=reverse("booking_of", args=[0]).replace("0", "{conversation}"), community=listing.community,
        first=[(f"booking.{step}", news.facts(booking, by) | {"note": words}, by)],
    )
    asked = record(booking)
    if offer.project and offer.policy and offer.fee_minor:
        projects.direct(booking.about, offer.project, offer.policy)
    if paid_first:  # the lender is asked as soon as the card is there
        paying.reserve(booking, now)
        return booking
    answering = () if listing.instant else parties.lenders(booking)
    news.notify(booking, step, by=by, event=asked, needs_answer=answering, note=words)
    return booking


def claimed(
    listing: Listing, by: Member, offer: Quote, note: str, now: datetime, holding: Claim | None = None,
    beside: Sequence[Booking] = (), *, way: PaymentGateway | None = None, paid_first: bool = False,
) -> Booking:
    """A booking that has its claim, not written yet; `beside` others of the same breath, not written either.

    paid_first: it holds its time only as long as one needs to pay.
    """
    stay, way = offer.stay, way or paying.chosen(listing, "")
    periods = [each.period for each in beside]
    if offer.total_minor:
        way.check(listing.community, by, offer.price_minor, offer.fee_minor, offer.solidarity_minor)
    fairness.check(listing, by, stay.period, offer.quantity, beside=periods, now=now)
    at_once = listing.instant and not paid_first
    expires = None if at_once else answer_until(stay.period.starts, stay.period.ends, now)
    if paid_first and expires:
        expires = min(expires, now + paying.TO_PAY)
    if holding is not None:
        claim = claims.become_booking(holding, expires=expires)
    else:
        claim = claims.take(listing, stay.period, offer.quantity, now=now, expires=expires)
        mind_the_line(listing, stay.period, by, now=now, ignoring=claim.pk)
    if stay.departure is not None:
        _still_runs(stay)
    quote = offer.frozen() | agreed.terms(listing) | {"gateway": way.name}
    return Booking(
        listing=listing, community=listing.community, borrower=by, starts=stay.period.starts, ends=stay.period.ends,
        quantity=offer.quantity, departure=stay.departure, board=stay.board, alight=stay.alight, quote=quote,
        policy=offer.policy, note=note, created=now, moved=now, expires=expires, claim=claim,
        state=State.ACCEPTED if at_once else State.REQUESTED,
    )


def record(booking: Booking) -> BookingEvent:
    """Write down a booking just asked for, with what happened and, where it says yes by itself, what is due."""
    booking.save(force_insert=True)
    facts = {"booking": booking, "created": booking.created}
    asked = BookingEvent(step="request", state=State.REQUESTED, by=booking.borrower, note=booking.note, **facts)
    events = [asked]
    if booking.state == State.ACCEPTED:
        events.append(BookingEvent(step="accept", state=State.ACCEPTED, by=None, **facts))
    BookingEvent.objects.bulk_create(events)
    if booking.state == State.ACCEPTED:
        money.due(booking, booking.created)
        car.settle(booking.departure_id)
    return asked
