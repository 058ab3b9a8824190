"""Around the handover: what is looked at, when one meets, and confirming both sides by a code."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from listings.models import Listing
from members.models import Member
from sharing.db.retry import retrying
from sharing.web.refusals import Refusal

from .. import parties
from ..handover import appointments, codes, news, plan
from ..models import Booking, HandoverPlan, Meeting, Slot
from ..states import BORROWER, LENDER, HandoverPhase, Meter
from .steps import NotNow, _seen, believable, confirmed_before, take

LONGEST_PLACE = 200


@retrying
def set_handover_plan(
    listing_id: int, *, by: Member, pickup: Sequence[str] = (), back: Sequence[str] = (), meter: str = ""
) -> HandoverPlan:
    """What is looked at from now on; empty lists mean what is usual for the kind."""
    if meter not in Meter.values:
        raise Refusal(_("Choose what is read."), field="meter", code="invalid")
    lists = {}
    for name, lines in (("pickup", pickup), ("back", back)):
        try:
            lists[name] = plan.cleaned(list(lines))
        except Refusal as refusal:
            raise Refusal(str(refusal), field=name, code=refusal.code) from None
    with transaction.atomic():
        listing = Listing.objects.looked_after_by(by).get(pk=listing_id)
        return HandoverPlan.objects.update_or_create(listing=listing, defaults={**lists, "meter": meter})[0]


@retrying
def propose_times(
    booking_id: int, phase: str, *, by: Member, times: Sequence[datetime], place: str = "",
    now: datetime | None = None,
) -> Meeting:
    """Say when one could meet. Earlier proposals of this side are forgotten; what was agreed stands till one picks."""
    now = now or timezone.now()
    times = sorted(set(times))
    if not 1 <= len(times) <= appointments.MOST_SLOTS:
        sentence = _("Propose from one to %(n)d times.") % {"n": appointments.MOST_SLOTS}
        raise Refusal(sentence, field="times", code="too_many")
    if len(place) > LONGEST_PLACE:
        raise Refusal(_("Keep it under %(n)d characters.") % {"n": LONGEST_PLACE}, field="place", code="too_long")
    with transaction.atomic():
        booking, side = _party(booking_id, by, phase)
        for at in times:
            if why := appointments.may_be(booking, phase, at, now):
                raise Refusal(why, field="times", code="not_then")
        meeting, _created = Meeting.objects.get_or_create(booking=booking, phase=phase)
        meeting.slots.filter(side=side).delete()
        meeting.slots.filter(starts__in=times).delete()
        Slot.objects.bulk_create(Slot(meeting=meeting, starts=at, side=side, by=by, created=now) for at in times)
        if place.strip():
            meeting.place = place.strip()
            meeting.save(update_fields=["place"])
        meeting.refresh_from_db()
        news.tell(booking, meeting, "propose", by=by, times=times, at=now)
    return meeting


@retrying
def pick_time(booking_id: int, slot_id: int, *, by: Member, now: datetime | None = None) -> Meeting:
    """Take a time that the other side proposed; then it is agreed and the other proposals are gone."""
    now = now or timezone.now()
    slot = Slot.objects.select_related("meeting").filter(pk=slot_id, meeting__booking=booking_id).first()
    with transaction.atomic():
        if slot is None:  # a stranger learns nothing of it
            _seen(booking_id, by)
            raise NotNow(_("This time is not on offer any more."), code="gone")
        booking, side = _party(booking_id, by, slot.meeting.phase)
        meeting = Meeting.objects.select_for_update(no_key=True).get(pk=slot.meeting_id)
        if not Slot.objects.filter(pk=slot_id).exists():
            raise NotNow(_("This time is not on offer any more."), code="gone")
        if slot.side == side:
            raise NotNow(_("That is for the other side to do."), code="not_yours")
        if why := appointments.may_be(booking, meeting.phase, slot.starts, now):
            raise NotNow(why, code="not_then")
        meeting.starts, meeting.version, meeting.changed = slot.starts, meeting.version + 1, now
        meeting.save(update_fields=["starts", "version", "changed"])
        meeting.slots.all().delete()
        news.tell(booking, meeting, "meet", by=by, times=[slot.starts], at=now)
    return meeting


def confirm_by_code(
    booking_id: int, code: str, *, by: Member, step: str = "", client_id: str = "", made: datetime | None = None,
    now: datetime | None = None, **given,
) -> Booking:
    """Confirm for both sides at once, by the code that the other side shows on their phone.

    A phone without network brings it later: then the code must have been right when it was read.
    """
    now = now or timezone.now()
    booking = _seen(booking_id, by)
    for each in (step,) if step else ("hand_over", "return"):
        if client_id and (known := confirmed_before(booking_id, each, by, client_id)):
            return known
    step = step or codes.step_of(booking)
    if step not in ("hand_over", "return"):
        raise NotNow(_("Nothing changes hands now."))
    other = codes.shown_by(booking, step, code, reader=by, at=believable(made, now) or now)
    return take(booking_id, step, by=by, client_id=client_id, made=made, shown_by=other, now=now, **given)


def _party(booking_id: int, by: Member, phase: str) -> tuple[Booking, str]:
    booking = _seen(booking_id, by, lock=True)
    party = parties.parties(booking, by) & (BORROWER | LENDER)
    if not party:
        raise NotNow(_("That is for the two of them to do."), code="not_yours")
    if phase not in HandoverPhase.values or phase not in appointments.phases(booking):
        raise NotNow(_("There is nothing to make an appointment for."), code="no_meeting")
    return booking, "borrower" if party & BORROWER else "lender"
