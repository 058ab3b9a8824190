"""Sockets in the process: frames no client of ours would send, and readers who do not keep up."""

import asyncio
import json

import pytest

from messaging import actions, frames, sockets
from messaging.hub import hub
from messaging.models import Message
from tests import factories as make

from .conftest import tabs

pytestmark = pytest.mark.django_db(transaction=True)


def run(scenario):
    return asyncio.run(scenario)


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
