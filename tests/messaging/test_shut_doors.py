"""A closed door between two, seen from every side; and what is remembered of who takes part."""

import asyncio
import time

import pytest

from messaging import actions, blocks, offers, threads
from messaging.doors import in_thread
from messaging.hub import Hub, hub
from messaging.models import Participant
from messaging.states import ConversationKind
from sharing.web.refusals import Refusal
from tests import factories as make

from .conftest import tabs

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shut(pair):
    """Bo wrote something, then closed the door."""
    ana, bo = pair
    talk = actions.direct(ana, bo)
    actions.post(talk.pk, by=bo, body="Leave me alone", client_id="1")
    actions.block(bo, ana)
    return talk


def test_neither_learns_any_more_how_far_the_other_reads(shut, pair, client):
    ana, bo = pair

    async def scenario():
        async with tabs(ana, bo) as (hers, his):
            hers.say(type="delivered", conversation=shut.pk, sequence=1)
            hers.say(type="seen", conversation=shut.pk, sequence=1)
            hers.say(type="ping")
            await hers.hear("pong")
            assert await his.hears_nothing()
        async with tabs(ana, ana) as (one, other):
            one.say(type="seen", conversation=shut.pk, sequence=1)
            assert (await other.hear("seen"))["member"] == ana.pk, "one's own tabs know"

    asyncio.run(scenario())
    assert Participant.objects.get(member=ana).seen_seq == 1
    client.force_login(bo)
    page = client.get(f"/messages/{shut.pk}/").content.decode()
    assert 'data-read-up-to="0"' in page and 'data-there-up-to="0"' in page and 'data-marks="{}"' in page
    assert 'class="said said--mine"' in page
    alone = client.get(f"/messages/{shut.pk}/lines/?of=1").content.decode()
    assert "said--read" not in alone and "said--there" not in alone
    people = {row["id"]: row for row in client.get(f"/api/v1/conversations/{shut.pk}/people/").json()["results"]}
    assert people[ana.pk]["seen_sequence"] == people[ana.pk]["delivered_sequence"] == 0
    assert people[bo.pk]["seen_sequence"] == 1
    actions.unblock(bo, ana)
    assert "said--read" in client.get(f"/messages/{shut.pk}/lines/?of=1").content.decode()


class Toys:
    """Dates about anything."""

    def about(self, conversation):
        return offers.Subject("toy:1") if conversation.kind == ConversationKind.ABOUT else None

    def propose(self, about, conversation, by, starts, ends):
        return {"starts": starts, "ends": ends}

    def accept(self, message, by):
        raise AssertionError("nothing is agreed through a closed door")

    def words(self, messages, reader):
        return {}


def test_proposed_dates_get_no_answer_through_a_closed_door(pair, monkeypatch):
    monkeypatch.setattr(offers, "_registered", {"toy": Toys()})
    ana, bo = pair
    talk = actions.about("toy:1:2", ana, [bo], subject="A toy", url="/toys/1/")
    period = {"starts": "2026-12-04", "ends": "2026-12-06"}
    line = actions.post(talk.pk, by=ana, body="", client_id="1", period=period)
    actions.block(bo, ana)
    for answer in ("accept", "decline"):
        with pytest.raises(actions.Quiet):
            actions.answer_offer(talk.pk, line.sequence, answer, by=bo)
    with pytest.raises(actions.Quiet):
        actions.react(talk.pk, line.sequence, by=bo, sign="👍")
    assert talk.messages.count() == 1
    actions.answer_offer(talk.pk, line.sequence, "withdraw", by=ana)  # one's own can be taken back
    with pytest.raises(Refusal):
        actions.answer_offer(talk.pk, line.sequence, "perhaps", by=bo)


# --- who takes part -----------------------------------------------------------------------------------


def test_an_answer_of_the_database_from_before_a_change_is_not_remembered():
    memory = Hub()
    before = time.monotonic()
    memory.forget(7)  # somebody left while the database was being asked
    memory.remember(7, (1, 2, 3), before)
    assert memory.roster(7) is None
    memory.remember(7, (1, 2), time.monotonic())
    assert memory.roster(7) == (1, 2)
    for talk in range(100, 2300):
        memory.forget(talk)
    assert memory.roster(7) == (1, 2)


def test_who_was_removed_while_something_was_said_stays_out(pair):
    """The writer knew them still; what it remembers afterwards lets nobody in again."""
    ana, bo = pair
    group = actions.open_conversation(ConversationKind.CAR, [ana, bo, make.member("Cleo")])
    before = time.monotonic()
    inside = threads.roster(group.pk)

    async def scenario():
        async with tabs(ana, bo) as (hers, his):
            await in_thread(actions.remove, group.pk, bo)
            hub.remember(group.pk, inside, before)
            assert (await his.hear("left"))["conversation"] == group.pk
            async with tabs(bo) as again:
                again.say(type="watch", conversation=group.pk)
                assert (await again.hear("error"))["code"] == "not_found"
                hers.say(type="typing", conversation=group.pk)
                hers.say(type="ping")
                await hers.hear("pong")
                assert await again.hears_nothing()

    asyncio.run(scenario())


def test_an_answer_to_a_line_that_is_deleted_meanwhile_is_said_and_shows_no_words_of_it(pair, client):
    ana, bo = pair
    talk = actions.direct(ana, bo)
    line = actions.post(talk.pk, by=ana, body="My old address", client_id="1")
    actions.take_back(talk.pk, line.sequence, by=ana)
    answer = actions.post(talk.pk, by=bo, body="Thanks", client_id="2", reply_to=line.sequence)
    assert answer.data == {"reply_to": 1}
    client.force_login(bo)
    page = client.get(f"/messages/{talk.pk}/").content.decode()
    assert "My old address" not in page and page.count("Message deleted") == 2
    event = actions.post_event(talk.pk, "channel.closed", {"name": "Ana"})
    with pytest.raises(Refusal):
        actions.post(talk.pk, by=bo, body="Hm", client_id="3", reply_to=event.sequence)


def test_a_full_room_asks_once_who_does_not_see_whom_and_again_when_a_door_closes(pair, monkeypatch):
    ana, bo = pair
    cleo = make.member("Cleo")
    room = actions.open_conversation(ConversationKind.CHANNEL, [ana, bo, cleo]).pk
    asked, within = [], blocks.within

    def counted(conversation):
        asked.append(conversation)
        return within(conversation)

    monkeypatch.setattr(blocks, "within", counted)

    async def scenario():
        async with tabs(ana, bo, cleo) as (hers, his, cleos):
            for tab, member in ((hers, ana), (his, bo)):
                tab.say(type="typing", conversation=room)
                assert (await cleos.hear("typing"))["member"] == member.pk
            await in_thread(actions.block, ana, bo)
            async with tabs(ana, bo) as (hers, his):  # the sockets of both come back
                his.say(type="typing", conversation=room)
                assert (await cleos.hear("typing"))["member"] == bo.pk
                assert await hers.hears_nothing()

    asyncio.run(scenario())
    assert asked == [room, room]
