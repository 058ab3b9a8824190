"""What a booking costs, computed here only: line by line, frozen on the booking as it was agreed.

Lines carry a code and its values, and are put into words in the reader's language when shown; they
always sum to the total (what a long stay takes off is a line below nothing). What a unit costs whom and
for how long is reckoned in `tariffs`, on which days in `prices`, both for this module alone. The deposit
stands apart: it comes back. The fee is the community's, by the version of its policy that the quote
names; gifts pay none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from cooperative import fees, projects
from cooperative.models import FeePolicy, Project
from listings import discretion
from listings import words as listing_words
from listings.driving import costs
from listings.models import Listing, Stop
from listings.states import Kind, Terms, Unit
from members.models import Member
from sharing.values.money import basis_points
from sharing.values.period import Period
from sharing.web import formats
from sharing.web.refusals import Refusal

from . import fairness, prices, stays, tariffs, words
from .availability import Answer, is_free
from .stays import Moment, Stay

MOST = 10**12  # minor units: beyond it somebody mistyped
WHOLE = 10_000  # basis points


@dataclass(frozen=True, slots=True)
class Line:
    """One line: `code` and `params` say what for, `minor` how much."""

    code: str
    minor: int
    params: dict

    @property
    def label(self) -> str:
        return label(self.code, self.params)


@dataclass(frozen=True, slots=True)
class Quote:
    """The whole reckoning of a stay. `answer` says whether it could be had when it was made."""

    stay: Stay
    quantity: int
    currency: str
    lines: tuple[Line, ...]
    price_minor: int
    fee_minor: int
    solidarity_minor: int
    deposit_minor: int
    policy: FeePolicy | None
    answer: Answer
    member_class: str = ""
    project: Project | None = None  # where the borrower directs a share of the fee

    @property
    def total_minor(self) -> int:
        return self.price_minor + self.fee_minor + self.solidarity_minor

    def frozen(self) -> dict:
        """As it is kept on the booking; `label` is English, for whoever reads the raw row."""
        return {
            "lines": [{"code": line.code, "minor": line.minor, "params": line.params} for line in self.lines],
            "total_minor": self.total_minor, "price_minor": self.price_minor, "fee_minor": self.fee_minor,
            "solidarity_minor": self.solidarity_minor, "deposit_minor": self.deposit_minor,
            "member_class": str(self.member_class), "currency": self.currency, "units": self.stay.units,
            "unit": str(self.stay.unit),
        }


def quote(
    listing: Listing, *, by: Member | None, starts: Moment = None, ends: Moment = None, quantity: int = 1,
    departure=None, board=None, alight=None, solidarity_minor: int = 0, project: int | None = None,
    beside: Sequence[Period] = (),
    now: datetime | None = None,
) -> Quote:
    """What it would cost this member (None: any neighbour). Raises Refusal at the input that makes no sense.

    beside: other times they ask for in the same breath. project: where a share of the fee shall go.
    """
    now = now or timezone.now()
    _check_amounts(listing, quantity, solidarity_minor)
    if listing.kind == Kind.RIDE:
        stay = stays.seat(listing, departure, board, alight, starts=starts, now=now)
    else:
        _check_no_way(departure, board, alight)
        stay = stays.stay(listing, starts, ends)
    standing = tariffs.standing_of(by, listing)
    lines = _price_lines(listing, stay, quantity, standing)
    price = sum(line.minor for line in lines)
    if price > MOST:
        raise Refusal(_("That would be more than anybody should pay here."), field="ends", code="too_much")
    policy = fees.current(listing.community)
    member_class = standing.member_class
    terms = Terms.RENT if listing.terms == Terms.GIFT and price else listing.terms  # a gift to commoners alone
    fee = fees.fee_minor(
        policy, kind=listing.kind, terms=terms, member_class=member_class, price_minor=price
    )
    home = discretion.told(listing.community, by).name if fee or solidarity_minor else ""
    if fee and policy:
        rate = fees.rate_bp(policy, kind=listing.kind, member_class=member_class)
        exact = basis_points(price, rate) == fee
        lines.append(Line("fee", fee, {"community": home, "bp": rate if exact else 0}))
    if solidarity_minor:
        lines.append(Line("solidarity", solidarity_minor, {"community": home}))
    deposit = listing.deposit_minor * (quantity if listing.kind == Kind.TOOL else 1)
    return Quote(
        stay, quantity, listing.currency, tuple(lines), price, fee, solidarity_minor, deposit, policy,
        _answer(listing, stay, quantity, now, by, beside), member_class,
        projects.chosen(listing.community, project, policy),
    )


def label(code: str, params: dict) -> str:
    """A line in the active language."""
    match code:
        case "units" | "seats":
            each = formats.money(params["each"], params["currency"], short=True)
            factors = [words.units(params["n"], params["unit"]), each]
            if params["quantity"] > 1 and code == "units":
                factors.insert(0, words.pieces(params["quantity"], words.manner(params["kind"], params["unit"])))
            line = " × ".join(factors)
            if params.get("commercial"):
                return _("%(line)s, commercial use") % {"line": line}
            if "why" not in params:
                return line
            named = {"line": line, "why": params["why"]}
            return _("%(line)s (%(why)s)") % named if params["why"] else _("%(line)s (price of these days)") % named
        case "tier" | "as_for":
            tier = {
                "length": words.units(params["from_units"], params["unit"]),
                "each": formats.money(params["each"], params["currency"], short=True),
                "after": listing_words.after(params["unit"]),
            }
            off = _("From %(length)s on, %(each)s %(after)s") if code == "tier" else _("No more than %(length)s cost")
            return off % tier
        case "free_to":
            return _("Free to members of %(community)s") % params
        case "free":
            free: dict[str, str] = {Kind.ROOM: _("A free stay"), Kind.RIDE: _("A free ride")}
            return free.get(words.manner(params["kind"], params.get("unit", Unit.NIGHT)), _("Lent for free"))
        case "fee" if params.get("bp"):
            return _("Pool of %(community)s, %(rate)s") % {
                "community": params["community"], "rate": formats.percent(params["bp"]),
            }
        case "fee":
            return _("Pool of %(community)s") % params
        case "solidarity":
            return _("A little more for the pool of %(community)s") % params
    return code


def in_words(frozen: dict) -> list[dict]:
    """The lines of a frozen quote as `{label, minor, code}` in the active language."""
    return [
        {"label": label(line["code"], line.get("params", {})), "minor": line["minor"], "code": line["code"]}
        for line in frozen.get("lines", [])
    ]


def _check_no_way(departure, board, alight) -> None:
    for field, value in (("departure", departure), ("board", board), ("alight", alight)):
        if value:
            raise Refusal(_("Only rides have stops and departures."), field=field, code="no_ride")


def _check_amounts(listing: Listing, quantity: int, solidarity_minor: int) -> None:
    if quantity < 1:
        raise Refusal(_("Take at least one."), field="quantity", code="quantity")
    if quantity > listing.capacity:
        raise Refusal(_("There are only %(n)d.") % {"n": listing.capacity}, field="quantity", code="quantity")
    if not 0 <= solidarity_minor <= MOST:
        raise Refusal(_("Give nothing, or a little more."), field="solidarity_minor", code="invalid")


def _price_lines(listing: Listing, stay: Stay, quantity: int, standing: tariffs.Standing) -> list[Line]:
    """What the stay itself costs, a line for each price its units have, and what its length takes off."""
    if standing.free_by:
        return [Line("free_to", 0, {"community": standing.free_by})]
    common = {"unit": str(stay.unit), "quantity": quantity, "currency": listing.currency, "kind": str(listing.kind)}
    if stay.board is not None and stay.alight is not None:
        day = stay.departure.leaves.astimezone(ZoneInfo(listing.time_zone)).date() if stay.departure else None
        each = way_minor(listing, stay.board, stay.alight, on=day)
        way = {"board": stay.board.place, "alight": stay.alight.place}
        lines = [Line("seats", each * quantity, {"n": quantity, "each": each, **common, **way})]
    elif tariffs.is_commercial(listing, standing.member_class):
        lines = _commercial(listing, stay, quantity, common)
    else:
        shares = prices.for_units(listing, stay.period)
        lines = [_units(share, quantity, common) for share in shares]
        lines += _by_length(listing, shares, quantity, common)
    if not any(line.minor for line in lines):
        return [Line("free", 0, {"kind": str(listing.kind), "unit": str(stay.unit)})]
    return lines


def _units(share: prices.Share, quantity: int, common: dict) -> Line:
    params = {"n": share.units, "each": share.each_minor, **common}
    if share.special:
        params["why"] = share.note
    return Line("units", share.each_minor * share.units * quantity, params)


def _commercial(listing: Listing, stay: Stay, quantity: int, common: dict) -> list[Line]:
    """Each unit at the price for commercial use, or at that of its day where that is more."""
    each = listing.commercial_price_minor or 0
    lines, units = [], 0
    for share in prices.for_units(listing, stay.period, each):
        if share.special and share.each_minor > each:
            lines.append(_units(share, quantity, common))
        else:
            units += share.units
    usual = Line("units", each * units * quantity, {"n": units, "each": each, **common, "commercial": True})
    return [usual, *lines] if units else lines


def _by_length(listing: Listing, shares: list[prices.Share], quantity: int, common: dict) -> list[Line]:
    """What the length takes off: see the rule in `tariffs`."""
    units = sum(share.units for share in shares)
    usual = sum(share.units for share in shares if not share.special)
    tier = tariffs.reached(listing.price_tiers, units)
    each = tier["price_minor"] if tier else listing.price_minor
    lines = [_off("tier", tier, (each - listing.price_minor) * usual * quantity, common)] if tier and usual else []
    ahead = tariffs.shortest_beyond(listing.price_tiers, units, each * units)
    if ahead and usual == units:
        lines.append(_off("as_for", ahead, (tariffs.cost(ahead) - each * units) * quantity, common))
    return lines


def _off(code: str, tier: tariffs.Tier, minor: int, common: dict) -> Line:
    return Line(code, minor, {"from_units": tier["from_units"], "each": tier["price_minor"], **common})


def way_minor(listing: Listing, board: Stop, alight: Stop, *, on: date | None = None) -> int:
    """What a seat costs between two stops on a day; today where none is said."""
    return costs.fare(listing, sorted(listing.stops.all(), key=lambda stop: stop.position), board, alight, on=on)


def _answer(
    listing: Listing, stay: Stay, quantity: int, now: datetime, by: Member | None, beside: Sequence[Period]
) -> Answer:
    if stay.departure is not None and stay.departure.cancelled:
        return Answer(False, "cancelled", _("This departure was cancelled."), "departure")
    answer = is_free(listing, stay.period, quantity, now=now)
    if answer.free:
        return fairness.answer(listing, by, stay.period, quantity, beside=beside, now=now)
    if answer.code == "taken" and by is not None and by.is_authenticated and _is_theirs(listing, stay, by):
        return Answer(False, "yours", _("You have booked that time yourself already."), answer.field)
    return answer


def _is_theirs(listing: Listing, stay: Stay, by: Member) -> bool:
    held = listing.bookings.filter(borrower=by, claim__isnull=False)
    return held.filter(claim__starts__lt=stay.period.ends, claim__ends__gt=stay.period.starts).exists()
