"""Talk through /api/v1/ alone."""

import pytest

from members.authentication import issue_token
from messaging import actions
from messaging.models import Conversation, Message
from tests import factories as make

pytestmark = pytest.mark.django_db
API = "/api/v1"


@pytest.fixture
def pair():
    return make.member("Ana Lind"), make.member("Bo Maier")


@pytest.fixture
def call(client):
    """call(member, method, path, body) → (status, document)"""
    tokens = {}

    def ask(member, method, path, body=None, **headers):
        token = tokens.setdefault(member.pk, issue_token(member))
        send = getattr(client, method)
        facts = {"data": body, "content_type": "application/json"} if method == "post" else {}
        answer = send(API + path, headers={"Authorization": f"Bearer {token}", **headers}, **facts)
        return answer.status_code, answer.json() if answer.content else None

    return ask


def test_two_members_talk(call, pair):
    ana, bo = pair
    status, talk = call(ana, "post", "/conversations/", {"member": bo.pk})
    assert status == 201 and talk["kind"] == "direct" and talk["members"] == [{"id": bo.pk, "name": "Bo Maier"}]
    assert call(bo, "post", "/conversations/", {"member": ana.pk})[1]["id"] == talk["id"]

    path = f"/conversations/{talk['id']}/messages/"
    status, said = call(ana, "post", path, {"client_id": "one", "body": "Hello"})
    assert status == 201
    assert {key: said[key] for key in ("sequence", "client_id", "author", "body")} == {
        "sequence": 1, "client_id": "one", "author": ana.pk, "body": "Hello",
    }
    assert said["created"].endswith("Z")
    assert call(ana, "post", path, {"client_id": "one", "body": "Hello"})[1] == said
    call(bo, "post", path, {"client_id": "one", "body": "Hi"})

    status, page = call(bo, "get", f"{path}?after=0")
    assert [line["sequence"] for line in page["results"]] == [1, 2] and page["next"] is None
    assert [line["body"] for line in call(bo, "get", f"{path}?after=1")[1]["results"]] == ["Hi"]
    listed = call(ana, "get", "/conversations/")[1]["results"]
    assert [(one["id"], one["unread"], one["last_message"]["body"]) for one in listed] == [(talk["id"], 1, "Hi")]
    assert call(ana, "post", f"/conversations/{talk['id']}/seen/", {"sequence": 2}) == (200, {"sequence": 2})
    assert call(ana, "get", f"/conversations/{talk['id']}/")[1]["unread"] == 0


def test_messages_page_in_order(call, pair):
    ana, bo = pair
    talk = actions.direct(ana, bo)
    for number in range(7):
        actions.post(talk.pk, by=ana, body=str(number), client_id=str(number))
    status, page = call(bo, "get", f"/conversations/{talk.pk}/messages/?limit=5")
    assert [line["sequence"] for line in page["results"]] == [1, 2, 3, 4, 5]
    status, rest = call(bo, "get", page["next"].split(API)[1])
    assert [line["sequence"] for line in rest["results"]] == [6, 7] and rest["next"] is None


def test_an_event_brings_its_words_by_language(call, pair):
    talk = actions.direct(*pair)
    actions.post_event(talk.pk, "some.code", {})
    (line,) = call(pair[0], "get", f"/conversations/{talk.pk}/messages/")[1]["results"]
    assert line["kind"] == "event" and line["code"] == "some.code" and line["texts"]["en"] == "some.code"
    assert line["author"] is None and line["client_id"] is None


@pytest.mark.parametrize("pk", [0, 999_999, 2**63, 10**25])
def test_strangers_and_wrong_ids_get_404(call, pair, pk):
    zoe = make.member("Zoe")
    talk = actions.direct(*pair)
    actions.post(talk.pk, by=pair[0], body="a", client_id="1")
    for name in (talk.pk, pk):
        assert call(zoe, "get", f"/conversations/{name}/")[0] == 404
        assert call(zoe, "get", f"/conversations/{name}/messages/")[0] == 404
        assert call(zoe, "post", f"/conversations/{name}/messages/", {"client_id": "1", "body": "a"})[0] == 404
        assert call(zoe, "post", f"/conversations/{name}/seen/", {"sequence": 1})[0] == 404
    assert call(zoe, "get", "/conversations/")[1]["results"] == [] and Message.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "client_id"), ({"client_id": "1"}, "body"), ({"client_id": "1", "body": ""}, "body"),
        ({"client_id": "1", "body": "   "}, "body"), ({"client_id": "1", "body": "x" * 8001}, "body"),
        ({"client_id": "1", "body": "a\x00"}, "body"), ({"client_id": "1", "body": "\ud800"}, "body"),
        ({"client_id": "1", "body": {"a": 1}}, "body"), ({"client_id": "1", "body": None}, "body"),
        ({"client_id": "x" * 65, "body": "a"}, "client_id"), ({"client_id": "\x00", "body": "a"}, "client_id"),
        ({"client_id": "a\nb", "body": "a"}, "client_id"), ({"client_id": ["1"], "body": "a"}, "client_id"),
        ([1, 2], None), ("text", None),
    ],
)  # fmt: skip
def test_bad_messages_are_refused_at_their_field(call, pair, body, field):
    talk = actions.direct(*pair)
    status, document = call(pair[0], "post", f"/conversations/{talk.pk}/messages/", body)
    assert status == 400 and (field is None or field in document["errors"])
    assert Message.objects.count() == 0


@pytest.mark.parametrize("member", [None, "x", -1, 10**30, 999_999, [], True])
def test_nobody_to_talk_to(call, pair, member):
    status, document = call(pair[0], "post", "/conversations/", {"member": member})
    assert status == 400 and "member" in document["errors"] and Conversation.objects.count() == 0


def test_oneself_is_refused_at_the_field(call, pair):
    status, document = call(pair[0], "post", "/conversations/", {"member": pair[0].pk})
    assert status == 400 and "member" in document["errors"]


@pytest.mark.parametrize("query", ["after=x", "after=-1", "limit=0", "limit=1000", "after=" + "9" * 30])
def test_bad_queries_are_refused_at_their_field(call, pair, query):
    talk = actions.direct(*pair)
    status, document = call(pair[0], "get", f"/conversations/{talk.pk}/messages/?{query}")
    assert status == 400 and query.split("=")[0] in document["errors"]


@pytest.mark.parametrize("sequence", [None, "x", 0, -1, 10**30])
def test_bad_marks_are_refused(call, pair, sequence):
    talk = actions.direct(*pair)
    assert call(pair[0], "post", f"/conversations/{talk.pk}/seen/", {"sequence": sequence})[0] == 400


def test_an_idempotency_key_is_honoured(call, pair):
    talk = actions.direct(*pair)
    path = f"/conversations/{talk.pk}/messages/"
    first = call(pair[0], "post", path, {"client_id": "1", "body": "a"}, **{"Idempotency-Key": "k"})
    again = call(pair[0], "post", path, {"client_id": "1", "body": "a"}, **{"Idempotency-Key": "k"})
    assert first == again and Message.objects.count() == 1


def test_notifications_are_listed_and_read(call, pair):
    ana, bo = pair
    for key in "abc":
        actions.notify(ana, kind="community", title=f"T {key}", url="/messages/", key=key)
    notes = call(ana, "get", "/notifications/")[1]["results"]
    assert [note["title"] for note in notes] == ["T c", "T b", "T a"] and notes[0]["read"] is None
    assert call(bo, "post", "/notifications/read/", {"ids": [notes[0]["id"]]})[1] == {"read": 0, "unread": 0}
    assert call(ana, "post", "/notifications/read/", {"ids": [notes[0]["id"]]})[1] == {"read": 1, "unread": 2}
    assert call(ana, "post", "/notifications/read/", {})[1] == {"read": 2, "unread": 0}
    assert call(ana, "post", "/notifications/read/", {"ids": ["x"]})[0] == 400


def test_the_list_costs_the_same_with_1_3_and_24_rows(client, pair):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    ana, counts, made = pair[0], [], 0
    headers = {"Authorization": f"Bearer {issue_token(ana)}"}
    for rows in (1, 3, 24):
        while made < rows:
            made += 1
            other = make.member(f"N {made}")
            actions.post(actions.direct(ana, other).pk, by=other, body="a", client_id="1")
        client.get(f"{API}/conversations/", headers=headers)
        with CaptureQueriesContext(connection) as statements:
            assert len(client.get(f"{API}/conversations/", headers=headers).json()["results"]) == rows
        counts.append(len(statements))
    assert len(set(counts)) == 1 and counts[0] <= 6, counts


def test_without_a_token_nothing_is_told(client, pair):
    talk = actions.direct(*pair)
    for path in ("/conversations/", f"/conversations/{talk.pk}/messages/", "/notifications/"):
        assert client.get(API + path).status_code == 401
