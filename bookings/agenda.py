"""A lender's weeks: what is taken of each listing on each day, what one listing keeps free, and the care one took on.

Read in a fixed number of statements, however many bookings there are.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cooperative import care_queries
from cooperative.models import CareSeat
from listings.models import Listing
from listings.states import ListingState, Unit
from members.models import Member
from sharing.values.period import Period, days, local_days

from . import news
from .forms import BlockForm, ExceptionForm, LateFeeForm, WeekForm
from .models import Claim
from .states import ClaimKind, State

WEEKS = 4
MOST = 60
PAGE = 25
FITS = 6  # letters of a name that two days have room for
DAY = timedelta(days=1)


class Cell(NamedTuple):
    """A run of days of one listing with the same thing on them."""

    span: int
    day: date
    kind: str = ""  # "", booking, request, block, import, part
    label: str = ""
    url: str = ""
    claim: Claim | None = None
    state: str = ""
    who: str = ""  # the whole name, where the label is a part of it

    @property
    def short(self) -> str:
        """What a narrow cell has room for."""
        if self.kind not in ("booking", "request") or (self.span > 1 and len(self.label) <= FITS):
            return self.label
        return initials(self.who)

    @property
    def said(self) -> str:
        """Who or what it is and how it stands, for whoever hears the cell or points at it."""
        return " · ".join(dict.fromkeys(word for word in (self.who or self.label, self.state) if word))

    @property
    def last(self) -> date:
        return self.day + (self.span - 1) * DAY


@dataclass
class Row:
    listing: Listing
    cells: list[Cell]


class Line(NamedTuple):
    """One thing that is on, in the agenda of the phone; `day` is where it stands there."""

    day: date
    starts: datetime
    listing: Listing
    kind: str
    label: str
    when: str
    url: str = ""
    claim: Claim | None = None
    state: str = ""


@dataclass
class Grid:
    """Four weeks from a Monday on: a column a day, a row a listing."""

    first: date
    days: list[date]
    rows: list[Row]
    lines: list[Line]
    today: date
    more: int | None = None  # after which listing the next page starts
    care: list[CareSeat] = field(default_factory=list)  # what the member took on in these weeks

    @property
    def months(self) -> list[tuple[date, int]]:
        """The first day of each month's part of the window, and how many days it has there."""
        found: list[tuple[date, int]] = []
        for day in self.days:
            if found and found[-1][0].month == day.month:
                found[-1] = found[-1][0], found[-1][1] + 1
            else:
                found.append((day, 1))
        return found

    @property
    def over(self) -> list[Line]:
        """What of the weeks on show lies behind, when today is among them."""
        return [line for line in self.lines if self.first <= line.day < self.today <= self.days[-1]]

    @property
    def coming(self) -> list[Line]:
        return self.lines[len(self.over) :]

    @property
    def idle(self) -> list[Listing]:
        """What is free all the time."""
        return [row.listing for row in self.rows if not any(cell.kind for cell in row.cells)]

    @property
    def previous(self) -> date:
        return self.first - WEEKS * 7 * DAY

    @property
    def following(self) -> date:
        return self.first + WEEKS * 7 * DAY


def listings_of(member: Member, after: int | None = None) -> tuple[list[Listing], int | None]:
    """A page of what the member lends, drafts and the archive aside, and after which one the next page starts."""
    lent = Listing.objects.looked_after_by(member).filter(state__in=[ListingState.PUBLISHED, ListingState.PAUSED])
    before = lent.filter(pk=after).values_list("title", "pk").first() if after else None
    if before:
        lent = lent.filter(Q(title__gt=before[0]) | Q(title=before[0], pk__gt=before[1]))
    rows = list(lent.order_by("title", "pk")[: PAGE + 1])
    return rows[:PAGE], rows[PAGE - 1].pk if len(rows) > PAGE else None


def grid(
    member: Member, listings: list[Listing], first: date | None = None, *, more: int | None = None,
    now: datetime | None = None,
) -> Grid:
    now = now or timezone.now()
    today = timezone.localtime(now).date()
    if first is None or abs((first - today).days) > 800:
        first = today
    first -= first.weekday() * DAY
    wanted = [first + n * DAY for n in range(WEEKS * 7)]
    by_listing: dict[int, list[Claim]] = {}
    named = {listing.pk: listing for listing in listings}
    lines = []
    for claim in _claims(listings, wanted, now):
        by_listing.setdefault(claim.listing_id, []).append(claim)
        if line := _line(named[claim.listing_id], claim, wanted, today):
            lines.append(line)
    lines.sort(key=lambda line: (line.day, line.starts, line.listing.title))
    rows = [Row(listing, _cells(listing, by_listing.get(listing.pk, []), wanted)) for listing in listings]
    weeks = days(first, first + WEEKS * 7 * DAY, timezone.get_current_timezone())
    return Grid(first, wanted, rows, lines, today, more, care_queries.taken_on(member, weeks.starts, weeks.ends))


def availability(
    listing: Listing, *, week: WeekForm | None = None, exception: ExceptionForm | None = None,
    keep: BlockForm | None = None, late: LateFeeForm | None = None,
) -> dict:
    """What the section on a listing's edit page shows."""
    now = timezone.now()
    windows = {window.weekday: window for window in listing.windows.all()}
    initial = {f"opens_{day}": window.opens for day, window in windows.items()}
    initial |= {f"closes_{day}": window.closes for day, window in windows.items()}
    kept = Claim.objects.filter(listing=listing, ends__gt=now, kind__in=[ClaimKind.BLOCK, ClaimKind.REPAIR])
    blocks = kept.order_by("starts")
    today = now.astimezone(ZoneInfo(listing.time_zone)).date()
    return {
        "listing": listing, "week": week or WeekForm(initial=initial), "blocks": list(blocks[:MOST]),
        "exceptions": list(listing.exceptions.filter(day__gte=today).order_by("day")[:MOST]),
        "exception": exception or ExceptionForm(), "keep": keep or BlockForm(listing),
        "late": late or LateFeeForm(listing),
    }


def _claims(listings: list[Listing], wanted: list[date], now: datetime):
    whole = days(wanted[0], wanted[-1] + DAY, ZoneInfo("UTC")).widened(DAY, DAY)  # whatever the zones of the listings
    rows = Claim.objects.filter(
        Q(expires__isnull=True) | Q(expires__gt=now),
        listing__in=[listing.pk for listing in listings], ends__gt=whole.starts, starts__lt=whole.ends,
    )
    return rows.select_related("booking__borrower").order_by("starts", "pk")


def _cells(listing: Listing, claims: list[Claim], wanted: list[date]) -> list[Cell]:
    """Runs of days with the same claims on them, so that a booking is one cell."""
    zone = ZoneInfo(listing.time_zone)
    on: dict[date, list[Claim]] = {day: [] for day in wanted}
    for claim in claims:
        for day in local_days(_inner(listing, claim), zone):
            if day in on:
                on[day].append(claim)
    cells: list[Cell] = []
    last: list[int] | None = None
    for day in wanted:
        keys = [claim.pk for claim in on[day]]
        if cells and keys and keys == last:
            cells[-1] = cells[-1]._replace(span=cells[-1].span + 1)
        else:
            cells.append(_cell(listing, day, on[day]))
        last = keys
    return cells


def _inner(listing: Listing, claim: Claim) -> Period:
    """The booking's own time inside its claim; a block is as long as it says."""
    booking = getattr(claim, "booking", None)
    return booking.period if booking is not None else Period(claim.starts, claim.ends)


def _line(listing: Listing, claim: Claim, wanted: list[date], today: date) -> Line | None:
    """Under the day it begins; what has begun before, under today, or the first day shown."""
    period, zone = _inner(listing, claim), ZoneInfo(listing.time_zone)
    on = [day for day in local_days(period, zone) if wanted[0] <= day <= wanted[-1]]
    if not on:
        return None
    day = today if on[0] <= today <= on[-1] else on[0]
    kind, label, url, state, _who = _said(claim)
    unit = listing.price_unit
    if not url and {at.astimezone(zone).time() for at in (period.starts, period.ends)} == {time()}:
        unit = Unit.DAY  # kept for whole days, whatever it is lent by
    when = news.spoken(period.starts, period.ends, listing.time_zone, unit)
    return Line(day, period.starts, listing, kind, label, when, url, claim, state)


def initials(name: str) -> str:
    """Of the first and the last word (AM for Ana Maria Moss), of one word alone its first two letters."""
    words = name.split()
    return (words[0][0] + words[-1][0]).upper() if len(words) > 1 else name.strip()[:2]


def _said(claim: Claim) -> tuple[str, str, str, str, str]:
    """What kind of thing it is, its name, where it leads, how it stands, and the whole name of a person."""
    booking = getattr(claim, "booking", None)
    if booking is None:
        kind = "import" if claim.kind == ClaimKind.IMPORT else "block"
        return kind, claim.note or claim.get_kind_display(), "", claim.get_kind_display(), ""
    kind = "request" if booking.state == State.REQUESTED else "booking"
    who = booking.borrower
    return kind, who.first_name, booking.get_absolute_url(), booking.get_state_display(), str(who)


def _cell(listing: Listing, day: date, claims: list[Claim]) -> Cell:
    if not claims:
        return Cell(1, day)
    if len(claims) > 1:
        begins = [claim.starts for claim in claims]  # at the day's fullest, not all of it together
        taken = max(sum(each.quantity for each in claims if each.starts <= at < each.ends) for at in begins)
        words = {"taken": taken, "all": listing.capacity}
        label, state = _("%(taken)d/%(all)d") % words, _("%(taken)d of %(all)d taken") % words
        return Cell(1, day, "part", label, listing.get_absolute_url(), claims[0], "", state)
    kind, label, url, state, who = _said(claims[0])
    return Cell(1, day, kind, label, url, claims[0], state, who)
