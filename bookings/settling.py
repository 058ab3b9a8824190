"""How much of the deposit the lender keeps, settled between the two: one names it, the other agrees or names another.

A damage may be more than the deposit: then the whole deposit stays with the lender, and what is beyond it is named
beside it and becomes a claim (see `bookings.damages`). Every amount that was named stays; what counts is the newest.
A steward settles it where the two do not.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from sharing.web.formats import money
from sharing.web.refusals import Refusal

from . import parties
from .models import Booking, Handover
from .states import HandoverPhase, State

MOST_MINOR = 10**9  # beyond the deposit


@dataclass(frozen=True, slots=True)
class Offer:
    """What one side has named last, and the other has not agreed to yet: of the deposit, and beyond it."""

    side: str
    by: Any
    minor: int
    round: int
    beyond: int = 0


def offered(booking: Booking) -> Offer | None:
    """From what is loaded with the booking; None where nothing stands, or it is settled."""
    if booking.state != State.DISPUTED:
        return None
    rows = [row for row in booking.handovers.all() if row.phase == HandoverPhase.SETTLE]
    newest = max(rows, key=lambda row: (row.round, row.pk), default=None)
    return Offer(newest.side, newest.by, newest.kept_minor or 0, newest.round, newest.beyond_minor) if newest else None


def checked(booking: Booking, kept: int | None, beyond: int | None) -> tuple[int, int]:
    """What was named, of the deposit and beyond it; who names only what is beyond means the whole deposit first."""
    most, beyond = booking.quote.get("deposit_minor", 0), beyond or 0
    kept = (most if beyond else 0) if kept is None else kept
    if not 0 <= kept <= most:
        raise Refusal(_("At most the whole deposit can be kept."), field="kept_minor", code="too_much")
    if not 0 <= beyond <= MOST_MINOR:
        raise Refusal(_("This is not an amount."), field="beyond_minor", code="too_much")
    if beyond and kept < most:
        raise Refusal(
            _("First the whole deposit is kept; only what the damage is beyond it is claimed."), field="beyond_minor",
            code="deposit_first",
        )
    return kept, beyond


def confirm(booking: Booking, taking: Any) -> bool:
    """Write down what this side says; whether both say the same now. Without an amount it agrees to what was named."""
    standing, most = offered(booking), booking.quote.get("deposit_minor", 0)
    minor, beyond = taking.kept_minor, taking.beyond_minor
    if minor is None and beyond is None and standing is not None:
        minor, beyond = standing.minor, standing.beyond
    minor, beyond = checked(booking, minor, beyond)
    agrees = standing is not None and (standing.minor, standing.beyond) == (minor, beyond)
    at = 0 if standing is None else standing.round + (0 if agrees else 1)
    sides = {side for flag, side in parties.SIDES.items() if flag & taking.party}
    for side in sorted(sides - ({standing.side} if agrees and standing else set())):
        Handover.objects.create(
            booking=booking, phase=HandoverPhase.SETTLE, side=side, by=taking.by, note=taking.note, kept_minor=minor,
            beyond_minor=beyond, round=at, created=taking.now,
        )
    vars(booking).get("_prefetched_objects_cache", {}).pop("handovers", None)
    taking.kept_minor, taking.beyond_minor = minor, beyond
    taking.told |= {"kept": minor, "beyond": beyond, "deposit": most}
    return (sides | ({standing.side} if agrees and standing else set())) >= set(parties.SIDES.values())


def in_words(params: dict[str, Any]) -> str:
    """What becomes of the deposit, as a line of the conversation says it; "" where there is none."""
    more = claim_in_words(params)
    if params.get("kept"):
        words = {"money": money(params["kept"], params["currency"])}
        return " ".join(filter(None, (_("%(money)s of the deposit stays with the lender.") % words, more)))
    return more or (_("The whole deposit goes back.") if params.get("deposit") else "")


def claim_in_words(params: dict[str, Any]) -> str:
    """What is claimed beyond the deposit; "" for nothing."""
    if not params.get("beyond"):
        return ""
    return _("%(money)s more is owed for the damage.") % {"money": money(params["beyond"], params["currency"])}
