"""Real server processes on the test's own database, and programs that speak to them."""

import asyncio
import contextlib
import json
import os
import random
import socket
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

from django.conf import settings
from django.db import connection
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from members.authentication import issue_token
from members.models import Member
from messaging.models import Message

ROOT = Path(__file__).resolve().parents[2]
KILLED = (OSError, ConnectionClosed, InvalidHandshake, EOFError)  # what a killed server leaves to who speaks with it
UNDER_WAY = 3  # messages a program has sent and not yet heard of


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def surroundings(**more: str) -> dict[str, str]:
    """The environment of a process that works on this test's database."""
    facts = connection.settings_dict
    if connection.vendor == "sqlite":
        database = f"sqlite:///{facts['NAME']}"
    else:
        host = facts["HOST"] or facts["OPTIONS"].get("host", "")
        database = f"postgresql://{facts['USER']}@/{facts['NAME']}?host={host}"
    return os.environ | {"DATABASE_URL": database, "TESTING": "1", "SECRET_KEY": settings.SECRET_KEY} | more


def start(port: int, **more: str) -> subprocess.Popen:
    """A server process; returns once it can be reached."""
    server = subprocess.Popen(
        [sys.executable, "-m", "uvicorn", "sharing.asgi:application", "--port", str(port), "--lifespan", "off",
         "--log-level", "warning", "--ws-per-message-deflate", "false", "--timeout-graceful-shutdown", "3"],
        cwd=ROOT, env=surroundings(**more),
    )  # fmt: skip
    for _try in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
            return server
        except OSError:
            assert server.poll() is None, "the server did not start"
            time.sleep(0.1)
    raise AssertionError("the server cannot be reached")


@contextlib.contextmanager
def serving(count: int = 1, **more: str):
    ports = [free_port() for _ in range(count)]
    servers = [start(port, **more) for port in ports]
    try:
        yield ports if count > 1 else ports[0]
    finally:
        for server in servers:
            server.terminate()
        for server in servers:
            server.wait(15)


class Client:
    """A program with a token."""

    def __init__(self, port: int, token: str) -> None:
        self.facts = {"uri": f"ws://127.0.0.1:{port}/ws/", "subprotocols": [f"bearer.{token}"], "compression": None}

    async def __aenter__(self):
        self.socket = await connect(**self.facts)
        return self

    async def __aexit__(self, *_):
        await self.socket.close()

    async def say(self, **frame):
        await self.socket.send(json.dumps(frame))

    async def hear(self, kind: str = "", seconds: float = 10):
        async with asyncio.timeout(seconds):
            while True:
                frame = json.loads(await self.socket.recv())
                if not kind or frame["type"] == kind:
                    return frame


class Neighbour:
    """A program as docs/live.md asks of it: says on, holds what it hears by number, and after each kill comes back,
    asks for what came after, and says again what nobody acknowledged."""

    def __init__(self, port: int, name: str, person: Member, talks: list[int], *, pace: float = 0) -> None:
        self.facts = Client(port, issue_token(person)).facts
        self.name, self.member, self.talks, self.pace = name, person.pk, talks, pace
        self.said, self.speaking, self.staying, self.faults = 0, True, False, []
        self.waiting: dict[str, dict] = {}  # client id → the frame that was said and not acknowledged
        self.acknowledged: dict[str, tuple[int, int]] = {}  # client id → conversation, sequence
        self.held: dict[int, dict[int, tuple[int, str]]] = {talk: {} for talk in talks}
        self.newest = dict.fromkeys(talks, 0)  # up to here without a gap
        self.comings = 0

    async def live(self) -> None:
        while self.speaking or self.waiting or self.staying:
            try:
                async with connect(**self.facts) as self.socket:
                    self.comings += 1
                    await self.visit()
            except KILLED:
                await asyncio.sleep(random.uniform(0.01, 0.05))

    async def visit(self) -> None:
        await self.ask()
        for frame in list(self.waiting.values()):
            await self.say(**frame)
        turn = 0.0
        while self.speaking or self.waiting or self.staying:
            while self.speaking and len(self.waiting) < UNDER_WAY and time.monotonic() >= turn:
                turn = time.monotonic() + self.pace
                self.said += 1
                key = f"{self.name}-{self.said}"
                talk = self.talks[self.said % len(self.talks)]
                frame = {"type": "send", "conversation": talk, "client_id": key, "body": key}
                self.waiting[key] = frame
                await self.say(**frame)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self.pace or None):
                    text = await self.socket.recv()
                await self.hear(json.loads(text))

    async def look_again(self) -> None:
        """Once more, when all is said; the last kill may come only now."""
        while True:
            try:
                async with connect(**self.facts) as self.socket:
                    return await self.catch_up()
            except KILLED:
                await asyncio.sleep(random.uniform(0.01, 0.05))

    async def catch_up(self) -> None:
        await self.ask()
        open_talks = set(self.talks)
        while open_talks:
            frame = json.loads(await self.socket.recv())
            await self.hear(frame)
            if frame["type"] == "caught_up" and not frame["more"]:
                open_talks.discard(frame["conversation"])

    async def ask(self) -> None:
        for talk in self.talks:
            await self.say(type="catch_up", conversation=talk, after=self.newest[talk])

    async def say(self, **frame) -> None:
        await self.socket.send(json.dumps(frame))

    async def hear(self, frame: dict) -> None:
        match frame:
            case {"type": "ack", "client_id": key, "conversation": talk, "sequence": sequence}:
                self.waiting.pop(key, None)
                if self.acknowledged.setdefault(key, (talk, sequence)) != (talk, sequence):
                    self.faults.append(f"{key} was {self.acknowledged[key]} and then {frame}")
                self.hold(talk, sequence, (self.member, key))
            case {"type": "message", "conversation": talk, "sequence": sequence, "author": author, "client_id": key}:
                self.hold(talk, sequence, (author, key))
                if sequence > self.newest[talk]:  # something in between did not come: ask
                    await self.say(type="catch_up", conversation=talk, after=self.newest[talk])
            case {"type": "caught_up", "more": True, "conversation": talk, "sequence": sequence}:
                await self.say(type="catch_up", conversation=talk, after=sequence)
            case {"type": "resume"}:
                await self.ask()
            case {"type": "error"}:
                self.faults.append(str(frame))

    def hold(self, talk: int, sequence: int, fact: tuple[int, str]) -> None:
        held = self.held[talk]
        if held.setdefault(sequence, fact) != fact:
            self.faults.append(f"{talk}/{sequence} was {held[sequence]} and then {fact}")
        while self.newest[talk] + 1 in held:
            self.newest[talk] += 1

    def check(self, kept: dict[int, dict[int, tuple[int, str]]]) -> None:
        """All this program said is there where it was told, and it holds exactly what the database holds."""
        assert self.faults == []
        assert len(self.acknowledged) == self.said
        for key, (talk, sequence) in self.acknowledged.items():
            assert kept[talk][sequence] == (self.member, key)
        for talk in self.talks:
            assert self.held[talk] == kept[talk]


def everything() -> dict[int, dict[int, tuple[int, str]]]:
    """What the database holds: author and client id by conversation and number."""
    kept: dict[int, dict[int, tuple[int, str]]] = defaultdict(dict)
    for talk, sequence, author, key in Message.objects.values_list("conversation", "sequence", "author", "client_id"):
        kept[talk][sequence] = (author, key)
    return kept
