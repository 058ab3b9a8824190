"""A booking as one member reads it: what has happened, what comes next, and the one thing to do now.

Nothing here asks the database: it reads what the page has loaded.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from listings.states import Kind
from members.models import Member
from payments.models import Payment
from payments.states import PaymentState
from sharing.values.period import instant
from sharing.web import formats

from . import news, parties, paying, settling, words
from .models import Booking, BookingEvent
from .states import BORROWER, ENDED, LENDER, State

# The first of these that is open is the one big button.
FIRST_THINGS = ("accept", "resolve", "hand_over", "return", "pay", "close")
SECOND_THINGS = ("decline", "withdraw", "cancel", "no_show", "dispute", "agree")
EVENING = time(18)  # of the day before: from then on the pick-up is what one comes here for


class Entry(NamedTuple):
    """A line of the timeline: state done, now, bad, or "" for what lies ahead."""

    state: str
    title: str
    at: str = ""
    note: str = ""


@dataclass(frozen=True)
class Next:
    """The one thing that moves the booking on: a step of this member, or waiting for somebody."""

    title: str
    text: str
    step: str = ""
    waiting: bool = False


def main_step(steps: Iterable[str]) -> str:
    open_steps = set(steps)
    return next((step for step in FIRST_THINGS if step in open_steps), "")


def is_near(booking: Booking, now: datetime) -> bool:
    """Whether it is about to begin: from the evening before, or once a side has confirmed the pick-up."""
    zone = ZoneInfo(booking.listing.time_zone)
    eve = instant(booking.starts.astimezone(zone).date() - timedelta(days=1), EVENING, zone)
    return now >= eve or bool(parties.done(booking, "hand_over"))


def entries(booking: Booking, reader: Member, *, deposit: str = "") -> list[Entry]:
    """What has happened, by the reader's own clock as in the conversation beside it; then what lies ahead.

    `deposit`: how it stands on the card, where a card is to hold it (see `paying.deposit_on_card`).
    """
    happened = list(booking.events.all())
    zone = timezone.get_current_timezone_name()
    lines = [
        Entry(_mark(event), _happened(booking, event, reader), formats.moment(event.created, zone), event.note)
        for event in happened
    ]
    if booking.state in ENDED:
        return lines
    lines += _ahead(booking, deposit)
    first_ahead = len(happened)
    lines[first_ahead] = lines[first_ahead]._replace(state="now")
    return lines


def next_thing(
    booking: Booking, reader: Member, steps: list[str], payment: Payment | None, *, deposit: str = "",
    now: datetime | None = None,
) -> Next | None:
    """What to say in the panel at the top; None when it is over."""
    kind, other = _manner(booking), other_name(booking, reader)
    if booking.state == State.ACCEPTED and not is_near(booking, now or timezone.now()):
        return _coming(booking, reader, other)
    step = main_step(steps)
    if step == "close" and (deposit not in ("", "held") or not booking.quote.get("deposit_minor")):
        return Next(_("Is everything in order?"), _("When you close it, all is done."), step=step)
    if step:
        return Next(*_told(step, booking, reader, other, payment), step=step)
    lends = bool(parties.parties(booking, reader) & LENDER)
    match booking.state:
        case State.REQUESTED if not lends and paying.is_first(booking) and not _card_given(booking):
            text = _("%(name)s is asked as soon as it is there.") % {"name": other}
            if _promised(booking):
                text = _("%(name)s has agreed. It is yours as soon as it is there.") % {"name": other}
            return Next(_("Your card is still missing"), text, waiting=True)
        case State.REQUESTED:
            return Next(
                _("%(name)s has your request") % {"name": other},
                _("Nothing is promised until %(name)s says yes. Till then the time is held for you.") % {"name": other},
                waiting=True,
            )
        case State.ACCEPTED:
            return Next(
                _("You have confirmed"), _("Now %(name)s confirms on their own phone.") % {"name": other}, waiting=True
            )
        case State.HANDED_OVER:
            return Next(
                _("You have confirmed"), _("Now %(name)s confirms on their own phone.") % {"name": other}, waiting=True
            )
        case State.RETURNED if payment is not None and payment.state == PaymentState.DUE:
            text = _("%(name)s has to confirm it too.") % {"name": other}
            return Next(_("You have confirmed the payment"), text, waiting=True)
        case State.RETURNED:
            text = _("It closes by itself 48 hours after the end, unless one of you says that something is wrong.")
            return Next(_("All done"), text if not lends else "", waiting=True)
        case State.DISPUTED if "agree" in steps and (offer := settling.offered(booking)):
            words_of = {"name": offer.by.first_name, "money": formats.money(offer.minor, booking.quote["currency"])}
            text = _("Agree, or name another amount. If you find none together, a steward settles it.")
            if offer.beyond:
                words_of["more"] = formats.money(offer.beyond, booking.quote["currency"])
                if offer.minor:
                    return Next(_("%(name)s says: the whole deposit stays with the lender, and %(more)s more is owed")
                                % words_of, text)
                return Next(_("%(name)s says: %(more)s is owed for the damage") % words_of, text)
            if offer.minor:
                return Next(_("%(name)s says: %(money)s of the deposit stays with the lender") % words_of, text)
            return Next(_("%(name)s says that it is settled between you") % words_of, text)
        case State.DISPUTED:
            text = _("Tell them in the conversation what happened. If you two agree, you can settle it yourselves.")
            return Next(_("A steward is looking into it"), text, waiting=True)
    return Next(str(words.PICKUP[kind]), "", waiting=True) if booking.state not in ENDED else None


def _promised(booking: Booking) -> bool:
    """Whether the lender has agreed to the dates as they stand."""
    return [event.step for event in booking.events.all() if event.step in ("promise", "change")] == ["promise"]


def _card_given(booking: Booking) -> bool:
    return any(event.step == "card" for event in booking.events.all())


def _coming(booking: Booking, reader: Member, other: str) -> Next:
    """Agreed, and not about to begin yet: what comes next, when and where."""
    listing, words_of = booking.listing, {"what": str(words.PICKUP[_manner(booking)]), "when": news.begins(booking)}
    where = booking.board.place if booking.board else listing.address or listing.place
    parts = [_("With %(name)s.") % {"name": other}]
    if where and parties.parties(booking, reader) & (BORROWER | LENDER):
        parts = [_("With %(name)s, %(where)s.") % {"name": other, "where": where}]
    parts.append(_("From the evening before you both confirm it here, each on your own phone."))
    return Next(_("%(what)s: %(when)s") % words_of, " ".join(parts), waiting=True)


def _manner(booking: Booking) -> str:
    return words.manner(booking.listing.kind, booking.listing.price_unit)


def other_name(booking: Booking, reader: Member) -> str:
    """Whom one has to do with: the lender to a borrower, the borrower to everybody else."""
    if booking.borrower_id != reader.pk:
        return booking.borrower.first_name
    if booking.listing.owner is not None:
        return booking.listing.owner.first_name
    return parties.home(booking, reader).name


def _told(step: str, booking: Booking, reader: Member, other: str, payment: Payment | None) -> tuple[str, str]:
    kind = _manner(booking)
    match step:
        case "accept":
            title = _("%(name)s waits for your answer") % {"name": other}
            return title, _("The time is held for them until you answer.")
        case "resolve":
            return _("Settle this"), _("Hear both sides in the conversation, then say how it ends.")
        case "hand_over":
            text = {
                Kind.ROOM: _("When %(name)s is there, you both confirm, each on your own phone."),
                words.SPACE: _("When the door is open, you both confirm, each on your own phone."),
                Kind.RIDE: _("When you sit in the car together, you both confirm, each on your own phone."),
            }.get(kind, _("When it changes hands, you both confirm, each on your own phone, best with a photo."))
            title = _("%(what)s: %(when)s") % {"what": str(words.PICKUP[kind]), "when": news.begins(booking)}
            return title, text % {"name": other}
        case "return":
            text = {
                Kind.ROOM: _("When the stay is over, you both confirm."),
                words.SPACE: _("When it is over, you both confirm. A photo helps to remember how it was left."),
                Kind.RIDE: _("When the ride is over, you both confirm."),
            }.get(kind, _("When it is back, you both confirm. A photo helps to remember its state."))
            title = _("%(what)s: %(when)s") % {"what": str(words.RETURN[kind]), "when": news.is_over(booking)}
            return title, text
        case "pay":
            text = _("%(name)s pays you hand to hand; then you both confirm.")
            if payment is not None and payment.payer_id == reader.pk:
                text = _("You pay %(name)s hand to hand; then you both confirm.")
            return _("Payment"), text % {"name": other}
    return _("Is everything in order?"), _("When you close it, the deposit is free again and all is done.")


def _mark(event: BookingEvent) -> str:
    return "bad" if event.step in ("decline", "expire", "cancel", "no_show", "dispute", "late", "late_next") else "done"


def _happened(booking: Booking, event: BookingEvent, reader: Member) -> str:
    if event.by is None:
        return {
            "accept": _("Agreed at once"), "expire": _("Nobody answered in time"), "late": _("Late"),
            "late_next": _("The one before is late with it"),
        }.get(event.step, _("Closed by itself"))
    kind, you = _manner(booking), event.by_id == reader.pk
    name = {"name": event.by.first_name}
    match event.step:
        case "request":
            return _("You asked") if you else _("%(name)s asked") % name
        case "accept":
            return _("You said yes") if you else _("%(name)s said yes") % name
        case "promise":
            return _("You agreed to the dates") if you else _("%(name)s agreed to the dates") % name
        case "card":
            return _("You gave your card") if you else _("%(name)s gave a card") % name
        case "decline":
            return _("You said no") if you else _("%(name)s said no") % name
        case "withdraw":
            return _("You took the request back") if you else _("%(name)s took the request back") % name
        case "cancel":
            return _("You cancelled") if you else _("%(name)s cancelled") % name
        case "hand_over" | "return":
            what = {"what": str((words.PICKUP if event.step == "hand_over" else words.RETURN)[kind])}
            if you:
                return _("%(what)s: confirmed by you") % what
            return _("%(what)s: confirmed by %(name)s") % (what | name)
        case "forgive":
            return _("You let go of what was owed") if you else _("%(name)s let go of what was owed") % name
        case "waive":
            return _("You forgave the late fee") if you else _("%(name)s forgave the late fee") % name
        case "change_ask":
            return _("You proposed other dates") if you else _("%(name)s proposed other dates") % name
        case "change":
            return _("You changed the dates") if you else _("%(name)s changed the dates") % name
        case "change_decline":
            return _("You kept the dates as they are") if you else _("%(name)s kept the dates as they are") % name
        case "change_withdraw":
            return _("You took the proposal back") if you else _("%(name)s took the proposal back") % name
        case "pay":
            return _("Payment: confirmed by you") if you else _("Payment: confirmed by %(name)s") % name
        case "no_show":
            return _("You waited, nobody came") if you else _("%(name)s waited, nobody came") % name
        case "dispute":
            return _("You said that something is wrong") if you else _("%(name)s said that something is wrong") % name
        case "agree":
            return _("You say that it is settled") if you else _("%(name)s says that it is settled") % name
        case "departure_moved":
            return _("You moved the departure") if you else _("%(name)s moved the departure") % name
        case "resolve":
            return _("Settled by you") if you else _("Settled by %(name)s") % name
    return _("Closed by you") if you else _("Closed by %(name)s") % name


def other_clock(booking: Booking, now: datetime) -> str:
    """The booking's own zone, where its clocks say something else than the reader's."""
    zone = booking.listing.time_zone
    here, there = timezone.get_current_timezone(), ZoneInfo(zone)
    same = all(at.astimezone(here).utcoffset() == at.astimezone(there).utcoffset() for at in (now, booking.starts))
    return "" if same else formats.zone(zone)


def _ahead(booking: Booking, deposit_on_card: str) -> list[Entry]:
    kind = _manner(booking)
    until = formats.moment(booking.expires, booking.listing.time_zone) if booking.expires else ""
    answer = Entry("", _("Answer"), _("until %(when)s") % {"when": until} if until else "")
    pickup = Entry("", str(words.PICKUP[kind]), news.begins(booking))
    back = Entry("", str(words.RETURN[kind]), news.is_over(booking))
    deposit, fee = booking.quote.get("deposit_minor"), booking.quote.get("fee_minor")
    payment = parties.payment_of(booking)
    if payment is not None and payment.state != PaymentState.DUE:
        fee = 0  # it is in the books already
    if booking.state in (State.RETURNED, State.DISPUTED) and deposit_on_card not in ("", "held"):
        deposit = 0  # the card never held it
    if deposit and fee:
        title = _("Deposit back, fee into the pool")
    elif deposit:
        title = _("Deposit back")
    else:
        title = _("Closed")
    close = Entry("", title, "", _("48 hours later at the latest"))
    settle = Entry("", _("A steward settles it"))
    return {
        State.REQUESTED: [answer, pickup, back, close], State.ACCEPTED: [pickup, back, close],
        State.HANDED_OVER: [back, close], State.RETURNED: [close], State.DISPUTED: [settle],
    }[State(booking.state)]
