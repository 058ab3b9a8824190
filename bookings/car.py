"""The car of a departure: its driver and whoever has a seat in it talk together, as long as they have one.

Who takes part is read from the bookings each time one of them moves, so a seat given up, changed or refused ends
the part in the talk in the same transaction. Whoever joins reads what is said from then on.
"""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from listings.models import Departure
from members.models import Member
from messaging import actions as messaging
from messaging import lines
from messaging.models import Conversation, Participant
from messaging.states import ConversationKind, PartRole
from sharing.web import formats

from . import parties
from .models import Booking
from .states import State

ABOARD = (State.ACCEPTED, State.HANDED_OVER, State.RETURNED, State.CLOSED, State.DISPUTED)


def register() -> None:
    """Called when the app loads: how its lines read."""
    lines.register("car.joined", lambda told: _("%(name)s rides along") % told)
    lines.register("car.left", lambda told: _("%(name)s no longer rides along") % told)


def settle(*departures: int | None) -> None:
    """Let those take part in each car who have a seat in it now; in the caller's transaction."""
    for pk in sorted({pk for pk in departures if pk is not None}):
        _settle(pk)


def _settle(departure: int) -> None:
    rows = Booking.objects.filter(departure=departure, state__in=ABOARD).select_related("borrower", "listing__owner")
    bookings = list(rows.order_by("pk"))
    riders = {row.borrower_id: row.borrower for row in bookings}
    talk = Conversation.objects.filter(about_key=_key(departure)).first()
    if talk is None:
        if not bookings:
            return
        talk = _opened(departure, bookings[0])
    seats = Participant.objects.present().filter(conversation=talk, role=PartRole.MEMBER).select_related("member")
    inside = {seat.member_id: seat.member for seat in seats}
    for pk in sorted(riders.keys() - inside.keys()):
        _join(talk, riders[pk])
    for pk in sorted(inside.keys() - riders.keys()):
        messaging.post_event(talk.pk, "car.left", {"name": inside[pk].first_name}, by=inside[pk])
        messaging.remove(talk.pk, pk)


def _key(departure: int) -> str:
    return f"car:{departure}"


def departure_of(key: str) -> int:
    """Which departure a car's talk is about."""
    return int(key.partition(":")[2])


def _opened(departure: int, booking: Booking) -> Conversation:
    drivers, listing = parties.lenders(booking), booking.listing
    leaves = Departure.objects.values_list("leaves", flat=True).get(pk=departure)
    try:
        with transaction.atomic():
            return messaging.open_conversation(
                ConversationKind.CAR, drivers, subject=_subject(booking, leaves),
                url=listing.get_absolute_url(), key=_key(departure), community=booking.community, hosts=drivers,
            )
    except IntegrityError:  # another took a seat at this moment
        return Conversation.objects.get(about_key=_key(departure))


def _subject(booking: Booking, leaves: datetime) -> str:
    """Title and day, by the clock and in the language of the community: one subject for all who read it."""
    with translation.override(booking.community.language):
        return f"{booking.listing.title[:140]} · {formats.moment(leaves, booking.listing.time_zone, 'day')}"


def _join(talk: Conversation, rider: Member) -> None:
    messaging.add(talk.pk, rider, from_now=True)
    messaging.post_event(talk.pk, "car.joined", {"name": rider.first_name}, by=rider)
