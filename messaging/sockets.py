"""One socket a tab: frames in, frames out, and nothing else. docs/live.md describes them.

A plain ASGI application rather than a Channels consumer, whose dispatch hops through a thread for each
frame. What must be durable goes to the writer; what asks the database goes to the desk's threads; the
rest never leaves the event loop. Whether a member may speak or hear is asked anew at each frame.
"""

import asyncio
import itertools
import json
import logging
import time
from collections import deque
from collections.abc import Generator
from functools import lru_cache
from typing import Any

from channels.routing import URLRouter
from django.urls import path, re_path
from django.utils.translation import gettext_lazy as _

from members.models import Member
from sharing.web.refusals import Refusal

from . import actions, blocks, catching_up, deeds, frames, presence, threads, unread
from .deeds import Fault
from .doors import guest, in_thread, still_open
from .hub import Doors, hub
from .writer import Draft, NotInside, Seen, writer

LARGEST_FRAME = 64 * 1024
AT_MOST = _("A frame has at most 64 kB.")
LONGEST_URL = 300
LONGEST_QUEUE = 512  # frames a slow reader may lag behind
PATIENCE = 10  # seconds to let a slow reader take its close frame
BURST, PER_SECOND = 150, 20.0
RECHECK = 120  # seconds after which a socket's right to be open is asked again, when it pings
SILENT = 15 * 60  # and of one that does not
LOOK = 60  # seconds between two looks for those
CAUGHT_UP = 200
KNOWN = frozenset(
    ("send", "seen", "delivered", "typing", "catch_up", "watch", "visit", "edit", "delete", "react", "answer")
)  # fmt: skip

log = logging.getLogger("commonshare.messaging")
_numbers = itertools.count(1)


class Bucket:
    """How fast one may speak: a burst, then a steady trickle.

    An acknowledged message gives its token back, so that whoever waits for answers is never too fast.
    """

    __slots__ = ("tokens", "at")

    def __init__(self) -> None:
        self.tokens, self.at = float(BURST), time.monotonic()

    def take(self) -> bool:
        now = time.monotonic()
        self.tokens = min(BURST, self.tokens + (now - self.at) * PER_SECOND)
        self.at = now
        self.tokens -= 1
        return self.tokens >= 0

    def give_back(self) -> None:
        self.tokens = min(BURST, self.tokens + 1)


class Rest:
    """What remains of a send that could not be finished at once: awaited, it goes on where it stopped."""

    __slots__ = ("_sending", "_waits_for")

    def __init__(self, sending: Any, waits_for: Any) -> None:
        self._sending, self._waits_for = sending, waits_for

    def __await__(self) -> Generator[Any, Any, Any]:
        yield self._waits_for
        yield from self._sending.__await__()


class Socket:
    """One open socket. `put`, `answer` and `close` are the hub's side, on the event loop; `run` is its life.

    A frame for a reader who keeps up is written at once, in the turn of the loop that brought it. Only when the
    transport is full a task of its own takes over, which empties the queue as the reader takes from it.
    """

    __slots__ = (
        "number", "member", "name", "language", "door", "watched", "checked", "_send", "_queue", "_pump", "_closing",
        "_bucket", "_life", "_deadline", "_refreshed", "_gone", "apart",
    )  # fmt: skip

    def __init__(self, member: Member, door: str, send: Any) -> None:
        self.number = next(_numbers)
        self.member, self.name, self.language, self.door = member.pk, member.first_name, member.language, door
        self.watched: int | None = None
        self.apart: frozenset[int] | None = None  # members behind a closed door: asked when first needed
        self.checked = self._refreshed = time.monotonic()
        self._send = send
        self._queue: deque[str] = deque()
        self._pump: asyncio.Task | None = None  # while the reader does not keep up, or the socket closes
        self._closing: int | None = None
        self._bucket = Bucket()
        self._life: asyncio.Task | None = None
        self._deadline: asyncio.TimerHandle | None = None
        self._gone = False

    def put(self, frame: str) -> None:
        """Write a frame or queue it; a reader who lags too far behind is closed with "come back" and will catch up."""
        if self._closing is not None or self._gone:
            return
        if self._pump is None:
            sending = self._send({"type": "websocket.send", "text": frame})
            try:
                waits_for = sending.send(None)
            except StopIteration:  # it is written
                return
            except (OSError, RuntimeError):
                self._gone = True
                return
            self._pump = asyncio.get_running_loop().create_task(self._empty(Rest(sending, waits_for)))
        elif len(self._queue) < LONGEST_QUEUE:
            self._queue.append(frame)
        else:
            self._queue.clear()
            self.close(frames.COME_BACK)

    def answer(self, frame: str) -> None:
        """What this socket asked for; an acknowledgement gives it back its token."""
        if frame.startswith('{"type":"ack"'):
            self._bucket.give_back()
        self.put(frame)

    def close(self, code: int) -> None:
        """Close once what is queued has gone out; one that takes nothing is dropped after a while."""
        if self._closing is None:
            self._closing = code
            loop = asyncio.get_running_loop()
            if self._pump is None:
                self._pump = loop.create_task(self._empty())
            if self._life is not None:
                self._deadline = loop.call_later(PATIENCE, self._life.cancel)

    async def _empty(self, rest: Rest | None = None) -> None:
        try:
            if rest is not None:
                await rest
            while self._queue:
                await self._send({"type": "websocket.send", "text": self._queue.popleft()})
            if self._closing is not None:
                await self._send({"type": "websocket.close", "code": self._closing})
        except (OSError, RuntimeError):
            self._gone = True  # the other side has gone; `receive` says so too
        finally:
            self._pump = None

    # --- its life ---------------------------------------------------------------------------------

    async def run(self, receive: Any) -> None:
        self._life = asyncio.current_task()
        hub.enter(self)
        try:
            await self._listen(receive)
        except asyncio.CancelledError:
            pass  # it was dropped
        finally:
            if self._deadline is not None:
                self._deadline.cancel()
            watched = self.watched
            hub.leave(self)
            if self._pump is not None:
                self._pump.cancel()
            await self._depart(watched)

    async def _room(self) -> None:
        """Wait until what was asked for can be queued: an answer must not count against its reader."""
        while len(self._queue) >= LONGEST_QUEUE // 2 and self._closing is None and not self._gone:
            await asyncio.sleep(0.01)

    async def _listen(self, receive: Any) -> None:
        while (event := await receive())["type"] != "websocket.disconnect":
            if self._closing is not None:
                continue
            try:
                await self._take(event.get("text"))
            except Fault as fault:
                self.put(frames.error(fault.code, fault.detail, language=self.language))
                self.close(fault.close)

    async def _depart(self, watched: int | None) -> None:
        gone = not hub.of_member.get(self.member)
        if watched is not None and not self._watches_elsewhere(watched):
            hub.tell_watchers(watched, frames.presence(watched, self.member, False), of=self.member)
            await in_thread(presence.depart, self.member, watched, gone=gone)
        elif gone:
            await in_thread(presence.depart, self.member, None, gone=True)

    def _watches_elsewhere(self, conversation: int) -> bool:
        return any(other.member == self.member for other in hub.watching.get(conversation, ()) if other is not self)

    # --- frames in --------------------------------------------------------------------------------

    async def _take(self, text: str | None) -> None:
        if text is None:
            raise Fault("malformed", _("Frames are JSON text."))
        if len(text) > LARGEST_FRAME or len(text.encode(errors="replace")) > LARGEST_FRAME:
            raise Fault("too_big", AT_MOST, frames.TOO_BIG)
        if not self._bucket.take():
            raise Fault("too_fast", _("That was too much at once. Wait a moment, then connect again."), frames.TOO_FAST)
        try:
            frame = json.loads(text)
        except (ValueError, RecursionError):
            raise Fault("malformed", _("This is no JSON.")) from None
        match frame:
            case {"type": "send", "conversation": conversation, "client_id": str(client_id), "body": str(body)}:
                if deeds.is_plain(frame):
                    self._say(_id(conversation), client_id, body)
                else:
                    await deeds.say(self, _id(conversation), client_id, body, frame)
            case {"type": "edit" | "delete" | "react" | "answer", "conversation": talk, "sequence": sequence}:
                await deeds.change(self, _id(talk), _id(sequence), frame)
            case {"type": "seen" | "delivered" as mark, "conversation": conversation, "sequence": sequence}:
                self._mark(_id(conversation), _id(sequence), delivered=mark == "delivered")
            case {"type": "typing", "conversation": conversation}:
                await self._typing(_id(conversation))
            case {"type": "ping"}:
                await self._ping()
            case {"type": "catch_up", "conversation": conversation, "after": after}:
                changes = frame.get("changes")
                if changes is not None and changes != 0:
                    changes = _id(changes)
                await self._catch_up(_id(conversation), 0 if after == 0 else _id(after), changes)
            case {"type": "watch", "conversation": conversation}:
                await self._watch(None if conversation is None else _id(conversation))
            case {"type": "unread"}:
                self.put(frames.encode({"type": "unread", **await in_thread(unread.summary, self.member)}))
                for talk, newest in await in_thread(unread.on_the_way, self.member):
                    self._mark(talk, newest, delivered=True)  # this tab shows them as unread from now on
            case {"type": "visit", "url": str(url)}:
                if len(url) <= LONGEST_URL and url.isprintable():
                    await in_thread(actions.mark_read_at, Member(pk=self.member), url)
            case {"type": str(kind)} if kind in KNOWN:
                detail = _("A %(type)s frame lacks something, or has it of the wrong kind.")
                raise Fault("malformed", detail % {"type": kind})
            case {"type": str()}:
                raise Fault("unknown", _("There is no frame of this type."))
            case _:
                raise Fault("malformed", _("A frame is an object with a type."))

    def _say(self, conversation: int, client_id: str, body: str) -> None:
        try:
            draft = Draft(
                conversation, self.member, actions.checked_client_id(client_id), actions.checked_body(body),
                name=self.name, origin=self.number, language=self.language,
            )  # fmt: skip
        except Refusal as refusal:
            self.refuse(refusal, conversation=conversation, client_id=client_id, field=refusal.field)
        else:
            writer.submit(draft)

    def _mark(self, conversation: int, sequence: int, *, delivered: bool) -> None:
        writer.submit(
            Seen(
                conversation, self.member, sequence, origin=self.number, language=self.language, delivered=delivered
            )
        )

    async def _typing(self, conversation: int) -> None:
        roster = await self._roster(conversation)
        if self.member in roster:
            apart = (await self._doors(conversation)).get(self.member, frozenset())
            others = [member for member in roster if member != self.member and member not in apart]
            hub.tell(others, frames.typing(conversation, self.member))
        else:
            self.refuse(NotInside(), conversation=conversation)

    async def _catch_up(self, conversation: int, after: int, changes: int | None = None) -> None:
        try:
            missed = await in_thread(catching_up.missed, conversation, self.member, after, changes, CAUGHT_UP)
        except NotInside as refusal:
            self.refuse(refusal, conversation=conversation)
            return
        for line in missed.lines:
            await self._room()
            self.put(frames.message(line, line.author.first_name if line.author else ""))
        for line in missed.changed:
            await self._room()
            self.put(frames.changed(line))
        self.put(frames.caught_up(conversation, missed.sequence, more=missed.more, change=missed.change))

    async def _watch(self, conversation: int | None) -> None:
        """The tab looks at this conversation (or at none): presence for the others, and no bell for this one."""
        before = self.watched
        if conversation is not None and self.member not in await self._roster(conversation):
            self.refuse(NotInside(), conversation=conversation)
            return
        await self._apart()
        hub.watch(self, conversation)
        if before is not None and before != conversation and not self._watches_elsewhere(before):
            hub.tell_watchers(before, frames.presence(before, self.member, False), of=self.member)
            await in_thread(presence.depart, self.member, before, gone=False)
        await in_thread(presence.arrive, self.member, conversation)
        if conversation is not None and before != conversation:
            here = frames.presence(conversation, self.member, True)
            hub.tell_watchers(conversation, here, of=self.member, origin=self.number)

    async def _apart(self) -> frozenset[int]:
        """Whom this member does not see, nor is seen by. Whenever that changes, the socket is closed and comes back."""
        if self.apart is None:
            self.apart = await in_thread(blocks.around, self.member)
        return self.apart

    async def _ping(self) -> None:
        self.put('{"type":"pong"}')
        now = time.monotonic()
        if now - self._refreshed > presence.SECONDS / 3:
            self._refreshed = now
            await in_thread(presence.arrive, self.member, self.watched)
        if now - self.checked > RECHECK:
            await self.recheck()

    async def recheck(self) -> None:
        """Whether who came in by this door may still be here."""
        self.checked = time.monotonic()
        if not await in_thread(still_open, self.door, self.member):
            self.close(frames.SIGN_IN)

    async def _roster(self, conversation: int) -> tuple[int, ...]:
        known = hub.roster(conversation)
        if known is None:
            asked = time.monotonic()
            known = await in_thread(threads.roster, conversation)
            hub.remember(conversation, known, asked)
        return known

    async def _doors(self, conversation: int) -> Doors:
        """Asked once for all who take part: in a full room everybody's first signal would be a query of its own."""
        known = hub.doors(conversation)
        if known is None:
            asked = time.monotonic()
            known = await in_thread(blocks.within, conversation)
            hub.remember_doors(conversation, known, asked)
        return known

    def refuse(self, refusal: Refusal, **about: Any) -> None:
        self.put(frames.error(refusal.code, refusal, language=self.language, **about))


def _id(value: object) -> int:
    """A number that can be an id or a sequence, on either engine."""
    if type(value) is not int or not 0 < value < 2**63:
        raise Fault("malformed", _("Conversations and sequences are positive whole numbers."))
    return value


@lru_cache(maxsize=16)
def _too_big(language: str) -> str:
    """One text for all sockets of a language: `messaging/oversize.py` says it."""
    return frames.error("too_big", AT_MOST, language=language)


async def _mind_the_silent() -> None:
    """Whoever listens and never says a word is asked, too, whether they may still be here."""
    while True:
        await asyncio.sleep(LOOK)
        long_ago = time.monotonic() - SILENT
        for socket in [each for each in hub.sockets.values() if each.checked < long_ago]:
            try:
                await socket.recheck()
            except Exception:  # the database is away: the next look asks again
                log.exception("A socket's right to be open could not be asked.")


_minding: dict[asyncio.AbstractEventLoop, asyncio.Task] = {}  # the loop these sockets live on, and who minds them


async def live(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """/ws/"""
    if (await receive())["type"] != "websocket.connect":
        return
    loop = asyncio.get_running_loop()
    hub.attach(loop)
    if loop not in _minding:
        _minding.clear()
        _minding[loop] = loop.create_task(_mind_the_silent())
    known = await guest(scope)
    if known is None:
        await send({"type": "websocket.close", "code": frames.SIGN_IN})
        return
    scope.setdefault("state", {})[frames.LAST_WORD] = _too_big(known.member.language)
    await send({"type": "websocket.accept", "subprotocol": known.subprotocol})
    await Socket(known.member, known.door, send).run(receive)


async def nowhere(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Any other path: closed before it opens."""
    await receive()
    await send({"type": "websocket.close", "code": frames.MALFORMED})


application = URLRouter([path("ws/", live), re_path(r"", nowhere)])  # type: ignore[arg-type]  # no views, but sockets
