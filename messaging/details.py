"""What a message is beyond its words: whom it calls, what it answers, what its links lead to, where, when.

All of it is kept in the message's `data`, checked here once, whatever door the message came in by. Plain words
pay for none of it: `is_plain` is all that is asked of them.
"""

import math
import re
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from members import geo
from members.models import Member
from sharing.values.place import Point
from sharing.web.refusals import Refusal

from . import cards
from .doors import is_ours
from .models import Conversation, Message, Participant
from .states import ConversationKind, MessageKind

LONGEST_PLACE = 120
MOST_CALLED = 10
MOST_CARDS = 3
_CALL = re.compile(r"(?<![\w@/.])@(\w[\w’'-]{0,39})")
_LINK = re.compile(r"(https?://[^/\s<>\"]+)(/[^\s<>\"?#]*)")


def is_plain(body: str) -> bool:
    """Whether the words call nobody and lead to nothing here."""
    return "@" not in body and "://" not in body


def of_body(conversation: int, body: str, by: int) -> dict[str, Any]:
    """What the words themselves bring: cards and calls."""
    data: dict[str, Any] = {}
    if "://" in body and (found := cards_in(body)):
        data["cards"] = found
    if "@" in body and (called := called_in(conversation, body, by)):
        data["mentions"] = called
    return data


def cards_in(body: str) -> list[str]:
    """What the links to this house lead to, as far as it can be shown as a card."""
    found = []
    for origin, path in _LINK.findall(body):
        if (key := cards.key_of(path)) and key not in found and (is_ours(origin) or origin == settings.PUBLIC_URL):
            found.append(key)
    return found[:MOST_CARDS]


def called_in(conversation: int, body: str, by: int) -> list[int]:
    """The members who are called by "@Name" and take part: by full name, or by a first name only one of them has."""
    seats = Participant.objects.present().filter(conversation=conversation).exclude(member=by)
    seats = seats.exclude(conversation__kind=ConversationKind.DIRECT)
    called: list[int] = []
    for match in list(_CALL.finditer(body))[:MOST_CALLED]:
        near = seats.filter(member__name__istartswith=match[1][:3]).values_list("member_id", "member__name")[:200]
        if (pk := _meant(list(near), match[1], body[match.start(1) :])) and pk not in called:
            called.append(pk)
    return called


def _meant(people: list[tuple[int, str]], word: str, rest: str) -> int | None:
    rest, word = rest.casefold(), word.casefold()
    whole = [(len(name), pk) for pk, name in people if name and _begins(rest, name.casefold())]
    if whole:
        return max(whole)[1]
    first = [pk for pk, name in people if name.split(" ")[0].casefold() in (word, word.removesuffix("'s"))]
    return first[0] if len(first) == 1 else None


def _begins(rest: str, name: str) -> bool:
    return rest.startswith(name) and not rest[len(name) : len(name) + 1].isalnum()


def answered(conversation: Conversation, seat: Participant, sequence: int | None) -> dict[str, Any]:
    """The line that is answered: one of this conversation that its reader may read.

    One that was deleted while somebody wrote the answer is answered all the same; its words are not shown.
    """
    if sequence is None:
        return {}
    if not seat.from_seq < sequence <= conversation.last_seq:
        raise Refusal(_("The line you answer is not there."), field="reply_to", code="invalid")
    kinds = Message.objects.filter(conversation=conversation, sequence=sequence).values_list("kind", flat=True)
    if kinds.first() in (None, MessageKind.EVENT):
        raise Refusal(_("The line you answer is not there."), field="reply_to", code="invalid")
    return {"reply_to": sequence}


def place(given: dict[str, Any] | None, by: Member) -> dict[str, Any]:
    """A place as it is kept: by its point, or by its name alone where the gazetteer knows it."""
    if not given:
        return {}
    name = " ".join(str(given.get("name") or "").split())
    if len(name) > LONGEST_PLACE or not storable(name):
        raise Refusal(
            _("At most %(most)s letters, please.") % {"most": LONGEST_PLACE}, field="place", code="invalid"
        )
    exact = given.get("exact") is True
    point = _point(given.get("lat"), given.get("lon"))
    if point is None:
        spot = geo.lookup(name) if name else None
        if spot is None:
            raise Refusal(_("We do not know this place. Try the next larger one."), field="place", code="invalid")
        name, point = spot.name, spot.point
    elif not exact:
        point = by.blurred(point)
    kept = {"name": name, "lat": round(point.lat, 5), "lon": round(point.lon, 5), "exact": exact}
    return {"place": kept}


def _point(lat: Any, lon: Any) -> Point | None:
    if lat in (None, "") and lon in (None, ""):
        return None
    try:
        lat, lon = float(lat), float(lon)
        if not (math.isfinite(lat) and math.isfinite(lon)):
            raise ValueError
        return Point(lat, lon)
    except (TypeError, ValueError, OverflowError):
        raise Refusal(_("This is no point on the globe."), field="place", code="invalid") from None


def kind_of(data: dict[str, Any], photos: Sequence) -> str:
    """One word for what stands in the message."""
    if photos:
        return MessageKind.PHOTO
    if "period" in data:
        return MessageKind.OFFER
    return MessageKind.PLACE if "place" in data else MessageKind.TEXT


def storable(text: str) -> bool:
    """No NUL, and no half of a surrogate pair: neither engine could keep them."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\x00" not in text
