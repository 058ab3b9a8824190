"""May this member have it? Fair use and approvals: what a listing or its community asks of each of its borrowers.

`answer` says so kindly, for a quote; `check` says it again under the member's own lock, inside the transaction
that claims, so that of two requests at once only one can be the last that is allowed. Rides have no such rules.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from listings.models import Listing
from listings.states import Kind, Unit
from members.models import Member
from members.queries import membership
from sharing.values.period import Period, local_days
from sharing.web import formats
from sharing.web.refusals import Refusal

from . import approvals, plans
from .availability import FREE, Answer
from .load import Load
from .models import Booking, FairUse
from .ruled import is_ruled
from .states import State

DAY = timedelta(days=1)
FARTHEST = 400  # days ahead that "from … again" is looked for
HELD = frozenset({State.REQUESTED, State.ACCEPTED, State.HANDED_OVER, State.DISPUTED})
COUNTED = HELD | {State.RETURNED, State.CLOSED}


class Unfair(Refusal):
    """More than one neighbour should have, or something one needs an approval for."""

    code = "fair_use"


@dataclass(frozen=True, slots=True)
class _Had:
    """A booking of the member: its listing, when, how much, and the local days that count."""

    listing: int
    community: int
    period: Period
    quantity: int
    deposit_minor: int
    held: bool
    days: tuple[date, ...]
    open_days: tuple[date, ...]


def answer(
    listing: Listing, by: Member | None, period: Period, quantity: int = 1, *, ignoring: int | None = None,
    beside: Sequence[Period] = (), now: datetime | None = None,
) -> Answer:
    """Whether the member may have so much of it then; `ignoring` a booking of theirs, by its id.

    beside: other times asked for in the same breath, as much of it in each; they count as had.
    """
    if by is None or not by.is_authenticated or not is_ruled(listing):
        return FREE
    now = now or timezone.now()
    if refused := approvals.missing(listing, by, period):
        return Answer(False, "approval", refused)
    rules = list(FairUse.objects.filter(Q(listing=listing.pk) | Q(community=listing.community_id)).order_by("pk"))
    if not rules:
        return FREE
    asking = _Asking(listing, by, quantity, rules, ignoring, now)
    asking.had += [asking.wanted(each) for each in beside]
    sentence = asking.problem(period)
    if not sentence:
        return FREE
    again = next((n for n in range(1, FARTHEST) if not asking.problem(_later(period, n))), None)
    if again:
        day = _later(period, again).starts.astimezone(ZoneInfo(listing.time_zone)).date()
        more = _("%(sentence)s From %(day)s again.")
        sentence = more % {"sentence": sentence, "day": formats.moment(day, None, "day")}
    return Answer(False, "fair_use", sentence, "starts")


def check(
    listing: Listing, by: Member, period: Period, quantity: int = 1, *, ignoring: int | None = None,
    beside: Sequence[Period] = (), now: datetime | None = None,
) -> None:
    """The same under the member's lock; inside a transaction, before the booking is written. Raises Unfair."""
    if not is_ruled(listing):
        return
    one_at_a_time(by)
    found = answer(listing, by, period, quantity, ignoring=ignoring, beside=beside, now=now)
    if not found.free:
        raise Unfair(found.reason, field=found.field, code=found.code)


def one_at_a_time(by: Member) -> None:
    """Under the member's own row: what they ask for in two places at once is counted one after the other."""
    Member.objects.select_for_update(no_key=True).only("pk").get(pk=by.pk)


class _Asking:
    """One member's bookings, and the rules they are held against; asked for as many periods as one likes."""

    def __init__(self, listing, by, quantity, rules, ignoring, now) -> None:
        self.listing, self.quantity, self.rules, self.now = listing, quantity, rules, now
        self.zone = ZoneInfo(listing.time_zone)
        belongs = membership(by, listing.community_id) if any(rule.new_days for rule in rules) else None
        joined = belongs.joined if belongs is not None and belongs.is_active else None
        self.age = (now - joined).days if joined else 0
        self.had = _had(by, listing, rules, ignoring, now)

    def wanted(self, period: Period) -> _Had:
        """A time asked for and not written yet, as if it were had."""
        days = _days_of(self.listing, period)
        if all(rule.count_closed for rule in self.rules):
            open_days = days
        else:
            opening = plans.of(self.listing).opening
            open_days = tuple(day for day in days if opening.is_open(day))
        deposit = self.listing.deposit_minor * self.quantity
        where = (self.listing.pk, self.listing.community_id)
        return _Had(*where, period, self.quantity, deposit, True, days, open_days)

    def problem(self, period: Period) -> str:
        """What the first rule that is broken says; "" when all are kept."""
        for rule in self.rules:
            had = [each for each in self.had if rule.listing_id is None or each.listing == self.listing.pk]
            for broken in (self._at_once, self._days, self._pause, self._new):
                if sentence := broken(rule, had, period):
                    return sentence
        return ""

    def _at_once(self, rule: FairUse, had: list[_Had], period: Period) -> str:
        if rule.most_at_once is None or self._peak(had, period) + self.quantity <= rule.most_at_once:
            return ""
        n = rule.most_at_once
        return ngettext(
            "One neighbour has only one of these at a time.", "One neighbour has at most %(n)d of these at a time.", n
        ) % {"n": n}

    def _days(self, rule: FairUse, had: list[_Had], period: Period) -> str:
        if rule.most_days is None or rule.window_days is None:
            return ""
        wanted = self._counting(rule, period)
        taken = {day for each in had for day in (each.days if rule.count_closed else each.open_days)} | set(wanted)
        if not wanted:
            return ""
        day, last = wanted[0], wanted[-1] + (rule.window_days - 1) * DAY
        while day <= last:
            if sum(day - rule.window_days * DAY < each <= day for each in taken) > rule.most_days:
                figures = {"n": rule.most_days, "window": rule.window_days}
                return ngettext(
                    "One neighbour has this on one day in %(window)d at most.",
                    "One neighbour has this on %(n)d days in %(window)d at most.", rule.most_days,
                ) % figures
            day += DAY
        return ""

    def _pause(self, rule: FairUse, had: list[_Had], period: Period) -> str:
        days = _days_of(self.listing, period)
        for each in had if rule.pause_days else ():
            if each.listing != self.listing.pk or not each.days or each.period.overlaps(period):
                continue  # what is had at the same time is for `_at_once`
            gap = max((days[0] - each.days[-1]).days, (each.days[0] - days[-1]).days)
            if gap <= rule.pause_days:  # none at all: the one ends on the day on which the other begins
                n = rule.pause_days
                return ngettext(
                    "Between two bookings of one neighbour there is a day for others.",
                    "Between two bookings of one neighbour there are %(n)d days for others.", n,
                ) % {"n": n}
        return ""

    def _new(self, rule: FairUse, had: list[_Had], period: Period) -> str:
        begins_in = max(0, (period.starts - self.now).days)
        if not rule.new_days or self.age + begins_in >= rule.new_days:
            return ""
        if rule.new_at_once is not None and self._peak(had, period) + self.quantity > rule.new_at_once:
            return ngettext(
                "In the first %(days)d days one has only one thing at a time.",
                "In the first %(days)d days one has at most %(n)d things at a time.", rule.new_at_once,
            ) % {"days": rule.new_days, "n": rule.new_at_once}
        if rule.new_deposit_minor is None or not self.listing.deposit_minor:
            return ""
        together = sum(each.deposit_minor for each in had if each.held and each.period.overlaps(period))
        if together + self.listing.deposit_minor * self.quantity <= rule.new_deposit_minor:
            return ""
        most = formats.money(rule.new_deposit_minor, self.listing.currency, short=True)
        figures = {"days": rule.new_days, "sum": most}
        return _("In the first %(days)d days one has things with deposits of %(sum)s together at most.") % figures

    def _peak(self, had: list[_Had], period: Period) -> int:
        held = [(each.period.starts, each.period.ends, each.quantity) for each in had if each.held]
        return Load(held).peak(period)

    def _counting(self, rule: FairUse, period: Period) -> list[date]:
        days = _days_of(self.listing, period)
        if rule.count_closed:
            return list(days)
        opening = plans.of(self.listing).opening
        return [day for day in days if opening.is_open(day)]


def _had(by: Member, listing: Listing, rules: list[FairUse], ignoring: int | None, now: datetime) -> list[_Had]:
    """What the member has, had or asks for, as far back as any rule looks."""
    back = max([rule.window_days or 0 for rule in rules] + [rule.pause_days for rule in rules]) + 2
    rows = Booking.objects.filter(borrower=by.pk, state__in=COUNTED, ends__gt=now - back * DAY)
    scope = Q(listing=listing.pk)
    if any(rule.community_id for rule in rules):
        scope |= Q(community=listing.community_id) & ~Q(listing__kind=Kind.RIDE)
    rows = rows.filter(scope).exclude(state=State.REQUESTED, expires__lte=now).exclude(pk=ignoring or 0)
    found = list(rows.select_related("listing")[:1000])
    skips_closed = not all(rule.count_closed for rule in rules)
    openings = plans.of_many({row.listing for row in found}) if skips_closed else {}
    return [_of(row, openings, now) for row in found]


def _of(row: Booking, openings: dict, now: datetime) -> _Had:
    ends = max(row.ends, now) if row.state == State.HANDED_OVER else row.ends
    period = Period(row.starts, ends)
    days = _days_of(row.listing, period)
    plan = openings.get(row.listing_id)
    open_days = tuple(day for day in days if plan.opening.is_open(day)) if plan else days
    deposit = int((row.quote or {}).get("deposit_minor") or 0)
    held = row.state in HELD
    return _Had(row.listing_id, row.community_id, period, row.quantity, deposit, held, days, open_days)


def _days_of(listing: Listing, period: Period) -> tuple[date, ...]:
    """The local days of a period; by the night one does not count the day one leaves."""
    found = tuple(local_days(period, ZoneInfo(listing.time_zone)))
    return found[:-1] if listing.price_unit == Unit.NIGHT and len(found) > 1 else found


def _later(period: Period, n: int) -> Period:
    return Period(period.starts + n * DAY, period.ends + n * DAY)
