"""The month as a table, and a booking's time as one says it."""

from datetime import date, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton
from django import template
from django.utils.dateformat import format as date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _

from bookings import choices, news, words
from bookings.availability import Day
from bookings.choices import LATEST_MONTH, Choice
from bookings.states import DayState
from listings import words as listing_words
from listings.states import Unit
from sharing.web import formats

register = template.Library()
DAY = timedelta(days=1)


@register.simple_tag
def month_of(choice: Choice) -> SimpleNamespace:
    """Weeks of cells, the names of the weekdays, the neighbouring months."""
    month, locale = choice.month, formats.locale()
    monday_is = locale.first_week_day
    order = [(monday_is + n) % 7 for n in range(7)]
    short, long = locale.days["stand-alone"]["short"], locale.days["stand-alone"]["wide"]
    cells: list = [None] * order.index(month.first.weekday()) + [_cell(choice, day) for day in month.days]
    cells += [None] * (-len(cells) % 7)
    weeks = [cells[n : n + 7] for n in range(0, len(cells), 7)]
    name, beyond = formats.moment(month.first, style="month"), month.days[-1].date >= month.following
    if beyond:  # the next month is shown with it, so the weeks that are over are not
        name = formats.month_span(month.first, month.following)
        weeks = [week for week in weeks if any(cell and cell.day.date >= month.today for cell in week)]
    ahead = (month.first.year - month.today.year) * 12 + month.first.month - month.today.month
    kept = "".join(f"&{name}={choice.given[name]}" for name in ("starts", "ends") if choice.given.get(name))
    previous, following = (f"?month={other:%Y-%m}{kept}" for other in (month.previous, month.following))
    return SimpleNamespace(
        name=name, weekdays=[(short[day], long[day]) for day in order], weeks=weeks,
        previous=f"{previous}#calendar" if ahead > 0 else "", previous_query=previous,
        special=any(day.special for day in month.days),
        between=any(day.state == DayState.FREE and not day.arrivable for day in month.days),
        following=f"{following}#calendar" if ahead < LATEST_MONTH else "", following_query=following,
    )


def _cell(choice: Choice, day: Day) -> SimpleNamespace:
    first, last = choice.chosen
    nights = choice.listing.price_unit == Unit.NIGHT
    inside = first is not None and first <= day.date <= (last or first)
    state = {DayState.SOON: "past", DayState.FAR: "past", DayState.CLOSED: "taken"}.get(day.state, str(day.state.value))
    classes = [] if day.pickable else ["between" if day.state == DayState.FREE else state]
    if day.state == DayState.PART:
        classes.append("part")
    if day.special:
        classes.append("special")
    if inside:
        ends = [*(["from"] if day.date == first else []), *(["to"] if day.date == (last or first) else [])]
        classes = ["mine", *ends, *(["special"] if day.special else [])]
    if day.date == choice.month.today:
        classes.append("today")
    begins = day.date.day == 1 and day.date != choice.month.first
    if begins:
        classes.append("begins")
    ends_only = nights and day.leavable and first is not None and last is None and day.date > first
    return SimpleNamespace(
        day=day, classes=" ".join(classes), chosen=inside, today=day.date == choice.month.today,
        number=format_skeleton("MMMd", day.date, locale=formats.locale()) if begins else str(day.date.day),
        short=_("yours") if day.mine else "", reason=day.reason if not day.pickable else "",
        url=choices.day_url(choice, day.date) if day.pickable or ends_only or (nights and day.leavable) else "",
    )


@register.filter
def day_name(day: date) -> str:
    """ "Friday, 27 November", for those who hear the calendar."""
    return format_skeleton("MMMMEEEEd", day, locale=formats.locale())


@register.filter
def spoken(quote, listing) -> str:
    """The time of a quote, with how much it is: "Fri 27 – Sun 29 Nov · 3 days"."""
    period = quote.stay.period
    when = news.spoken(period.starts, period.ends, listing.time_zone, listing.price_unit)
    if quote.stay.board is not None:
        return f"{quote.stay.board.place} – {quote.stay.alight.place} · {when}"
    unit = Unit.DAY if quote.stay.unit == Unit.USE else quote.stay.unit
    return f"{when} · {words.units(quote.stay.units, unit)}"


@register.filter
def in_short(quote, listing) -> str:
    """How much it is and what it costs, for the line at the foot of a phone: "3 days · €9"."""
    unit = Unit.DAY if quote.stay.unit == Unit.USE else quote.stay.unit
    n = quote.quantity if quote.stay.board is not None else quote.stay.units
    total = formats.money(quote.total_minor, quote.currency, short=True) if quote.total_minor else _("nothing to pay")
    return f"{words.units(n, unit)} · {total}"


@register.filter
def booked(booking) -> str:
    """When a booking is, as one says it."""
    return news.spoken(booking.starts, booking.ends, booking.listing.time_zone, booking.listing.price_unit)


@register.simple_tag
def price_tag(listing) -> str:
    """The price in large, what it is for in small."""
    unit = listing_words.unit(listing)
    if not listing.price_minor:
        return format_html('<h2 class="book__price">{}</h2>', listing_words.price(listing))
    amount = formats.money(listing.price_minor, listing.currency, short=True)
    return format_html('<h2 class="book__price">{} <span class="soft plain">{}</span></h2>', amount, unit)


@register.simple_tag
def deed(step: str, listing) -> str:
    """A step as its button says it."""
    return words.button(step, listing)


@register.simple_tag
def to_do(step: str, listing) -> str:
    """What waits for one, in a list."""
    return words.to_do(step, listing)


@register.filter
def pieces(booking) -> str:
    """How much of the listing is booked: "2 beds"."""
    return words.pieces(booking.quantity, words.manner(booking.listing.kind, booking.listing.price_unit))


@register.filter
def weekday_letter(day: date) -> str:
    return formats.locale().days["stand-alone"]["narrow"][day.weekday()]


@register.filter
def unlocalized(value: float) -> str:
    """A coordinate for a machine, whatever the language."""
    return f"{value:.6f}"


@register.filter
def relation(card) -> str:
    """What one is in a booking, and to whom: "You borrow from Bo"."""
    booking, listing, other = card.booking, card.booking.listing, card.other
    if card.mediates:
        names = {"one": listing.owner.first_name, "other": booking.borrower.first_name}
        return _("You mediate between %(one)s and %(other)s") % names
    name = {"name": other.first_name if other else card.home}
    return str((words.LEND_TO if card.lends else words.USE_FROM)[words.manner(listing.kind, listing.price_unit)]) % name


@register.filter
def cell_days(cell) -> str:
    """The days of a run in the lender's calendar."""
    last = cell.day + (cell.span - 1) * DAY
    first = formats.moment(cell.day, style="day")
    return first if last == cell.day else f"{first} – {formats.moment(last, style='day')}"


@register.simple_tag
def local(moment, zone: str, form: str) -> str:
    """A moment on the clocks of a zone, for the value of a date or time field."""
    return date_format(moment.astimezone(ZoneInfo(zone)), form)
