"""Dates proposed in a conversation: accepted, they are a booking, or other dates of one, by the ordinary actions.

What was proposed is kept with the price it had then; whether it can still be had, and for what, is settled when
the other side accepts. Both have agreed by then, so a request made this way is accepted in the same breath; where
a card comes first, as soon as the card is there.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from listings import talk
from listings.models import Listing
from listings.states import Kind, Unit
from members.models import Member
from messaging import offers
from messaging.models import Conversation, Message
from sharing.web import formats
from sharing.web.refusals import Refusal

from . import actions, changes, news, paying, quotes
from .actions import promising
from .actions.requests import NotFree, visible
from .models import Booking
from .quotes import Quote
from .states import State


def register() -> None:
    """Called when the app loads."""
    offers.register("listing", OfListings())
    offers.register("booking", OfBookings())


class _Proposed:
    """What both kinds say of dates that were proposed: all of it is kept with them."""

    def words(self, messages: list[Message], reader: Member) -> dict[int, dict[str, Any]]:
        return {message.pk: self._said(message, reader) for message in messages}

    def _said(self, message: Message, reader: Member) -> dict[str, Any]:
        kept = (message.data or {})["period"]
        starts, ends = (datetime.fromisoformat(kept[name]) for name in ("starts", "ends"))
        price = formats.money(kept["total_minor"], kept["currency"]) if kept["total_minor"] else _("free of charge")
        card = kept.get("card", False)
        return {
            "then": _("It is booked as soon as the card is given there.") if card else "",
            "when": news.spoken(starts, ends, kept["zone"], kept["unit"]), "price": f"{kept['title']} · {price}",
            "may": (message.author_id == kept["borrower"]) != (reader.pk == kept["borrower"]),
            "follows": self.follows(card),
        }

    def follows(self, card: bool) -> str:
        raise NotImplementedError


class OfListings(_Proposed):
    """In a conversation about a listing."""

    def about(self, conversation: Conversation) -> offers.Subject | None:
        about = talk.listing_of(conversation)
        rows = Listing.objects.published().exclude(kind=Kind.RIDE).filter(pk=about[0]) if about else None
        unit = rows.values_list("price_unit", flat=True).first() if rows is not None else None
        return offers.Subject(f"listing:{about[0]}", _input(unit)) if about and unit else None

    def propose(self, about: str, conversation: Conversation, by: Member, starts: str, ends: str) -> dict[str, Any]:
        asker = _asker(conversation)
        listing = _listing(int(about.partition(":")[2]), asker)
        quote = quotes.quote(listing, by=asker, starts=starts, ends=ends, now=timezone.now())
        if not quote.answer.free:
            raise NotFree(quote.answer.reason, field="period", code=quote.answer.code)
        return _kept(listing, asker.pk, quote)

    def accept(self, message: Message, by: Member) -> dict[str, Any]:
        """A booking both have agreed to; the seat of who accepts says on which side they are."""
        kept = (message.data or {})["period"]
        asker = _asker(message.conversation)
        proposer = message.author
        if proposer is None or (proposer.pk == asker.pk) == (by.pk == asker.pk):  # two lenders agree for nobody else
            raise actions.NotNow(_("That is for the other side to do."), code="not_yours")
        lender = proposer if by.pk == asker.pk else by
        with transaction.atomic():
            booking = actions.request(
                int(kept["about"].partition(":")[2]), by=asker, starts=kept["starts"], ends=kept["ends"]
            )
            if booking.quote["total_minor"] != kept["total_minor"]:
                raise actions.NotNow(
                    _("It costs something else by now. Propose the dates anew, and both of you see the price."),
                    code="price",
                )
            if booking.state == State.REQUESTED and paying.is_first(booking):
                promising.promise(booking, lender=lender, told=by.pk != asker.pk, now=timezone.now())
            elif booking.state == State.REQUESTED:
                booking = actions.take(booking.pk, "accept", by=lender)
        return {"url": booking.get_absolute_url()}

    def follows(self, card: bool) -> str:
        if card:
            return _("It is paid by card: accepting keeps the time, and the card that is given next books it.")
        return _("Accepting books it, by the terms of the listing.")


class OfBookings(_Proposed):
    """In the conversation of a booking: other dates for it."""

    def about(self, conversation: Conversation) -> offers.Subject | None:
        if conversation.kind != "booking":
            return None
        rows = Booking.objects.filter(conversation=conversation.pk, series__isnull=True, state__in=changes.OPEN)
        found = rows.exclude(listing__kind=Kind.RIDE).values_list("pk", "listing__price_unit").first()
        return offers.Subject(f"booking:{found[0]}", _input(found[1])) if found else None

    def propose(self, about: str, conversation: Conversation, by: Member, starts: str, ends: str) -> dict[str, Any]:
        pk = int(about.partition(":")[2])
        preview = actions.preview_change(pk, by=by, starts=starts, ends=ends)
        if not preview.answer.free:
            raise NotFree(preview.answer.reason, field="period", code=preview.answer.code)
        booking = Booking.objects.select_related("listing").get(pk=pk)
        period, total = preview.stay.period, preview.quote["total_minor"]
        return _facts(booking.listing, booking.borrower_id, period.starts, period.ends, total)

    def accept(self, message: Message, by: Member) -> dict[str, Any]:
        kept = (message.data or {})["period"]
        assert message.author is not None
        with transaction.atomic():
            row = actions.change(
                int(kept["about"].partition(":")[2]), by=message.author, starts=kept["starts"], ends=kept["ends"]
            )
            if row.waits_for_card:  # a request that would cost more: the card is asked first, as ever
                promising.wait_longer(row.booking, row, lender=by)
            elif row.state == "proposed":
                actions.answer_change(row.pk, "agree", by=by)
        return {"url": row.booking.get_absolute_url()}

    def follows(self, card: bool) -> str:
        return _("Accepting moves the booking to these dates.")


def _asker(conversation: Conversation) -> Member:
    about = talk.listing_of(conversation)
    asker = Member.objects.filter(pk=about[1], is_active=True).first() if about else None
    if asker is None:
        raise Refusal(_("This member is no longer here."), field="period", code="gone")
    return asker


def _listing(pk: int, asker: Member) -> Listing:
    try:
        return visible(pk, asker)
    except Listing.DoesNotExist:
        raise Refusal(_("This listing can no longer be seen."), field="period", code="gone") from None


def _input(unit: str) -> str:
    """What one chooses the dates by: days where it goes by days or nights."""
    return "datetime-local" if unit == Unit.HOUR else "date"


def _kept(listing: Listing, borrower: int, quote: Quote) -> dict[str, Any]:
    card = quote.total_minor > 0 and paying.chosen(listing, "").pays_first
    period = quote.stay.period
    return _facts(listing, borrower, period.starts, period.ends, quote.total_minor) | {"card": card}


def _facts(listing: Listing, borrower: int, starts: datetime, ends: datetime, total_minor: int) -> dict[str, Any]:
    return {
        "starts": starts.isoformat(), "ends": ends.isoformat(), "zone": listing.time_zone,
        "unit": str(listing.price_unit), "title": listing.title, "currency": listing.currency,
        "total_minor": total_minor, "borrower": borrower,
    }
