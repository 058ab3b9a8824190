"""The writer: how messages get their numbers and become durable.

One thread a process commits in groups: all that was queued while the last commit ran goes into the
next, so that a hundred senders share one sync to disk. What a commit costs hardly grows with what is in it,
so the thread draws breath after a group of several; a line by itself never waits for that. Under the locks
of the conversations, taken in the order of their ids, it numbers, inserts and moves `last_seq`; only after
the commit is a sender acknowledged and the hub told. A message that is known by its author and client id is
not written again.

`write` is the whole of it, in the caller's thread; a caller that is inside a transaction of its own
uses it directly, because what it writes must stand or fall with that transaction.
"""

import logging
import os
import queue
import random
import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from django.db import DatabaseError, IntegrityError, OperationalError, close_old_connections, connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sharing.web.refusals import Refusal

from . import frames, rows
from .hub import hub
from .models import Message, Participant
from .states import MessageKind

log = logging.getLogger("commonshare.messaging")

LARGEST_GROUP = 256
ATTEMPTS = 4
BREATH = 0.004  # seconds from the begin of a group of several to the next: a third of the processor less at 1,000/s

# See `rows` for how the placeholders are filled. Conversations are locked in the order of their ids.
LOCKED = "select id, last_seq from messaging_conversation where id in ({values}) order by id {lock}"
PRESENT = (  # whoever may only read comes with a minus
    "select conversation_id, case when speaks then member_id else -member_id end as who from messaging_participant"
    ' where conversation_id in ({values}) and "left" is null'
)
KNOWN = (  # joined in this order, because SQLite would look through all messages for a pair that is `in` a list
    "select id, author_id from ({values}) as given cross join messaging_message"
    " where author_id = given.column1 and client_id = given.column2"
)
NUMBERED = (
    "update messaging_conversation set last_seq = given.column2, last_at = %s from ({values}) as given"
    " where id = given.column1"
)
DELIVERED = (
    "update messaging_participant set delivered_seq = given.column3 from ({values}) as given"
    " where conversation_id = given.column1 and member_id = given.column2 and delivered_seq < given.column3"
)
MARKED = (
    "update messaging_participant set seen_seq = given.column3 from ({values}) as given"
    " where conversation_id = given.column1 and member_id = given.column2 and seen_seq < given.column3"
)


class NotInside(Refusal):
    """The conversation is not one of theirs; to them it does not exist."""

    code = "not_found"

    def __init__(self) -> None:
        super().__init__(_("There is no such conversation."))  # type: ignore[arg-type]  # made into words where it is read


class Quiet(Refusal):
    """They may read here, and not write: a channel of announcements, a closed one, a door between two members."""

    code = "quiet"

    def __init__(self) -> None:
        super().__init__(_("You can read here, but not write."))  # type: ignore[arg-type]


class ClientIdUsed(Refusal):
    """The same client id, but in another conversation: this is no repeat."""

    code = "client_id_used"

    def __init__(self) -> None:
        super().__init__(_("This client id belongs to another message."), field="client_id")  # type: ignore[arg-type]


class Unavailable(Refusal):
    code = "unavailable"

    def __init__(self) -> None:
        super().__init__(_("Your message could not be kept just now. Please try again."))  # type: ignore[arg-type]


@dataclass(slots=True)
class Draft:
    """A message before it has a number. `origin` is the socket it came from, which is told by acknowledgement."""

    conversation: int
    author: int | None
    client_id: str | None
    body: str
    kind: str = MessageKind.TEXT
    data: dict | None = None
    name: str = ""
    origin: int = 0
    language: str = ""
    future: "Future[Any] | None" = None


@dataclass(slots=True)
class Seen:
    """A reader has read up to here; or (`delivered`) what was said up to here has come to them."""

    conversation: int
    member: int
    sequence: int
    origin: int = 0
    language: str = ""
    delivered: bool = False
    future: "Future[Any] | None" = None


Item = Draft | Seen
Outcome = Message | int | Refusal


def write(items: list[Item]) -> list[Outcome]:
    """Number and keep all items in one transaction; a refused one is answered by its refusal, the others stand."""
    with transaction.atomic():
        group = _Group(items)
        outcomes = [group.take(item) for item in items]
        group.save()
        transaction.on_commit(group.tell, robust=True)
    return outcomes


@dataclass
class _Group:
    """What one commit holds: the conversations under lock, who is in them, and what is new."""

    items: list[Item]
    now: datetime = field(default_factory=lambda: timezone.now())  # looked up late: the demo has a clock of its own
    fresh: list[Message] = field(default_factory=list)
    marks: dict[tuple[int, int], int] = field(default_factory=dict)
    reached: dict[tuple[int, int], int] = field(default_factory=dict)
    news: list = field(default_factory=list)
    asked: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        ids = sorted({item.conversation for item in self.items})
        given = [(pk,) for pk in ids]
        drafts = [item for item in self.items if isinstance(item, Draft) and item.author is not None]
        pairs = sorted({(item.author, item.client_id) for item in drafts if item.client_id is not None})
        last, present, *known = rows.fetch((LOCKED, given), (PRESENT, given), *([(KNOWN, pairs)] if pairs else []))
        self.last: dict[int, int] = dict(last)
        self.grown: set[int] = set()
        self.rosters: dict[int, set[int]] = {pk: set() for pk in ids}
        self.quiet: set[tuple[int, int]] = set()
        for conversation, member in present:
            if member < 0:
                member = -member
                self.quiet.add((conversation, member))
            self.rosters[conversation].add(member)
        repeats = [pk for found in known for pk, _author in found]
        lines = Message.objects.filter(pk__in=repeats) if repeats else ()
        self.known = {(line.author_id, line.client_id): line for line in lines}

    def take(self, item: Item) -> Outcome:
        return self._draft(item) if isinstance(item, Draft) else self._seen(item)

    def _draft(self, draft: Draft) -> Message | Refusal:
        inside = self.rosters.get(draft.conversation, set())
        said = draft.kind != MessageKind.EVENT
        if draft.conversation not in self.last or (said and draft.author not in inside):
            return NotInside()
        if draft.client_id is not None and (line := self.known.get((draft.author, draft.client_id))):
            if line.conversation_id != draft.conversation:
                return ClientIdUsed()
            self.news.append(partial(hub.answer, draft.origin, frames.ack(line)) if draft.origin else None)
            return line
        if said and (draft.conversation, draft.author) in self.quiet:
            return Quiet()
        sequence = self.last[draft.conversation] + 1
        line = Message(
            conversation_id=draft.conversation,
            sequence=sequence,
            kind=draft.kind,
            author_id=draft.author,
            client_id=draft.client_id,
            body=draft.body,
            data=draft.data,
            created=self.now,
        )
        self.last[draft.conversation] = sequence
        self.grown.add(draft.conversation)
        self.fresh.append(line)
        if draft.client_id is not None:
            self.known[draft.author, draft.client_id] = line
        if said and draft.author is not None:
            self._mark(draft.conversation, draft.author, sequence)
        self.news.append(partial(self._told, line, draft))
        return line

    def _seen(self, mark: Seen) -> int | Refusal:
        if mark.member not in self.rosters.get(mark.conversation, ()):
            return NotInside()
        sequence = min(mark.sequence, self.last[mark.conversation])
        if mark.delivered:
            return self._reached(mark, sequence)
        if self._mark(mark.conversation, mark.member, sequence):
            frame = frames.seen(mark.conversation, mark.member, sequence)
            hearing = (mark.member,) if self._is_shut(mark.conversation) else self.rosters[mark.conversation]
            self.news.append(partial(hub.tell, hearing, frame, origin=mark.origin))
        return sequence

    def _is_shut(self, conversation: int) -> bool:
        """A closed door between two: neither learns any more that the other is here, and reads."""
        roster = self.rosters[conversation]
        return len(roster) == 2 and all((conversation, member) in self.quiet for member in roster)

    def _reached(self, mark: Seen, sequence: int) -> int:
        """Kept where two talk: in a room of hundreds each would tell of each line, and nobody would look."""
        roster, whose = self.rosters[mark.conversation], (mark.conversation, mark.member)
        if len(roster) == 2 and self.reached.get(whose, 0) < sequence and not self._is_shut(mark.conversation):
            self.reached[whose] = sequence
            frame = frames.delivered(mark.conversation, mark.member, sequence)
            self.news.append(partial(hub.tell, roster, frame, origin=mark.origin))
        return sequence

    def _mark(self, conversation: int, member: int, sequence: int) -> bool:
        if self.marks.get((conversation, member), 0) >= sequence:
            return False
        self.marks[conversation, member] = sequence
        return True

    def save(self) -> None:
        moment = connection.ops.adapt_datetimefield_value(self.now)
        numbers = [(pk, self.last[pk]) for pk in sorted(self.grown)]
        marks = [(*whose, sequence) for whose, sequence in sorted(self.marks.items())]
        reached = [(*whose, sequence) for whose, sequence in sorted(self.reached.items())]
        updates: list[rows.Update] = [(NUMBERED, numbers, (moment,)), (MARKED, marks, ()), (DELIVERED, reached, ())]
        rows.save(self.fresh, [update for update in updates if update[1]])
        for line in self.fresh:
            if line.kind == MessageKind.EVENT and line.author_id is not None:
                self._knows(line)

    def _knows(self, line: Message) -> None:
        """What one did oneself is no news, nor what the house wrote before it; what people said still is."""
        assert line.author_id is not None, "Only who acts knows of it."
        between = Message.objects.filter(conversation=line.conversation_id, sequence__lt=line.sequence)
        said = between.filter(sequence__gt=OuterRef("seen_seq")).exclude(kind=MessageKind.EVENT)
        seats = Participant.objects.filter(conversation=line.conversation_id, member=line.author_id)
        if seats.filter(~Exists(said), seen_seq__lt=line.sequence).update(seen_seq=line.sequence):
            frame = frames.seen(line.conversation_id, line.author_id, line.sequence)
            self.news.append(partial(hub.tell, (line.author_id,), frame))

    def tell(self) -> None:
        """After the commit: in the order of the numbers, senders their acknowledgement, everyone else the message."""
        for conversation in self.grown:
            hub.remember(conversation, tuple(self.rosters[conversation]), self.asked)
        for news in self.news:
            if news is not None:
                news()

    def _told(self, line: Message, draft: Draft) -> None:
        ack = frames.ack(line) if draft.origin else ""
        roster = self.rosters[line.conversation_id]
        frame = frames.message(line, draft.name, asks=line.author_id is not None and len(roster) == 2)
        hub.tell(roster, frame, origin=draft.origin, ack=ack)


class Writer:
    """The thread and its queue. It starts with the first item and goes on as long as the process."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[Item | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._pid = 0

    def submit(self, item: Item) -> None:
        """Queue an item; its future, or the hub for one that came by frame, brings the outcome."""
        self._queue.put(item)
        if self._thread is None or self._pid != os.getpid() or not self._thread.is_alive():
            self._start()

    def wait_for(self, item: Item, seconds: float = 30) -> Outcome:
        """Queue an item and wait until it is durable; a refusal is raised."""
        item.future = Future()
        self.submit(item)
        try:
            return item.future.result(seconds)
        except TimeoutError:
            raise Unavailable() from None

    def stop(self) -> None:
        """Finish what is queued and end the thread with its database connection."""
        with self._lock:
            thread, self._thread = self._thread, None
        if thread and thread.is_alive() and self._pid == os.getpid():
            self._queue.put(None)
            thread.join(10)

    def _start(self) -> None:
        with self._lock:
            if self._thread is None or self._pid != os.getpid() or not self._thread.is_alive():
                self._pid = os.getpid()  # threads do not survive a fork
                self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        group: list[Item] = []
        begun = 0.0
        try:
            while (item := self._queue.get()) is not None:
                if len(group) > 1 and (early := begun + BREATH - time.monotonic()) > 0:
                    time.sleep(early)
                group, ending, begun = [item], False, time.monotonic()
                while len(group) < LARGEST_GROUP and not self._queue.empty():
                    item = self._queue.get_nowait()
                    if ending := item is None:
                        break
                    group.append(item)
                self._commit(group)
                if ending:
                    return
        finally:
            connection.close()

    def _commit(self, group: list[Item]) -> None:
        close_old_connections()
        try:
            outcomes = _with_patience(group)
        except IntegrityError:  # one of them clashed with another process: each by itself, so that only it is refused
            outcomes = [_alone(item) for item in group]
        except Exception:
            log.exception("A group of %d could not be written.", len(group))
            outcomes = [Unavailable() for _item in group]
        for item, outcome in zip(group, outcomes, strict=True):
            _answer(item, outcome)


def _with_patience(group: list[Item]) -> list[Outcome]:
    """Write; a deadlock, a lost race or a database that was away for a moment is tried again, with jitter."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return write(group)
        except OperationalError:
            if attempt == ATTEMPTS:
                raise
            close_old_connections()
            time.sleep(random.uniform(0.01, 0.05) * 3**attempt)
    raise AssertionError


def _alone(item: Item) -> Outcome:
    for attempt in (1, 2):  # whoever was first has committed by the second, which finds their message
        try:
            return _with_patience([item])[0]
        except DatabaseError:
            if attempt == 2:
                log.exception("A message could not be written.")
    return Unavailable()


def _answer(item: Item, outcome: Outcome) -> None:
    if item.future is not None:
        if isinstance(outcome, Refusal):
            item.future.set_exception(outcome)
        else:
            item.future.set_result(outcome)
    elif isinstance(outcome, Refusal) and item.origin:
        about: dict[str, object] = {"conversation": item.conversation}
        if isinstance(item, Draft):
            about["client_id"] = item.client_id
        hub.answer(item.origin, frames.error(outcome.code, outcome, language=item.language, **about))


writer = Writer()
