"""Talk over a real server: its doors, and what its sockets and its successor know when it stops."""

import asyncio
import json

import pytest
from django.conf import settings
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from members.authentication import issue_token
from messaging import actions
from tests import factories as make

from .conftest import sign_in
from .machinery import Client, free_port, serving, start

pytestmark = pytest.mark.django_db(transaction=True)


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
