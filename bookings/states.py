"""The life of a booking as data: which step leads where, and who may take it.

One table answers three questions: may this happen, may *they* do it, and which buttons show.
"""

from datetime import timedelta
from enum import Flag, auto
from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    REQUESTED = "requested", _("Asked")
    ACCEPTED = "accepted", _("Agreed")
    HANDED_OVER = "handed_over", _("Handed over")
    RETURNED = "returned", _("Returned")
    CLOSED = "closed", _("Closed")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EXPIRED = "expired", _("Expired")
    CANCELLED = "cancelled", _("Cancelled")
    NO_SHOW = "no_show", _("Nobody came")
    DISPUTED = "disputed", _("In dispute")


ENDED = frozenset(
    {State.CLOSED, State.DECLINED, State.WITHDRAWN, State.EXPIRED, State.CANCELLED, State.NO_SHOW}
)
REPORT_WITHIN = timedelta(hours=48)  # after the return one may say that something is wrong; then it closes
HOLDING = frozenset({State.REQUESTED, State.ACCEPTED, State.HANDED_OVER, State.DISPUTED})


class Party(Flag):
    """Who takes a step: the borrower, the lender (owner, or stewards for the commons), a mediator, the clock."""

    BORROWER = auto()
    LENDER = auto()
    MEDIATOR = auto()
    CLOCK = auto()


BORROWER, LENDER, MEDIATOR, CLOCK = Party.BORROWER, Party.LENDER, Party.MEDIATOR, Party.CLOCK
BOTH = BORROWER | LENDER


class Step(NamedTuple):
    """`before` the states it may be taken from, `after` where it leads, `by` whom.

    needs_both: the state moves once both sides have taken it, each on their own phone.
    """

    before: frozenset[State]
    after: State
    by: Party
    needs_both: bool = False


STEPS: dict[str, Step] = {
    "accept": Step(frozenset({State.REQUESTED}), State.ACCEPTED, LENDER | CLOCK),  # at once, when the card is given
    "decline": Step(frozenset({State.REQUESTED}), State.DECLINED, LENDER),
    "withdraw": Step(frozenset({State.REQUESTED}), State.WITHDRAWN, BORROWER),
    "expire": Step(frozenset({State.REQUESTED}), State.EXPIRED, CLOCK),
    "cancel": Step(frozenset({State.ACCEPTED}), State.CANCELLED, BOTH),
    "hand_over": Step(frozenset({State.ACCEPTED}), State.HANDED_OVER, BOTH, needs_both=True),
    "no_show": Step(frozenset({State.ACCEPTED}), State.NO_SHOW, BOTH),
    "return": Step(frozenset({State.HANDED_OVER}), State.RETURNED, BOTH, needs_both=True),
    "dispute": Step(frozenset({State.HANDED_OVER, State.RETURNED}), State.DISPUTED, BOTH),
    "close": Step(frozenset({State.RETURNED}), State.CLOSED, LENDER | CLOCK),
    "agree": Step(frozenset({State.DISPUTED}), State.CLOSED, BOTH, needs_both=True),
    "resolve": Step(frozenset({State.DISPUTED}), State.CLOSED, MEDIATOR),
}
for _name, _step in STEPS.items():
    assert _step.before and not (_step.before & ENDED), f"{_name} leaves a state that has ended"


class ClaimKind(models.TextChoices):
    BOOKING = "booking", _("Booking")
    BLOCK = "block", _("Kept free by the owner")
    REPAIR = "repair", _("In repair")
    IMPORT = "import", _("Busy in another calendar")
    OFFER = "offer", _("Offered to the next in line")


class ChangeState(models.TextChoices):
    PROPOSED = "proposed", _("Proposed")
    AGREED = "agreed", _("Agreed")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EXPIRED = "expired", _("Expired")


class WaitState(models.TextChoices):
    WAITING = "waiting", _("In line")
    OFFERED = "offered", _("Offered")
    TAKEN = "taken", _("Taken")
    LEFT = "left", _("Left the line")
    PASSED = "passed", _("Let it pass")
    OVER = "over", _("Over")


class Rhythm(models.TextChoices):
    """How a series goes on, in local days: MONTHLY keeps the weekday (every second Tuesday)."""

    WEEKLY = "weekly", _("Every week")
    FORTNIGHTLY = "fortnightly", _("Every two weeks")
    MONTHLY = "monthly", _("Every month, the same weekday")


class FeedFault(models.TextChoices):
    """Why another calendar could not be read."""

    ADDRESS = "address", _("This address cannot be used. It must lead to a public calendar by https or http.")
    UNREACHABLE = "unreachable", _("Nobody answers at this address.")
    REFUSED = "refused", _("The other side refuses to show this calendar. Perhaps its secret address was changed.")
    SLOW = "slow", _("The answer took longer than ten seconds.")
    LARGE = "large", _("The calendar is larger than 1 MB.")
    NOT_A_CALENDAR = "not_a_calendar", _("What came back is not a calendar.")
    TOO_MUCH = "too_much", _("The calendar repeats without end, or holds more than can be worked through.")


class Meter(models.TextChoices):
    """A reading taken at both handovers. Counters only ever rise; a level goes from 0 to 100."""

    NONE = "", _("none")
    KM = "km", _("kilometres")
    MILES = "mi", _("miles")
    HOURS = "h", _("hours of use")
    KWH = "kwh", _("kilowatt hours")
    FUEL = "fuel", _("fuel in the tank, in per cent")
    CHARGE = "charge", _("charge of the battery, in per cent")


LEVELS = frozenset({Meter.FUEL, Meter.CHARGE})


class HandoverPhase(models.TextChoices):
    PICKUP = "pickup", _("Pick-up")
    RETURN = "return", _("Return")
    SETTLE = "settle", _("Settled between you")


class DayState(models.TextChoices):
    """What a day on the calendar says when it can't be had, or can."""

    FREE = "free", _("free")
    PART = "part", _("partly taken")
    TAKEN = "taken", _("taken")
    CLOSED = "closed", _("closed")
    SOON = "soon", _("too soon")
    FAR = "far", _("not open for booking yet")
    PAST = "past", _("past")
