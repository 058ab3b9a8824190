"""What is looked at when a thing changes hands: the owner's own list, or what one looks at with such a thing."""

from decimal import Decimal

from babel.numbers import format_decimal
from django.utils.translation import gettext as _

from listings.models import Listing
from listings.states import Kind
from sharing.web import formats
from sharing.web.refusals import Refusal

from .. import words
from ..models import Booking, HandoverPlan
from ..states import LEVELS, HandoverPhase, Meter

MOST_ITEMS, LONGEST_ITEM = 30, 120
MOST_METER = Decimal("99999999.9")


def of(listing: Listing) -> HandoverPlan | None:
    return getattr(listing, "handover_plan", None)


def items(listing: Listing, phase: str) -> list[str]:
    """What to tick at the pick-up, or at the return."""
    plan = of(listing)
    own = (plan.pickup if phase == HandoverPhase.PICKUP else plan.back) if plan else []
    return list(own) or usual(listing, phase)


def usual(listing: Listing, phase: str) -> list[str]:
    """What one looks at with a thing of this kind: what comes with a tool, keys and windows of a room."""
    match words.manner(listing.kind, listing.price_unit), phase:
        case Kind.TOOL, HandoverPhase.PICKUP:
            return [*_included(listing), _("It works")]
        case Kind.TOOL, _phase:
            return [*_included(listing), _("It works"), _("It is clean")]
        case Kind.ROOM, HandoverPhase.PICKUP:
            return [_("Keys"), _("Clean bed")]
        case Kind.ROOM, _phase:
            return [_("Keys are back"), _("Windows are shut"), _("Rubbish is out")]
        case words.SPACE, HandoverPhase.PICKUP:
            return [_("The door is open"), _("It is clean")]
        case words.SPACE, _phase:
            return [_("Lights are off"), _("Windows are shut"), _("It is clean")]
    return []


def meter(listing: Listing) -> str:
    plan = of(listing)
    return plan.meter if plan else ""


def checked_meter(booking: Booking, phase: str, reading: Decimal | None) -> Decimal | None:
    """The reading, if this listing takes one and it can be true. Raises Refusal at `meter`."""
    unit = meter(booking.listing)
    if reading is None:
        return None
    if not unit:
        raise Refusal(_("No reading is taken of this."), field="meter", code="no_meter")
    most = 100 if unit in LEVELS else MOST_METER
    if not 0 <= reading <= most:
        sentence = _("From 0 to 100.") if unit in LEVELS else _("This is no reading.")
        raise Refusal(sentence, field="meter", code="invalid")
    if phase == HandoverPhase.RETURN and unit not in LEVELS:
        before = [row.meter for row in booking.handovers.all() if row.phase == HandoverPhase.PICKUP and row.meter]
        if before and reading < min(before):
            sentence = _("At the pick-up it was %(before)s already.") % {"before": spoken(min(before), unit)}
            raise Refusal(sentence, field="meter", code="too_low")
    return reading.quantize(Decimal("0.1"))


def spoken(reading: Decimal, unit: str) -> str:
    """ "12,345 km", "75%"."""
    if unit in LEVELS:
        return formats.percent(int(reading * 100))
    return f"{format_decimal(reading, locale=formats.locale())} {Meter(unit).value if unit != Meter.KWH else 'kWh'}"


def cleaned(lines: list[str]) -> list[str]:
    """The owner's items as they are kept. Raises Refusal when they are too many or too long."""
    kept = list(dict.fromkeys(line.strip() for line in lines if line.strip()))
    if len(kept) > MOST_ITEMS or any(len(item) > LONGEST_ITEM for item in kept):
        words_of = {"n": MOST_ITEMS, "most": LONGEST_ITEM}
        raise Refusal(_("At most %(n)d items of %(most)d characters.") % words_of, code="too_long")
    return kept


def _included(listing: Listing) -> list[str]:
    included = getattr(getattr(listing, "tool", None), "included", "")
    found = [item.strip(" -•·\t.") for line in included.splitlines() for item in line.split(",")]
    return [item[:LONGEST_ITEM] for item in found if item][: MOST_ITEMS - 2]
