"""A listing's terms and facts in words, as a neighbour would say them.

Nothing here asks the database: what it reads must be at hand (`Listing.objects.for_pages()`).
"""

from collections.abc import Iterator
from typing import NamedTuple

from babel.dates import format_time
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from sharing.web.formats import locale, money

from . import answers
from .models import Listing
from .registration import asked_for
from .states import Kind, Terms, Unit, Visibility

ICONS = {Kind.TOOL: "drill", Kind.ROOM: "bed-double", Kind.RIDE: "car-front"}


class Line(NamedTuple):
    """A fact with the icon that stands before it."""

    icon: str
    text: str


class Fact(NamedTuple):
    """A fact under its name; `long` ones are prose."""

    name: str
    text: str
    long: bool = False


def price(listing: Listing) -> str:
    """The price and what it is for: "€3 a day", "Free"."""
    return priced(listing.terms, listing.price_minor, listing.price_unit, listing.currency)


def priced(terms: str, minor: int, unit: str, currency: str) -> str:
    if terms == Terms.GIFT:
        return _("Free")
    if not minor:
        return _("No price yet")
    return _PER[Unit(unit)]() % {"price": money(minor, currency, short=True)}


def unit(listing: Listing) -> str:
    """What the price is for, after the price: "a day"."""
    return "" if listing.terms == Terms.GIFT else after(listing.price_unit)


def after(unit: str) -> str:
    """What stands after an amount: "a day"."""
    return _AFTER[Unit(unit)]()


_PER = {
    Unit.HOUR: lambda: _("%(price)s an hour"),
    Unit.DAY: lambda: _("%(price)s a day"),
    Unit.NIGHT: lambda: _("%(price)s a night"),
    Unit.SEAT: lambda: _("%(price)s a seat"),
    Unit.USE: lambda: _("%(price)s each time"),
}
_AFTER = {
    Unit.HOUR: lambda: pgettext("after a price", "an hour"),
    Unit.DAY: lambda: pgettext("after a price", "a day"),
    Unit.NIGHT: lambda: pgettext("after a price", "a night"),
    Unit.SEAT: lambda: pgettext("after a price", "a seat"),
    Unit.USE: lambda: pgettext("after a price", "each time"),
}


def terms(listing: Listing) -> Iterator[Line]:
    """What one agrees to, a few words each, the weightiest first."""
    if listing.deposit_minor:
        deposit = money(listing.deposit_minor, listing.currency, short=True)
        yield Line("shield-check", _("%(deposit)s deposit, back on return") % {"deposit": deposit})
    if listing.terms == Terms.COST_SHARE:
        yield Line("scale", _("The price shares the costs, no more"))
    yield Line("zap", _("Agreed at once")) if listing.instant else Line("hand", _answering(listing))
    if stay := _stay(listing):
        yield Line("calendar-days", stay)
    if listing.notice_hours:
        yield Line("bell", _ahead(listing.notice_hours))
    if pause := max(listing.buffer_before, listing.buffer_after):
        yield Line("hourglass", _pause(pause))
    yield Line("undo-2", _cancelling(listing))


def _answering(listing: Listing) -> str:
    if listing.kind == Kind.RIDE:
        return _("The driver answers each request")
    if listing.is_commons:
        return _("A steward answers each request")
    return _("The host answers each request") if listing.kind == Kind.ROOM else _("The lender answers each request")


class Price(NamedTuple):
    """A row of the table of prices: for whom or from when, and what it costs."""

    when: str
    price: str


def prices(listing: Listing) -> list[Price]:
    """Prices beyond the plain one, the plain one first; [] where there is nothing more to say."""
    per = _PER[Unit(listing.price_unit)]
    rows = [
        Price(_from(tier["from_units"], listing.price_unit), per() % {"price": _short(tier["price_minor"], listing)})
        for tier in listing.price_tiers
    ]
    if listing.commercial_price_minor is not None and listing.commercial_price_minor != listing.price_minor:
        rows.append(Price(_("For commercial use"), per() % {"price": _short(listing.commercial_price_minor, listing)}))
    rows += [
        Price(_("For members of %(community)s") % {"community": community["name"]}, _("Free"))
        for community in (listing.freed if listing.terms != Terms.GIFT else ())
    ]
    usual = _("Usually") if listing.kind == Kind.RIDE else _("For neighbours")
    return [Price(usual, price(listing)), *rows] if rows else []


def _short(minor: int, listing: Listing) -> str:
    return money(minor, listing.currency, short=True)


def _from(units: int, unit: str) -> str:
    return _FROM[Unit(unit)](units) % {"count": units}


_FROM = {
    Unit.HOUR: lambda n: ngettext("From %(count)s hour on", "From %(count)s hours on", n),
    Unit.DAY: lambda n: ngettext("From %(count)s day on", "From %(count)s days on", n),
    Unit.NIGHT: lambda n: ngettext("From %(count)s night on", "From %(count)s nights on", n),
}


def facts(listing: Listing) -> Iterator[Fact]:
    """What one wants to know of this kind of thing; what was left open is left out."""
    for fact in {Kind.TOOL: _tool, Kind.ROOM: _room, Kind.RIDE: _ride}[Kind(listing.kind)](listing, listing.facts):
        if fact.text:
            yield fact
    for answer in listing.answers:
        yield Fact(answer["name"], answers.in_words(answer))
    if listing.visibility == Visibility.COMMUNITY:
        yield Fact(_("Who may see it"), _("Members of %(community)s") % {"community": listing.community})
    if listing.visibility == Visibility.CIRCLE:
        yield Fact(_("Who may see it"), _("A few people the lender has chosen"))


# --- terms ----------------------------------------------------------------------------------------


def _stay(listing: Listing) -> str:
    least, most = listing.min_units, listing.max_units
    if listing.kind == Kind.RIDE or listing.price_unit == Unit.USE:
        return ""
    if least == most:
        return _EXACTLY[Unit(listing.price_unit)](most) % {"count": most}
    if least == 1:
        return _UP_TO[Unit(listing.price_unit)](most) % {"count": most}
    return _FROM_TO[Unit(listing.price_unit)](most) % {"least": least, "count": most}


_EXACTLY = {
    Unit.HOUR: lambda n: ngettext("For %(count)s hour", "For %(count)s hours", n),
    Unit.DAY: lambda n: ngettext("For %(count)s day", "For %(count)s days", n),
    Unit.NIGHT: lambda n: ngettext("For %(count)s night", "For %(count)s nights", n),
}
_UP_TO = {
    Unit.HOUR: lambda n: ngettext("Up to %(count)s hour", "Up to %(count)s hours", n),
    Unit.DAY: lambda n: ngettext("Up to %(count)s day", "Up to %(count)s days", n),
    Unit.NIGHT: lambda n: ngettext("Up to %(count)s night", "Up to %(count)s nights", n),
}
_FROM_TO = {
    Unit.HOUR: lambda n: ngettext("%(least)s to %(count)s hour", "%(least)s to %(count)s hours", n),
    Unit.DAY: lambda n: ngettext("%(least)s to %(count)s day", "%(least)s to %(count)s days", n),
    Unit.NIGHT: lambda n: ngettext("%(least)s to %(count)s night", "%(least)s to %(count)s nights", n),
}


def _ahead(hours: int) -> str:
    if hours < 48:
        return ngettext("Ask at least %(count)s hour ahead", "Ask at least %(count)s hours ahead", hours) % {
            "count": hours
        }
    days = round(hours / 24)
    return ngettext("Ask at least %(count)s day ahead", "Ask at least %(count)s days ahead", days) % {"count": days}


def _pause(minutes: int) -> str:
    if minutes < 120:
        return ngettext("%(count)s minute between two bookings", "%(count)s minutes between two bookings", minutes) % {
            "count": minutes
        }
    hours = round(minutes / 60)
    return ngettext("%(count)s hour between two bookings", "%(count)s hours between two bookings", hours) % {
        "count": hours
    }


def _cancelling(listing: Listing) -> str:
    return {
        "flexible": _("Cancel free until the day before"),
        "moderate": _("Cancel free until five days before"),
        "strict": _("Half back until a week before"),
    }[listing.cancellation]


# --- facts ----------------------------------------------------------------------------------------


def _tool(listing: Listing, tool) -> Iterator[Fact]:
    yield Fact(_("Brand and model"), tool.brand)
    yield Fact(_("Condition"), tool.get_condition_display())
    if listing.capacity > 1:
        count = listing.capacity
        yield Fact(_("How many"), ngettext("%(count)s of them", "%(count)s of them", count) % {"count": count})
    yield Fact(_("Size"), tool.size)
    yield Fact(_("What comes with it"), tool.included, long=True)
    if tool.approval_needed:
        yield Fact(_("Before one may use it"), tool.approval_note or _("Training or approval is needed"), long=True)
    yield Fact(_("How to use it"), tool.instructions, long=True)


def _room(listing: Listing, room) -> Iterator[Fact]:
    beds = ngettext("%(count)s bed", "%(count)s beds", room.beds) % {"count": room.beds}
    whole = _("The whole room is yours") if room.whole else _("Shared with others")
    yield Fact(_("Room"), whole)
    if listing.price_unit == Unit.NIGHT:
        yield Fact(_("Beds"), beds)
        yield Fact(_("Check-in"), _("from %(time)s") % {"time": clock(room.check_in)})
        yield Fact(_("Check-out"), _("until %(time)s") % {"time": clock(room.check_out)})
    elif not room.whole:
        yield Fact(_("Places"), str(listing.capacity))
    if room.bathrooms:
        baths = ngettext("%(count)s bathroom", "%(count)s bathrooms", room.bathrooms) % {"count": room.bathrooms}
        yield Fact(_("Bathrooms"), baths)
    yield Fact(_("Work"), _("There is a place to work") if room.work_space else "")
    yield Fact(_("Pets"), _("Welcome") if room.pets else _("Please leave them at home"))
    yield Fact(_("Smoking"), _("Allowed") if room.smoking else _("Not inside"))
    if room.quiet_from is not None:
        quiet = {"from": clock(room.quiet_from), "until": clock(room.quiet_until)}
        yield Fact(_("Quiet hours"), _("%(from)s to %(until)s") % quiet)
    yield Fact(_("Getting in"), " · ".join(_measures(room)))
    yield Fact(_("Steps and doors"), room.access, long=True)
    yield Fact(_("House rules"), room.rules, long=True)
    if asked_for(listing):
        none = _("None needed, says the host") if room.registration_not_needed else ""
        yield Fact(_("Registration number"), room.registration or none)


def _measures(room) -> Iterator[str]:
    """The way in, as far as it was measured."""
    if room.step_free:
        yield _("without a step")
    elif room.steps:
        yield ngettext("%(count)s step", "%(count)s steps", room.steps) % {"count": room.steps}
    elif room.step_free is not None:
        yield _("with steps")
    if room.door_cm:
        yield _("doors at least %(width)s cm wide") % {"width": room.door_cm}


def _ride(listing: Listing, ride) -> Iterator[Fact]:
    yield Fact(_("A seat from the start"), " · ".join(_shares(listing)))
    seats = ngettext("%(count)s seat", "%(count)s seats", listing.capacity) % {"count": listing.capacity}
    yield Fact(_("Seats"), seats + (_(", at most two behind") if ride.two_behind else ""))
    yield Fact(_("Vehicle"), ride.vehicle)
    yield Fact(_("Luggage"), ride.luggage)
    yield Fact(_("Pets"), _("May come along") if ride.pets else _("Not on this ride"))
    yield Fact(_("Smoking"), _("Allowed") if ride.smoking else _("Not on this ride"))


def _shares(listing: Listing) -> Iterator[str]:
    """The price to each stop, where there is more than the last."""
    priced = [stop for stop in listing.stops.all() if stop.price_minor]
    for stop in priced if len(priced) > 1 else ():
        price = money(stop.price_minor, listing.currency, short=True)
        yield _("to %(stop)s %(price)s") % {"stop": stop.place, "price": price}


def clock(time) -> str:
    """A time of day as the locale writes it."""
    return format_time(time, "short", locale=locale())
