"""What things are called: units in the plural, deeds by the kind of listing, prices as one says them.

A tool is borrowed, a room stayed in, a ride taken along; each step has its own words for each. A room
that nobody sleeps in, a hall or a desk by the hour or the day, is used like a tool and has words of its own.
"""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from listings.models import Listing
from listings.states import Kind, Unit

SPACE = "space"  # a room by the hour, the day or each time


def manner(kind: str, unit: str) -> str:
    """How a listing is used: as its kind says, or as a space where one does not sleep."""
    return SPACE if kind == Kind.ROOM and unit != Unit.NIGHT else kind


def units(n: int, unit: str) -> str:
    """ "3 days" in the active language."""
    match unit:
        case Unit.HOUR:
            return ngettext("%(n)d hour", "%(n)d hours", n) % {"n": n}
        case Unit.NIGHT:
            return ngettext("%(n)d night", "%(n)d nights", n) % {"n": n}
        case Unit.SEAT:
            return ngettext("%(n)d seat", "%(n)d seats", n) % {"n": n}
        case Unit.USE:
            return ngettext("%(n)d use", "%(n)d uses", n) % {"n": n}
    return ngettext("%(n)d day", "%(n)d days", n) % {"n": n}


def pieces(n: int, kind: str) -> str:
    """ "2 beds" of a room, "2 places" of a space, "2 seats" of a ride, "2 copies" of a tool."""
    if kind == SPACE:
        return ngettext("%(n)d place", "%(n)d places", n) % {"n": n}
    if kind == Kind.ROOM:
        return ngettext("%(n)d bed", "%(n)d beds", n) % {"n": n}
    if kind == Kind.RIDE:
        return units(n, Unit.SEAT)
    return ngettext("%(n)d copy", "%(n)d copies", n) % {"n": n}


Words = str | Promise


class Deed(NamedTuple):
    """A step as a button says it, and the question asked before one that can't be taken back."""

    button: Words
    question: Words = ""


ASK: dict[str, Words] = {
    Kind.TOOL: lazy("Ask to borrow"), Kind.ROOM: lazy("Ask to stay"), Kind.RIDE: lazy("Ask to ride along"),
    SPACE: lazy("Ask to use it"),
}
AT_ONCE: dict[str, Words] = {
    Kind.TOOL: lazy("Borrow now"), Kind.ROOM: lazy("Book the stay"), Kind.RIDE: lazy("Take the seat"),
    SPACE: lazy("Book it now"),
}
YOU_USE: dict[str, Words] = {
    Kind.TOOL: lazy("You borrow"), Kind.ROOM: lazy("You stay"), Kind.RIDE: lazy("You ride along"),
    SPACE: lazy("You use it"),
}
YOU_LEND: dict[str, Words] = {
    Kind.TOOL: lazy("You lend"), Kind.ROOM: lazy("You host"), Kind.RIDE: lazy("You drive"), SPACE: lazy("You lend"),
}
USE_FROM: dict[str, Words] = {
    Kind.TOOL: lazy("You borrow from %(name)s"), Kind.ROOM: lazy("You stay with %(name)s"),
    Kind.RIDE: lazy("You ride with %(name)s"), SPACE: lazy("You borrow from %(name)s"),
}
LEND_TO: dict[str, Words] = {
    Kind.TOOL: lazy("You lend to %(name)s"), Kind.ROOM: lazy("You host %(name)s"),
    Kind.RIDE: lazy("You drive %(name)s"), SPACE: lazy("You lend to %(name)s"),
}
DEEDS = {
    "accept": Deed(lazy("Say yes")),
    "decline": Deed(lazy("Say no"), lazy("Say no to this request?")),
    "withdraw": Deed(lazy("Take back the request"), lazy("Take back your request?")),
    "cancel": Deed(lazy("Cancel the booking"), lazy("Cancel this booking?")),
    "hand_over": Deed(lazy("Confirm pick-up")),
    "no_show": Deed(lazy("Nobody came"), lazy("Close this because nobody came?")),
    "return": Deed(lazy("Confirm return")),
    "dispute": Deed(lazy("Something is wrong")),
    "close": Deed(lazy("All is well, close")),
    "agree": Deed(lazy("We have settled it"), lazy("Have you settled it between you?")),
    "resolve": Deed(lazy("Settle it")),
    "pay": Deed(lazy("Confirm payment")),
}
TO_DO: dict[str, Words] = {  # where a list says what waits, and no is an answer too
    "accept": lazy("Say yes or no"), "dates": lazy("Answer the other dates"), "times": lazy("Say when you can meet"),
}
_OF_KIND: dict[tuple[str, str], Words] = {
    ("hand_over", SPACE): lazy("Confirm the start"), ("return", SPACE): lazy("Confirm the end"),
    ("hand_over", Kind.ROOM): lazy("Confirm arrival"), ("return", Kind.ROOM): lazy("Confirm departure"),
    ("hand_over", Kind.RIDE): lazy("Confirm getting on"), ("return", Kind.RIDE): lazy("Confirm arrival"),
}
PICKUP: dict[str, Words] = {
    Kind.TOOL: lazy("Pick-up"), Kind.ROOM: lazy("Arrival"), Kind.RIDE: lazy("Getting on"), SPACE: lazy("Beginning"),
}
RETURN: dict[str, Words] = {
    Kind.TOOL: lazy("Return"), Kind.ROOM: lazy("Departure"), Kind.RIDE: lazy("Getting off"), SPACE: lazy("End"),
}


def ask(listing: Listing) -> str:
    """The words on the one big button of a listing."""
    return str((AT_ONCE if listing.instant else ASK)[manner(listing.kind, listing.price_unit)])


def to_do(step: str, listing: Listing) -> str:
    """The step as a list of what waits for one says it."""
    return str(TO_DO[step]) if step in TO_DO else button(step, listing)


def button(step: str, listing: Listing) -> str:
    return str(_OF_KIND.get((step, manner(listing.kind, listing.price_unit)), DEEDS[step].button))
