"""What ends a socket: a right that is gone, a sign-out, a session that has run out; and nobody else's."""

import asyncio

import pytest
from django.contrib.auth import logout
from django.test import RequestFactory

from members.models import Member
from members.signals import member_closed, membership_ended
from messaging import actions, frames, sockets
from messaging.doors import in_thread
from tests import factories as make

from .conftest import HOME, Tab, sign_in, tabs

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_member_who_is_removed_is_told_and_cut_off_at_once(pair):
    ana, bo = pair
    talk = actions.direct(ana, bo)

    async def scenario():
        async with tabs(ana, bo) as (hers, his):
            await in_thread(actions.remove, talk.pk, bo)
            assert await his.hear() == {"type": "left", "conversation": talk.pk}
            assert await his.closed() == frames.NOT_YOURS
            async with tabs(bo) as again:
                hers.say(type="send", conversation=talk.pk, client_id="1", body="without him")
                hers.say(type="typing", conversation=talk.pk)
                await hers.hear("ack")
                again.say(type="typing", conversation=talk.pk)
                assert (await again.hear())["code"] == "not_found"
                assert await again.hears_nothing()

    asyncio.run(scenario())


@pytest.mark.parametrize("ending", ["membership", "closed", "deactivated", "token"])
def test_whatever_ends_a_right_closes_the_socket(pair, ending):
    home = make.community()
    ana, bo = pair
    membership = make.join(ana, home)

    def end():
        match ending:
            case "membership":
                membership_ended.send(sender=type(membership), membership=membership)
            case "closed":
                member_closed.send(sender=Member, member=ana)
            case "deactivated":
                ana.is_active = False
                ana.save()
            case "token":
                for token in ana.tokens.all():
                    token.delete()

    async def scenario():
        async with tabs(ana, bo) as (hers, his):
            await in_thread(end)
            assert await hers.closed() == (frames.NOT_YOURS if ending == "membership" else frames.SIGN_IN)
            his.say(type="ping")
            assert await his.hear() == {"type": "pong"}

    asyncio.run(scenario())


def test_signing_out_closes_the_sockets_of_that_session_alone(pair):
    ana, _bo = pair
    here, elsewhere = sign_in(ana), sign_in(ana)

    def sign_out():
        from django.contrib.sessions.backends.db import SessionStore

        request = RequestFactory().post("/")
        request.session, request.user = SessionStore(here), ana
        logout(request)

    async def scenario():
        mine = await Tab(cookie=here, origin=HOME).open()
        other = await Tab(cookie=elsewhere, origin=HOME).open()
        await in_thread(sign_out)
        assert await mine.closed() == frames.SIGN_IN
        other.say(type="ping")
        assert await other.hear() == {"type": "pong"}
        await other.leave()
        await mine.leave()

    asyncio.run(scenario())


def test_a_session_that_has_run_out_is_noticed_in_silence_too(pair, monkeypatch):
    monkeypatch.setattr(sockets, "LOOK", 0.05)
    monkeypatch.setattr(sockets, "SILENT", 0)
    key = sign_in(pair[0])

    async def scenario():
        from django.contrib.sessions.models import Session

        tab = await Tab(cookie=key, origin=HOME).open()
        assert await tab.hears_nothing()
        await in_thread(Session.objects.all().delete)
        assert await tab.closed() == frames.SIGN_IN  # it never said a word
        await tab.leave()

    asyncio.run(scenario())


def test_a_session_that_has_run_out_is_noticed(pair, monkeypatch):
    monkeypatch.setattr(sockets, "RECHECK", 0)
    key = sign_in(pair[0])

    async def scenario():
        from django.contrib.sessions.models import Session

        tab = await Tab(cookie=key, origin=HOME).open()
        tab.say(type="ping")
        assert await tab.hear() == {"type": "pong"}
        await in_thread(Session.objects.all().delete)
        tab.say(type="ping")
        assert await tab.closed() == frames.SIGN_IN
        await tab.leave()

    asyncio.run(scenario())
