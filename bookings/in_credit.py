"""What a price comes to in community credit: beside a quote where it can be paid so, and on what is paid so."""

from collections.abc import Iterable
from dataclasses import dataclass

from listings.models import Listing
from payments.credit import accounts
from payments.gateways import PaymentGateway
from payments.models import CreditPlan, Transfer
from payments.states import Gateway, TransferKind

from . import paying
from .models import Booking
from .quotes import Quote


@dataclass(frozen=True, slots=True)
class InCredit:
    """So many hundredths of the community's unit."""

    minor: int
    currency: str


def of_quote(listing: Listing, made: Quote, ways: Iterable[PaymentGateway]) -> InCredit | None:
    """None where one cannot pay so, or nothing is to be paid."""
    if not made.total_minor or all(way.name != Gateway.CREDIT for way in ways):
        return None
    return _reckoned(listing, made.price_minor, made.fee_minor, made.solidarity_minor)


def of_booking(booking: Booking) -> InCredit | None:
    """What was paid in credit, as the books have it; before it is agreed, what it would come to now."""
    frozen = booking.quote
    if paying.gateway_of(booking) != Gateway.CREDIT or not frozen["total_minor"]:
        return None
    kinds = [TransferKind.PRICE, TransferKind.FEE, TransferKind.SOLIDARITY]
    rows = Transfer.objects.filter(
        community=booking.community_id, about__in=booking.abouts, kind__in=kinds, source__member=booking.borrower_id,
        source__currency__in=accounts.CURRENCIES,
    )
    paid = list(rows.values_list("minor", "source__currency"))
    if paid:
        return InCredit(sum(minor for minor, _currency in paid), paid[0][1])
    return _reckoned(
        booking.listing, frozen["price_minor"], frozen["fee_minor"], frozen.get("solidarity_minor", 0)
    )


def _reckoned(listing: Listing, *parts: int) -> InCredit | None:
    """Part by part, as it is booked; None while the community has no plan."""
    plan = CreditPlan.objects.filter(community=listing.community_id).first()
    if plan is None or not listing.community.credit_unit:
        return None
    minor = sum(accounts.in_credit(part, plan.worth_minor) for part in parts)
    return InCredit(minor, accounts.currency_of(listing.community))
