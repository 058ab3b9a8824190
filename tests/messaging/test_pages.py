"""The pages of talk as a browser without script sees them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from messaging import actions
from messaging.models import Conversation, Message, Notification, Participant
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair():
    return make.member("Ana"), make.member("Bo")


@pytest.fixture
def talk(pair):
    talk = actions.direct(*pair)
    actions.post(talk.pk, by=pair[1], body="Is it <b>free</b>? https://example.org", client_id="1")
    return talk


def test_without_signing_in_one_is_sent_to_sign_in(client, talk):
    for url in ("/messages/", f"/messages/{talk.pk}/", "/notifications/"):
        assert client.get(url).status_code == 302


def test_strangers_find_nothing(client, talk):
    client.force_login(make.member("Zoe"))
    assert client.get(f"/messages/{talk.pk}/").status_code == 404
    assert client.post(f"/messages/{talk.pk}/", {"body": "a", "client_id": "1"}).status_code == 404
    assert client.get(f"/messages/{talk.pk}/?before=3").status_code == 404
    assert Message.objects.count() == 1


@pytest.mark.parametrize("pk", [999_999, 2**63, 10**30])
def test_ids_that_do_not_exist_are_not_found(client, pair, pk):
    client.force_login(pair[0])
    assert client.get(f"/messages/{pk}/").status_code == 404
    assert client.post(f"/members/{pk}/talk/").status_code == 404
    assert client.get(f"/notifications/{pk}/").status_code == 404


def test_the_thread_shows_safe_text_and_marks_it_read(client, pair, talk):
    client.force_login(pair[0])
    page = client.get(f"/messages/{talk.pk}/").content.decode()
    assert "Is it &lt;b&gt;free&lt;/b&gt;?" in page and 'href="https://example.org"' in page
    assert "data-new" in page  # the line above what is new
    assert Participant.objects.get(conversation=talk, member=pair[0]).seen_seq == 1
    assert 'data-new>' not in client.get(f"/messages/{talk.pk}/").content.decode()


def test_a_plain_form_says_something_once(client, pair, talk):
    client.force_login(pair[0])
    for _press in range(2):
        answer = client.post(f"/messages/{talk.pk}/", {"body": "Yes", "client_id": "form-1"})
        assert answer.status_code == 302 and answer.url == f"/messages/{talk.pk}/#latest"
    assert list(talk.messages.order_by("sequence").values_list("body", flat=True))[1:] == ["Yes"]


def test_a_list_without_conversations_says_so_and_leads_to_those_put_away(client, pair):
    client.force_login(pair[0])
    empty = actions.direct(*pair)
    assert "No conversations here." in client.get(f"/messages/{empty.pk}/").content.decode()
    page = client.get("/messages/").content.decode()
    assert "Nobody has written yet" in page and "?archived" not in page
    actions.post(empty.pk, by=pair[1], body="Hello", client_id="1")
    assert "No conversations here." not in client.get(f"/messages/{empty.pk}/").content.decode()
    client.post(f"/messages/{empty.pk}/archive/")
    page = client.get("/messages/").content.decode()
    assert "Nobody has written yet" not in page and "No conversations here." in page
    assert 'href="/messages/?archived"' in page


def test_the_form_on_another_page_comes_back_there_and_nowhere_else(client, pair, talk):
    client.force_login(pair[0])
    facts = {"body": "Yes", "client_id": "1"}
    assert client.post(f"/messages/{talk.pk}/", facts | {"next": "/bookings/7/"}).url == "/bookings/7/#latest"
    for evil in ("https://evil.example/", "//evil.example", "bookings", "25:00"):
        assert client.post(f"/messages/{talk.pk}/", facts | {"next": evil}).url == f"/messages/{talk.pk}/#latest"


@pytest.mark.parametrize("body", ["", "   ", "x" * 8001, "a\x00b"])
def test_what_cannot_be_said_comes_back_with_a_word_about_it(client, pair, talk, body):
    client.force_login(pair[0])
    answer = client.post(f"/messages/{talk.pk}/", {"body": body, "client_id": "1"})
    assert answer.status_code == 422 and b'role="alert"' in answer.content
    assert talk.messages.count() == 1


def test_writing_to_a_member_opens_the_one_conversation(client, pair):
    client.force_login(pair[0])
    first = client.post(f"/members/{pair[1].pk}/talk/").url
    assert client.post(f"/members/{pair[1].pk}/talk/").url == first == f"/messages/{Conversation.objects.get().pk}/"
    assert client.post(f"/members/{pair[0].pk}/talk/").status_code == 302
    assert Conversation.objects.count() == 1
    gone = make.member("Gone", is_active=False)
    assert client.post(f"/members/{gone.pk}/talk/").status_code == 404
    assert client.get(f"/members/{pair[1].pk}/talk/").url == f"/members/{pair[1].pk}/"


def test_earlier_lines_come_as_a_part_or_as_a_page(client, pair):
    talk = actions.direct(*pair)
    for number in range(60):
        actions.post(talk.pk, by=pair[1], body=f"line number {number + 1}.", client_id=str(number))
    client.force_login(pair[0])
    newest = client.get(f"/messages/{talk.pk}/").content.decode()
    assert "line number 11." in newest and "line number 10." not in newest and "?before=11" in newest
    part = client.get(f"/messages/{talk.pk}/?before=11", headers={"X-Part": "lines"}).content.decode()
    assert "line number 1." in part and "line number 11." not in part and "<html" not in part
    assert "line number 1." in client.get(f"/messages/{talk.pk}/?before=11").content.decode()


def test_from_an_early_page_one_comes_back_to_the_newest(client, pair):
    talk = actions.direct(*pair)
    for number in range(130):
        actions.post(talk.pk, by=pair[1], body=f"line number {number + 1}.", client_id=str(number))
    client.force_login(pair[0])
    seat = talk.participants.get(member=pair[0])
    early = client.get(f"/messages/{talk.pk}/?before=11").content.decode()
    assert "line number 10." in early and "?after=10" in early and 'data-newest="130"' in early
    middle = client.get(f"/messages/{talk.pk}/?after=10").content.decode()
    assert "line number 11." in middle and "line number 60." in middle and "line number 61." not in middle
    assert "?after=60" in middle and "?before=11" in middle
    seat.refresh_from_db()
    assert seat.seen_seq == 0, "what one has not come to is not read"
    last = client.get(f"/messages/{talk.pk}/?after=110").content.decode()
    assert "line number 130." in last and "?after=" not in last
    seat.refresh_from_db()
    assert seat.seen_seq == 130


@pytest.mark.parametrize("url", ["/messages/", "thread", "/notifications/"])
def test_pages_cost_the_same_with_1_3_and_24_rows(client, pair, url):
    ana, counts, made = pair[0], [], 0
    client.force_login(ana)
    for rows in (1, 3, 24):
        while made < rows:
            made += 1
            other = make.member(f"Neighbour {made}")
            talk = actions.direct(ana, other)
            actions.post(talk.pk, by=other, body="hello", client_id=str(made))
            if made == 1:
                first = talk
            actions.post(first.pk, by=ana, body="again", client_id=str(made))
            actions.notify(ana, kind="community", title=f"T {made}", url="/messages/", key=str(made))
        actions.mark_seen(first.pk, ana.pk, 999)
        address = f"/messages/{first.pk}/" if url == "thread" else url
        client.get(address)
        with CaptureQueriesContext(connection, ) as statements:
            assert client.get(address).status_code == 200
        counts.append(len(statements))
    assert len(set(counts)) == 1 and counts[0] <= 11, counts


def test_the_list_shows_who_wrote_what_and_pages_by_keys(client, pair):
    ana = pair[0]
    for number in range(30):
        other = make.member(f"Neighbour {number}")
        actions.post(actions.direct(ana, other).pk, by=other, body=f"word {number}.", client_id="1")
    client.force_login(ana)
    page = client.get("/messages/").content.decode()
    assert "word 29." in page and "word 6." in page and "word 5." not in page
    cursor = page.split("?cursor=")[1].split('"')[0]
    rest = client.get(f"/messages/?cursor={cursor}", headers={"HX-Request": "true"}).content.decode()
    assert "word 5." in rest and "word 0." in rest and "word 6." not in rest and "<html" not in rest
    assert client.get("/messages/?cursor=bad").status_code == 404
    assert client.get("/messages/?cursor=WyJub3QgYSBkYXRlIiwgMV0").status_code == 404


def test_nobody_has_written_yet(client, pair):
    client.force_login(pair[0])
    assert "Nobody has written yet" in client.get("/messages/").content.decode()
    assert "Nothing new" in client.get("/notifications/").content.decode()


def test_the_header_counts_what_is_unread(client, pair, talk):
    client.force_login(pair[0])
    assert 'data-badge="messages">1<' in client.get("/messages/").content.decode()
    client.get(f"/messages/{talk.pk}/")
    assert 'data-badge="messages"><' in client.get("/messages/").content.decode()


def test_a_notification_leads_where_it_says_and_is_read_then(client, pair):
    ana, bo = pair
    note = actions.notify(ana, kind="community", title="Bo said yes", url="/messages/", key="1")
    evil = actions.notify(ana, kind="community", title="x", url="https://evil.example/", key="2")
    client.force_login(ana)
    assert "Bo said yes" in client.get("/notifications/").content.decode()
    assert client.get(f"/notifications/{note.pk}/").url == "/messages/"
    assert Notification.objects.get(pk=note.pk).read
    assert client.get(f"/notifications/{evil.pk}/").url == "/notifications/"
    client.force_login(bo)
    assert client.get(f"/notifications/{note.pk}/").status_code == 404


def test_all_notifications_are_read_at_once_and_only_ones_own(client, pair):
    ana, bo = pair
    for who in pair:
        for key in "abc":
            actions.notify(who, kind="community", title="T", url="/messages/", key=key)
    client.force_login(ana)
    assert client.get("/notifications/read/").url == "/notifications/"
    client.post("/notifications/read/")
    assert Notification.objects.filter(member=ana, read__isnull=True).count() == 0
    assert Notification.objects.filter(member=bo, read__isnull=True).count() == 3


def test_notifications_page_by_keys_and_name_each_day_once(client, pair):
    for number in range(30):
        actions.notify(pair[0], kind="community", title=f"Note {number}.", url="/messages/", key=str(number))
    client.force_login(pair[0])
    page = client.get("/notifications/").content.decode()
    assert "Note 29." in page and "Note 5." not in page and page.count("notes__day") == 1
    more = page.split('href="/notifications/?')[1].split('"')[0].replace("&amp;", "&")
    rest = client.get(f"/notifications/?{more}", headers={"HX-Request": "true"}).content.decode()
    assert "Note 5." in rest and "Note 6." not in rest and "notes__day" not in rest
