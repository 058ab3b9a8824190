"""Paid by card at the play bank: one request whose price is held, one booking that is agreed and charged."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from bookings import actions
from bookings.models import Booking
from listings.models import Listing
from members.models import Community, Member
from payments.cards import checkout, errands
from payments.models import CardCharge
from payments.states import ChargeState, Gateway
from sharing.web.refusals import Refusal

from .play_bank import PlayBank, money
from .play_bank.state import GOOD_CARD

SOON = range(3, 12)  # days from today, of which the first that is free is taken
PAID = (
    # who, what of whom, a word, whether the lender has said yes
    ("greta@demo.example", "bo@demo.example", "drill", "For the wall behind the piano.", False),
    ("leyla@demo.example", "hannes@demo.example", "", "Before the frost. I bring it back with plum cake.", True),
)


def paid_by_card(play: PlayBank, community: Community) -> None:
    """Ask, give the card at the bank's own page, and let the bank do what follows."""
    for payer, owner, word, note, agreed in PAID:
        things = Listing.objects.published().filter(community=community, owner__email=owner, price_minor__gt=0)
        listing = things.filter(kind="tool", title__icontains=word, instant=False).order_by("pk").first()
        booking = _asked(listing, Member.objects.get(email=payer), note) if listing else None
        if booking is None:
            continue
        _give_card(play, booking)
        if agreed:
            actions.take(booking.pk, "accept", by=booking.listing.owner)
    errands.run_due()


def _asked(listing: Listing, by: Member, note: str) -> Booking | None:
    today = timezone.now().astimezone(ZoneInfo(listing.time_zone)).date()
    for days in SOON:
        day = today + timedelta(days=days)
        try:
            return actions.request(listing.pk, by=by, starts=day, ends=day, note=note, gateway=Gateway.STRIPE)
        except Refusal:  # taken, or closed on that day
            continue
    return None


def _give_card(play: PlayBank, booking: Booking) -> None:
    for charge in CardCharge.objects.filter(about=booking.about, state=ChargeState.NEEDED):
        home = "http://127.0.0.1/"
        checkout.address(charge.pk, by=booking.borrower, success_url=home, cancel_url=home)
        charge.refresh_from_db()
        money.pay(play.bank, charge.session, GOOD_CARD)
        checkout.back(charge)
