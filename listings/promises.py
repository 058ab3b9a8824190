"""What is still promised about a listing, told by the rooms above.

The rooms that make promises about listings register a teller when they load: a function from a
listing to a sentence ("Two bookings are still running.") or "". Here it is only asked whether
there is one, so that archiving can say what goes on and a booked ride keeps its way.
"""

from collections.abc import Callable

from .models import Listing

Teller = Callable[[Listing], str]
_tellers: list[Teller] = []


def register(teller: Teller) -> None:
    if teller not in _tellers:
        _tellers.append(teller)


def of(listing: Listing) -> list[str]:
    """The sentences about promises that still bind this listing, in the active language."""
    return [sentence for teller in _tellers if (sentence := teller(listing))]
