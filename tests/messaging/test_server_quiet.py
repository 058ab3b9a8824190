"""A socket nobody uses for more than a minute is still a socket (on PostgreSQL between two processes)."""

import asyncio
import os

import pytest

from members.authentication import issue_token
from messaging import actions
from tests import factories as make

from .machinery import Client, serving

pytestmark = pytest.mark.django_db(transaction=True)
QUIET = 62  # seconds: longer than any time-out on the way


def test_a_quiet_socket_lives_past_a_minute():
    ana, bo = make.member("Ana"), make.member("Bo")
    talk, ana_token, bo_token = actions.direct(ana, bo), issue_token(ana), issue_token(bo)

    async def scenario(ports):
        async with Client(ports[0], ana_token) as hers, Client(ports[-1], bo_token) as his:
            await asyncio.sleep(QUIET)
            await hers.say(type="send", conversation=talk.pk, client_id="1", body="still there?")
            assert (await his.hear())["body"] == "still there?"
            await his.say(type="send", conversation=talk.pk, client_id="1", body="always")
            assert (await hers.hear("message"))["body"] == "always"

    processes = 2 if os.environ.get("REDIS_URL") else 1
    with serving(processes) as ports:
        asyncio.run(scenario(ports if processes > 1 else [ports]))
