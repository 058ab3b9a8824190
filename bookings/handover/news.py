"""What is told of appointments: proposed, agreed, and soon; each read in one's own language."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from babel.lists import format_list
from django.utils.translation import gettext as _

from members.models import Member
from messaging import actions as messaging
from messaging import lines
from sharing.web import formats

from .. import news, parties, words
from ..models import Booking, Meeting
from ..states import HandoverPhase


def tell(
    booking: Booking, meeting: Meeting, what: str, *, by: Member, times: Iterable[datetime], at: datetime
) -> None:
    """A line in the conversation, and a notification to the other side; who is asked to pick gets a letter too."""
    code, params = f"booking.{what}", _facts(booking, meeting, by) | {"times": [each.isoformat() for each in times]}
    if booking.conversation_id:
        messaging.post_event(booking.conversation_id, code, params, by=by)
    others = [row for row in (booking.borrower, *parties.lenders(booking)) if row.pk != by.pk]
    messaging.notify_all(
        others, kind=code, title=_title(code, params), body=meeting.place if what == "propose" else "",
        url=booking.get_absolute_url(), key=f"{booking.about}:{what}:{meeting.pk}:{at.timestamp():.6f}",
        answering=others if what == "propose" else (), conversation=booking.conversation_id,
    )


def remind(booking: Booking, meeting: Meeting) -> bool:
    """An hour before; False when both know already. Another time agreed on is another reminder."""
    assert meeting.starts is not None, "Nobody is reminded of what is not agreed."
    params = _facts(booking, meeting, None) | {"times": [meeting.starts.isoformat()]}
    told = messaging.notify_all(
        (booking.borrower, *parties.lenders(booking)), kind="booking.soon", title=_title("booking.soon", params),
        body=lambda: _where(params), url=booking.get_absolute_url(),
        key=f"{booking.about}:soon:{meeting.phase}:{meeting.version}",
    )
    return bool(told)


def register() -> None:
    """Called when the app loads: how each line reads."""
    lines.register("booking.propose", _proposed)
    lines.register("booking.meet", _agreed)
    lines.register("booking.soon", _soon)


def _facts(booking: Booking, meeting: Meeting, by: Member | None) -> dict[str, Any]:
    return news.facts(booking, by) | {"phase": meeting.phase, "place": meeting.place}


def _title(code: str, params: dict[str, Any]):
    return lambda: f"{params['title']}: {lines.render(code, params)}"[:200]


def _what(params: dict[str, Any]) -> str:
    manner = words.manner(params["kind"], params["unit"])
    return str((words.PICKUP if params["phase"] == HandoverPhase.PICKUP else words.RETURN)[manner])


def _when(params: dict[str, Any]) -> str:
    moments = [formats.moment(datetime.fromisoformat(each), params["zone"]) for each in params["times"]]
    return format_list(moments, "or", formats.locale())


def _where(params: dict[str, Any]) -> str:
    return params["place"]


def _proposed(params: dict[str, Any]) -> str:
    told = {"name": params["name"], "what": _what(params), "when": _when(params)}
    return _("%(name)s proposes for “%(what)s”: %(when)s.") % told


def _agreed(params: dict[str, Any]) -> str:
    line = _("%(what)s agreed: %(when)s.") % {"what": _what(params), "when": _when(params)}
    return f"{line} {params['place']}" if params["place"] else line


def _soon(params: dict[str, Any]) -> str:
    return _("%(what)s soon: %(when)s.") % {"what": _what(params), "when": _when(params)}
