"""Talk over real servers: processes that are killed, a bus between two of them, a socket that is quiet for long."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from members.authentication import issue_token
from messaging import actions
from messaging.models import Message
from tests import factories as make

from .conftest import sign_in

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[2]
with_bus = pytest.mark.skipif(not os.environ.get("REDIS_URL"), reason="two processes need Valkey")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(port: int) -> subprocess.Popen:
    """A server process on the test's own database; returns once it can be reached."""
    facts = connection.settings_dict
    if connection.vendor == "sqlite":
        database = f"sqlite:///{facts['NAME']}"
    else:
        host = facts["HOST"] or facts["OPTIONS"].get("host", "")
        database = f"postgresql://{facts['USER']}@/{facts['NAME']}?host={host}"
    server = subprocess.Popen(
        [sys.executable, "-m", "uvicorn", "sharing.asgi:application", "--port", str(port), "--lifespan", "off",
         "--log-level", "warning", "--ws-per-message-deflate", "false", "--timeout-graceful-shutdown", "3"],
        cwd=ROOT, env=os.environ | {"DATABASE_URL": database, "TESTING": "1", "SECRET_KEY": settings.SECRET_KEY},
    )  # fmt: skip
    for _try in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
            return server
        except OSError:
            assert server.poll() is None, "the server did not start"
            time.sleep(0.1)
    raise AssertionError("the server cannot be reached")


@contextmanager
def serving(count: int = 1):
    ports = [free_port() for _ in range(count)]
    servers = [start(port) for port in ports]
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


@pytest.fixture
def cast():
    ana, bo = make.member("Ana"), make.member("Bo")
    return ana, bo, actions.direct(ana, bo), issue_token(ana), issue_token(bo)


def test_two_clients_talk_and_foreign_doors_stay_shut(cast):
    ana, _bo, talk, ana_token, bo_token = cast
    session = sign_in(ana)

    async def scenario(port):
        async with Client(port, ana_token) as hers, Client(port, bo_token) as his:
            assert hers.socket.subprotocol == f"bearer.{ana_token}"
            await hers.say(type="send", conversation=talk.pk, client_id="1", body="Grüße 🌻")
            assert (await hers.hear())["type"] == "ack"
            assert (await his.hear())["body"] == "Grüße 🌻"
            await his.say(type="send", conversation=talk.pk, client_id="1", body="Hi")
            assert (await his.hear())["sequence"] == 2
            assert (await hers.hear())["body"] == "Hi"
        uri, cookie = f"ws://127.0.0.1:{port}/ws/", {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"}
        async with connect(uri, origin=f"http://127.0.0.1:{port}", additional_headers=cookie) as browser:
            await browser.send('{"type":"ping"}')
            assert json.loads(await browser.recv()) == {"type": "pong"}
        for facts in (
            {"origin": "https://evil.example", "additional_headers": cookie}, {"additional_headers": cookie}, {},
            {"subprotocols": ["bearer.wrong"]},
        ):
            with pytest.raises(InvalidStatus):
                await connect(uri, **facts)
        with pytest.raises(InvalidStatus):
            await connect(f"ws://127.0.0.1:{port}/elsewhere/", subprotocols=[f"bearer.{ana_token}"])

    with serving() as port:
        asyncio.run(scenario(port))


def test_what_was_acknowledged_survives_a_killed_server(cast):
    ana, _bo, talk, ana_token, bo_token = cast
    acknowledged, port = {}, free_port()

    async def speak(token, name, stop):
        number = 0
        try:
            async with Client(port, token) as client:
                while not stop.is_set():
                    number += 1
                    key = f"{name}-{number}"
                    await client.say(type="send", conversation=talk.pk, client_id=key, body=key)
                    acknowledged[key] = (await client.hear("ack"))["sequence"]
        except (OSError, ConnectionClosed, TimeoutError):
            return

    async def life(round_):
        server, stop = start(port), asyncio.Event()
        try:
            speakers = [
                asyncio.create_task(speak(token, f"{round_}-{who}-{tab}", stop))
                for who, token in (("ana", ana_token), ("bo", bo_token)) for tab in range(3)
            ]  # fmt: skip
            await asyncio.sleep(1.0)
            server.send_signal(signal.SIGKILL)
            server.wait(10)
            stop.set()
            await asyncio.wait(speakers, timeout=15)
        finally:
            server.kill()

    for round_ in range(3):
        asyncio.run(life(round_))

    kept = dict(Message.objects.filter(conversation=talk).values_list("client_id", "sequence"))
    assert len(acknowledged) > 30
    assert {key: kept.get(key) for key in acknowledged} == acknowledged
    assert sorted(kept.values()) == list(range(1, len(kept) + 1))


def test_a_server_that_stops_tells_its_sockets_and_the_next_one_has_it_all(cast):
    _ana, _bo, talk, ana_token, _token = cast
    port = free_port()

    async def scenario():
        server = start(port)
        client = Client(port, ana_token)
        async with client:
            await client.say(type="send", conversation=talk.pk, client_id="1", body="before")
            await client.hear("ack")
            server.terminate()
            with pytest.raises(ConnectionClosed) as closed:
                await client.hear("never")
            assert closed.value.rcvd.code == 1012
        assert server.wait(10) is not None
        server = start(port)
        try:
            async with Client(port, ana_token) as again:
                await again.say(type="send", conversation=talk.pk, client_id="1", body="before")
                assert (await again.hear())["sequence"] == 1
                await again.say(type="catch_up", conversation=talk.pk, after=0)
                assert [(await again.hear())["type"] for _ in range(2)] == ["message", "caught_up"]
        finally:
            server.terminate()
            server.wait(10)

    asyncio.run(scenario())


def test_a_quiet_socket_lives_on(cast):
    _ana, _bo, talk, ana_token, bo_token = cast

    async def scenario(port):
        async with Client(port, ana_token) as hers, Client(port, bo_token) as his:
            await asyncio.sleep(7)
            await hers.say(type="send", conversation=talk.pk, client_id="1", body="still there?")
            assert (await his.hear())["body"] == "still there?"

    with serving() as port:
        asyncio.run(scenario(port))


@with_bus
def test_members_on_two_processes_talk_and_a_removal_reaches_the_other(cast):
    _ana, bo, talk, ana_token, bo_token = cast

    async def scenario(ports):
        async with Client(ports[0], ana_token) as hers, Client(ports[1], bo_token) as his:
            await his.say(type="ping")
            await his.hear("pong")
            await asyncio.sleep(0.5)
            for number in range(20):
                await hers.say(type="send", conversation=talk.pk, client_id=f"{number}", body=f"{number}")
            assert [(await his.hear("message"))["sequence"] for _ in range(20)] == list(range(1, 21))
            await his.say(type="typing", conversation=talk.pk)
            assert (await hers.hear("typing"))["member"] == bo.pk
            await asyncio.sleep(7)  # a bus that was quiet for long still carries
            facts = {"by": bo, "body": "from a third process", "client_id": "x"}
            await asyncio.to_thread(_from_here, actions.post, talk.pk, **facts)
            assert (await hers.hear("message"))["body"] == "from a third process"
            assert (await his.hear("message"))["body"] == "from a third process"
            await asyncio.to_thread(_from_here, actions.remove, talk.pk, bo)
            assert (await his.hear())["type"] == "left"
            with pytest.raises(ConnectionClosed) as closed:
                await his.hear()
            assert closed.value.rcvd.code == 4403

    with serving(2) as ports:
        asyncio.run(scenario(ports))


def _from_here(deed, *args, **facts):
    try:
        return deed(*args, **facts)
    finally:
        connection.close()
