"""What was missed is all there is, however much it was: lines and changes beyond one answer, by socket and by API."""

import asyncio

import pytest

from messaging import actions, catching_up, sockets
from messaging.models import Message
from tests import factories as make

from .conftest import tabs

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def talk(pair):
    """Nine lines; the first seven have signs since (changes 1 to 7), and so has the last, which is news."""
    ana, bo = pair
    talk = actions.direct(ana, bo)
    for number in range(1, 10):
        actions.post(talk.pk, by=ana, body=str(number), client_id=str(number))
    for number in (1, 2, 3, 4, 5, 6, 7, 9):
        actions.react(talk.pk, number, by=bo, sign="👍")
    return talk


def test_changes_that_were_left_over_are_told_next_time(talk, pair):
    answer = catching_up.missed(talk.pk, pair[1].pk, after=7, changes=0, most=3)
    assert [line.sequence for line in answer.lines] == [8, 9]
    assert [line.sequence for line in answer.changed] == [1, 2, 3]
    assert answer.more and answer.change == 3, "line 9 carries change 8, and 4 to 7 have yet to be told"
    told, rounds = [], 0
    while answer.more:
        rounds += 1
        answer = catching_up.missed(talk.pk, pair[1].pk, answer.sequence, answer.change, most=3)
        told += [line.sequence for line in answer.changed]
    assert told == [4, 5, 6, 7, 9] and answer.change == 8 and rounds == 2


def test_a_socket_asks_on_until_it_knows_every_change(talk, pair, monkeypatch):
    monkeypatch.setattr(sockets, "CAUGHT_UP", 3)

    async def scenario():
        known, after, change, more = set(), 7, 0, True
        async with tabs(pair[1]) as tab:
            while more:
                tab.say(type="catch_up", conversation=talk.pk, after=after, changes=change)
                while (frame := await tab.hear())["type"] != "caught_up":
                    if frame["type"] == "changed":
                        known.add(frame["change"])
                after, change, more = frame["sequence"], frame["change"], frame["more"]
        return known, after, change

    assert asyncio.run(scenario()) == ({1, 2, 3, 4, 5, 6, 7, 8}, 9, 8)


def test_a_program_without_a_socket_learns_the_same(talk, pair, client):
    client.force_login(pair[1])
    url, changed, lines = f"/api/v1/conversations/{talk.pk}/messages/?after=7&changes=0&limit=3", [], []
    while url:
        answer = client.get(url).json()
        changed += [(line["sequence"], line["change"]) for line in answer["changed"]]
        lines += [line["sequence"] for line in answer["results"]]
        url = answer["next"]
    assert changed == [(1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (6, 6), (7, 7), (9, 8)] and lines == [8, 9]
    assert answer["change"] == 8
    plain = client.get(f"/api/v1/conversations/{talk.pk}/messages/?after=7").json()
    assert "changed" not in plain and "change" not in plain
    assert client.get(f"/api/v1/conversations/{talk.pk}/messages/?changes=x").status_code == 400
    client.force_login(make.member("Zoe"))
    assert client.get(f"/api/v1/conversations/{talk.pk}/messages/?after=7&changes=0").status_code == 404


def test_nothing_missed_is_a_short_answer(talk, pair):
    answer = catching_up.missed(talk.pk, pair[1].pk, after=9, changes=8, most=3)
    assert answer == catching_up.Missed([], [], 9, 8, more=False)
    assert Message.objects.filter(conversation=talk).count() == 9
