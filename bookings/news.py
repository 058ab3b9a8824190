"""What is told of a booking: a line in its conversation, and a notification to those it concerns.

A line is stored as a code with its values and read by each in their own language. Told inside the
transaction that does the deed; what leaves the process waits for the commit (see `messaging`).
"""

from collections.abc import Callable, Iterable
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from listings.states import Kind, Unit
from members.models import Member
from messaging import actions as messaging
from messaging import lines
from messaging.notices.addresses import absolute
from sharing.web import formats

from . import parties, settling, words
from .models import Booking, BookingEvent
from .states import HandoverPhase

# What belongs to pick-up and return rather than to the agreement.
HANDOVER = (
    "booking.hand_over*", "booking.return*", "booking.no_show", "booking.soon", "booking.remind_*", "booking.late*",
    "booking.waive", "booking.propose", "booking.meet", "booking.deposit_*",
)  # fmt: skip
LONGEST_NOTE = 600  # of a note that is quoted in a line


def tell(
    booking: Booking, step: str, *, by: Member | None, event: BookingEvent, needs_answer: Iterable[Member] = (),
    also: Iterable[Member] = (), **params: Any,
) -> None:
    """Write the line and notify everybody in the booking but the one who acted."""
    params = facts(booking, by) | params
    if booking.conversation_id:
        messaging.post_event(booking.conversation_id, f"booking.{step}", params, by=by)
    notify(booking, step, by=by, event=event, needs_answer=needs_answer, also=also, **params)


def notify(
    booking: Booking, step: str, *, by: Member | None, event: BookingEvent, needs_answer: Iterable[Member] = (),
    also: Iterable[Member] = (), **params: Any,
) -> None:
    """Let everybody in the booking know but the one who acted."""
    code, params = f"booking.{step}", facts(booking, by) | params
    people = (booking.borrower, *parties.lenders(booking), *also)
    messaging.notify_all(
        [member for member in people if by is None or member.pk != by.pk], kind=code, title=_title(code, params),
        body=_body(code, params), url=booking.get_absolute_url(), key=f"{booking.about}:{step}:{event.pk}",
        answering=needs_answer, conversation=booking.conversation_id,
    )


def remind(booking: Booking, what: str) -> bool:
    """Remind both sides of what is near, once for each date it was agreed for; False when they know already."""
    code, params = f"booking.remind_{what}", facts(booking) | _meeting(booking, what)
    told = messaging.notify_all(
        (booking.borrower, *parties.lenders(booking)), kind=code, title=_title(code, params), body=_body(code, params),
        url=booking.get_absolute_url(), key=f"{booking.about}:remind_{what}:{_at(booking, what)}",
    )
    return bool(told)


def deposit(booking: Booking, standing: str, minor: int, *, key: str) -> bool:
    """Tell the lender, and in the conversation, how the card answered for the deposit; once for each key."""
    code = f"booking.deposit_{standing}"
    params = facts(booking) | {"deposit": minor, "deposit_card": standing}
    told = messaging.notify_all(
        parties.lenders(booking), kind=code, title=_title(code, params), body=_body(code, params),
        url=booking.get_absolute_url(), key=key,
    )
    if told and booking.conversation_id:
        messaging.post_event(booking.conversation_id, code, params)
    return bool(told)


def _meeting(booking: Booking, what: str) -> dict[str, str]:
    """When and where they have agreed to meet for it, if they have."""
    phase = HandoverPhase.PICKUP if what in ("pickup", "soon") else HandoverPhase.RETURN
    for meeting in booking.meetings.all():
        if meeting.phase == phase and meeting.starts is not None:
            return {"meet": meeting.starts.isoformat(), "place": meeting.place}
    return {}


def _at(booking: Booking, what: str) -> str:
    moment = booking.starts if what in ("pickup", "soon") else booking.ends
    return f"{moment:%Y%m%dT%H%M}"


def facts(booking: Booking, by: Member | None = None) -> dict[str, Any]:
    """What every line may need, as JSON; `by` is who acted."""
    return {
        "title": booking.listing.title, "kind": booking.listing.kind, "unit": booking.listing.price_unit,
        "starts": booking.starts.isoformat(), "ends": booking.ends.isoformat(), "zone": booking.listing.time_zone,
        "currency": booking.quote.get("currency", booking.listing.currency),
        "name": by.first_name or str(by) if by else "",
    }


def when(params: dict[str, Any]) -> str:
    starts, ends = datetime.fromisoformat(params["starts"]), datetime.fromisoformat(params["ends"])
    return spoken(starts, ends, params["zone"], params["unit"])


def spoken(starts: datetime, ends: datetime, zone: str, unit: str) -> str:
    """A booking's time as one says it: days for what goes by days, hours for what goes by hours."""
    if unit == Unit.NIGHT:
        tz = ZoneInfo(zone)
        return formats.date_span(starts.astimezone(tz).date(), ends.astimezone(tz).date())
    if unit in (Unit.DAY, Unit.USE):
        return formats.day_span(starts, ends, zone)
    return formats.span(starts, ends, zone)


def begins(booking: Booking) -> str:
    """When it begins: the day, and the time where there is one."""
    return _edge(booking, booking.starts, booking.starts)


def is_over(booking: Booking) -> str:
    """When it ends; what goes by days ends with its last day, not at the midnight after it."""
    return _edge(booking, booking.ends, booking.ends - timedelta(microseconds=1))


def _edge(booking: Booking, at: datetime, on: datetime) -> str:
    zone = booking.listing.time_zone
    whole_days = booking.listing.price_unit in (Unit.DAY, Unit.USE) and at.astimezone(ZoneInfo(zone)).time() == time()
    return formats.moment(on, zone, "day") if whole_days else formats.moment(at, zone)


def register() -> None:
    """Called when the app loads: how each line reads."""
    for step, render in _LINES.items():
        lines.register(f"booking.{step}", render)


def _title(code: str, params: dict[str, Any]) -> Callable[[], str]:
    return lambda: f"{params['title']}: {lines.render(code, params | {'note': '', 'others': ()})}"[:200]


def _body(code: str, params: dict[str, Any]) -> Callable[[], str]:
    """What the title does not say yet."""
    title = _title(code, params)

    def words() -> str:
        times = "" if when(params) in title() else when(params)
        parts = (times, _meet(params), params.get("note", ""), "\n".join(alternatives(params)))
        return "\n\n".join(part for part in parts if part)

    return words


def _meet(params: dict[str, Any]) -> str:
    if "meet" not in params:
        return ""
    told = {"when": formats.moment(datetime.fromisoformat(params["meet"]), params["zone"]), "place": params["place"]}
    return (_("You meet %(when)s: %(place)s") if params["place"] else _("You meet %(when)s.")) % told


def _manner(params: dict[str, Any]) -> str:
    return words.manner(params["kind"], params["unit"])


def _asked(params: dict[str, Any]) -> str:
    line = {
        Kind.ROOM: _("%(name)s asks to stay %(when)s."), Kind.RIDE: _("%(name)s asks to ride along %(when)s."),
        words.SPACE: _("%(name)s asks to use it %(when)s."),
    }.get(_manner(params), _("%(name)s asks to borrow %(when)s.")) % {"name": params["name"], "when": when(params)}
    return _quoting(line, params)


def _at_once(params: dict[str, Any]) -> str:
    line = _("%(name)s booked at once: %(when)s.") % {"name": params["name"], "when": when(params)}
    return _quoting(line, params)


def _quoting(line: str, params: dict[str, Any]) -> str:
    note, line = params.get("note", ""), formats.one_stop(line)
    return f"{line}\n“{note}”" if note else line


def _cancelled(params: dict[str, Any]) -> str:
    line = _("%(name)s cancelled the booking.") % params
    if params.get("broken"):
        line = _("%(name)s had to cancel the booking: there is one less to lend.") % params
    line = _quoting(line, params)
    if params.get("back"):
        money = formats.money(params["back"], params["currency"])
        line += " " + _("%(money)s goes back.") % {"money": money}
    return "\n".join([line, *alternatives(params)])


def _declined(params: dict[str, Any]) -> str:
    return "\n".join([_quoting(_("%(name)s said no.") % params, params), *alternatives(params)])


def _handed(params: dict[str, Any]) -> str:
    line = {
        Kind.ROOM: _("Arrived: both have confirmed."), Kind.RIDE: _("On board: both have confirmed."),
        words.SPACE: _("It has begun: both have confirmed."),
    }.get(_manner(params), _("Handed over: both have confirmed."))
    if params.get("deposit"):
        return f"{line} {_deposit(params)}"
    return line


def _deposit(params: dict[str, Any]) -> str:
    """How the deposit stands; a card that has not said yes holds nothing."""
    return {
        "held": _("The deposit of %(money)s is held on the card."),
        "asked": _("The card is being asked for the deposit of %(money)s; it is not held yet."),
        "refused": _("The deposit of %(money)s is not held: no card has said yes to it."),
    }.get(params.get("deposit_card", ""), _("The deposit of %(money)s is set aside.")) % {
        "money": formats.money(params["deposit"], params["currency"])
    }


def _one_handed(params: dict[str, Any]) -> str:
    line = {
        Kind.ROOM: _("%(name)s confirmed the arrival."), Kind.RIDE: _("%(name)s confirmed getting on."),
        words.SPACE: _("%(name)s confirmed the beginning."),
    }.get(_manner(params), _("%(name)s confirmed the pick-up."))
    return _quoting(line % params, params)


def _one_returned(params: dict[str, Any]) -> str:
    line = {
        Kind.ROOM: _("%(name)s confirmed the departure."), Kind.RIDE: _("%(name)s confirmed the arrival."),
        words.SPACE: _("%(name)s confirmed the end."),
    }.get(_manner(params), _("%(name)s confirmed the return."))
    return _quoting(line % params, params)


def _returned(params: dict[str, Any]) -> str:
    line = {
        Kind.ROOM: _("The stay is over: both have confirmed."), Kind.RIDE: _("Arrived: both have confirmed."),
        words.SPACE: _("It is over: both have confirmed."),
    }.get(_manner(params), _("Back again: both have confirmed."))
    if params.get("late_fee"):
        money = formats.money(params["late_fee"], params["currency"])
        return line + " " + _("It came late: %(money)s is due on top.") % {"money": money}
    return line


def _late(params: dict[str, Any]) -> str:
    line = {
        Kind.ROOM: _("The stay was to end %(when)s, and the departure is not confirmed."),
        words.SPACE: _("It was to end %(when)s, and the end is not confirmed."),
    }.get(_manner(params), _("It was to be back %(when)s, and is not.")) % {"when": params["due"]}
    if params.get("fee"):
        money = formats.money(params["fee"], params["currency"])
        line += " " + _("Late fee so far: %(money)s.") % {"money": money}
    return line


def _late_next(params: dict[str, Any]) -> str:
    line = _("Whoever has it before you is late with it, so it may not be there in time.")
    line += " " + _("Until it is back you can cancel at no cost.")
    return "\n".join([line, *alternatives(params)])


def alternatives(params: dict[str, Any]) -> list[str]:
    """What else is free then, as lines; nothing when nothing was found."""
    found = params.get("others", [])
    if not found:
        return []
    if "at" in found[0]:
        head = ngettext("This ride goes there too:", "These rides go there too:", len(found))
    else:
        head = ngettext("This is free in that time nearby:", "These are free in that time nearby:", len(found))
    return [head, *(f"– {_alternative(other)}: {absolute(other['url'])}" for other in found)]


def _alternative(other: dict[str, str]) -> str:
    """Its name; of a ride with when one would get on."""
    if "at" not in other:
        return other["title"]
    return f"{other['title']}, {formats.moment(datetime.fromisoformat(other['at']), other['zone'])}"


def _closed(params: dict[str, Any]) -> str:
    if params.get("deposit"):
        return _("Closed. The deposit is free again.")
    return _("Closed. Thank you both.")


def _resolved(params: dict[str, Any]) -> str:
    line = _quoting(_("%(name)s settled it.") % params, params)
    told = settling.in_words({name: params.get(name) for name in ("kept", "beyond", "currency")})
    return f"{line} {told}" if told else line


def _agreed(params: dict[str, Any]) -> str:
    if params.get("kept") or params.get("beyond"):
        return _("Settled between the two of them.") + " " + settling.in_words(params)
    return _("Settled between the two of them. The deposit is free again.")


def _paid(params: dict[str, Any]) -> str:
    total = formats.money(params["total"], params["currency"])
    if params.get("pooled"):
        pooled = formats.money(params["pooled"], params["currency"])
        return _("Paid: %(total)s. %(pooled)s of it is the pool's.") % {"total": total, "pooled": pooled}
    return _("Paid: %(total)s.") % {"total": total}


def _one_paid(params: dict[str, Any]) -> str:
    total = formats.money(params["total"], params["currency"])
    return _("%(name)s confirmed that %(total)s changed hands.") % {"name": params["name"], "total": total}


def _moved(params: dict[str, Any]) -> str:
    line = formats.one_stop(
        _("%(name)s changed the dates: now %(when)s.") % {"name": params["name"], "when": _with_way(params)}
    )
    if params.get("more"):
        line += " " + _("%(money)s more is due.") % {"money": formats.money(params["more"], params["currency"])}
    if params.get("back"):
        line += " " + _("%(money)s goes back.") % {"money": formats.money(params["back"], params["currency"])}
    return line


def _with_way(params: dict[str, Any]) -> str:
    """When, and of a ride from where to where."""
    return f"{when(params)} ({params['way']})" if params.get("way") else when(params)


def _move_asked(params: dict[str, Any]) -> str:
    new = {"starts": params["new_starts"], "ends": params["new_ends"]}
    line = _("%(name)s proposes other dates: %(new)s instead of %(when)s.") % {
        "name": params["name"], "new": _with_way(params | new), "when": when(params),
    }
    if params["diff"]:
        money = formats.money(abs(params["diff"]), params["currency"])
        line += " " + (_("%(money)s more.") if params["diff"] > 0 else _("%(money)s less.")) % {"money": money}
    return _quoting(line, params)


def _series(params: dict[str, Any]) -> str:
    last = formats.moment(datetime.fromisoformat(params["last"]), params["zone"], "date")
    line = ngettext(
        "%(name)s asks for it %(n)d time: %(when)s.", "%(name)s asks for it %(n)d times: %(when)s, and so on until "
        "%(last)s.", params["n"],
    ) % {"name": params["name"], "n": params["n"], "when": when(params), "last": last}
    if params.get("total"):
        line += " " + _("%(money)s in all.") % {"money": formats.money(params["total"], params["currency"])}
    return _quoting(line, params)


def _series_accepted(params: dict[str, Any]) -> str:
    return ngettext(
        "%(name)s said yes to %(n)d booking of the series.", "%(name)s said yes to %(n)d bookings of the series.",
        params["n"],
    ) % params


def _series_ended(params: dict[str, Any]) -> str:
    line = ngettext(
        "%(name)s called off %(n)d booking of the series.", "%(name)s called off %(n)d bookings of the series.",
        params["n"],
    ) % params
    line = _quoting(line, params)
    if params.get("back"):
        line += " " + _("%(money)s goes back.") % {"money": formats.money(params["back"], params["currency"])}
    return line


_LINES: dict[str, Callable[[dict[str, Any]], str]] = {
    "request": _asked,
    "book": _at_once,
    "accept": lambda params: _quoting(
        _("%(name)s said yes.") % params if params["name"] else _("The card is given, so it is agreed."), params
    ),
    "decline": _declined,
    "withdraw": lambda params: _("%(name)s took the request back.") % params,
    "expire": lambda params: _("Nobody answered in time, so the request has ended."),
    "cancel": _cancelled,
    "hand_over_one": _one_handed,
    "hand_over": _handed,
    "no_show": lambda params: _quoting(_("%(name)s waited, and nobody came.") % params, params),
    "return_one": _one_returned,
    "return": _returned,
    "dispute": lambda params: _quoting(
        _("%(name)s says that something is wrong. A steward will help.") % params, params
    ),
    "deposit_held": _deposit,
    "deposit_refused": _deposit,
    "close": _closed,
    "agree_one": lambda params: " ".join(filter(None, (
        _quoting(_("%(name)s says that it is settled between you.") % params, params), settling.in_words(params),
    ))),
    "agree": _agreed,
    "resolve": _resolved,
    "change": _moved,
    "change_ask": _move_asked,
    "change_decline": lambda params: _("%(name)s would rather keep the dates as they are.") % params,
    "change_withdraw": lambda params: _("%(name)s took the proposal of other dates back.") % params,
    "pay_one": _one_paid,
    "pay": _paid,
    "series": _series,
    "series_accept": _series_accepted,
    "series_end": _series_ended,
    "late": _late,
    "late_next": _late_next,
    "forgive": lambda params: _("%(name)s lets go of what was owed for the damage.") % params,
    "waive": lambda params: _("%(name)s forgave the late fee.") % params,
    "remind_soon": lambda params: formats.one_stop(_("It begins within the hour: %(when)s.") % {"when": when(params)}),
    "remind_due": lambda params: formats.one_stop(
        _("It ends now: %(when)s. Bring it back, or ask to keep it longer.") % {"when": when(params)}
    ),
    "remind_pickup": lambda params: formats.one_stop(_("It begins soon: %(when)s.") % {"when": when(params)}),
    "remind_return": lambda params: formats.one_stop(_("It ends soon: %(when)s.") % {"when": when(params)}),
}
