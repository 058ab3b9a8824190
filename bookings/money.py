"""What a booking owes, holds and gives back: its quote, put to the payments' room.

The price is due from the moment the booking is agreed; the deposit is held from pick-up until the
booking closes. How much goes back when somebody cancels is the listing's own policy.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from cooperative.models.fees import FeeBack
from listings.states import Cancellation
from members.models import Member
from members.states import MemberClass
from payments import actions as payments
from payments.ledger import Overdrawn
from payments.models import Payment
from payments.states import Gateway, PaymentState
from sharing.values.money import BASIS_POINTS, basis_points

from . import lateness, parties, paying
from .models import Booking
from .states import BORROWER, LENDER, Party

HALF = BASIS_POINTS // 2


class Rule(NamedTuple):
    """At least so many whole local days before the start, these shares go back: of the price, of what the pool got."""

    days: int
    price_bp: int
    pool_bp: int


ALL_BACK = Rule(0, BASIS_POINTS, BASIS_POINTS)  # when the lender cancels, whenever that is
NOTHING_BACK = Rule(0, 0, 0)
# When the borrower cancels; the first rule that fits counts, and where none does nothing goes back. The pool
# keeps of its part what the lender keeps of theirs.
BACK: dict[str, tuple[Rule, ...]] = {
    Cancellation.FLEXIBLE: (Rule(1, BASIS_POINTS, BASIS_POINTS),),
    Cancellation.MODERATE: (Rule(5, BASIS_POINTS, BASIS_POINTS), Rule(0, HALF, HALF)),
    Cancellation.STRICT: (Rule(7, HALF, HALF),),
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
        solidarity_minor=quote.get("solidarity_minor", 0), gateway=paying.gateway_of(booking), now=now,
        **_reckoned_by(booking),
    )
    paying.plan_deposit(booking, now)


def _reckoned_by(booking: Booking) -> dict[str, Any]:
    """What the fee depended on, kept with the payment: another fee can then be tried on it."""
    return {
        "kind": booking.listing.kind, "payer_class": booking.quote.get("member_class") or MemberClass.COMMONER
    }


def hold_deposit(booking: Booking, now: datetime) -> int:
    """Set the deposit aside; returns how much."""
    minor = booking.quote.get("deposit_minor", 0)
    if minor:
        payments.hold_deposit(
            booking.about, community=booking.community, payer=booking.borrower, payee=booking.listing.owner,
            minor=minor, title=booking.listing.title[:160], now=now,
        )
        paying.plan_deposit(booking, now, at=now)
    return minor


def settle_deposit(booking: Booking, kept_minor: int, *, by: Member | None, now: datetime) -> None:
    """Let the deposit go, but for what the lender keeps of it."""
    if kept_minor:
        payments.keep_deposit(booking.about, kept_minor, by=by, now=now)
    elif booking.quote.get("deposit_minor"):
        payments.release_deposit(booking.about, now=now)


def rule_for(booking: Booking, *, by_lender: bool, now: datetime) -> Rule:
    """What goes back if it is cancelled now.

    All of it when the lender calls it off or has moved the departure, and when whoever has it before is late with it.
    """
    if by_lender or booking.is_moved:
        return ALL_BACK
    zone = ZoneInfo(booking.listing.time_zone)
    left = (booking.starts.astimezone(zone).date() - now.astimezone(zone).date()).days
    rule = next((rule for rule in BACK[booking.cancellation] if left >= rule.days), NOTHING_BACK)
    return ALL_BACK if rule.price_bp < BASIS_POINTS and lateness.is_kept_waiting(booking, now) else rule


def rule_when_nobody_came(*, by_lender: bool) -> Rule:
    """Whoever waited in vain keeps, or gets back, everything."""
    return NOTHING_BACK if by_lender else ALL_BACK


def ending_rule(booking: Booking, step: str, party: Party, now: datetime) -> Rule:
    """What goes back if whoever asks cancels now, or closes it because nobody came."""
    if step == "no_show":
        return rule_when_nobody_came(by_lender=bool(party & LENDER))
    return rule_for(booking, by_lender=not party & BORROWER, now=now)


def would_go_back(booking: Booking, rule: Rule) -> Back:
    """What the rule comes to, from what was paid so far and has not gone back yet."""
    paid = [payment for payment in parties.payments_of(booking) if payment.state == PaymentState.SETTLED]
    if not any(payment.total_minor for payment in paid):
        return Back(0, 0, False, rule.price_bp)
    shares = [_share(booking, payment, rule) for payment in paid]
    return Back(sum(price for price, _fee in shares), sum(fee for _price, fee in shares), True, rule.price_bp)


def call_off(booking: Booking, rule: Rule, *, by: Member | None, now: datetime) -> int:
    """Give back what the rule says of what was paid; what was not paid yet is not owed any more.

    Returns what goes back.
    """
    back = 0
    for payment in parties.payments_of(booking):
        if payment.state == PaymentState.DUE:
            payments.cancel(payment.about)
        elif payment.state == PaymentState.SETTLED:
            price, fee = _share(booking, payment, rule)
            if price + fee:
                payments.refund(payment.about, price_minor=price, fee_minor=fee, by=by, now=now)
            back += price + fee
    paying.let_go(booking, now)
    paying.pass_on(booking, now)
    parties.forget_payments(booking)
    return back


def _share(booking: Booking, payment: Payment, rule: Rule) -> tuple[int, int]:
    """Of the price, and of what the pool got: who gets the fee back is a rule of the policy it was reckoned by.

    Whoever was let down gets everything, whatever the policy says.
    """
    price, pooled = payment.left_to_refund
    pool_bp = rule.pool_bp
    if rule != ALL_BACK and booking.policy is not None:
        pool_bp = {FeeBack.ALWAYS: BASIS_POINTS, FeeBack.NEVER: 0}.get(FeeBack(booking.policy.fee_back), pool_bp)
    return basis_points(price, rule.price_bp), basis_points(pooled, pool_bp)


@dataclass(frozen=True, slots=True)
class Balance:
    """What changes hands because a booking costs something else now."""

    more_minor: int
    back_minor: int


def rebalance(booking: Booking, *, by: Member | None, now: datetime) -> Balance:
    """Let what is paid and due add up to the booking's quote: the rest is due, what is too much goes back."""
    everything = parties.payments_of(booking)
    paid = [payment for payment in everything if payment.state == PaymentState.SETTLED]
    due_now = next((payment for payment in everything if payment.state == PaymentState.DUE), None)
    price = booking.quote["price_minor"] - sum(payment.left_to_refund[0] for payment in paid)
    pooled = booking.quote["fee_minor"] + booking.quote.get("solidarity_minor", 0)
    pooled -= sum(payment.left_to_refund[1] for payment in paid)
    more = {"price_minor": max(0, price), "fee_minor": max(0, pooled)}
    was = due_now.total_minor if due_now else 0
    if due_now is not None and any(more.values()):
        payments.amend(due_now.about, now=now, **more)
    elif due_now is not None:
        payments.cancel(due_now.about)
    elif any(more.values()):
        _ask_more(booking, now=now, **more)
    back = max(0, -price) + max(0, -pooled)
    _give_back(paid, max(0, -price), max(0, -pooled), by=by, now=now)
    parties.forget_payments(booking)
    return Balance(max(0, sum(more.values()) - was), back)


def charge(booking: Booking, minor: int, *, now: datetime) -> None:
    """Something comes on top, all of it the lender's. It does not fail for want of credit: then it goes by hand."""
    _ask_more(booking, price_minor=minor, fee_minor=0, now=now, else_by_hand=True)
    parties.forget_payments(booking)


def _ask_more(
    booking: Booking, *, price_minor: int, fee_minor: int, now: datetime, else_by_hand: bool = False
) -> None:
    """One payment more, under a name of its own."""
    if parties.payments_of(booking):
        booking.extras += 1
        booking.save(update_fields=["extras"])
    facts = {
        "about": booking.abouts[-1], "title": booking.listing.title[:160], "community": booking.community,
        "payer": booking.borrower, "payee": booking.listing.owner, "price_minor": price_minor, "fee_minor": fee_minor,
        "now": now, **_reckoned_by(booking),
    }
    try:
        payments.due(gateway=paying.gateway_of(booking), **facts)
    except Overdrawn:
        if not else_by_hand:
            raise
        payments.due(gateway=Gateway.HAND, **facts)


def _give_back(paid: list[Payment], price: int, fee: int, *, by: Member | None, now: datetime) -> None:
    """From the newest payment on."""
    for payment in reversed(paid):
        price_left, fee_left = payment.left_to_refund
        price_part, fee_part = min(price, price_left), min(fee, fee_left)
        if price_part + fee_part:
            payments.refund(payment.about, price_minor=price_part, fee_minor=fee_part, by=by, now=now, part=True)
        price, fee = price - price_part, fee - fee_part
