"""Sent, delivered, read: how far a line has come, live, after a reload, and for programs."""

import asyncio

import pytest

from messaging import actions
from messaging.models import Participant
from tests import factories as make

from .conftest import tabs

pytestmark = pytest.mark.django_db(transaction=True)
API = "/api/v1/conversations"


def marks(talk, member) -> tuple[int, int]:
    seat = Participant.objects.get(conversation=talk, member=member)
    return seat.delivered_seq, seat.seen_seq


def state(client, talk, who) -> str:
    """The classes of the line, as its author sees it after a reload."""
    client.force_login(who)
    page = client.get(f"/messages/{talk.pk}/").content.decode()
    return page.split('<li class="said', 1)[1].split('"', 1)[0]


def test_what_came_is_told_to_its_author_and_what_is_read_has_come(pair, client):
    ana, bo = pair
    talk = actions.direct(ana, bo)

    async def scenario():
        async with tabs(ana, bo) as (hers, his):
            hers.say(type="send", conversation=talk.pk, client_id="1", body="Hello")
            heard = await his.hear("message")
            assert heard["mark"] is True, "where two talk, the author wants to know"
            his.say(type="delivered", conversation=talk.pk, sequence=99)
            told = {"type": "delivered", "conversation": talk.pk, "member": bo.pk, "sequence": 1}
            assert await hers.hear("delivered") == told, "no further than what was said"
            his.say(type="delivered", conversation=talk.pk + 1, sequence=1)
            assert (await his.hear("error"))["code"] == "not_found"

    asyncio.run(scenario())
    assert marks(talk, bo) == (1, 0)
    assert "said--there" in state(client, talk, ana) and "said--read" not in state(client, talk, ana)
    actions.mark_seen(talk.pk, bo.pk, 1)
    assert "said--there" in state(client, talk, ana) and "said--read" in state(client, talk, ana)


def test_a_tab_that_opens_has_been_told_of_all_that_waits(pair, client):
    ana, bo = pair
    talk = actions.direct(ana, bo)
    actions.post(talk.pk, by=ana, body="Are you there?", client_id="1")
    assert marks(talk, bo) == (0, 0) and "said--there" not in state(client, talk, ana)

    async def scenario():
        async with tabs(ana, bo) as (hers, his):
            his.say(type="unread")
            assert (await hers.hear("delivered"))["sequence"] == 1
            his.say(type="unread")
            his.say(type="ping")
            await his.hear("pong")
            assert await hers.hears_nothing(), "it is told once"

    asyncio.run(scenario())
    assert marks(talk, bo) == (1, 0)


def test_in_a_group_nobody_tells_that_a_line_came(pair, client):
    ana, bo = pair
    group = actions.open_conversation("booking", [ana, bo, make.member("Cleo")])

    async def scenario():
        async with tabs(ana, bo) as (hers, his):
            hers.say(type="send", conversation=group.pk, client_id="1", body="Hello")
            assert "mark" not in await his.hear("message")
            his.say(type="delivered", conversation=group.pk, sequence=1)
            his.say(type="unread")
            await his.hear("unread")
            await hers.hear("ack")
            assert await hers.hears_nothing()

    asyncio.run(scenario())
    assert marks(group, bo) == (0, 0)
    assert "said__there" not in state(client, group, ana)


def test_programs_say_and_ask_it(pair, client):
    ana, bo = pair
    talk = actions.direct(ana, bo)
    actions.post(talk.pk, by=ana, body="Hello", client_id="1")
    client.force_login(bo)
    answer = client.post(f"{API}/{talk.pk}/delivered/", {"sequence": 7}, content_type="application/json")
    assert (answer.status_code, answer.json()) == (200, {"sequence": 1})
    people = {row["id"]: row for row in client.get(f"{API}/{talk.pk}/people/").json()["results"]}
    assert (people[bo.pk]["delivered_sequence"], people[bo.pk]["seen_sequence"]) == (1, 0)
    assert people[ana.pk]["delivered_sequence"] == 1, "whoever wrote it has it"
    client.force_login(make.member("Zoe"))
    stranger = client.post(f"{API}/{talk.pk}/delivered/", {"sequence": 1}, content_type="application/json")
    assert stranger.status_code == 404
