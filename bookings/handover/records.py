"""What both sides recorded, side by side: the pick-up beside the return, the borrower below the lender."""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from .. import parties
from ..models import Booking, Handover
from ..states import LEVELS, HandoverPhase
from . import plan

LATE = timedelta(minutes=2)  # sooner than that, it was not kept on a phone but only on its way


@dataclass
class Record:
    """One side's confirmation as the page shows it."""

    row: Handover
    ticks: list[tuple[str, bool]]
    reading: str = ""

    @property
    def was_late(self) -> bool:
        """Whether it waited on a phone without network."""
        return self.row.made is not None and self.row.created - self.row.made > LATE


@dataclass
class Side:
    name: str
    pickup: Record | None = None
    back: Record | None = None
    used: str = ""


@dataclass
class Records:
    """Everything that was written down; empty before anybody has confirmed."""

    sides: list[Side] = field(default_factory=list)
    settled: list[Handover] = field(default_factory=list)


def of(booking: Booking) -> Records:
    """From what the page has loaded; nothing here asks the database."""
    rows = list(booking.handovers.all())
    unit = plan.meter(booking.listing)
    found = Records(settled=[row for row in rows if row.phase == HandoverPhase.SETTLE and row.note])
    for side in reversed(parties.SIDES.values()):
        records = {row.phase: _record(row, unit) for row in rows if row.side == side}
        pickup, back = records.get(HandoverPhase.PICKUP), records.get(HandoverPhase.RETURN)
        if pickup or back:
            whose = (pickup or back).row.by.first_name  # type: ignore[union-attr]
            found.sides.append(Side(whose, pickup, back, _used(pickup, back, unit)))
    return found


def _record(row: Handover, unit: str) -> Record:
    ticked = set(row.checklist)  # who ticked nothing at all has not used the list, rather than missed everything
    asked = [*row.asked, *(item for item in row.checklist if item not in row.asked)]
    reading = plan.spoken(row.meter, unit) if row.meter is not None and unit else ""
    return Record(row, [(item, item in ticked) for item in asked] if ticked else [], reading)


def _used(pickup: Record | None, back: Record | None, unit: str) -> str:
    """How much was driven, run or burnt in between."""
    if not unit or pickup is None or back is None or pickup.row.meter is None or back.row.meter is None:
        return ""
    difference: Decimal = back.row.meter - pickup.row.meter
    if unit in LEVELS and difference <= 0:
        return _("%(amount)s less") % {"amount": plan.spoken(-difference, unit)} if difference else _("as before")
    return plan.spoken(difference, unit) if unit not in LEVELS else f"+{plan.spoken(difference, unit)}"
