"""The other way of a journey there and back, as the page of one of the two shows it.

The two are paid one after the other, each with a card of its own: the page of either says which is still to be paid,
and what has become of the other, so that nobody sets off without a seat home.
"""

from dataclasses import dataclass

from django.db.models import Q

from listings.states import Kind
from payments.models import CardCharge

from . import news, paying
from .models import Booking, RoundTrip
from .states import ENDED, State

WAYS = 2


@dataclass(frozen=True, slots=True)
class Leg:
    """The other of the two. `part`: which of the two the reader's own page is about, 1 the way there, 2 the way back.

    charge: what a card is asked for it now, where it is still to be paid.
    """

    booking: Booking
    part: int
    when: str
    charge: CardCharge | None = None

    @property
    def leads_home(self) -> bool:
        return self.part == 1

    @property
    def number(self) -> int:
        """Which of the two this one is."""
        return WAYS + 1 - self.part

    @property
    def is_off(self) -> bool:
        """Nobody will ride it: it was not paid in time, or somebody called it off."""
        return self.booking.state in ENDED and self.booking.state != State.CLOSED

    @property
    def ran_out_unpaid(self) -> bool:
        return self.booking.state == State.EXPIRED and paying.is_first(self.booking)


def other(booking: Booking) -> Leg | None:
    """None where it was asked for alone. Asks the database for rides only: one statement, two where a card pays."""
    if booking.listing.kind != Kind.RIDE:
        return None
    rows = RoundTrip.objects.filter(Q(there=booking) | Q(home=booking))
    ways = ("there", "home")
    row = rows.select_related(*(f"{way}__{part}" for way in ways for part in ("listing__owner", "borrower"))).first()
    if row is None:
        return None
    part = 1 if row.there_id == booking.pk else WAYS
    found = row.home if part == 1 else row.there
    when = news.spoken(found.starts, found.ends, found.listing.time_zone, found.listing.price_unit)
    charge = None if found.state in ENDED else paying.to_pay(paying.charges_of(found), found.state)
    return Leg(found, part, when, charge)


def numbers(booking: Booking) -> dict[str, int]:
    """The other way's booking, for programs: `back` of a way there, `there` of a way back. Asks of rides only."""
    if booking.listing.kind != Kind.RIDE:
        return {}
    row = RoundTrip.objects.filter(Q(there=booking) | Q(home=booking)).values_list("there", "home").first()
    if row is None:
        return {}
    return {"back": row[1]} if row[0] == booking.pk else {"there": row[0]}
