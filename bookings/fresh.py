"""An open booking follows what changes by itself and leaves no line in its conversation.

A card that is charged, held or says no; a proposal nobody answered; a promise that waits for the card. Whatever
is said in the conversation refreshes the page anyway.
"""

from messaging import actions as messaging

from . import parties
from .models import Booking
from .states import State


def tell(booking: Booking) -> None:
    """Whoever has it open sees it anew, after the commit."""
    readers = {booking.borrower_id, *(lender.pk for lender in parties.lenders(booking))}
    if booking.state == State.DISPUTED:
        readers |= {mediator.pk for mediator in parties.mediators(booking)}
    messaging.stale(booking.get_absolute_url(), readers)


def tell_of(*numbers: int) -> None:
    """The same of bookings of which only the numbers are at hand."""
    for booking in Booking.objects.select_related("listing__owner").filter(pk__in=numbers):
        tell(booking)
