"""Sockets in the process: who is let in, what each frame does, and who reads slowly."""

import asyncio

import pytest

from members.authentication import issue_token
from members.models import Member
from messaging import actions, frames, presence, sockets
from messaging.doors import in_thread
from messaging.models import Message, Participant
from tests import factories as make

from .conftest import HOME, Tab, sign_in, tabs

pytestmark = pytest.mark.django_db(transaction=True)


def run(scenario):
    return asyncio.run(scenario)


# --- the door -----------------------------------------------------------------------------------------


def test_a_cookie_counts_only_from_our_own_pages(pair):
    key = sign_in(pair[0])
    ours = [HOME, "https://testserver", "http://testserver:8000"]
    foreign = ["", "https://evil.example", "null", "http://testserver.evil.example", "http://[", "file://testserver"]

    async def scenario():
        for origin in ours + foreign:
            tab = await Tab(cookie=key, origin=origin).open()
            assert tab.accepted.is_set() is (origin in ours), origin
            await tab.leave()

    run(scenario())


def test_a_token_is_echoed_and_needs_no_origin_but_not_a_foreign_one(pair):
    token = issue_token(pair[0])

    async def scenario():
        tab = await Tab(token=token).open()
        assert tab.accepted.is_set() and tab.subprotocol == f"bearer.{token}"
        await tab.leave()
        foreign = await Tab(token=token, origin="https://evil.example").open()
        assert not foreign.accepted.is_set() and await foreign.closed()

    run(scenario())


def test_nobody_is_not_let_in():
    async def scenario():
        for facts in ({}, {"token": "wrong"}, {"cookie": "wrong", "origin": HOME}, {"origin": HOME}):
            tab = await Tab(**facts).open()
            assert not tab.accepted.is_set() and await tab.closed() == frames.SIGN_IN, facts

    run(scenario())


def test_a_deactivated_member_is_not_let_in(pair):
    token, key = issue_token(pair[0]), sign_in(pair[0])
    Member.objects.filter(pk=pair[0].pk).update(is_active=False)

    async def scenario():
        for tab in (Tab(token=token), Tab(cookie=key, origin=HOME)):
            assert not (await tab.open()).accepted.is_set()

    run(scenario())


def test_any_other_path_is_closed(pair):
    token = issue_token(pair[0])

    async def scenario():
        for path in ("/", "/ws", "/ws/7/", "/ws/../admin/", "/elsewhere/"):
            tab = await Tab(token=token, path=path).open()
            assert not tab.accepted.is_set() and await tab.closed()

    run(scenario())


# --- frames -------------------------------------------------------------------------------------------


def test_two_members_talk(pair):
    ana, bo = pair
    talk = actions.direct(ana, bo)

    async def scenario():
        async with tabs(ana, ana, bo) as (hers, her_other, his):
            hers.say(type="send", conversation=talk.pk, client_id="one", body="Hello")
            ack = await hers.hear()
            assert ack == {"type": "ack", "conversation": talk.pk, "client_id": "one", "sequence": 1} | {
                "created": ack["created"]
            }
            heard = await his.hear()
            assert {key: heard[key] for key in ("type", "conversation", "sequence", "author", "client_id", "body")} == {
                "type": "message", "conversation": talk.pk, "sequence": 1, "author": ana.pk, "client_id": "one",
                "body": "Hello",
            }
            assert heard["name"] == "Ana" and heard["created"] == ack["created"]
            assert await her_other.hear() == heard  # her other tab
            his.say(type="seen", conversation=talk.pk, sequence=1)
            assert await hers.hear() == {"type": "seen", "conversation": talk.pk, "member": bo.pk, "sequence": 1}
            his.say(type="typing", conversation=talk.pk)
            assert await hers.hear() == {"type": "typing", "conversation": talk.pk, "member": bo.pk}
            his.say(type="ping")
            assert await his.hear() == {"type": "pong"}
            assert await hers.hears_nothing()

    run(scenario())
    assert Participant.objects.get(conversation=talk, member=bo).seen_seq == 1


def test_a_message_from_a_page_reaches_the_sockets(pair):
    ana, bo = pair
    talk = actions.direct(ana, bo)

    async def scenario():
        async with tabs(ana, bo) as (hers, his):
            await in_thread(actions.post, talk.pk, by=ana, body="from a form", client_id="1")
            assert (await his.hear())["body"] == (await hers.hear())["body"] == "from a form"
            await in_thread(actions.notify, bo, kind="community", title="T", url="/x/", key="1")
            assert (await his.hear())["type"] == "notification"
            await in_thread(actions.mark_read, bo)
            assert await his.hear() == {"type": "read", "ids": None}
            assert await hers.hears_nothing()

    run(scenario())


def test_whoever_stands_where_a_notification_leads_has_read_it(pair):
    ana, _bo = pair
    here = actions.notify(ana, kind="community", title="T", url="/bookings/9/", key="1")
    actions.notify(ana, kind="community", title="T", url="/bookings/8/", key="2")

    async def scenario():
        async with tabs(ana) as hers:
            for url in ("/elsewhere/", "x" * 5000, "\x00", "/bookings/9/"):
                hers.say(type="visit", url=url)
            assert await hers.hear() == {"type": "read", "ids": [here.pk]}
            hers.say(type="unread")
            assert (await hers.hear())["notifications"] == 1

    run(scenario())


def test_a_repeat_gets_the_first_acknowledgement_and_nobody_hears_it_twice(pair):
    ana, bo = pair
    talk = actions.direct(ana, bo)

    async def scenario():
        async with tabs(ana, bo) as (hers, his):
            for _try in range(3):
                hers.say(type="send", conversation=talk.pk, client_id="one", body="Hello")
            acks = [await hers.hear() for _try in range(3)]
            assert acks[0] == acks[1] == acks[2]
            assert (await his.hear())["sequence"] == 1 and await his.hears_nothing()

    run(scenario())
    assert Message.objects.count() == 1


def test_a_stranger_hears_and_says_nothing(pair):
    ana, bo = pair
    zoe = make.member("Zoe", language="en")
    talk = actions.direct(ana, bo)
    actions.post(talk.pk, by=ana, body="secret", client_id="0")

    async def scenario():
        async with tabs(ana, zoe) as (hers, foreign):
            for frame in (
                {"type": "send", "client_id": "1", "body": "let me in"}, {"type": "typing"},
                {"type": "seen", "sequence": 1}, {"type": "catch_up", "after": 0}, {"type": "watch"},
            ):
                foreign.say(conversation=talk.pk, **frame)
                error = await foreign.hear()
                assert (error["type"], error["code"], error["conversation"]) == ("error", "not_found", talk.pk)
            hers.say(type="send", conversation=talk.pk, client_id="2", body="still secret")
            await hers.hear("ack")
            assert await foreign.hears_nothing() and await hers.hears_nothing()

    run(scenario())
    assert Message.objects.count() == 2


def test_what_was_missed_is_asked_for_by_number(pair, monkeypatch):
    monkeypatch.setattr(sockets, "CAUGHT_UP", 4)
    ana, bo = pair
    talk = actions.direct(ana, bo)
    for number in range(7):
        actions.post(talk.pk, by=ana, body=str(number), client_id=str(number))

    async def scenario():
        async with tabs(bo) as his:
            his.say(type="catch_up", conversation=talk.pk, after=1)
            assert [(await his.hear())["sequence"] for _ in range(4)] == [2, 3, 4, 5]
            done = await his.hear()
            assert done == {"type": "caught_up", "conversation": talk.pk, "sequence": 5, "more": True}
            his.say(type="catch_up", conversation=talk.pk, after=5)
            assert [(await his.hear())["sequence"] for _ in range(2)] == [6, 7]
            assert (await his.hear())["more"] is False
            his.say(type="unread")
            assert await his.hear() == {
                "type": "unread", "conversations": [talk.pk], "notifications": 0, "muted": [],
            }  # fmt: skip

    run(scenario())


def test_presence_is_seen_by_those_who_look_at_the_same_conversation(pair):
    ana, bo = pair
    talk = actions.direct(ana, bo)

    async def scenario():
        async with tabs(ana, bo) as (hers, his):
            hers.say(type="watch", conversation=talk.pk)
            hers.say(type="ping")
            await hers.hear("pong")
            assert await in_thread(presence.is_reading, ana.pk, talk.pk)
            his.say(type="watch", conversation=talk.pk)
            assert await hers.hear() == {
                "type": "presence", "conversation": talk.pk, "member": bo.pk, "here": True,
            }
            assert await in_thread(presence.here, [ana.pk, bo.pk]) == {ana.pk, bo.pk}
            await his.leave()
            assert (await hers.hear())["here"] is False
            assert not await in_thread(presence.is_reading, bo.pk, talk.pk)
            hers.say(type="watch", conversation=None)
            hers.say(type="ping")
            await hers.hear("pong")
            assert not await in_thread(presence.is_reading, ana.pk, talk.pk)

    run(scenario())


# --- more than words ----------------------------------------------------------------------------------


def test_a_line_is_edited_signed_and_taken_back_by_frames():
    ana, bo = make.member("Ana"), make.member("Bo")
    talk = actions.direct(ana, bo).pk

    async def main():
        async with tabs(ana, bo) as (anas, bos):
            anas.say(type="send", conversation=talk, client_id="1", body="At fife")
            await anas.hear("ack")
            bos.say(type="send", conversation=talk, client_id="1", body="Fine", reply_to=1)
            assert (await bos.hear("ack"))["sequence"] == 2
            answered = await anas.hear("message")
            assert answered["rich"] is True and answered["reply_to"] == 1
            anas.say(type="edit", conversation=talk, sequence=1, body="At five")
            assert [(await tab.hear("changed"))["body"] for tab in (anas, bos)] == ["At five"] * 2
            bos.say(type="react", conversation=talk, sequence=1, sign="👍", on=True)
            assert (await anas.hear("changed"))["change"] == 2
            bos.say(type="edit", conversation=talk, sequence=1, body="At six")
            refused = await bos.hear("error")
            assert (refused["code"], refused["conversation"], refused["sequence"]) == ("not_yours", talk, 1)
            anas.say(type="delete", conversation=talk, sequence=1)
            gone = await bos.hear("changed")
            while gone["change"] < 3:
                gone = await bos.hear("changed")
            assert gone["deleted"] and gone["body"] == ""
            anas.say(type="catch_up", conversation=talk, after=2, changes=0)
            caught = await anas.hear("caught_up")
            assert (caught["sequence"], caught["change"]) == (2, 3)

    run(main())


def test_a_stranger_changes_nothing_and_a_broken_frame_closes():
    ana, bo, zoe = make.member("Ana"), make.member("Bo"), make.member("Zoe")
    talk = actions.direct(ana, bo).pk
    actions.post(talk, by=ana, body="Ours", client_id="1")

    async def main():
        async with tabs(zoe) as tab:
            for frame in (
                {"type": "edit", "body": "x"}, {"type": "delete"}, {"type": "react", "sign": "👍", "on": True},
                {"type": "answer", "answer": "accept"},
            ):  # fmt: skip
                tab.say(conversation=talk, sequence=1, **frame)
                assert (await tab.hear())["code"] == "not_found"
            tab.say(type="send", conversation=talk, client_id="2", body="x", reply_to=1)
            assert (await tab.hear())["code"] == "not_found"
            tab.say(type="edit", conversation=talk, sequence=1)
            assert await tab.closed() == frames.MALFORMED

    run(main())


def test_neither_of_two_who_blocked_sees_the_other_here():
    ana, bo, cleo = make.member("Ana"), make.member("Bo"), make.member("Cleo")
    talk = actions.open_conversation("channel", [ana, bo, cleo]).pk
    actions.block(ana, bo)

    async def main():
        async with tabs(ana, bo, cleo) as (anas, bos, cleos):
            for tab in (anas, cleos):
                tab.say(type="watch", conversation=talk)
                tab.say(type="ping")
                await tab.hear("pong")
            assert (await anas.hear("presence"))["member"] == cleo.pk
            bos.say(type="watch", conversation=talk)
            while (await cleos.hear("presence"))["member"] != bo.pk:
                pass
            bos.say(type="typing", conversation=talk)
            assert (await cleos.hear("typing"))["member"] == bo.pk
            assert await anas.hears_nothing()

    run(main())


def test_the_sockets_of_both_come_back_when_a_door_closes():
    ana, bo = make.member("Ana"), make.member("Bo")
    actions.direct(ana, bo)

    async def main():
        async with tabs(ana, bo) as (anas, bos):
            await in_thread(actions.block, ana, bo)
            assert [await tab.closed() for tab in (anas, bos)] == [frames.NOT_YOURS] * 2

    run(main())
