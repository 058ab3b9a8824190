"""A listing's choice on the page: the form, the month behind it, the quote that follows it.

Shared by the two slots of the listing's page and the page of its own, so that what one taps on the
calendar and what one types are the same request; `starts`, `ends` and `month` live in the address.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.utils import timezone

from cooperative import fees, projects
from listings.driving import costs
from listings.models import Departure, Listing, Stop
from listings.states import Kind, Unit
from members.models import Member
from payments.gateways import PaymentGateway
from sharing.values.period import Period, days
from sharing.web import formats
from sharing.web.refusals import Refusal

from . import availability, in_credit, paying, quotes, returning, words
from .forms import ChoiceForm
from .load import Load
from .quotes import Quote

DEPARTURES = 8
LATEST_MONTH = 36  # months ahead that anybody needs to look
DAY = timedelta(days=1)
LONGEST_LOOK = 400 * DAY
ENDS_SOON, MORE = 10 * DAY, 14  # when so little is left of a month, so many days of the next are shown with it


@dataclass
class Choice:
    """What a request says about a listing, and what follows from it."""

    request: HttpRequest
    listing: Listing
    whole_page: bool = False  # the month and the quote are on it

    @classmethod
    def of(cls, request: HttpRequest, listing: Listing) -> "Choice":
        """The same object for both parts of one page."""
        kept = request.__dict__.setdefault("_choices", {})
        if listing.pk not in kept:
            kept[listing.pk] = cls(request, listing, whole_page=True)
        return kept[listing.pk]

    @cached_property
    def given(self) -> dict:
        """The parameters that matter; a search's `from` and `to` are the same as `starts` and `ends`."""
        sent = self.request.POST if self.request.method == "POST" else self.request.GET
        given = {name: sent.get(name, "") for name in
                 ("starts", "ends", "departure", "board", "alight", "quantity", "give", "solidarity", "project",
                  "note", "gateway", "back") if name in sent}
        for name, alias in (("starts", "from"), ("ends", "to")):
            if not given.get(name) and sent.get(alias):
                given[name] = sent[alias]
        if self.listing.price_unit == Unit.HOUR:
            for name, clock in (("starts", "T10:00"), ("ends", "T12:00")):
                if len(given.get(name, "")) == 10:
                    given[name] += clock
        elif self.listing.kind != Kind.RIDE:
            given |= {name: given[name][:10] for name in ("starts", "ends") if name in given}
        return given

    @cached_property
    def is_made(self) -> bool:
        """Whether enough is said for a quote."""
        if self.listing.kind == Kind.RIDE:
            return "departure" in self.given or bool(self.departures)
        return bool(self.given.get("starts") and self.given.get("ends"))

    @cached_property
    def policy(self):
        return fees.current(self.listing.community)

    @cached_property
    def projects(self) -> list:
        """Where a share of the fee may go, if the policy lets one say."""
        if not self.policy or not self.policy.enabled or not self.policy.earmark_bp:
            return []
        return list(projects.open_in(self.listing.community))

    @cached_property
    def form(self) -> ChoiceForm:
        pooled = bool(self.policy and self.policy.enabled)
        bound = bool(self.given) and (self.request.method == "POST" or self.is_made)
        data = ({"quantity": "1"} | self._defaults | self.given) if bound else None
        return ChoiceForm(
            self.listing, data, pooled=pooled, departures=self.departures, projects=self.projects, ways=self.ways,
            initial=self._defaults | self.given,
        )

    @cached_property
    def ways(self) -> list[PaymentGateway]:
        """How it can be paid; what costs nothing is not spoken of."""
        return paying.possible(self.listing) if self.listing.price_minor else []

    @cached_property
    def credit(self) -> in_credit.InCredit | None:
        """What it comes to in community credit, where it can be paid so."""
        return in_credit.of_quote(self.listing, self.quote, self.ways) if self.quote else None

    @cached_property
    def way(self) -> PaymentGateway | None:
        """The one chosen, or the only one there is."""
        named = [way for way in self.ways if way.name == self.given.get("gateway")]
        return next(iter(named or self.ways), None)

    @cached_property
    def _defaults(self) -> dict:
        if self.listing.kind != Kind.RIDE or not self.departures:
            return {}
        stops = self.stops
        return {"departure": str(self.departures[0].pk), "board": str(stops[0].pk), "alight": str(stops[-1].pk)}

    @cached_property
    def quote(self) -> Quote | None:
        """What the choice would cost; None while it is not made or makes no sense (the form says why)."""
        if not self.is_made:
            return None
        self._look()
        form = self.form if self.form.is_bound else ChoiceForm(
            self.listing, {"quantity": "1"} | self._defaults, departures=self.departures
        )
        if not form.is_valid():
            return None
        try:
            member = self.request.user if isinstance(self.request.user, Member) else None
            return quotes.quote(self.listing, by=member, **form.asked())
        except Refusal as refusal:
            form.refuse(refusal)
            return None

    @cached_property
    def mine(self) -> bool:
        return self.listing.owner_id is not None and self.listing.owner_id == self.request.user.pk

    # --- the month ------------------------------------------------------------------------------------

    @cached_property
    def first_of_month(self) -> date:
        """The month asked for, or that of the choice, or this one; in the listing's zone."""
        today = timezone.now().astimezone(ZoneInfo(self.listing.time_zone)).date().replace(day=1)
        for text in (self.request.GET.get("month", ""), self.given.get("starts", "")[:7]):
            try:
                wanted = date.fromisoformat(f"{text}-01")
            except ValueError:
                continue
            if 0 <= (wanted.year - today.year) * 12 + wanted.month - today.month <= LATEST_MONTH:
                return wanted
        return today

    @cached_property
    def month(self) -> availability.Month:
        self._look()
        first = self.first_of_month
        return availability.month(self.listing, first.year, first.month, self.request.user, more=self._more)

    @property
    def _more(self) -> int:
        """Days of the next month that are shown as well, when little is left of this one."""
        today = timezone.now().astimezone(ZoneInfo(self.listing.time_zone)).date()
        if today.replace(day=1) != self.first_of_month or (today + ENDS_SOON).month == today.month:
            return 0
        last = (today.replace(day=1) + 31 * DAY).replace(day=MORE)
        return MORE + (formats.locale().first_week_day - 1 - last.weekday()) % 7  # no week breaks off

    def _look(self) -> None:
        """One look at the claims for the month and the choice, where a page shows both."""
        if not self.whole_page or self.listing.kind == Kind.RIDE:
            return
        self.whole_page = False
        shown = [self.first_of_month, self.first_of_month + (31 + self._more) * DAY]
        ends = [*shown, *(day for day in self.chosen if day)]
        zone = ZoneInfo(self.listing.time_zone)
        if max(ends) - min(ends) < LONGEST_LOOK:
            availability.look_once(self.listing, days(min(ends) - 4 * DAY, max(ends) + 5 * DAY, zone))

    @property
    def chosen(self) -> tuple[date | None, date | None]:
        """The first and the last day chosen, as local days."""
        found: list[date | None] = []
        for name in ("starts", "ends"):
            try:
                found.append(date.fromisoformat(self.given.get(name, "")[:10]))
            except ValueError:
                found.append(None)
        return found[0], found[1]

    @cached_property
    def backs(self) -> list:
        """Departures that would take one back from there, once a way is chosen."""
        quote = self.quote
        stay = quote.stay if quote and self.listing.kind == Kind.RIDE else None
        if quote is None or stay is None or stay.departure is None or stay.board is None or stay.alight is None:
            return []
        return returning.offers(self.listing, stay.departure, stay.board, stay.alight, quote.quantity)

    @property
    def back(self):
        """The way back that was chosen as well."""
        return next((way for way in self.backs if str(way.departure.pk) == self.given.get("back")), None)

    @property
    def both_minor(self) -> int:
        """What there and back come to, before the fee of the way back."""
        return self.quote.total_minor + self.back.minor if self.quote and self.back else 0

    @cached_property
    def share(self):
        """How the most that a seat may cost is reckoned, for a ride that costs something."""
        if self.listing.kind != Kind.RIDE or not self.listing.price_minor or len(self.stops) < 2:
            return None
        return costs.share(self.listing, self.stops)

    # --- a ride's departures --------------------------------------------------------------------------

    @cached_property
    def stops(self) -> list[Stop]:
        return sorted(self.listing.stops.all(), key=lambda stop: stop.position)

    @cached_property
    def departures(self) -> list[Departure]:
        if self.listing.kind != Kind.RIDE:
            return []
        if hasattr(self.listing, "coming"):  # the listing's own page has them at hand
            coming = list(self.listing.coming)
        else:
            coming = list(self.listing.departures.filter(cancelled=False, leaves__gt=timezone.now()))
        return self._around(coming)[:DEPARTURES]

    def _around(self, coming: list[Departure]) -> list[Departure]:
        """From the departure chosen, or the day looked for, on; else from the next one."""
        zone, chosen, day = ZoneInfo(self.listing.time_zone), self.given.get("departure"), self.chosen[0]
        for number, row in enumerate(coming):
            if str(row.pk) == chosen or (not chosen and day and row.leaves.astimezone(zone).date() >= day):
                return coming[max(0, number - 1 if chosen else number):]
        return coming

    @cached_property
    def board(self) -> list[dict]:
        """Each departure with its stops: when it is there, and the seats left until the next."""
        if not self.departures or len(self.stops) < 2:
            return []
        whole = timedelta(minutes=self.stops[-1].minutes)
        now = timezone.now()
        around = Period(self.departures[0].leaves, self.departures[-1].leaves + whole)
        load = Load(availability.taken(self.listing, around, now))
        board = []
        for row in self.departures:
            way = self._way(row, load)
            chosen = str(row.pk) == self.given.get("departure", str(self.departures[0].pk))
            board.append({"departure": row, "stops": way, "parts": _parts(way), "chosen": chosen})
        return board

    def _way(self, departure: Departure, load: Load) -> list[dict]:
        way = []
        for stop, following in zip(self.stops, [*self.stops[1:], None], strict=True):
            at = departure.leaves + timedelta(minutes=stop.minutes)
            left = None
            if following is not None:
                until = departure.leaves + timedelta(minutes=following.minutes)
                left = max(0, self.listing.capacity - load.peak(Period(at, until)))
            zone = stop.time_zone or self.listing.time_zone
            way.append({"stop": stop, "at": at, "zone": zone, "left": left, "fare": self._fare(stop, departure)})
        return way

    def _fare(self, stop: Stop, departure: Departure) -> int | None:
        """A seat from the start to here; None at the start, and on a ride that costs nothing."""
        start, day = self.stops[0], departure.leaves.astimezone(ZoneInfo(self.listing.time_zone)).date()
        if not self.listing.price_minor or stop == start:
            return None
        return quotes.way_minor(self.listing, start, stop, on=day)

    @property
    def ask(self) -> str:
        return words.ask(self.listing)


def _parts(way: list[dict]) -> list[dict]:
    """The way in as few parts as differ in the seats left."""
    parts: list[dict] = []
    for here, there in pairwise(way):
        if parts and parts[-1]["left"] == here["left"]:
            parts[-1]["alight"] = there["stop"].place
        else:
            parts.append({"board": here["stop"].place, "alight": there["stop"].place, "left": here["left"]})
    return parts


def day_url(choice: Choice, day: date) -> str:
    """Where a tap on a day leads without script: first tap the start, second the end."""
    first, last = choice.chosen
    nights = choice.listing.price_unit == Unit.NIGHT
    params = f"starts={day}"
    if first is not None and last is None and (day > first if nights else day >= first):
        params = f"starts={first}&ends={day}"
    return f"?{params}&month={day:%Y-%m}#calendar"


