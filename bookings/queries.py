"""Questions about bookings that pages, API and slots ask: mine, by what they need, with what a card shows.

A member's open bookings are few and read at once; what is over comes by the page.
"""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import OuterRef, Prefetch, Q, Subquery
from django.utils import timezone

from listings.models import Listing, Photo
from members.models import Member
from payments.models import Payment
from payments.states import PaymentState
from sharing.web.api.pagination import keyset

from . import parties, timeline
from .models import Booking, BookingEvent, BookingQuerySet, Change, Handover, Slot
from .states import BORROWER, ENDED, LENDER, ChangeState, HandoverPhase, State

MOST_OPEN = 200
PAGE = 24
OPEN = [state for state in State if state not in ENDED]
NEEDS_YOU, NOW, COMING, PAST = PARTS = ("needs_you", "now", "coming", "past")
WAITING = frozenset({"accept", "resolve"})  # somebody waits for these, whatever the time


@dataclass
class Card:
    """A booking in a list, as one member sees it."""

    booking: Booking
    lends: bool
    step: str = ""  # the one thing to do, if it is theirs to do now

    mediates: bool = False  # it is between two others
    home: str = ""  # the community's name as the member may know it

    @property
    def other(self) -> Member | None:
        return self.booking.borrower if self.lends else self.booking.listing.owner


@dataclass
class Mine:
    """A member's bookings that are not over, sorted by what they need."""

    needs: list[Card] = field(default_factory=list)
    now: list[Card] = field(default_factory=list)
    coming: list[Card] = field(default_factory=list)


def mine(member: Member, *, role: str = "") -> BookingQuerySet:
    """What the member borrows, lends or mediates, worded so that each part finds its index."""
    lent = list(Listing.objects.looked_after_by(member).values_list("pk", flat=True))
    borrows, lends = Q(borrower=member), Q(listing__in=lent)
    if role == "borrower":
        return Booking.objects.filter(borrows)
    if role == "lender":
        return Booking.objects.filter(lends)
    stewarded = list(member.memberships.active().filter(role="steward").values_list("community", flat=True))
    mediates = Q(state=State.DISPUTED, community__in=stewarded) if stewarded else Q()
    return Booking.objects.filter(borrows | lends | mediates)


def with_cards(bookings: BookingQuerySet, *, faces: bool = True) -> BookingQuerySet:
    """What a card shows, in a fixed number of statements; `faces`: with the photo of each listing."""
    handovers = Prefetch("handovers", Handover.objects.only("id", "booking_id", "phase", "side"))
    return with_asked(bookings.for_cards()).prefetch_related(handovers, *([_faces()] if faces else []))


def with_asked(bookings: BookingQuerySet, now: datetime | None = None) -> BookingQuerySet:
    """Beside each the sides that wait for the other's word: `dates_by` on other dates, `times_by` on when to meet."""
    now = now or timezone.now()
    here = Q(booking=OuterRef("pk"), state=ChangeState.PROPOSED, waits_for_card=False, expires__gt=now)
    meets = Q(meeting__booking=OuterRef("pk"), starts__gt=now)
    meets &= Q(meeting__phase=HandoverPhase.RETURN) | Q(meeting__booking__state=State.ACCEPTED)
    sides = Slot.objects.filter(meets).order_by("-created").values("side")
    return bookings.annotate(
        dates_by=Subquery(Change.objects.filter(here).values("side")[:1]), times_by=Subquery(sides[:1])
    )


def open_ones(
    member: Member, *, rows: BookingQuerySet | None = None, now: datetime | None = None, faces: bool = True
) -> Mine:
    """Everything that is not over, in its place; `rows` is what `mine` answered, if it was asked already."""
    now = now or timezone.now()
    rows = with_cards((mine(member) if rows is None else rows).filter(state__in=OPEN), faces=faces)
    bookings = list(rows.order_by("starts", "pk")[:MOST_OPEN])
    if bookings:
        parties.look_up(bookings)
    found = Mine()
    places = {NEEDS_YOU: found.needs, COMING: found.coming, NOW: found.now}
    for booking in bookings:
        card = card_of(booking, member, now)
        places[part_of(booking, card.step, now)].append(card)
    return found


def part_of(booking: Booking, step: str, now: datetime) -> str:
    """Where it stands among a member's bookings; `step`: what it needs of them now, if anything (`needed_of`)."""
    if booking.state in ENDED:
        return PAST
    if step:
        return NEEDS_YOU
    return COMING if booking.state in (State.REQUESTED, State.ACCEPTED) and booking.starts > now else NOW


def step_of(booking: Booking, steps: list[str], payment: Payment | None, now: datetime) -> str:
    """Of the steps open to a member the one to take now; "" when there is none."""
    if booking.state in ENDED:
        return ""
    return next((step for step in timeline.FIRST_THINGS if step in steps and _due(step, booking, payment, now)), "")


def needed_of(booking: Booking, member: Member, steps: list[str], payment: Payment | None, now: datetime) -> str:
    """What the booking needs of the member now: a step, or their word on other "dates" or on "times" to meet.

    The booking comes from `with_asked`.
    """
    step = step_of(booking, steps, payment, now)
    if step or booking.state not in OPEN:
        return step
    party = parties.parties(booking, member)
    others = {side for side, own in (("borrower", LENDER), ("lender", BORROWER)) if party & own}
    return next((asked for asked in ("dates", "times") if getattr(booking, f"{asked}_by") in others), "")


def card_of(booking: Booking, member: Member, now: datetime) -> Card:
    """The booking as the member sees it, with what it needs of them now."""
    card = _card(booking, member)
    if booking.state in ENDED:
        return card
    payment = parties.payment_of(booking)
    card.step = needed_of(booking, member, parties.steps_for(booking, member, payment=payment), payment, now)
    return card


def past(
    rows: BookingQuerySet, member: Member, after: list | None = None, *, size: int = PAGE
) -> tuple[list[Card], str | None]:
    """What is over of `rows` (see `mine`), the latest first, and the cursor of what comes after."""
    ended, cursor = keyset(with_cards(rows.filter(state__in=ENDED)), ("-moved", "-id"), after, size)
    return [_card(row, member) for row in ended], cursor


def _card(booking: Booking, member: Member) -> Card:
    lends = booking.borrower_id != member.pk
    mediates = lends and booking.listing.owner_id not in (None, member.pk)
    return Card(booking, lends, mediates=mediates, home=parties.home(booking, member).name)


def _due(step: str, booking: Booking, payment, now: datetime) -> bool:
    """Whether this step is something to do today rather than some day."""
    if step in WAITING:
        return True
    others_word = {row.phase for row in booking.handovers.all()}
    match step:
        case "hand_over":
            return parties.PHASES[step] in others_word or booking.starts <= now
        case "return":
            return parties.PHASES[step] in others_word or booking.ends <= now
        case "pay":
            one_has = payment is not None and (payment.payer_confirmed or payment.payee_confirmed)
            return bool(one_has) or booking.state == State.RETURNED
        case "close":
            return payment is None or payment.state != PaymentState.DUE
    return False


def for_page(member: Member, pk: int) -> Booking:
    """One booking with all that its page shows. Raises DoesNotExist for a stranger."""
    bookings = with_asked(Booking.objects.involving(member).for_cards())
    return (
        bookings.select_related("departure", "board", "alight", "conversation", "listing__room", "listing__tool")
        .select_related("listing__handover_plan")
        .prefetch_related(
            Prefetch("events", BookingEvent.objects.select_related("by")),
            Prefetch("changes", _proposals(), "proposals"),
            Prefetch("handovers", Handover.objects.select_related("by").prefetch_related("photos").order_by("created")),
            _faces(),
        )
        .get(pk=pk)
    )


def _proposals():
    return Change.objects.filter(state=ChangeState.PROPOSED).select_related("by", "board", "alight")


def _faces() -> Prefetch:
    """The first photo of each listing, where `Listing.face` looks for it."""
    return Prefetch("listing__photos", Photo.objects.filter(position=0).order_by("id"), to_attr="faces")


def lends(booking: Booking, member: Member) -> bool:
    return bool(parties.parties(booking, member) & LENDER)
