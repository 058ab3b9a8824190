"""What the tests of talk stand on: tabs that speak to the socket application without a network, and clean threads."""

import asyncio
import json
import threading
from contextlib import asynccontextmanager

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection

from members.authentication import issue_token
from messaging import doors
from messaging.sockets import application
from tests import factories as make

HOME = "http://testserver"


@pytest.fixture(autouse=True)
def _no_connection_left():
    """The desk's threads keep their connections, and a database that is in use cannot be dropped."""
    yield
    seats = doors._desk._max_workers
    together = threading.Barrier(seats)

    def close() -> None:
        together.wait(10)
        connection.close()

    for done in [doors._desk.submit(close) for _ in range(seats)]:
        done.result(10)


@pytest.fixture
def pair():
    return make.member("Ana Lind"), make.member("Bo")


def sign_in(member) -> str:
    """A session of this member; returns its key."""
    session = SessionStore()
    session[SESSION_KEY] = str(member.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = member.get_session_auth_hash()
    session.save()
    return session.session_key


class Tab:
    """One socket, driven in the process: `say` frames in, `hear` frames out, `closed` the code it ended with."""

    def __init__(self, *, token="", cookie="", origin="", path="/ws/") -> None:
        headers = []
        if cookie:
            headers.append((b"cookie", f"{settings.SESSION_COOKIE_NAME}={cookie}".encode()))
        if origin:
            headers.append((b"origin", origin.encode()))
        self.scope = {
            "type": "websocket", "path": path, "headers": headers,
            "subprotocols": [f"bearer.{token}"] if token else [],
        }
        self.inbox, self.outbox = asyncio.Queue(), asyncio.Queue()
        self.accepted, self.subprotocol, self.code = asyncio.Event(), None, None
        self.ended = asyncio.Event()
        self.readable = asyncio.Event()
        self.readable.set()

    async def open(self) -> "Tab":
        self.inbox.put_nowait({"type": "websocket.connect"})
        self.life = asyncio.create_task(application(self.scope, self.inbox.get, self._send))
        waits = [asyncio.create_task(self.accepted.wait()), asyncio.create_task(self.ended.wait())]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED, timeout=10)
        for wait in waits:
            wait.cancel()
        return self

    async def _send(self, event) -> None:
        await self.readable.wait()
        match event["type"]:
            case "websocket.accept":
                self.subprotocol = event.get("subprotocol")
                self.accepted.set()
            case "websocket.send":
                self.outbox.put_nowait(json.loads(event["text"]))
            case "websocket.close":
                self.code = event.get("code")
                self.ended.set()
                self.inbox.put_nowait({"type": "websocket.disconnect", "code": self.code})

    def say(self, **frame) -> None:
        self.inbox.put_nowait({"type": "websocket.receive", "text": json.dumps(frame)})

    def say_raw(self, text: str | None, data: bytes | None = None) -> None:
        self.inbox.put_nowait({"type": "websocket.receive", "text": text, "bytes": data})

    async def hear(self, kind: str = "", seconds: float = 5) -> dict:
        """The next frame (of this type)."""
        async with asyncio.timeout(seconds):
            while True:
                frame = await self.outbox.get()
                if not kind or frame["type"] == kind:
                    return frame

    async def hears_nothing(self, seconds: float = 0.3) -> bool:
        await asyncio.sleep(seconds)
        return self.outbox.empty()

    async def closed(self, seconds: float = 5) -> int:
        async with asyncio.timeout(seconds):
            await self.ended.wait()
        return self.code

    async def leave(self) -> None:
        self.readable.set()
        self.inbox.put_nowait({"type": "websocket.disconnect", "code": 1000})
        await asyncio.wait([self.life], timeout=5)


@asynccontextmanager
async def tabs(*members, **facts):
    """One open tab for each member, by token."""
    tokens = [await doors.in_thread(issue_token, member) for member in members]
    opened = [await Tab(token=token, **facts).open() for token in tokens]
    try:
        yield opened if len(opened) > 1 else opened[0]
    finally:
        for tab in opened:
            await tab.leave()
