"""What a booking owes, holds and gives back: its quote, put to the payments' room.

The price is due from the moment the booking is agreed; the deposit is held from pick-up until the
booking closes. How much goes back when somebody cancels is the listing's own policy.
"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from listings.states import Cancellation
from members.models import Member
from payments import actions as payments
from payments.states import PaymentState
from sharing.values.money import BASIS_POINTS, basis_points

from . import parties
from .models import Booking

HALF = BASIS_POINTS // 2
# Whole local days before the start → share given back; the first line that fits counts.
BACK: dict[str, tuple[tuple[int, int], ...]] = {
    Cancellation.FLEXIBLE: ((1, BASIS_POINTS),),
    Cancellation.MODERATE: ((5, BASIS_POINTS), (0, HALF)),
    Cancellation.STRICT: ((7, HALF),),
}


@dataclass(frozen=True, slots=True)
class Back:
    """What goes back if it is cancelled now: of the price, and of what the pool got. `paid`: it was paid at all."""

    price_minor: int
    fee_minor: int
    paid: bool
    share_bp: int

    @property
    def total_minor(self) -> int:
        return self.price_minor + self.fee_minor


def due(booking: Booking, now: datetime) -> None:
    """Note what the borrower owes; nothing is noted for what is free."""
    quote = booking.quote
    if not quote["total_minor"]:
        return
    payments.due(
        about=booking.about, title=booking.listing.title[:160], community=booking.community, payer=booking.borrower,
        payee=booking.listing.owner, price_minor=quote["price_minor"], fee_minor=quote["fee_minor"],
        solidarity_minor=quote.get("solidarity_minor", 0), now=now,
    )


def hold_deposit(booking: Booking, now: datetime) -> int:
    """Set the deposit aside; returns how much."""
    minor = booking.quote.get("deposit_minor", 0)
    if minor:
        payments.hold_deposit(
            booking.about, community=booking.community, payer=booking.borrower, payee=booking.listing.owner,
            minor=minor, title=booking.listing.title[:160], now=now,
        )
    return minor


def settle_deposit(booking: Booking, kept_minor: int, *, by: Member | None, now: datetime) -> None:
    """Let the deposit go, but for what the lender keeps of it."""
    if kept_minor:
        payments.keep_deposit(booking.about, kept_minor, by=by, now=now)
    elif booking.quote.get("deposit_minor"):
        payments.release_deposit(booking.about, now=now)


def share_back(booking: Booking, *, by_lender: bool, now: datetime) -> int:
    """The share in basis points that the borrower gets back; all of it when the lender calls it off."""
    if by_lender:
        return BASIS_POINTS
    zone = ZoneInfo(booking.listing.time_zone)
    left = (booking.starts.astimezone(zone).date() - now.astimezone(zone).date()).days
    return next((share for least, share in BACK[booking.listing.cancellation] if left >= least), 0)


def would_go_back(booking: Booking, share_bp: int) -> Back:
    """What this share comes to, from what was paid so far."""
    payment = parties.payment_of(booking)
    if payment is None or payment.state != PaymentState.SETTLED or not payment.total_minor:
        return Back(0, 0, False, share_bp)
    pooled = payment.fee_minor + payment.solidarity_minor
    return Back(basis_points(payment.price_minor, share_bp), basis_points(pooled, share_bp), True, share_bp)


def call_off(booking: Booking, share_bp: int, *, by: Member | None, now: datetime) -> int:
    """Give back this share of what was paid; what was not paid yet is not owed any more. Returns what goes back."""
    payment = parties.payment_of(booking)
    if payment is None:
        return 0
    if payment.state == PaymentState.DUE:
        payments.cancel(booking.about)
        return 0
    back = would_go_back(booking, share_bp)
    if back.total_minor:
        payments.refund(booking.about, price_minor=back.price_minor, fee_minor=back.fee_minor, by=by, now=now)
    return back.total_minor
