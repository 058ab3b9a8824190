"""Two processes and the Valkey between them: there, quiet for long, stopped, and killed."""

import asyncio
import contextlib
import os
import signal
import time

import pytest
from django.db import connection
from websockets.exceptions import ConnectionClosed

from members.authentication import issue_token
from messaging import actions
from tests import factories as make
from tests.servers import valkey_in

from .machinery import Client, Neighbour, everything, serving

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not os.environ.get("REDIS_URL"), reason="two processes need Valkey"),
]


def _from_here(deed, *args, **facts):
    try:
        return deed(*args, **facts)
    finally:
        connection.close()


def test_members_on_two_processes_talk_and_a_removal_reaches_the_other():
    ana, bo = make.member("Ana"), make.member("Bo")
    talk, ana_token, bo_token = actions.direct(ana, bo), issue_token(ana), issue_token(bo)

    async def scenario(ports):
        async with Client(ports[0], ana_token) as hers, Client(ports[1], bo_token) as his:
            for number in range(20):
                await hers.say(type="send", conversation=talk.pk, client_id=f"{number}", body=f"{number}")
            assert [(await his.hear("message"))["sequence"] for _ in range(20)] == list(range(1, 21))
            await his.say(type="typing", conversation=talk.pk)
            assert (await hers.hear("typing"))["member"] == bo.pk
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


@contextlib.contextmanager
def stopped(folder, server):
    """Valkey takes what it is sent, and answers nothing until it goes on."""
    server.send_signal(signal.SIGSTOP)
    yield
    server.send_signal(signal.SIGCONT)


@contextlib.contextmanager
def killed(folder, server):
    """Valkey is gone, then there is another one that knows nothing."""
    server.kill()
    server.wait(10)
    yield
    valkeys.append(valkey_in(folder)[0])


valkeys = []


@pytest.fixture
def valkey(tmp_path_factory):
    folder = tmp_path_factory.mktemp("v")
    server, url = valkey_in(folder)
    valkeys.append(server)
    yield folder, server, url
    while valkeys:
        server = valkeys.pop()
        server.kill()
        server.wait(10)


@pytest.mark.parametrize("away, seconds", [(stopped, 10), (killed, 10), (killed, 1)])
def test_a_time_without_valkey_loses_nothing(valkey, away, seconds):
    folder, server, url = valkey
    people = [make.member(name) for name in ("Ana", "Bo", "Cleo")]
    talk = actions.open_conversation("car", people, subject="Ride").pk

    async def scenario(ports, neighbours):
        for neighbour in neighbours:
            neighbour.staying = True
        lives = [asyncio.create_task(neighbour.live()) for neighbour in neighbours]
        await asyncio.sleep(1.5)
        with away(folder, server):
            end = time.monotonic() + seconds
            during = [len(neighbour.acknowledged) for neighbour in neighbours]
            if seconds > 5:
                await courtesies_go_on(ports[0], issue, talk)
            await asyncio.sleep(end - time.monotonic() - seconds * 0.3)
            for neighbour, before in zip(neighbours, during, strict=True):
                assert len(neighbour.acknowledged) > before, "the database is there, so talk goes on"
                neighbour.speaking = False  # the last words fall into the silence: no later one will show the gap
            await asyncio.sleep(end - time.monotonic())
        said = sum(neighbour.said for neighbour in neighbours)
        async with asyncio.timeout(8):  # by themselves: nobody connects anew, nobody asks unbidden
            while any(neighbour.newest[talk] < said for neighbour in neighbours):
                await asyncio.sleep(0.05)
        for life in lives:
            life.cancel()
        await asyncio.gather(*lives, return_exceptions=True)

    issue = issue_token(people[0])
    with serving(2, REDIS_URL=url) as ports:
        neighbours = [
            Neighbour(ports[number % 2], f"{person.pk}-{number}", person, [talk], pace=0.2)
            for number, person in enumerate(people * 2)
        ]
        asyncio.run(scenario(ports, neighbours))
    kept = everything()
    for neighbour in neighbours:
        assert neighbour.comings == 1
        neighbour.check(kept)


async def courtesies_go_on(port: int, token: str, talk: int) -> None:
    """Whoever comes while the cache is away is let in and answered."""
    async with asyncio.timeout(6), Client(port, token) as client:
        for _ in range(3):
            await client.say(type="watch", conversation=talk)
            await client.say(type="ping")
            await client.hear("pong")
            await client.say(type="unread")
            await client.hear("unread")
