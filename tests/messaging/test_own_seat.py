"""One's own seat: muted, put away, left, each with its way back, and the counts of every tab right after each."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from messaging import actions, coming_back, inbox, unread
from messaging.actions import seats
from messaging.hub import hub
from messaging.models import Channel, Notification, Participant
from messaging.states import ConversationKind
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def street():
    street = make.community()
    street.cleo = make.member("Cleo Marsh", of=street, role="steward")
    street.ana, street.bo = make.member("Ana Lind", of=street), make.member("Bo", of=street)
    return street


@pytest.fixture
def told(monkeypatch, django_capture_on_commit_callbacks):
    """The frames that are told while something is done, each with whom it is told."""

    def of(deed):
        heard = []
        with monkeypatch.context() as patch:
            patch.setattr(hub, "tell", lambda members, frame, **_more: heard.append((set(members), json.loads(frame))))
            with django_capture_on_commit_callbacks(execute=True):
                deed()
        return heard

    return of


def say(talk, by, body="Hello", **more):
    return actions.post(talk.pk, by=by, body=body, client_id=str(uuid4()), **more)


def test_a_muted_talk_counts_nowhere_and_every_tab_knows(street, told):
    talk = actions.direct(street.ana, street.bo)
    say(talk, street.bo)
    assert unread.Unread(street.ana.pk).messages == 1
    heard = told(lambda: actions.mute(talk.pk, by=street.ana, span="hour"))
    assert heard == [
        ({street.ana.pk}, {"type": "unread", "conversations": [], "notifications": 0, "muted": [talk.pk]})
    ]
    assert unread.Unread(street.ana.pk).messages == 0
    heard = told(lambda: actions.mute(talk.pk, by=street.ana, span="off"))
    assert heard[0][1]["conversations"] == [talk.pk] and heard[0][1]["muted"] == []
    actions.mute(talk.pk, by=street.ana, span="hour")
    heard = told(lambda: seats.unmute_due(timezone.now() + timedelta(minutes=61)))
    assert [(who, frame["conversations"]) for who, frame in heard] == [({street.ana.pk}, [talk.pk])]


def test_ones_own_deeds_are_no_news_to_oneself_but_what_was_said_before_still_is(street, told):
    ana, bo = street.ana, street.bo
    first = [("channel.opened", {"name": "Ana"}, ana)]
    talk = actions.open_conversation(ConversationKind.BOOKING, [ana, bo], subject="Drill", first=first)
    assert [unread.Unread(who.pk).messages for who in (ana, bo)] == [0, 1]
    heard = told(lambda: actions.post_event(talk.pk, "channel.closed", {"name": "Bo"}, by=bo))
    assert [unread.Unread(who.pk).messages for who in (ana, bo)] == [1, 0], "he has seen to what the house told him"
    seen = {"type": "seen", "conversation": talk.pk, "member": bo.pk, "sequence": 2}
    assert ({bo.pk}, seen) in heard and ({ana.pk, bo.pk}, seen) not in heard
    say(talk, ana, "And the long bit?")
    actions.post_event(talk.pk, "channel.reopened", {"name": "Bo"}, by=bo)
    assert unread.Unread(bo.pk).messages == 1, "her question he has not read"


def test_what_is_put_away_is_read_in_every_tab_and_comes_back_by_undo(street, told, client):
    talk = actions.direct(street.ana, street.bo)
    say(talk, street.bo)
    heard = told(lambda: actions.archive(talk.pk, by=street.ana))
    seen = {"type": "seen", "conversation": talk.pk, "member": street.ana.pk, "sequence": 1}
    assert heard == [({street.ana.pk, street.bo.pk}, seen)]
    client.force_login(street.ana)
    done = client.post(f"/messages/{talk.pk}/archive/")
    assert done.url == f"/messages/?away={talk.pk}"
    page = client.get(done.url).content.decode()
    assert "This is in the archive. It comes back" in page and f"/messages/{talk.pk}/archive/" in page
    assert client.post(f"/messages/{talk.pk}/archive/", {"off": "1", "undo": "1"}).url == "/messages/"
    assert len(inbox.page(street.ana)[0]) == 1
    assert "notice--undo" not in client.get(done.url).content.decode(), "there is nothing to undo any more"
    client.force_login(make.member("Zoe"))
    assert "notice--undo" not in client.get(done.url).content.decode()


def test_who_has_left_a_channel_comes_back_by_undo_while_they_belong(street, client):
    channel = actions.make_channel(street, by=street.cleo, name="Help", for_all=True)
    url = f"/messages/{channel.conversation_id}/"
    client.force_login(street.ana)
    done = client.post(url + "leave/")
    page = client.get(done.url).content.decode()
    ticket = page.split('name="ticket" value="', 1)[1].split('"', 1)[0]
    client.force_login(street.bo)
    assert client.post("/messages/back/", {"ticket": ticket}).url == "/messages/", "it is for her alone"
    client.force_login(street.ana)
    assert client.get(url).status_code == 404
    assert client.post("/messages/back/", {"ticket": ticket}).url == url
    assert client.get(url).status_code == 200
    client.post(url + "leave/")
    street.memberships.filter(member=street.ana).update(standing="removed")
    assert client.post("/messages/back/", {"ticket": ticket}).url == "/messages/"
    assert client.get(url).status_code == 404
    assert client.post("/messages/back/", {"ticket": "nonsense"}).url == "/messages/"


def test_a_question_that_was_left_goes_on_by_undo_but_through_no_closed_door(street):
    talk = actions.about("listing:1:9", street.ana, [street.bo], subject="Drill", url="/listings/1/")
    say(talk, street.bo)
    ticket = coming_back.ticket(actions.seat_of(talk.pk, street.ana))
    actions.leave(talk.pk, by=street.ana)
    assert coming_back.come_back(ticket, by=street.ana).speaks
    actions.leave(talk.pk, by=street.ana)
    actions.block(street.bo, street.ana)
    assert not coming_back.come_back(ticket, by=street.ana).speaks
    assert coming_back.ticket(actions.seat_of(talk.pk, street.bo)) == "", "whoever answers is asked again"


def test_the_way_back_ends(street, monkeypatch):
    talk = actions.about("listing:1:9", street.ana, [street.bo], subject="Drill", url="/listings/1/")
    ticket = coming_back.ticket(actions.seat_of(talk.pk, street.ana))
    actions.leave(talk.pk, by=street.ana)
    monkeypatch.setattr(coming_back, "LASTS", -1)
    with pytest.raises(coming_back.NoWayBack):
        coming_back.come_back(ticket, by=street.ana)
    assert not Participant.objects.present().filter(member=street.ana).exists()


def test_what_was_said_in_a_channel_before_one_joined_is_no_news(street):
    channel = actions.make_channel(street, by=street.cleo, name="Help")
    say(channel.conversation, street.cleo)
    actions.join_channel(channel.pk, by=street.ana)
    assert unread.Unread(street.ana.pk).messages == 0
    actions.leave(channel.conversation_id, by=street.ana)
    say(channel.conversation, street.cleo)
    actions.join_channel(channel.pk, by=street.ana)
    assert unread.Unread(street.ana.pk).messages == 1, "what was said while one was away is"


# --- channels for all ---------------------------------------------------------------------------------


def test_a_channel_made_for_all_later_seats_those_who_belong_already(street):
    channel = actions.make_channel(street, by=street.cleo, name="News", kind="announcements")
    left = actions.make_channel(street, by=street.cleo, name="Other")
    actions.join_channel(channel.pk, by=street.bo)
    actions.leave(channel.conversation_id, by=street.bo)
    actions.change_channel(channel.pk, by=street.cleo, name="News", kind="announcements", for_all=True)
    seats_now = dict(channel.conversation.participants.present().values_list("member", "speaks"))
    assert seats_now == {street.cleo.pk: True, street.ana.pk: False}, "who left stays out, readers do not write"
    assert unread.Unread(street.ana.pk).messages == 0, "what was said before is no news"
    assert left.conversation.participants.count() == 1


def test_who_joined_while_a_channel_for_all_was_closed_is_in_it_when_it_opens(street):
    channel = actions.make_channel(street, by=street.cleo, name="Help", for_all=True)
    actions.close_channel(channel.pk, by=street.cleo)
    dora = make.member("Dora", of=street)
    assert not channel.conversation.participants.filter(member=dora).exists()
    actions.close_channel(channel.pk, by=street.cleo, on=False)
    assert channel.conversation.participants.present().get(member=dora).speaks
    assert Channel.objects.get(pk=channel.pk).closed is None


def test_the_seat_ends_in_the_transaction_that_ends_the_membership(street):
    """Nothing waits for what comes after the commit, which a process may not live to see."""
    from members.actions import leave

    channel = actions.make_channel(street, by=street.cleo, name="Help", for_all=True)
    leave(street, by=street.bo)  # the callbacks after the commit are not run in this test
    assert not channel.conversation.participants.present().filter(member=street.bo).exists()


# --- who is called, and no longer ---------------------------------------------------------------------


def test_who_is_called_no_more_by_the_new_words_is_told_of_nothing(street, told):
    group = actions.open_conversation(ConversationKind.CAR, [street.ana, street.bo, street.cleo], subject="Ride")
    line = say(group, street.ana, "@Bo and @Cleo: the code is 4711")
    note = Notification.objects.get(member=street.bo)
    edited = "@Cleo: come at five"
    heard = told(lambda: actions.edit(group.pk, line.sequence, by=street.ana, body=edited))
    assert list(Notification.objects.values_list("member", "body")) == [(street.cleo.pk, edited)]
    assert ({street.bo.pk}, {"type": "read", "ids": [note.pk]}) in heard, "his tabs count anew"
    assert not Notification.objects.filter(body__contains="4711").exists()


def test_a_call_that_was_taken_back_is_counted_nowhere(street, told):
    group = actions.open_conversation(ConversationKind.CAR, [street.ana, street.bo, street.cleo], subject="Ride")
    line = say(group, street.ana, "@Bo: the code is 4711")
    note = Notification.objects.get()
    heard = told(lambda: actions.take_back(group.pk, line.sequence, by=street.ana))
    assert ({street.bo.pk}, {"type": "read", "ids": [note.pk]}) in heard and not Notification.objects.exists()


# --- programs -----------------------------------------------------------------------------------------


def test_programs_list_what_is_put_away_by_itself(street, client):
    away, kept = actions.direct(street.ana, street.bo), actions.direct(street.ana, street.cleo)
    for talk in (away, kept):
        say(talk, street.ana)
    actions.archive(away.pk, by=street.ana)
    actions.mute(kept.pk, by=street.ana, span="always")
    client.force_login(street.ana)
    url = "/api/v1/conversations/"
    rows = {row["id"]: row for row in client.get(url).json()["results"]}
    facts = {pk: (row["archived"], row["muted"], row["speaks"]) for pk, row in rows.items()}
    assert facts == {away.pk: (True, False, True), kept.pk: (False, True, True)}
    for asked, found in (("true", away), ("false", kept)):
        assert [row["id"] for row in client.get(f"{url}?archived={asked}").json()["results"]] == [found.pk]
    wrong = client.get(f"{url}?archived=perhaps")
    assert wrong.status_code == 400 and "archived" in wrong.json()["errors"]


def test_those_who_run_the_house_rule_by_program_too(client):
    ana, bo, host = make.member("Ana"), make.member("Bo"), make.member("Host", is_staff=True)
    talk = actions.direct(ana, bo)
    line = say(talk, bo, "Rude words")
    row = actions.report(talk.pk, line.sequence, by=ana, reason="rude")
    assert row.community is None
    client.force_login(ana)
    assert client.get("/api/v1/reports/").status_code == 404
    client.force_login(host)
    assert [each["id"] for each in client.get("/api/v1/reports/").json()["results"]] == [row.pk]
    url, ruling = f"/api/v1/reports/{row.pk}/", {"ruling": "sent_off"}
    assert client.post(url, ruling, content_type="application/json").status_code == 400, "there is no membership"
    done = client.post(url, {"ruling": "taken_down", "word": "Be kind"}, content_type="application/json")
    assert done.status_code == 200 and done.json()["ruling"] == "taken_down"
    line.refresh_from_db()
    assert line.deleted is not None


def test_a_report_shows_what_there_was_beside_words_and_when(street, client):
    talk = actions.direct(street.ana, street.bo)
    say(talk, street.ana, "Where do you live?")
    line = say(talk, street.bo, "", place={"name": "Cleo's back door", "lat": 47.99, "lon": 7.85, "exact": True})
    row = actions.report(talk.pk, line.sequence, by=street.ana, reason="private")
    actions.take_back(talk.pk, line.sequence, by=street.bo)
    client.force_login(street.cleo)
    for url in (f"/c/{street.slug}/reports/", f"/c/{street.slug}/reports/{row.pk}/"):
        assert "Cleo&#x27;s back door" in client.get(url).content.decode(), url
    page = client.get(f"/c/{street.slug}/reports/{row.pk}/").content.decode()
    assert page.split("report__lines")[1].count("<time") == 2
    assert row.evidence["line"]["place"] == "Cleo's back door" and "47.99" not in json.dumps(row.evidence)
