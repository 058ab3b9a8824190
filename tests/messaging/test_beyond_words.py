"""What a message can be beyond its words, and what can be done with it once it was said."""

import io
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from messaging import actions, frames, offers, threads, words
from messaging.actions import messages
from messaging.models import Earlier, Message, MessagePhoto, Notification, Reaction, SpokenWord
from messaging.states import ConversationKind
from sharing.values.place import Point, metres_between
from sharing.web.refusals import Refusal
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk(pair):
    return actions.direct(*pair)


@pytest.fixture
def group(pair):
    cleo = make.member("Cleo Marsh")
    return actions.open_conversation(ConversationKind.CHANNEL, [*pair, cleo], subject="Garden")


def said(talk, by, body="Is it free?", **more):
    return actions.post(talk.pk, by=by, body=body, client_id=f"c-{Message.objects.count()}", **more)


def picture(name="a.jpg"):
    content = io.BytesIO()
    Image.new("RGB", (640, 480), "#a63").save(content, "JPEG")
    return SimpleUploadedFile(name, content.getvalue(), content_type="image/jpeg")


# --- edit ---------------------------------------------------------------------------------------------


def test_words_are_changed_within_15_minutes_and_what_they_were_is_kept(talk, pair):
    ana, _bo = pair
    line = said(talk, ana, "At fife")
    changed = actions.edit(talk.pk, line.sequence, by=ana, body="At five", now=line.created + timedelta(minutes=14))
    assert (changed.body, changed.change) == ("At five", 1) and changed.edited
    assert list(Earlier.objects.values_list("message", "body")) == [(line.pk, "At fife")]
    with pytest.raises(actions.TooLate):
        actions.edit(talk.pk, line.sequence, by=ana, body="At six", now=line.created + timedelta(minutes=15))
    assert Message.objects.get(pk=line.pk).body == "At five"


def test_nobody_changes_anothers_words_and_strangers_find_nothing(talk, pair):
    ana, bo = pair
    line, zoe = said(talk, ana), make.member("Zoe")
    for deed in (actions.edit, actions.take_back):
        facts = {"body": "No"} if deed is actions.edit else {}
        with pytest.raises(actions.NotYours):
            deed(talk.pk, line.sequence, by=bo, **facts)
        with pytest.raises(actions.NotInside):
            deed(talk.pk, line.sequence, by=zoe, **facts)
    with pytest.raises(actions.NotInside):
        actions.react(talk.pk, line.sequence, by=zoe, sign="👍")


# --- delete -------------------------------------------------------------------------------------------


def test_a_deleted_line_is_gone_from_pages_api_search_and_frames_and_keeps_its_place(talk, pair, client):
    ana, bo = pair
    line = said(talk, ana, "My secret marmalade", photos=[picture()], alts=["A jar"])
    actions.react(talk.pk, line.sequence, by=bo, sign="❤️")
    words.catch_up([talk.pk])
    photo = MessagePhoto.objects.get()
    client.force_login(bo)
    assert client.get(photo.url(320)).status_code == 200

    gone = actions.take_back(talk.pk, line.sequence, by=ana)

    frame = json.loads(frames.changed(gone))
    assert frame["body"] == "" and frame["deleted"] and "marmalade" not in json.dumps(frame)
    assert words.found(bo, "marmalade").count() == 0 and not SpokenWord.objects.exists()
    pages = f"/messages/{talk.pk}/", f"/messages/{talk.pk}/lines/?of=1"
    for url in (*pages, f"/api/v1/conversations/{talk.pk}/messages/"):
        page = client.get(url).content.decode()
        assert "marmalade" not in page and photo.url(320) not in page
    assert "Message deleted" in client.get(f"/messages/{talk.pk}/").content.decode()
    assert client.get(photo.url(320)).status_code == 404
    assert not Reaction.objects.exists() and Earlier.objects.get().body == "My secret marmalade"
    with pytest.raises(actions.TooLate):
        actions.react(talk.pk, line.sequence, by=bo, sign="❤️")


# --- signs --------------------------------------------------------------------------------------------


def test_signs_are_counted_with_names_and_taken_off_again(group, pair, client):
    ana, bo = pair
    line = said(group, ana, "We have chairs")
    for who in (ana, bo):
        actions.react(group.pk, line.sequence, by=who, sign="🎉")
    actions.react(group.pk, line.sequence, by=bo, sign="🎉")  # again: nothing new
    assert Message.objects.get(pk=line.pk).change == 2
    client.force_login(bo)
    page = client.get(f"/messages/{group.pk}/").content.decode()
    assert 'title="Ana, Bo"' in page and "🎉 2" in page
    actions.react(group.pk, line.sequence, by=bo, sign="🎉", on=False)
    assert list(Reaction.objects.values_list("member", flat=True)) == [ana.pk]
    with pytest.raises(Refusal):
        actions.react(group.pk, line.sequence, by=bo, sign="🍆")


def test_what_changed_is_caught_up_with_in_order(talk, pair):
    ana, bo = pair
    first, second = said(talk, ana, "One"), said(talk, ana, "Two")
    actions.react(talk.pk, second.sequence, by=bo, sign="👍")
    actions.edit(talk.pk, first.sequence, by=ana, body="Won")
    lines, more = threads.changed_since(talk.pk, bo.pk, 0, 2, 10)
    assert [(line.sequence, line.change) for line in lines] == [(2, 1), (1, 2)] and not more
    assert [line.sequence for line in threads.changed_since(talk.pk, bo.pk, 1, 2, 10)[0]] == [1]
    with pytest.raises(actions.NotInside):
        threads.changed_since(talk.pk, make.member("Zoe").pk, 0, 2, 10)


# --- answers, calls, places ---------------------------------------------------------------------------


def test_a_line_is_answered_and_only_one_that_is_there(talk, pair, client):
    ana, bo = pair
    said(talk, ana, "Drill or hammer?")
    assert said(talk, bo, "Drill", reply_to=1).data == {"reply_to": 1}
    for wrong in (9, 2**62):
        with pytest.raises(Refusal):
            said(talk, bo, "Hm", reply_to=wrong)
    client.force_login(bo)
    page = client.get(f"/messages/{talk.pk}/").content.decode()
    assert 'href="#line-1"' in page and "Drill or hammer?" in page
    assert 'name="reply_to" value="1"' in client.get(f"/messages/{talk.pk}/?reply=1").content.decode()


def test_who_is_called_by_name_hears_of_it_even_where_they_muted(group, pair):
    ana, bo = pair
    cleo = group.participants.get(member__name="Cleo Marsh").member
    actions.mute(group.pk, by=cleo, span="always")
    line = said(group, bo, "@Cleo Marsh and @ana, who has chairs? write to me@cleo.example")
    assert line.data["mentions"] == [cleo.pk, ana.pk]
    told = Notification.objects.filter(kind="mention")
    assert set(told.values_list("member", flat=True)) == {cleo.pk, ana.pk}
    actions.edit(group.pk, line.sequence, by=bo, body="@Cleo Marsh and @ana, who has two chairs?")
    assert told.count() == 2


def test_in_a_pair_nobody_is_called_and_a_name_two_share_calls_nobody(talk, group, pair):
    ana, bo = pair
    assert said(talk, bo, "@Ana?").data is None
    actions.add(group.pk, make.member("Ana Berg"))
    assert said(group, bo, "@Ana?").data is None
    assert said(group, bo, "@Ana Berg?").data is not None


@pytest.mark.parametrize("exact", [True, False])
def test_a_place_is_blurred_before_it_is_kept_unless_it_is_meant_exactly(talk, pair, exact):
    ana, _bo = pair
    line = said(talk, ana, "", place={"name": "By the fountain", "lat": 47.99, "lon": 7.85, "exact": exact})
    place = Message.objects.get(pk=line.pk).data["place"]
    away = metres_between(Point(place["lat"], place["lon"]), Point(47.99, 7.85))
    assert away == 0 if exact else 100 < away < 400
    assert line.data["place"] == place


NOWHERE = (
    {"name": "x", "lat": 91, "lon": 0}, {"name": "x", "lat": "a", "lon": 1},
    {"name": "x", "lat": float("nan"), "lon": 1}, {"name": "Qqqzzx"}, {"name": "x" * 200},
)  # fmt: skip


@pytest.mark.parametrize("place", NOWHERE)
def test_places_that_are_none_are_refused_at_their_field(talk, pair, place):
    with pytest.raises(Refusal) as refused:
        said(talk, pair[0], "", place=place)
    assert refused.value.field == "place" and not Message.objects.exists()


# --- photos -------------------------------------------------------------------------------------------


def test_photos_are_shown_to_those_inside_and_to_nobody_else(talk, pair, client):
    ana, bo = pair
    client.force_login(ana)
    facts = {"client_id": "p", "body": "", "photos": [picture(), picture("b.jpg")], "alts": "A drill\nIts bit"}
    answer = client.post(f"/messages/{talk.pk}/", facts, headers={"X-Part": "line"})
    assert answer.status_code == 201 and b'data-kind="photo"' in answer.content
    assert list(MessagePhoto.objects.values_list("alt", flat=True)) == ["A drill", "Its bit"]
    again = client.post(f"/messages/{talk.pk}/", facts | {"photos": [picture()]}, headers={"X-Part": "line"})
    assert again.status_code == 201 and MessagePhoto.objects.count() == 2  # the same press
    url = MessagePhoto.objects.first().url(320)
    for who, status in ((ana, 200), (bo, 200), (make.member("Zoe"), 404)):
        client.force_login(who)
        assert client.get(url).status_code == status
    client.logout()
    assert client.get(url).status_code == 302


def test_a_press_that_came_twice_at_once_leaves_the_photos_once(talk, pair, monkeypatch, settings):
    """The second press has found nothing yet when the first one commits."""
    ana, stored = pair[0], messages._stored

    def press(**more):
        return actions.post(talk.pk, by=ana, body="Look", client_id="p", photos=[picture(), picture("b.jpg")], **more)

    def quicker(photo, conversation):
        monkeypatch.setattr(messages, "_stored", stored)
        press()
        return stored(photo, conversation)

    monkeypatch.setattr(messages, "_stored", quicker)
    line = press()
    assert Message.objects.get().pk == line.pk
    assert list(line.photos.values_list("position", flat=True)) == [0, 1]
    kept = {photo.key for photo in MessagePhoto.objects.all()}
    folder = Path(settings.MEDIA_ROOT) / "talk" / str(talk.pk)
    files = {f"talk/{talk.pk}/{re.split('[-.]', file.name)[0]}" for file in folder.iterdir()}
    assert files == kept, "no file is left over"


def test_a_file_that_is_no_photo_is_refused_and_nothing_is_said(talk, pair, client):
    client.force_login(pair[0])
    bad = SimpleUploadedFile("a.jpg", b"no picture", content_type="image/jpeg")
    answer = client.post(f"/messages/{talk.pk}/", {"client_id": "p", "body": "Look", "photos": bad})
    assert answer.status_code == 422 and b'role="alert"' in answer.content
    assert not Message.objects.exists() and not MessagePhoto.objects.exists()
    zoe = make.member("Zoe")
    client.force_login(zoe)
    assert client.post(f"/messages/{talk.pk}/", {"client_id": "q", "photos": picture()}).status_code == 404


# --- proposed dates -----------------------------------------------------------------------------------


class Agreeing:
    """A house of cards: dates about anything, accepted by counting."""

    accepted = 0

    def about(self, conversation):
        return offers.Subject("toy:1") if conversation.kind == ConversationKind.ABOUT else None

    def propose(self, about, conversation, by, starts, ends):
        if not starts:
            raise Refusal("From when?", field="starts")
        return {"starts": starts, "ends": ends}

    def accept(self, message, by):
        self.accepted += 1
        return {"url": "/bookings/7/"}

    def words(self, messages, reader):
        return {message.pk: {"when": "Friday to Sunday", "price": "", "may": True} for message in messages}


@pytest.fixture
def toys(monkeypatch):
    agreeing = Agreeing()
    monkeypatch.setattr(offers, "_registered", {"toy": agreeing})
    return agreeing


def test_proposed_dates_are_accepted_once_by_the_other_side(toys, pair, client):
    ana, bo = pair
    talk = actions.about("toy:1:2", ana, [bo], subject="A toy", url="/toys/1/")
    line = said(talk, ana, "", period={"starts": "2026-12-04", "ends": "2026-12-06"})
    with pytest.raises(actions.NotYours):
        actions.answer_offer(talk.pk, line.sequence, "accept", by=ana)
    client.force_login(bo)
    page = client.get(f"/messages/{talk.pk}/").content.decode()
    assert "Friday to Sunday" in page and 'value="accept"' in page
    url = f"/messages/{talk.pk}/lines/{line.sequence}/answer/"
    assert client.post(url, {"answer": "accept"}, headers={"X-Part": "line"}).status_code == 200
    assert client.post(url, {"answer": "accept"}, headers={"X-Part": "line"}).status_code == 409
    assert toys.accepted == 1
    kept = Message.objects.get(pk=line.pk).data["period"]
    assert (kept["state"], kept["url"]) == ("accepted", "/bookings/7/")
    assert Message.objects.filter(conversation=talk, kind="event").count() == 1


def test_dates_are_proposed_only_where_there_is_something_to_have(toys, talk, pair):
    with pytest.raises(Refusal) as refused:
        said(talk, pair[0], "", period={"starts": "2026-12-04", "ends": "2026-12-06"})
    assert refused.value.field == "period"


# --- pages of a line ----------------------------------------------------------------------------------


def test_the_pages_of_a_line_work_without_script(talk, pair, client):
    ana, bo = pair
    line = said(talk, ana, "At fife")
    client.force_login(ana)
    base = f"/messages/{talk.pk}/lines/{line.sequence}/"
    assert "Change the words" in client.get(base).content.decode()
    assert client.post(base + "edit/", {"body": "At five"}).status_code == 302
    assert client.post(base + "edit/", {"body": ""}).status_code == 422
    assert client.post(base + "react/", {"sign": "👍"}).url == f"/messages/{talk.pk}/#line-1"
    assert client.get(base + "delete/").status_code == 200
    assert client.post(base + "delete/").status_code == 302
    assert client.get(base + "delete/").status_code == 404
    client.force_login(make.member("Zoe"))
    for page in ("", "edit/", "delete/", "report/"):
        assert client.get(base + page).status_code == 404
    assert client.post(base + "react/", {"sign": "👍"}).status_code == 404


def test_after_15_minutes_a_line_no_longer_offers_it(talk, pair):
    line = said(talk, pair[0])
    assert threads.Line(line, pair[0].pk).editable_until == line.created + timedelta(minutes=15)
    line.created = timezone.now() - timedelta(minutes=16)
    assert threads.Line(line, pair[0].pk).editable_until is None


def test_a_page_of_rich_lines_costs_the_same_however_many_there_are(group, pair, client):
    ana, bo = pair
    client.force_login(bo)
    counts, made = [], 0
    for rows in (1, 3, 20):
        for _number in range(made, rows):
            said(group, ana, "Look", reply_to=1 if group.messages.exists() else None, photos=[picture()])
            line = said(group, bo, "", place={"name": "Here", "lat": 47.9, "lon": 7.8})
            actions.react(group.pk, line.sequence, by=ana, sign="👍")
        made = rows
        client.get(f"/messages/{group.pk}/")
        with CaptureQueriesContext(connection) as statements:
            assert client.get(f"/messages/{group.pk}/").status_code == 200
        counts.append(len(statements))
    assert max(counts) - min(counts) <= 1 and max(counts) <= 18, counts  # the quote of the first line is one more


def test_a_line_of_plain_words_pays_for_none_of_it(group, pair, django_assert_num_queries):
    actions.post(group.pk, by=pair[0], body="Warm up", client_id="0")
    with django_assert_num_queries(8):  # the writer's, in the caller's transaction: a savepoint and six statements
        actions.post(group.pk, by=pair[0], body="Plain words, no more", client_id="1")
