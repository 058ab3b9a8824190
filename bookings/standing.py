"""Who speaks for the commons, or settles a dispute, does so as a steward: who is one no longer is out of that talk.

The borrower and the owner of a listing are in it by themselves, and stay.
"""

from django.db.models import Q

from listings.models import Departure
from members.models import Membership
from messaging import actions as messaging
from messaging.models import Participant
from messaging.states import ConversationKind, PartRole

from . import car, parties
from .models import Booking
from .states import HOLDING, State

RUNNING = HOLDING | {State.RETURNED}


def leave_the_talks(membership: Membership, **_signal: object) -> None:
    """Called when a membership has ended, or its role is another."""
    if membership.is_steward:
        return
    seats = Participant.objects.present().filter(
        member=membership.member_id, conversation__community=membership.community_id
    )
    _of_bookings(membership, seats.filter(conversation__kind=ConversationKind.BOOKING))
    _of_cars(membership, seats.filter(conversation__kind=ConversationKind.CAR, role=PartRole.HOST))


def _of_bookings(membership: Membership, seats) -> None:
    member = membership.member_id
    talks = set(seats.values_list("conversation_id", flat=True))
    bookings = Booking.objects.filter(conversation__in=talks)
    own = bookings.filter(Q(borrower=member) | Q(listing__owner=member))
    for talk in sorted(talks - set(own.values_list("conversation_id", flat=True))):
        messaging.remove(talk, member)
    running = bookings.filter(listing__owner__isnull=True, state__in=RUNNING).exclude(borrower=member)
    for booking in running.select_related("listing", "community").order_by("pk"):
        _somebody_lends(booking)


def _somebody_lends(booking: Booking) -> None:
    """Nobody is left alone with their booking: the stewards of today answer for it."""
    inside = set(
        Participant.objects.present().filter(conversation=booking.conversation_id).values_list("member_id", flat=True)
    )
    lenders = parties.lenders(booking)
    if booking.conversation_id is not None and not any(lender.pk in inside for lender in lenders):
        for lender in lenders:
            messaging.add(booking.conversation_id, lender)


def _of_cars(membership: Membership, seats) -> None:
    talks = {
        car.departure_of(key): talk
        for talk, key in seats.values_list("conversation_id", "conversation__about_key") if key
    }  # fmt: skip
    commons = Departure.objects.filter(pk__in=talks, listing__owner__isnull=True)
    for departure in commons.order_by("pk").values_list("pk", flat=True):
        messaging.remove(talks[departure], membership.member_id)
