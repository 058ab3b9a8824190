"""What the bookings room does when it, or a lower room, tells something."""

from typing import Any

from django.utils import timezone

from cooperative.signals import care_changed
from listings.models import Listing
from members.signals import membership_changed, membership_ended
from payments import causes
from payments.models import CardCharge
from payments.signals import card_given, card_moved, card_troubled
from payments.states import Wanted
from sharing.values.period import Period

from . import actions, fresh, standing, upkeep, waiting
from .models import OpeningWindow
from .signals import period_freed


def connect() -> None:
    """Called when the app loads: what this room tells itself."""
    care_changed.connect(upkeep.follow, dispatch_uid="bookings.upkeep")
    period_freed.connect(offer_what_is_free, dispatch_uid="bookings.offer_what_is_free")
    card_given.connect(go_on_with_card, dispatch_uid="bookings.go_on_with_card")
    card_troubled.connect(ask_for_a_card, dispatch_uid="bookings.ask_for_a_card")
    card_moved.connect(show_what_became_of_it, dispatch_uid="bookings.show_what_became_of_it")
    for signal in (membership_ended, membership_changed):
        signal.connect(standing.leave_the_talks, dispatch_uid="bookings.leave_the_talks")


def keep_the_week(listing: Listing, like: Listing, **_signal: object) -> None:
    """A listing begun like another is open in the same hours of the week; days that differ are each one's own."""
    OpeningWindow.objects.bulk_create(
        OpeningWindow(listing=listing, weekday=window.weekday, opens=window.opens, closes=window.closes)
        for window in like.windows.all()
    )


def offer_what_is_free(sender: object, *, listing_id: int, period: Period, **_more: Any) -> None:
    """The first in line need not wait for the clock; should this fail, the clock comes anyway.

    What is out too long is in the way of all of them.
    """
    now = timezone.now()
    actions.keep_what_is_out(now, listing_id)
    if waiting.waits_for(listing_id, period):
        actions.offer_next(listing_id, now)


def go_on_with_card(sender: object, *, about: str, charge: CardCharge, **_more: Any) -> None:
    """What a request costs is held on a card; or the deposit is, which the lender may wait to hear."""
    if number := _booking(about):
        if charge.purpose == "deposit":
            actions.deposit_held(number, charge)
        elif charge.wanted == Wanted.RAISE:
            actions.card_holds_more(number)
        else:
            actions.card_given(number)


def ask_for_a_card(sender: object, *, about: str, charge: CardCharge, **_more: Any) -> None:
    if number := _booking(about):
        actions.card_troubled(number, charge)


def show_what_became_of_it(sender: object, *, about: str, **_more: Any) -> None:
    """Told after `card_given` and `card_troubled`, so what they did is there to be seen."""
    if number := _booking(about):
        fresh.tell_of(number)


def _booking(about: str) -> int | None:
    parsed = causes.parse(about)
    return parsed[1] if parsed and parsed[0] == "booking" else None
