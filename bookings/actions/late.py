"""Late: both sides are reminded once a day, whoever has it next is warned, and the owner's rule says what it costs.

What is not back stays taken until it is, or until what became of it is settled, for as long as that takes: its claim
is led on ahead of the clock, as far as nobody else has the time. Who has it is warned, with what else is free.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from listings.models import Listing
from members.models import Member
from payments import actions as payments
from payments.states import DAMAGE, PaymentState
from sharing.db.guards import refused_by
from sharing.db.retry import retrying
from sharing.values.period import Period
from sharing.web.refusals import Refusal

from .. import alternatives, availability, claims, lateness, news, parties
from ..load import Load, Taken
from ..models import Booking, BookingEvent, Claim, LateFee
from ..states import LENDER, State
from .steps import NotNow, _seen

log = logging.getLogger("commonshare.bookings")

AGAIN, TICK = timedelta(days=1), timedelta(minutes=5)
MOST_REMINDERS = 7  # then the two of them talk, or one opens a dispute
MOST_FEE = 1_000_000_000
MOST_WARNED = 20


@retrying
def mark_late(booking_id: int, now: datetime) -> bool:
    """Say that it is late, once a day for a week; True when that was news."""
    with transaction.atomic():
        booking = _seen(booking_id, None, lock=True)
        said = booking.events.filter(step="late", created__gte=booking.ends)
        last = said.order_by("-created").values_list("created", flat=True).first()
        if not lateness.is_late(booking, now) or (last and last > now - AGAIN) or said.count() >= MOST_REMINDERS:
            return False
        event = BookingEvent.objects.create(booking=booking, step="late", state=booking.state, created=now)
        news.tell(
            booking, "late", by=None, event=event, needs_answer=[booking.borrower], due=news.is_over(booking),
            fee=lateness.fee_minor(booking, now),
        )
    return True


@retrying
def keep_taken(booking_id: int, now: datetime) -> bool:
    """Hold what is still out, as far as it is free; whoever has it before is warned. True when it is held on."""
    with transaction.atomic():
        booking = _seen(booking_id, None, lock=True)
        if not lateness.still_out(Booking.objects.filter(pk=booking.pk)).exists() or booking.claim is None:
            return False
        if now < booking.ends + lateness.GRACE:  # they may be on their way
            return _led_on(booking, Period(now, max(now, booking.ends) + 2 * lateness.GRACE)) is not None
        ahead = lateness.reach(booking.listing.kind, booking.ends, now)
        if not ahead:
            return False
        wanted = Period(now, now + ahead)
        held = _led_on(booking, wanted)
        if held != wanted:
            _warn_next(booking, wanted, now)
        return held is not None


def keep_what_is_out(now: datetime, listing_id: int | None = None) -> int:
    """Hold on all that should be back and is not (of a listing), the oldest first. Returns how many were held on."""
    rows = lateness.still_out(Booking.objects.filter(ends__lte=now + TICK, claim__isnull=False))
    if listing_id is not None:
        rows = rows.filter(listing=listing_id)
    held = 0
    out = rows.order_by("ends", "pk").values_list("pk", "listing__kind", "ends", "claim__ends")
    for pk, kind, ends, held_until in list(out):
        ahead = lateness.reach(kind, ends, now) * 7 / 8 if now >= ends + lateness.GRACE else lateness.GRACE
        if not ahead or held_until >= now + ahead:
            continue
        try:
            held += keep_taken(pk, now)
        except Exception:
            log.exception("Booking %s could not be held on.", pk)
    return held


@retrying
def set_late_fee(listing_id: int, minor: int, most_minor: int, *, by: Member) -> Listing:
    """What late costs, for each started day or hour, and at most; 0: nothing."""
    if not 0 <= minor <= MOST_FEE or not 0 <= most_minor <= MOST_FEE:
        raise Refusal(_("This is not an amount."), field="minor", code="invalid")
    if minor and most_minor < minor:
        raise Refusal(_("At least as much as for the first time."), field="most_minor", code="too_little")
    with transaction.atomic():
        listing = Listing.objects.looked_after_by(by).get(pk=listing_id)
        if minor:
            facts = {"minor": minor, "most_minor": most_minor}
            LateFee.objects.update_or_create(listing=listing, defaults=facts)
        else:
            LateFee.objects.filter(listing=listing).delete()
    return listing


@retrying
def waive_late_fee(booking_id: int, *, by: Member, now: datetime | None = None) -> Booking:
    """The lender forgives what came on top."""
    now = now or timezone.now()
    with transaction.atomic():
        booking = _seen(booking_id, by, lock=True)
        if not parties.parties(booking, by) & LENDER:
            raise NotNow(_("That is for the other side to do."), code="not_yours")
        fee = late_payment(booking)
        if fee is None:
            raise NotNow(_("There is no late fee to forgive."), code="no_fee")
        payments.forgive(fee.about)
        parties.forget_payments(booking)
        event = BookingEvent.objects.create(booking=booking, step="waive", state=booking.state, by=by, created=now)
        news.tell(booking, "waive", by=by, event=event)
    return booking


def late_payment(booking: Booking):
    """What is due because it came late, if it is: the payment that was asked for when it had come back."""
    if booking.state not in (State.RETURNED, State.CLOSED, State.DISPUTED) or not booking.extras:
        return None
    rows = [row for row in parties.payments_of(booking) if row.about != booking.about and row.kind != DAMAGE]
    newest = rows[-1] if rows else None
    if newest is None or newest.state != PaymentState.DUE or newest.created < booking.ends:
        return None
    return newest if newest.payer_confirmed is None else None


def _led_on(booking: Booking, wanted: Period) -> Period | None:
    """The claim goes on as far as the time is free, beyond what others have if they have it now; None: nothing is."""
    claim, listing = booking.claim, booking.listing
    assert claim is not None  # see keep_taken
    free = next(iter(Load(_beside(booking, wanted)).gaps(wanted, listing.capacity - booking.quantity)), None)
    if free is None or free.ends <= claim.ends:
        return free
    for starts in (claim.starts, free.starts):  # what lies behind and others have had meanwhile it lets go
        try:
            with transaction.atomic():
                Claim.objects.filter(pk=claim.pk).update(starts=starts, ends=free.ends)
            return free
        except IntegrityError as error:
            if not refused_by(error, claims.GUARD):
                raise
    return None


def _beside(booking: Booking, within: Period) -> Iterable[Taken]:
    """What others have of it then."""
    return availability.taken(booking.listing, within, within.starts, ignoring=booking.claim_id)


def _warn_next(booking: Booking, within: Period, now: datetime) -> None:
    """Whoever has it next hears of it once for each late one, with what else is free then.

    Of several copies, when there is none to spare; of a part also who has its kit, and the other way round.
    """
    load, most = Load(_beside(booking, within)), booking.listing.capacity - booking.quantity
    crowded = [span for span, taken in load.segments(within) if taken > most]
    coming = Booking.objects.filter(
        listing__in=lateness.with_parts(booking.listing_id), state=State.ACCEPTED, ends__gt=now,
        starts__lt=within.ends, claim__isnull=False,
    ).exclude(pk=booking.pk)
    for following in coming.for_cards().order_by("starts")[:MOST_WARNED]:
        if not any(following.period.overlaps(span) for span in crowded):
            continue
        if following.events.filter(step="late_next", created__gte=booking.ends).exists():
            continue
        event = BookingEvent.objects.create(
            booking=following, step="late_next", state=following.state, created=now
        )
        others = alternatives.of(following, now=now)
        news.tell(following, "late_next", by=None, event=event, needs_answer=[following.borrower], others=others)
