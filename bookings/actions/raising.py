"""A request that would cost more by other dates: they count once the card holds the new price, or not at all.

Until then the request stands as it was, and whoever says yes says yes to that.
"""

from datetime import datetime, timedelta

from django.db import transaction

from payments import actions as payments

from .. import fresh, paying
from ..models import Booking, Change
from ..states import ChangeState
from .steps import _seen

TO_PAY = timedelta(minutes=15)


def counts_at_once(booking: Booking, row: Change, now: datetime) -> bool:
    """Whether what the new dates cost needs no word of a card first. Raises Refusal where it cannot be paid so."""
    minor = row.quote["total_minor"]
    if not minor:
        paying.let_go(booking, now)
        return True
    return payments.reserve_more(
        booking.about, title=booking.listing.title[:160], community=booking.community, payer=booking.borrower,
        payee=booking.listing.owner, minor=minor, gateway=paying.gateway_of(booking), starts=row.starts,
        ends=row.ends, now=now,
    )


def wait(booking: Booking, row: Change, now: datetime) -> None:
    """For the card, as long as one takes to give it; the request itself may end before that."""
    row.waits_for_card = True
    row.expires = min(now + TO_PAY, booking.expires or now + TO_PAY)


def drop(booking: Booking, now: datetime) -> None:
    """The request moves on without it."""
    payments.more_dropped(booking.about, gateway=paying.gateway_of(booking), now=now)
    waiting = booking.changes.filter(state=ChangeState.PROPOSED, waits_for_card=True)
    waiting.update(state=ChangeState.EXPIRED, answered=now)


def expire_due(now: datetime) -> int:
    """Whoever did not give a card in time keeps what they had; returns how many."""
    due = Change.objects.filter(state=ChangeState.PROPOSED, waits_for_card=True, expires__lte=now)
    numbers = list(due.values_list("booking", flat=True)[:100])
    for pk in numbers:
        with transaction.atomic():
            drop(booking := _seen(pk, None, lock=True), now)
            fresh.tell(booking)
    return len(numbers)
