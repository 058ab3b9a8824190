"""By which gateway a booking is paid, where one goes to it with the request: a card that holds the price until the yes.

A request that is to be paid first holds its time for a quarter of an hour; as soon as the card is given, it is a
request like any other, or, where its owner lets one take it at once, agreed.
"""

from datetime import datetime, timedelta

from listings.models import Listing
from payments import actions as payments
from payments import gateways
from payments.cards import bounced
from payments.gateways import PaymentGateway
from payments.models import CardCharge
from payments.states import ChargePurpose, ChargeState, Gateway, Wanted

from . import parties
from .models import Booking
from .states import State

TO_PAY = timedelta(minutes=15)
DEPOSIT_AHEAD = timedelta(days=1)  # a deposit is held on the card from the day before
DEPOSIT_NEEDED = frozenset({State.ACCEPTED, State.HANDED_OVER, State.DISPUTED})


def possible(listing: Listing) -> list[PaymentGateway]:
    """What one can choose from, for this listing."""
    return gateways.possible(listing.community, listing.owner)


def chosen(listing: Listing, name: str) -> PaymentGateway:
    return gateways.chosen(name, listing.community, listing.owner)


def gateway_of(booking: Booking) -> str:
    return booking.quote.get("gateway") or Gateway.HAND


def is_by_hand(booking: Booking) -> bool:
    return gateway_of(booking) == Gateway.HAND


def is_first(booking: Booking) -> bool:
    """Whether one goes to the gateway with the request."""
    return bool(booking.quote["total_minor"]) and gateways.named(gateway_of(booking)).pays_first


def reserve(booking: Booking, now: datetime) -> None:
    """Ask the card to hold what it will cost."""
    payments.reserve(
        booking.about, title=booking.listing.title[:160], community=booking.community, payer=booking.borrower,
        payee=booking.listing.owner, minor=booking.quote["total_minor"], gateway=gateway_of(booking),
        starts=booking.starts, ends=booking.ends, now=now,
    )


def let_go(booking: Booking, now: datetime) -> None:
    if not is_by_hand(booking):
        for about in booking.abouts:
            payments.let_go(about, gateway=gateway_of(booking), now=now)


def plan_deposit(booking: Booking, now: datetime, *, at: datetime | None = None) -> None:
    """The deposit is held from the day before, or from `at` on."""
    minor = booking.quote.get("deposit_minor", 0)
    if minor and not is_by_hand(booking):
        payments.plan_deposit(
            booking.about, title=booking.listing.title[:160], community=booking.community, payer=booking.borrower,
            payee=booking.listing.owner, minor=minor, gateway=gateway_of(booking),
            at=at or booking.starts - DEPOSIT_AHEAD, now=now,
        )


def pass_on(booking: Booking, now: datetime) -> None:
    """It is over: what was paid and did not go back is the lender's."""
    if not is_by_hand(booking):
        for about in booking.abouts:
            payments.pass_on(about, now=now)


def sent_back(booking: Booking) -> int:
    """How much of what went back to the card its bank has sent here again, in minor units."""
    if is_by_hand(booking):
        return 0
    refunded = [row.about for row in parties.payments_of(booking) if row.refunded_minor]
    return sum(bounced.waiting_for(about) for about in refunded)


def charges_of(booking: Booking) -> list[CardCharge]:
    """What cards were asked for, the newest first; asks nothing of the database where no card is in play."""
    if gateway_of(booking) != Gateway.STRIPE:
        return []
    return list(CardCharge.objects.filter(about__in=booking.abouts).order_by("-pk"))


def to_pay(charges: list[CardCharge], state: str) -> CardCharge | None:
    """The one whose owner is asked for a card now.

    A deposit is not asked for any more once it is back, but for what the lender keeps of it.
    """
    rows = [row for row in charges if row.state == ChargeState.NEEDED and row.wanted != Wanted.LET_GO]
    needed = (
        row for row in rows
        if row.purpose != ChargePurpose.DEPOSIT or state in DEPOSIT_NEEDED or row.wanted == Wanted.TAKE
    )
    return next(needed, None)


def deposit_on_card(booking: Booking, charges: list[CardCharge] | None = None) -> str:
    """How the deposit stands where a card is to hold it: held, asked or refused; "" where it is no matter of a card."""
    if gateway_of(booking) != Gateway.STRIPE or not booking.quote.get("deposit_minor"):
        return ""
    if not booking.quote.get("total_minor"):
        return ""  # what is free has no card that could hold it: it changes hands
    known = charges_of(booking) if charges is None else charges
    rows = [row for row in known if row.purpose == ChargePurpose.DEPOSIT]
    if any(row.state in (ChargeState.HELD, ChargeState.TAKEN) for row in rows):
        return "held"
    return "asked" if any(row.state in (ChargeState.PLANNED, ChargeState.SAVED) for row in rows) else "refused"
