"""Who has closed their account: what they said stays, under no name, and nobody writes into the void."""

import json

import pytest

from members import actions as members
from messaging import actions, frames
from messaging.models import Message, Participant
from messaging.states import ConversationKind
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def close(django_capture_on_commit_callbacks):
    def close(member):
        with django_capture_on_commit_callbacks(execute=True):
            members.close(member)

    return close


def test_no_line_names_whoever_has_gone_in_any_language(pair, close, client):
    ana, bo = pair
    talk = actions.open_conversation(ConversationKind.BOOKING, [ana, bo], subject="Drill")
    actions.post_event(talk.pk, "channel.renamed", {"name": "Bo", "to": "Boulder"}, by=bo)
    actions.post_event(talk.pk, "channel.closed", {"name": "Ana"}, by=ana)
    actions.post(talk.pk, by=bo, body="See you", client_id="1")
    close(bo)
    client.force_login(ana)
    page = client.get(f"/messages/{talk.pk}/").content.decode()
    assert "Former neighbour renamed the channel: Boulder" in page and "Ana closed the channel" in page
    assert "Bo renamed" not in page and "Bo closed" not in page
    renamed, closed, said = Message.objects.order_by("sequence")
    assert renamed.data["params"] == {"name": "", "gone": True, "to": "Boulder"}
    assert renamed.body == "Former neighbour renamed the channel: Boulder" and closed.data["params"] == {"name": "Ana"}
    texts = json.loads(frames.message(renamed, ""))["texts"]
    assert not [text for text in texts.values() if "Bo " in text] and texts["de"] != texts["en"]
    assert said.author.first_name == "Former neighbour", "whole, and not cut to its first word"


def test_a_pair_of_which_one_has_gone_is_read_and_not_written_into(pair, close, client):
    ana, bo = pair
    cleo = make.member("Cleo")
    talk, group = actions.direct(ana, bo), actions.open_conversation(ConversationKind.CAR, [ana, bo, cleo])
    asked = actions.about("listing:1:9", ana, [bo, cleo], subject="Drill", url="/listings/1/")
    close(bo)
    with pytest.raises(actions.Quiet):
        actions.post(talk.pk, by=ana, body="Are you there?", client_id="1")
    client.force_login(ana)
    assert "data-quiet" in client.get(f"/messages/{talk.pk}/").content.decode()
    for other in (group, asked):
        actions.post(other.pk, by=ana, body="You are", client_id=f"{other.pk}")
    actions.block(ana, bo)
    actions.unblock(ana, bo)
    assert not Participant.objects.get(conversation=talk, member=ana).speaks, "an open door leads nowhere now"
