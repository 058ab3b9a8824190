"""The hub: each process's sockets in memory, and the one way to reach them.

Any thread may speak to it; what it says lies in an inbox that the event loop empties, waking once for
all that came in meanwhile. A frame is a string that was encoded once; each socket takes it at once or has a
bounded queue of its own, so that a slow reader delays nobody. Only actions (and the writer) speak to the hub, only
after a commit, and nothing depends on delivery.

An operation is a plain tuple, so that the bus can carry it to the other processes as it is:
("frame", members, text), ("watch", conversation, text, of), ("cut", member, code, door, text),
("forget", conversation),
("resume",).
"""

import asyncio
import sys
import threading
import time
from collections import defaultdict, deque
from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeVar

from .bus import RESUME, Op, bus

if TYPE_CHECKING:
    from .sockets import Socket

T = TypeVar("T")
TURN = 0.0005  # seconds a thread may keep the interpreter while the writer or a page waits; Python's own is 0.005
ROSTER_SECONDS = 20
MOST_ROSTERS = 20_000
MOST_FORGOTTEN = 2_000
NOBODY: tuple["Socket", ...] = ()
Doors = dict[int, frozenset[int]]


class Hub:
    """Sockets by member, by conversation they look at, and by their own number."""

    def __init__(self) -> None:
        self.sockets: dict[int, Socket] = {}
        self.of_member: dict[int, set[Socket]] = defaultdict(set)
        self.watching: dict[int, set[Socket]] = defaultdict(set)
        self._rosters: dict[int, tuple[float, tuple[int, ...]]] = {}
        self._doors: dict[int, tuple[float, Doors]] = {}
        self._forgotten: dict[int, float] = {}  # when who takes part has changed, lately
        self._inbox: deque[tuple[Op, int, str]] = deque()
        self._woken = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lock = threading.Lock()

    # --- on the event loop ------------------------------------------------------------------------

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """Live on this loop from now on; called at each socket's entry, acts at the first."""
        if self._loop is loop:
            return
        sys.setswitchinterval(TURN)
        with self._lock:
            self._loop, self._woken = loop, False
            self.sockets.clear()
            self.of_member.clear()
            self.watching.clear()
        bus.listen(self._heard, self._resumed)

    def enter(self, socket: "Socket") -> None:
        self.sockets[socket.number] = socket
        self.of_member[socket.member].add(socket)

    def leave(self, socket: "Socket") -> None:
        self.watch(socket, None)
        self.sockets.pop(socket.number, None)
        theirs = self.of_member.get(socket.member)
        if theirs is not None:
            theirs.discard(socket)
            if not theirs:
                del self.of_member[socket.member]

    def watch(self, socket: "Socket", conversation: int | None) -> None:
        """The tab looks at this conversation now, and at no other."""
        if socket.watched is not None:
            watchers = self.watching.get(socket.watched)
            if watchers is not None:
                watchers.discard(socket)
                if not watchers:
                    del self.watching[socket.watched]
        socket.watched = conversation
        if conversation is not None:
            self.watching[conversation].add(socket)

    # --- from any thread --------------------------------------------------------------------------

    def tell(self, members: Iterable[int], frame: str, *, origin: int = 0, ack: str = "") -> None:
        """Put the frame on every socket of these members; the socket it came from gets `ack` in its stead."""
        op = ("frame", tuple(members), frame)
        self._put(op, origin, ack)
        bus.publish(op)

    def tell_watchers(self, conversation: int, frame: str, *, of: int, origin: int = 0) -> None:
        """Put the frame about a member on the sockets whose tab looks at the conversation, if they may see them."""
        op = ("watch", conversation, frame, of)
        self._put(op, origin, "")
        bus.publish(op)

    def answer(self, origin: int, frame: str) -> None:
        """Put the frame on the one socket of this process that asked."""
        self._put(("frame", (), ""), origin, frame)

    def cut(self, member: int, code: int, *, door: str = "", frame: str = "") -> None:
        """Close the member's sockets (only those that came in by `door`, if given), with a last word."""
        op = ("cut", member, code, door, frame)
        self._put(op, 0, "")
        bus.publish(op)

    def forget(self, conversation: int) -> None:
        """Who takes part, or who does not see whom, has changed: no process may go by what it remembers."""
        op = ("forget", conversation)
        self._forget(conversation)
        self._put(op, 0, "")
        bus.publish(op)

    def remember(self, conversation: int, members: tuple[int, ...], asked: float) -> None:
        """Who takes part, for signals that are not worth a query: typing and presence.

        asked: the moment (`time.monotonic`) before the database was; what has changed since is not put back.
        """
        self._keep(self._rosters, conversation, members, asked)

    def remember_doors(self, conversation: int, doors: Doors, asked: float) -> None:
        """Which of those who take part do not see each other, for the same signals; `asked` as in `remember`."""
        self._keep(self._doors, conversation, doors, asked)

    def _keep(self, memory: dict[int, tuple[float, T]], conversation: int, known: T, asked: float) -> None:
        if self._forgotten.get(conversation, 0.0) >= asked:
            return
        if len(memory) > MOST_ROSTERS:
            memory.clear()
        memory[conversation] = (time.monotonic() + ROSTER_SECONDS, known)

    def _forget(self, conversation: int) -> None:
        now = time.monotonic()
        if len(self._forgotten) > MOST_FORGOTTEN:  # nobody waits that long for an answer of the database
            self._forgotten = {talk: at for talk, at in list(self._forgotten.items()) if at > now - ROSTER_SECONDS}
        self._forgotten[conversation] = now
        self._rosters.pop(conversation, None)
        self._doors.pop(conversation, None)

    def roster(self, conversation: int) -> tuple[int, ...] | None:
        until, members = self._rosters.get(conversation, (0.0, ()))
        return members if until > time.monotonic() else None

    def doors(self, conversation: int) -> Doors | None:
        until, doors = self._doors.get(conversation, (0.0, {}))
        return doors if until > time.monotonic() else None

    # --- the inbox --------------------------------------------------------------------------------

    def _put(self, op: Op, origin: int, ack: str) -> None:
        self._inbox.append((op, origin, ack))
        loop = self._loop
        if loop is None:  # a process without sockets
            self._inbox.clear()
        elif not self._woken:
            self._woken = True
            try:
                loop.call_soon_threadsafe(self._drain)
            except RuntimeError:  # the loop has ended
                self._inbox.clear()
                self._loop = None

    def _drain(self) -> None:
        self._woken = False  # first, so that what is put from here on wakes us again
        inbox = self._inbox
        while inbox:
            op, origin, ack = inbox.popleft()
            if ack and (sender := self.sockets.get(origin)):
                sender.answer(ack)
            match op:
                case ("frame", members, frame):
                    self._frame(members, frame, origin)
                case ("watch", conversation, frame, of):
                    for socket in tuple(self.watching.get(conversation, ())):
                        if socket.number != origin and of not in (socket.apart or ()):
                            socket.put(frame)
                case ("cut", member, code, door, frame):
                    self._cut(member, code, door, frame)
                case ("forget", conversation):
                    self._forget(conversation)
                case ("resume",):
                    self._resume()

    def _frame(self, members: Iterable[int], frame: str, origin: int) -> None:
        find = self.of_member.get
        for member in members:
            for socket in find(member, NOBODY):
                if socket.number != origin:
                    socket.put(frame)

    def _cut(self, member: int, code: int, door: str, frame: str) -> None:
        for socket in tuple(self.of_member.get(member, ())):
            if not door or socket.door == door:
                if frame:
                    socket.put(frame)
                socket.close(code)

    def _heard(self, ops: list[Op]) -> None:
        for op in ops:
            self._put(op, 0, "")

    def _resumed(self) -> None:
        self._put(RESUME, 0, "")

    def _resume(self) -> None:
        """The bus was away: whoever is connected here may have missed something and should ask."""
        self._rosters.clear()
        self._doors.clear()
        for socket in tuple(self.sockets.values()):
            socket.checked = 0.0  # it may have been cut, too
            socket.put('{"type":"resume"}')


hub = Hub()
