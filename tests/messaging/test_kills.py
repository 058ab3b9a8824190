"""Fifty servers killed under load: what was acknowledged is there once, nothing is missing, everyone holds the same."""

import asyncio
import random
import subprocess
import sys

import pytest

from messaging import actions
from messaging.models import Conversation
from tests import factories as make

from .machinery import ROOT, Neighbour, everything, free_port, surroundings

pytestmark = pytest.mark.django_db(transaction=True)
KILLS = 50


async def live_through(neighbours: list[Neighbour], supervisor: subprocess.Popen, kills: int) -> None:
    lives = [asyncio.create_task(neighbour.live()) for neighbour in neighbours]
    for kill in range(kills):
        acknowledged, comings = _count(neighbours), [neighbour.comings for neighbour in neighbours]
        async with asyncio.timeout(30):  # until everyone is back and being answered
            while _count(neighbours) < acknowledged + 30 or (
                kill and any(one.comings == before for one, before in zip(neighbours, comings, strict=True))
            ):
                await asyncio.sleep(0.005)
        await asyncio.sleep(random.uniform(0, 0.05))
        supervisor.stdin.write(b"again\n")
        supervisor.stdin.flush()
    for neighbour in neighbours:
        neighbour.speaking = False
    async with asyncio.timeout(20):
        await asyncio.gather(*lives)
        for neighbour in neighbours:  # one last look at what the others said while one was saying one's last
            await neighbour.look_again()


def _count(neighbours: list[Neighbour]) -> int:
    return sum(len(neighbour.acknowledged) for neighbour in neighbours)


def test_fifty_killed_servers_lose_nothing_that_was_acknowledged():
    people = [make.member(name) for name in ("Ana", "Bo", "Cleo")]
    ana, bo, _cleo = people
    talks = [actions.direct(ana, bo).pk, actions.open_conversation("car", people, subject="Ride").pk]
    port = free_port()
    neighbours = [
        Neighbour(port, f"{person.pk}-{tab}", person, talks if person in (ana, bo) else talks[1:])
        for person in people for tab in range(2)
    ]  # fmt: skip
    supervisor = subprocess.Popen(
        [sys.executable, "-m", "tests.messaging.lives", str(port)], cwd=ROOT, env=surroundings(), stdin=subprocess.PIPE
    )
    try:
        asyncio.run(live_through(neighbours, supervisor, KILLS))
    finally:
        supervisor.stdin.close()
        assert supervisor.wait(20) == 0

    kept = everything()
    for talk in talks:
        assert sorted(kept[talk]) == list(range(1, len(kept[talk]) + 1)), "no gap"
        assert Conversation.objects.get(pk=talk).last_seq == len(kept[talk])
    for neighbour in neighbours:
        assert neighbour.said > KILLS
        neighbour.check(kept)
    assert sum(map(len, kept.values())) == sum(neighbour.said for neighbour in neighbours), "each once"
