"""Lines that change after they were said: edited, taken back, answered, with signs put on them.

Each change has a number in its conversation, as each line has, so that whoever missed it can ask for what
came after. What a line said before is kept beside it for a while, for those who look at reports.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from members.models import Member
from sharing.db.retry import retrying
from sharing.web.refusals import Refusal

from .. import details, frames, offers, threads, words
from ..hub import hub
from ..models import Conversation, Earlier, Message, Participant, Reaction
from ..states import SIGNS, MessageKind
from ..threads import EDIT_WITHIN
from ..writer import NotInside, Quiet
from . import calls
from .messages import checked_body, post_event


class TooLate(Refusal):
    """It was said too long ago, or is not open any more."""

    code = "too_late"


class NotYours(Refusal):
    """Only whoever said it may do this."""

    code = "not_yours"


@retrying
def edit(conversation_id: int, sequence: int, *, by: Member, body: str, now: datetime | None = None) -> Message:
    """Other words for what one said in the last 15 minutes; the line carries a mark."""
    now = now or timezone.now()
    with _line(conversation_id, sequence, by, speaking=True) as line:
        if line.author_id != by.pk:
            raise NotYours(_("Only whoever wrote a message can change it."))
        body = checked_body(body, empty=line.kind != MessageKind.TEXT)
        if body == line.body:
            return line
        if now >= line.created + EDIT_WITHIN:
            raise TooLate(_("A message can be changed for 15 minutes. Write another one, or delete this one."))
        _keep(line, now)
        before = set((line.data or {}).get("mentions", ()))
        data = {name: value for name, value in (line.data or {}).items() if name not in ("cards", "mentions")}
        data |= details.of_body(conversation_id, body, by.pk)
        line.body, line.data, line.edited = body, data or None, now
        _changed(line, "body", "data", "edited")
        words.rewrite(line)
        if before:
            calls.follow(line, before)
    if called := set(data.get("mentions", ())) - before:
        calls.tell(line, called, by)
    return line


@retrying
def take_back(conversation_id: int, sequence: int, *, by: Member, now: datetime | None = None) -> Message:
    """Delete what one said: the line keeps its place, and a mark; nothing of what it said is shown any more."""
    with _line(conversation_id, sequence, by) as line:
        if line.author_id != by.pk:
            raise NotYours(_("Only whoever wrote a message can delete it."))
        _wipe(line, now or timezone.now())
    return line


@retrying
def take_down(message_id: int, *, now: datetime | None = None) -> Message:
    """The same, done by those who keep order; they have been asked for it in a report."""
    with transaction.atomic():
        conversation = Message.objects.values_list("conversation", flat=True).get(pk=message_id)
        locked = Conversation.objects.select_for_update(no_key=True).get(pk=conversation)
        line = Message.objects.get(pk=message_id)
        line.conversation = locked
        if line.deleted is None:
            _wipe(line, now or timezone.now())
    return line


@retrying
def react(conversation_id: int, sequence: int, *, by: Member, sign: str, on: bool = True) -> Message:
    """Put one of a few signs on a line, or take it off again."""
    if sign not in SIGNS:
        raise Refusal(_("Choose one of the signs."), field="sign", code="invalid")
    with _line(conversation_id, sequence, by, reacting=True) as line:
        if on:
            _row, changed = Reaction.objects.get_or_create(message=line, member=by, sign=sign)
        else:
            changed = bool(Reaction.objects.filter(message=line, member=by, sign=sign).delete()[0])
        if changed:
            _changed(line)
    return line


@retrying
def answer_offer(conversation_id: int, sequence: int, answer: str, *, by: Member) -> Message:
    """Accept or decline proposed dates (the other side), or withdraw them (who proposed). Accepting does it."""
    if answer not in offers.ANSWERS:
        raise Refusal(_("There is no such answer."), field="answer", code="invalid")
    with _line(conversation_id, sequence, by, speaking=answer != "withdraw") as line:
        period: dict[str, Any] = (line.data or {}).get("period") or {}
        agreeing = offers.of(period.get("about", ""))
        if agreeing is None:
            raise Refusal(_("No dates are proposed here."), code="invalid")
        if period["state"] != "open":
            raise TooLate(_("This proposal is not open any more."))
        if (answer == "withdraw") != (line.author_id == by.pk):
            raise NotYours(_("That is for the other side to do."))
        made = agreeing.accept(line, by) if answer == "accept" else {}
        states = {"accept": "accepted", "decline": "declined", "withdraw": "withdrawn"}
        line.data = {**(line.data or {}), "period": {**period, **made, "state": states[answer]}}
        _changed(line, "data")
        if answer != "withdraw":
            post_event(conversation_id, f"offer.{states[answer]}", {"name": by.first_name}, by=by)
    return line


@contextmanager
def _line(
    conversation_id: int, sequence: int, by: Member, *, speaking: bool = False, reacting: bool = False
) -> Iterator[Message]:
    """Hold the conversation's lock and yield one of its lines, for somebody who takes part and may read it."""
    with transaction.atomic():
        locked = Conversation.objects.select_for_update(no_key=True).filter(pk=conversation_id).first()
        seat = Participant.objects.present().filter(conversation=conversation_id, member=by).first()
        if locked is None or seat is None or sequence <= seat.from_seq:
            raise NotInside()
        line = Message.objects.filter(conversation=locked, sequence=sequence).select_related("author").first()
        if line is None:
            raise NotInside()
        line.conversation = locked
        if line.kind == MessageKind.EVENT:
            raise NotYours(_("This line was written by the house."))
        if line.deleted is not None:
            raise TooLate(_("This message has been deleted."))
        if speaking and not seat.speaks:
            raise Quiet()
        if reacting and not seat.speaks and not _may_nod(locked):
            raise Quiet()
        yield line


def _may_nod(conversation: Conversation) -> bool:
    """Whoever only reads announcements may still put a sign on them."""
    channel = getattr(conversation, "channel", None)
    return channel is not None and channel.closed is None


def _keep(line: Message, now: datetime) -> None:
    Earlier.objects.create(message=line, body=line.body, data=line.data, until=now)


def _wipe(line: Message, now: datetime) -> None:
    _keep(line, now)
    calls.take_back(line)
    line.body, line.data, line.deleted = "", None, now
    line.reactions.all().delete()
    _changed(line, "body", "data", "deleted")
    words.rewrite(line)


def _changed(line: Message, *fields: str) -> None:
    """Number the change, write it, and tell everyone inside once it stands."""
    conversation = line.conversation
    conversation.last_change += 1
    conversation.save(update_fields=["last_change"])
    line.change = conversation.last_change
    line.save(update_fields=[*fields, "change"])
    roster, frame = threads.roster(conversation.pk, reading=line.sequence), frames.changed(line)
    transaction.on_commit(lambda: hub.tell(roster, frame), robust=True)
