"""Who is who in a booking, and so which steps are open to whom.

The lender is the listing's owner; the commons are lent by the community's stewards. A steward who
borrows from the commons is the lender too only where nobody else could be. A dispute is mediated by
stewards who are no party to it, and by the commons' own where there is nobody else.
"""

from django.db.models import Q
from django.utils import timezone

from listings import discretion
from members.models import Community, Member, Membership
from members.states import Role
from payments import actions as payments
from payments import gateways
from payments.models import Payment
from payments.states import PaymentState

from . import availability, lateness
from .handover import window
from .models import Booking
from .states import BORROWER, CLOCK, LENDER, MEDIATOR, STEPS, HandoverPhase, Party, State

PHASES = {"hand_over": HandoverPhase.PICKUP, "return": HandoverPhase.RETURN, "agree": HandoverPhase.SETTLE}
SIDES = {BORROWER: "borrower", LENDER: "lender"}
PAYABLE = frozenset({State.ACCEPTED, State.HANDED_OVER, State.RETURNED, State.CLOSED, State.DISPUTED})


def stewards(booking: Booking) -> list[Member]:
    """The community's active stewards, the longest-serving first."""
    return [row.member for row in trusted(booking) if row.role == Role.STEWARD]


def trusted(booking: Booking) -> list[Membership]:
    """The stewards and treasurers of the community, read once for a booking; `look_up` reads for many."""
    if "_trusted" not in booking.__dict__:
        _read_trusted([booking])
    return booking._trusted


def look_up(bookings: list[Booking]) -> None:
    """Read what the steps of many bookings depend on, in two statements for all of them."""
    read_payments(bookings)
    # Only where a community answers, for the commons or in a dispute, does it matter who speaks for it.
    _read_trusted([row for row in bookings if row.listing.owner_id is None or row.state == State.DISPUTED])


def _read_trusted(bookings: list[Booking]) -> None:
    if not bookings:
        return
    speaks = Q(role__in=[Role.STEWARD, Role.TREASURER]) | Q(treasurer=True)
    rows = Membership.objects.active().filter(speaks, community__in={row.community_id for row in bookings})
    found: dict[int, list[Membership]] = {}
    for row in rows.select_related("member").order_by("joined", "pk"):
        found.setdefault(row.community_id, []).append(row)
    for booking in bookings:
        booking._trusted = found.get(booking.community_id, [])


def lenders(booking: Booking) -> list[Member]:
    """Who answers for the listing."""
    if booking.listing.owner is not None:
        return [booking.listing.owner]
    others = [steward for steward in stewards(booking) if steward.pk != booking.borrower_id]
    return others or stewards(booking)


def home(booking: Booking, reader: Member) -> Community:
    """The community as the reader may know it: who borrows from one that does not show itself is not told its name."""
    if booking.borrower_id != reader.pk or booking.community.listed:
        return booking.community
    homes = vars(reader).setdefault("_homes", {})  # once for a page of bookings
    if booking.community_id not in homes:
        homes[booking.community_id] = discretion.told(booking.community, reader)
    return homes[booking.community_id]


def mediators(booking: Booking) -> list[Member]:
    """Stewards who are no party to the booking; for the commons, its stewards."""
    return [
        steward for steward in stewards(booking) if steward.pk not in (booking.borrower_id, booking.listing.owner_id)
    ]


def parties(booking: Booking, member: Member | None) -> Party:
    """Everything this member is in this booking (None: the clock); no flag at all for a stranger."""
    if member is None:
        return CLOCK
    party = Party(0)
    if booking.borrower_id == member.pk:
        party |= BORROWER
    if any(lender.pk == member.pk for lender in lenders(booking)):
        party |= LENDER
    if booking.state == State.DISPUTED and any(each.pk == member.pk for each in mediators(booking)):
        party |= MEDIATOR
    return party


def steps_for(booking: Booking, member: Member, *, payment: Payment | None = None) -> list[str]:
    """The steps open to this member now, in the order of the table; `pay` last, when it is their turn to confirm."""
    party = parties(booking, member)
    open_steps = [name for name in STEPS if may(booking, name, party)]
    if payment is not None and may_confirm(booking, payment, member):
        open_steps.append("pay")
    return open_steps


def may(booking: Booking, name: str, party: Party, *, now=None) -> bool:
    """Whether somebody who is `party` may take this step of this booking now."""
    step = STEPS[name]
    if booking.state not in step.before or not party & step.by:
        return False
    now = now or timezone.now()
    if name in ("accept", "expire"):
        over = booking.expires is not None and booking.expires <= now
        return over if name == "expire" else not over
    if name in PHASES:
        return any(side not in done(booking, name) for flag, side in SIDES.items() if flag & party)
    if name == "cancel":  # the lender always, the borrower with the notice the listing asks for
        alone = not party & LENDER and booking.notice_to_cancel and not booking.is_moved
        return not alone or now <= availability.cancel_until(booking) or lateness.is_kept_waiting(booking, now)
    if name == "dispute" and window.is_past(booking, now):
        return owing(booking)  # its condition is settled; what is owed is not
    if name == "no_show":  # whoever has confirmed the pick-up was there, and has said that it changed hands
        return booking.starts <= now and not done(booking, "hand_over")
    return True


def done(booking: Booking, name: str) -> set[str]:
    """Which sides have confirmed this handover already; of what they settle, the amount that was named last."""
    rows = [row for row in booking.handovers.all() if row.phase == PHASES[name]]
    newest = max((row.round for row in rows), default=0)
    return {row.side for row in rows if row.round == newest}


def may_confirm(booking: Booking, payment: Payment, member: Member) -> bool:
    """Whether it is for this member to say that the money has changed hands."""
    if booking.state not in PAYABLE or payment.state != PaymentState.DUE:
        return False
    if not gateways.named(payment.gateway).confirmed_by_hand:
        return False
    entrusted = {row.member_id: row.member for row in trusted(booking)} if payment.payee_id is None else None
    side = payments.side_of(payment, member, entrusted)
    return bool(side) and getattr(payment, f"{side}_confirmed") is None


def payment_of(booking: Booking) -> Payment | None:
    """The payment of a booking that matters now: the one that is due, else the newest. Read once for a booking."""
    payments = payments_of(booking)
    due = [payment for payment in payments if payment.state == PaymentState.DUE]
    return next(iter(due or payments[::-1]), None)


def payments_of(booking: Booking) -> list[Payment]:
    """All that was to be paid for it, in order; `read_payments` reads for many at once."""
    if "_payments" not in booking.__dict__:
        read_payments([booking])
    return booking._payments


def owing(booking: Booking) -> bool:
    """Whether something is still to be paid for it."""
    return any(payment.state == PaymentState.DUE for payment in payments_of(booking))


def read_payments(bookings: list[Booking]) -> None:
    """Read the payments of many bookings in one statement."""
    names = {about: booking.pk for booking in bookings for about in booking.abouts}
    rows = Payment.objects.filter(about__in=names).select_related("community").order_by("pk")
    found: dict[int, list[Payment]] = {}
    for payment in rows:
        found.setdefault(names[payment.about], []).append(payment)
    for booking in bookings:
        booking._payments = found.get(booking.pk, [])


def forget_payments(booking: Booking) -> None:
    """They have changed: read them anew when they are asked for."""
    vars(booking).pop("_payments", None)
