"""How much of the deposit the lender keeps, settled between the two: one names it, the other agrees or names another.

Every amount that was named stays; what counts is the newest. A steward settles it where the two do not.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from sharing.web.formats import money
from sharing.web.refusals import Refusal

from . import parties
from .models import Booking, Handover
from .states import HandoverPhase, State


@dataclass(frozen=True, slots=True)
class Offer:
    """What one side has named last, and the other has not agreed to yet."""

    side: str
    by: Any
    minor: int
    round: int


def offered(booking: Booking) -> Offer | None:
    """From what is loaded with the booking; None where nothing stands, or it is settled."""
    if booking.state != State.DISPUTED:
        return None
    rows = [row for row in booking.handovers.all() if row.phase == HandoverPhase.SETTLE]
    newest = max(rows, key=lambda row: (row.round, row.pk), default=None)
    return Offer(newest.side, newest.by, newest.kept_minor or 0, newest.round) if newest else None


def confirm(booking: Booking, taking: Any) -> bool:
    """Write down what this side says; whether both say the same now. Without an amount it agrees to what was named."""
    standing, most = offered(booking), booking.quote.get("deposit_minor", 0)
    minor = taking.kept_minor
    if minor is None:
        minor = standing.minor if standing else 0
    if not 0 <= minor <= most:
        raise Refusal(_("At most the whole deposit can be kept."), field="kept_minor", code="too_much")
    agrees = standing is not None and standing.minor == minor
    at = 0 if standing is None else standing.round + (0 if agrees else 1)
    sides = {side for flag, side in parties.SIDES.items() if flag & taking.party}
    for side in sorted(sides - ({standing.side} if agrees and standing else set())):
        Handover.objects.create(
            booking=booking, phase=HandoverPhase.SETTLE, side=side, by=taking.by, note=taking.note, kept_minor=minor,
            round=at, created=taking.now,
        )
    vars(booking).get("_prefetched_objects_cache", {}).pop("handovers", None)
    taking.kept_minor = minor
    taking.told |= {"kept": minor, "deposit": most}
    return (sides | ({standing.side} if agrees and standing else set())) >= set(parties.SIDES.values())


def in_words(params: dict[str, Any]) -> str:
    """What becomes of the deposit, as a line of the conversation says it; "" where there is none."""
    if params.get("kept"):
        words = {"money": money(params["kept"], params["currency"])}
        return _("%(money)s of the deposit stays with the lender.") % words
    return _("The whole deposit goes back.") if params.get("deposit") else ""
