"""What lines of more than words need to be drawn for one reader: a statement for each kind of thing that is there.

A page of plain words costs nothing here; photos, signs, answered lines, cards and dates cost one statement each for
all the lines together.
"""

from collections.abc import Sequence

from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber
from django.http import HttpRequest

from . import cards, offers
from .models import Message, MessagePhoto, Reaction
from .states import SIGNS, MessageKind
from .threads import Line, Sign, Thread

MOST_NAMES = 8


def dressed(thread: Thread, request: HttpRequest) -> Thread:
    """The thread with its lines ready to be drawn."""
    dress(thread.lines, request, first=thread.seat.from_seq)
    return thread


def dress(lines: Sequence[Line], request: HttpRequest, *, first: int = 0) -> None:
    rich = [line for line in lines if line.message.is_rich and line.message.deleted is None]
    if not rich:
        return
    _quotes(rich, first)
    _signs(rich)
    _photos(rich)
    _cards(rich, request)
    _offers(rich, request)


def _data(line: Line) -> dict:
    return line.message.data or {}


def _quotes(lines: list[Line], first: int) -> None:
    wanted = {_data(line)["reply_to"] for line in lines if _data(line).get("reply_to", 0) > first}
    if not wanted:
        return
    said = Message.objects.filter(conversation=lines[0].message.conversation_id, sequence__in=wanted)
    found = {message.sequence: message for message in said.select_related("author")}
    for line in lines:
        line.quote = found.get(_data(line).get("reply_to", 0))


def _signs(lines: list[Line]) -> None:
    """How many put which sign there, with a few names: bounded however many there are."""
    signed = {line.message.pk: line for line in lines if line.message.change}
    if not signed:
        return
    group = [F("message"), F("sign")]
    rows = Reaction.objects.filter(message__in=signed).annotate(
        n=Window(Count("pk"), partition_by=group), place=Window(RowNumber(), partition_by=group, order_by="pk")
    )
    few = rows.filter(place__lte=MOST_NAMES).values_list("message", "sign", "n", "member__name")
    found: dict[tuple[int, str], Sign] = {}
    for message, sign, count, name in few:
        made = found.setdefault((message, sign), Sign(sign, count, [], mine=False))
        made.names.append((name or "").split(" ")[0])
    reader = lines[0].reader
    for message, sign in Reaction.objects.filter(message__in=signed, member=reader).values_list("message", "sign"):
        found[message, sign].mine = True
    for (message, _sign), made in sorted(found.items(), key=lambda entry: SIGNS.index(entry[0][1])):
        signed[message].signs.append(made)


def _photos(lines: list[Line]) -> None:
    shown = {line.message.pk: line for line in lines if line.message.kind == MessageKind.PHOTO}
    if shown:
        for photo in MessagePhoto.objects.filter(message__in=shown).order_by("position", "pk"):
            shown[photo.message_id].photos.append(photo)


def _cards(lines: list[Line], request: HttpRequest) -> None:
    leading = [line for line in lines if _data(line).get("cards")]
    if leading:
        drawn = cards.drawn(request, {name for line in leading for name in _data(line)["cards"]})
        for line in leading:
            line.cards = [drawn[name] for name in _data(line)["cards"] if name in drawn]


def _offers(lines: list[Line], request: HttpRequest) -> None:
    proposing = {line.message.pk: line for line in lines if _data(line).get("period")}
    if proposing:
        said = offers.words([line.message for line in proposing.values()], request.user)  # type: ignore[arg-type]
        for pk, line in proposing.items():
            line.offer = {"state": _data(line)["period"]["state"], "url": _data(line)["period"].get("url", "")}
            line.offer |= said.get(pk, {})
