"""What other dates for a booking would mean: whether they can be had, what they cost, whether they pass at once.

A start that does not move was agreed when the booking was made, so notice and horizon are judged as of then;
so is the state in which somebody still has the thing and wants it longer. Of a ride one changes the departure, and
where one gets on and off; who sits in the car already changes only where they get off.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from listings.models import Listing
from listings.states import Kind, ListingState
from sharing.values.money import BASIS_POINTS
from sharing.values.period import Period
from sharing.web.refusals import Refusal

from . import agreed, availability, fairness, money, parties, quotes
from .availability import Answer
from .load import Load
from .models import Booking
from .states import BORROWER, LENDER, Party, State
from .stays import Moment, Stay

OPEN = (State.REQUESTED, State.ACCEPTED, State.HANDED_OVER)
FAR = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Preview:
    """New dates, what they would cost (frozen like a quote), and the answer of the calendar."""

    stay: Stay
    quote: dict
    policy: object
    answer: Answer
    at_once: bool
    more_minor: int  # against what is agreed; less than zero: it gets cheaper


def may_change(booking: Booking, party: Party) -> bool:
    """Whether this side may propose other dates now."""
    if booking.state not in OPEN or not party & (BORROWER | LENDER):
        return False
    return booking.state != State.REQUESTED or bool(party & BORROWER)


def preview(
    booking: Booking, party: Party, *, starts: Moment = None, ends: Moment = None, departure=None, board=None,
    alight=None, now: datetime,
) -> Preview:
    """Raises Refusal at the input that makes no sense."""
    listing = booking.listing
    out = booking.state == State.HANDED_OVER
    availability.leave_to_the_guard(listing)  # our own claim is in the way of nobody: looked at below
    if listing.kind == Kind.RIDE:
        when = _way(booking, departure, board, alight, out)
    elif departure or board or alight:
        raise Refusal(_("Only rides have stops and departures."), field="departure", code="no_ride")
    else:
        when = {
            "starts": booking.starts if out or starts in (None, "") else starts,
            "ends": booking.ends if ends in (None, "") else ends,
        }
    made = quotes.quote(
        listing, by=booking.borrower, quantity=booking.quantity, now=now,
        solidarity_minor=booking.quote.get("solidarity_minor", 0), **when,
    )
    found = _answer(booking, made.stay, now)
    if found.free and not party & LENDER:  # the lender may be more generous than the rules
        found = fairness.answer(
            listing, booking.borrower, made.stay.period, booking.quantity, ignoring=booking.pk, now=now
        )
    frozen = made.frozen() | agreed.kept(booking.quote)
    if listing.kind == Kind.RIDE:
        frozen["chosen"] = now.isoformat()  # a departure moved before that is known to who takes it
    if out:  # what one has in one's hands has its deposit; it does not follow the dates
        frozen["deposit_minor"] = booking.quote["deposit_minor"]
    return Preview(
        made.stay, frozen, made.policy, found, _passes(booking, party, made.stay.period, frozen["total_minor"], now),
        frozen["total_minor"] - booking.quote["total_minor"],
    )


def longest_until(booking: Booking, now: datetime) -> datetime | None:
    """Until when it could be had in one go, the next booking and its buffers respected; None: as long as one likes.

    A ride ends where it ends.
    """
    listing = booking.listing
    if listing.kind == Kind.RIDE:
        return booking.ends
    before, after = availability.buffers(listing)
    within = Period(booking.ends, booking.ends + FAR)
    claims = availability.taken(listing, within.widened(before, after), now, ignoring=booking.claim_id)
    gaps = Load(claims).gaps(within, listing.capacity - booking.quantity)
    if not gaps or gaps[0].starts > booking.ends:
        return booking.ends
    return None if gaps[0].ends >= within.ends else max(booking.ends, gaps[0].ends - after)


def _way(booking: Booking, departure, board, alight, out: bool) -> dict[str, Any]:
    """What is left out stays as it is; who sits in the car sits in it."""
    if out:
        departure = board = None
    return {
        "departure": departure or booking.departure_id, "board": board or booking.board_id,
        "alight": alight or booking.alight_id,
    }


def _answer(booking: Booking, wanted: Stay, now: datetime) -> Answer:
    period = wanted.period
    if period == booking.period:
        return Answer(False, "same", _("These are the dates you have already."), "ends")
    if wanted.departure is not None and wanted.departure.cancelled:
        return Answer(False, "cancelled", _("This departure was cancelled."), "departure")
    if period.ends <= now:
        return Answer(False, "past", _("That time has passed."), "ends")
    kept = period.starts == booking.starts
    listing = _as_offered(booking.listing) if booking.state == State.HANDED_OVER else booking.listing
    as_of = min(now, booking.created) if kept else now
    return availability.is_free(listing, period, booking.quantity, ignoring=booking.claim_id or 0, now=as_of)


def _as_offered(listing: Listing) -> Listing:
    """A listing that is paused lends to nobody new; who has it may still ask to keep it."""
    if listing.state == ListingState.PAUSED:
        listing.state = ListingState.PUBLISHED
    return listing


def _passes(booking: Booking, party: Party, period: Period, total_minor: int, now: datetime) -> bool:
    """Whether the listing's own rules let it pass without the other side's word.

    What cancelling would cost, a change does not get around: nothing is given up, put off or made cheaper
    alone that the lender would keep (a part of) the price for.
    """
    if booking.state == State.REQUESTED or all(flag & party for flag in parties.SIDES):
        return True
    if not party & BORROWER or not booking.listing.instant:
        return False
    less = total_minor < booking.quote["total_minor"] or not period.contains(booking.period)
    if less and _would_cost(booking, now):
        return False
    if booking.state == State.HANDED_OVER:
        return now <= booking.ends
    return now <= availability.change_until(booking)


def _would_cost(booking: Booking, now: datetime) -> bool:
    """Whether the lender keeps something if the borrower gives it up now."""
    if booking.state == State.HANDED_OVER:
        return booking.quote["total_minor"] > 0
    rule = money.rule_for(booking, by_lender=False, now=now)
    return rule.price_bp < BASIS_POINTS and money.would_go_back(booking, rule).paid
