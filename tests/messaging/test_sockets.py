"""Sockets in the process: who is let in, what each frame does, and who reads slowly."""

import asyncio
import json

import pytest

from members.authentication import issue_token
from members.models import Member
from messaging import actions, frames, presence, sockets
from messaging.doors import in_thread
from messaging.hub import hub
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
            assert await his.hear() == {"type": "unread", "conversations": [talk.pk], "notifications": 0}

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


# --- bad frames ---------------------------------------------------------------------------------------


BAD_FRAMES = [
    ("", "malformed", 4400), ("{", "malformed", 4400), ("[]", "malformed", 4400), ("7", "malformed", 4400),
    ("{}", "malformed", 4400), ('{"type": 7}', "malformed", 4400), ('{"type": "dance"}', "unknown", 4400),
    ('{"type": "send"}', "malformed", 4400), ("[" * 30_000, "malformed", 4400),
    ('{"type": "send", "conversation": "1", "client_id": "1", "body": "a"}', "malformed", 4400),
    ('{"type": "send", "conversation": true, "client_id": "1", "body": "a"}', "malformed", 4400),
    ('{"type": "send", "conversation": 1, "client_id": 1, "body": "a"}', "malformed", 4400),
    ('{"type": "send", "conversation": 1e3, "client_id": "1", "body": "a"}', "malformed", 4400),
    ('{"type": "send", "conversation": 99999999999999999999, "client_id": "1", "body": "a"}', "malformed", 4400),
    ('{"type": "seen", "conversation": 1, "sequence": -1}', "malformed", 4400),
    ('{"type": "catch_up", "conversation": 1, "after": true}', "malformed", 4400),
    ('{"type": "send", "conversation": ' + "9" * 5000 + "}", "malformed", 4400),
    (json.dumps({"type": "ping", "more": "x" * 65_536}), "too_big", 1009),
    (json.dumps({"type": "ping", "more": "ü" * 40_000}, ensure_ascii=False), "too_big", 1009),
]  # fmt: skip


def test_a_frame_no_client_would_send_is_named_and_closes_the_socket(pair):
    async def scenario():
        for text, code, close in BAD_FRAMES:
            async with tabs(pair[0]) as tab:
                tab.say_raw(text)
                error = await tab.hear()
                assert (error["type"], error["code"]) == ("error", code) and error["detail"], text[:80]
                assert await tab.closed() == close

    run(scenario())


def test_bytes_are_no_frame(pair):
    async def scenario():
        async with tabs(pair[0]) as tab:
            tab.say_raw(None, b"\x00")
            assert (await tab.hear())["code"] == "malformed" and await tab.closed() == frames.MALFORMED

    run(scenario())


def test_what_a_member_can_mend_is_refused_and_the_socket_stays(pair):
    talk = actions.direct(*pair)
    cases = [("1", "", "body"), ("1", "x" * 8001, "body"), ("1", "a\x00", "body"), ("1", "\ud800", "body"),
             ("", "a", "client_id"), ("x" * 65, "a", "client_id"), ("a\x00", "a", "client_id")]  # fmt: skip

    async def scenario():
        async with tabs(pair[0]) as tab:
            for client_id, body, field in cases:
                tab.say(type="send", conversation=talk.pk, client_id=client_id, body=body)
                error = await tab.hear()
                assert (error["code"], error["field"], error["conversation"]) == ("invalid", field, talk.pk)
            tab.say(type="ping")
            assert await tab.hear() == {"type": "pong"}

    run(scenario())
    assert Message.objects.count() == 0


def test_too_much_at_once_is_refused_but_whoever_waits_for_answers_is_never_too_fast(pair):
    talk = actions.direct(*pair)

    async def scenario():
        async with tabs(*pair) as (patient, hasty):
            for number in range(sockets.BURST * 2):
                patient.say(type="send", conversation=talk.pk, client_id=f"p{number}", body="a")
                await patient.hear("ack")
            for _ in range(sockets.BURST * 3):
                hasty.say(type="ping")
            assert (await hasty.hear("error"))["code"] == "too_fast"
            assert await hasty.closed() == frames.TOO_FAST

    run(scenario())


# --- slow readers -------------------------------------------------------------------------------------


def test_a_reader_who_takes_nothing_delays_nobody_and_is_told_to_come_back(pair, monkeypatch):
    monkeypatch.setattr(sockets, "LONGEST_QUEUE", 20)
    ana, bo = pair
    cleo = make.member("Cleo")
    talk = actions.open_conversation("car", [ana, bo, cleo], subject="Ride")

    async def scenario():
        async with tabs(ana, bo, cleo) as (hers, slow, quick):
            slow.readable.clear()
            for number in range(60):
                hers.say(type="send", conversation=talk.pk, client_id=f"{number}", body="words")
                await hers.hear("ack", seconds=2)
                assert (await quick.hear(seconds=2))["sequence"] == number + 1
            slow.readable.set()
            assert await slow.closed() == frames.COME_BACK
            async with tabs(bo) as again:  # and whoever comes back finds everything
                again.say(type="catch_up", conversation=talk.pk, after=0)
                assert [(await again.hear())["sequence"] for _ in range(60)] == list(range(1, 61))

    run(scenario())


def test_a_reader_who_never_takes_anything_again_is_dropped(pair, monkeypatch):
    monkeypatch.setattr(sockets, "LONGEST_QUEUE", 5)
    monkeypatch.setattr(sockets, "PATIENCE", 0.2)
    ana, bo = pair
    talk = actions.direct(ana, bo)

    async def scenario():
        async with tabs(ana, bo) as (hers, dead):
            dead.readable.clear()
            for number in range(20):
                hers.say(type="send", conversation=talk.pk, client_id=f"{number}", body="words")
                await hers.hear("ack")
            await asyncio.wait([dead.life], timeout=5)
            assert dead.life.done() and bo.pk not in hub.of_member

    run(scenario())


def test_nothing_is_left_in_the_hub_when_all_have_gone(pair):
    talk = actions.direct(*pair)

    async def scenario():
        async with tabs(*pair) as (hers, his):
            hers.say(type="watch", conversation=talk.pk)
            his.say(type="ping")
            await his.hear()
        assert not hub.sockets and not hub.of_member and not hub.watching

    run(scenario())


def test_a_refusal_that_quotes_half_a_character_can_be_sent():
    frame = frames.error("invalid", "No.", client_id="\ud800")

    assert json.loads(frame.encode())["client_id"] == "\ud800"


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
