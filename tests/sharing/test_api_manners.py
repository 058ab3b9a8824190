"""The API's manners: problem documents, keyset pages, and POSTs that happen once under their key."""

import base64
import json
import threading

import pytest
from django.db import connection
from django.http import HttpResponse
from django.urls import path
from rest_framework import serializers, views
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from members.authentication import issue_token
from members.models import Community
from members.serializers import Strict
from sharing.web.api.idempotency import IdempotentMixin
from sharing.web.api.pagination import KeysetPagination, decode_cursor, encode_cursor, keyset
from sharing.web.api.problems import handler  # noqa: F401 - the handler under test, set in the settings
from sharing.web.refusals import Refusal
from tests import factories


class Body(serializers.Serializer):
    name = serializers.CharField(max_length=5)


class Founding(IdempotentMixin, views.APIView):
    """A POST that makes a row each time it really happens."""

    def post(self, request):
        body = Body(data=request.data)
        body.is_valid(raise_exception=True)
        if body.validated_data["name"] == "no":
            raise Refusal("Not today.", code="not_today")
        if body.validated_data["name"] == "field":
            raise Refusal("Not this name.", field="name")
        if body.validated_data["name"] == "boom":
            raise RuntimeError
        return Response({"id": factories.community(body.validated_data["name"]).pk}, status=201)


class Deep(views.APIView):
    """A POST for anybody, that takes one known field."""

    permission_classes = [AllowAny]

    def post(self, request):
        body = type("OnlyName", (Strict,), {"name": serializers.CharField()})(data=request.data)
        body.is_valid(raise_exception=True)
        return Response({}, status=201)


urlpatterns = [
    path("founding/", Founding.as_view()),
    path("deep/", Deep.as_view()),
    path("", lambda request: HttpResponse("home"), name="home"),
]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture
def ask(client):
    token = issue_token(factories.member())

    def post(name, key=None, **headers):
        headers = {"authorization": f"Bearer {token}"} | ({"idempotency-key": key} if key else {}) | headers
        body = json.dumps({"name": name})
        return client.post("/founding/", body, content_type="application/json", headers=headers)

    client.raise_request_exception = False
    return post


def test_errors_are_problem_documents_with_the_message_at_its_field(ask):
    invalid, refused, at_field = ask("too long a name"), ask("no"), ask("field")

    assert (invalid.status_code, refused.status_code, at_field.status_code) == (400, 409, 400)
    assert {response["Content-Type"] for response in (invalid, refused, at_field)} == {"application/problem+json"}
    assert "5" in invalid.json()["errors"]["name"][0]
    assert (refused.json()["detail"], refused.json()["code"]) == ("Not today.", "not_today")
    assert at_field.json()["errors"] == {"name": ["Not this name."]}


def test_a_stranger_is_asked_to_sign_in_and_a_wrong_token_is_no_token(ask, client):
    assert client.post("/founding/").status_code == 401
    assert ask("Elm", authorization="Bearer wrong").status_code == 401


def test_a_post_repeated_under_its_key_happens_once_and_answers_the_same(ask):
    first, again = ask("Elm", "key-1"), ask("Elm", "key-1")

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json() and again["Idempotent-Replay"] == "true"
    assert Community.objects.count() == 1
    assert ask("Elm").json() != first.json()


def test_a_key_belongs_to_one_request_and_an_error_of_ours_frees_it(ask):
    ask("Elm", "key-1")
    assert ask("Oak", "key-1").status_code == 422
    assert ask("Elm", "x" * 300).status_code == 400
    assert ask("no", "key-2").status_code == ask("no", "key-2").status_code == 409
    assert ask("boom", "key-3").status_code == 500
    assert ask("Elm", "key-3").status_code == 201


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_under_one_key_only_one_acts(ask, client):
    token = issue_token(factories.member())
    ready, answers = threading.Barrier(2), []

    def post():
        from django.test import Client

        ready.wait()
        headers = {"authorization": f"Bearer {token}", "idempotency-key": "same"}
        answers.append(Client().post("/founding/", {"name": "Elm"}, content_type="application/json", headers=headers))
        connection.close()

    threads = [threading.Thread(target=post) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    assert Community.objects.count() == 1
    assert sorted(answer.status_code for answer in answers) in ([201, 201], [201, 409])


def test_keyset_pages_walk_through_all_rows_once():
    names = [factories.community(name).name for name in "CABBA"]
    seen, after = [], None
    while True:
        rows, cursor = keyset(Community.objects.all(), ("name", "id"), after, 2)
        seen += [row.name for row in rows]
        if cursor is None:
            break
        after = decode_cursor(cursor, 2)
    assert seen == sorted(names)


@pytest.mark.parametrize("cursor", ["", "%", "e30", "bnVsbA", encode_cursor([1]), encode_cursor([[1], 2])])
def test_a_cursor_that_is_not_ours_is_refused(cursor):
    with pytest.raises(ValueError, match="cursor"):
        decode_cursor(cursor, 2)


UNKEPT = ["NaN", "1e400", str(10**30), "9" * 5000, r'"a\u0000b"', r'"\ud800"']


@pytest.mark.parametrize("text", ["[" * 3000, *(f"[{value}, 1]" for value in UNKEPT)])
def test_a_cursor_with_values_that_no_engine_keeps_is_refused(text):
    cursor = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    with pytest.raises(ValueError, match="cursor"):
        decode_cursor(cursor, 2)


@pytest.mark.parametrize("first", ["soon", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", None, True, 1.5])
def test_a_cursor_with_another_columns_values_is_refused(first):
    factories.community("Elm")

    with pytest.raises(ValueError, match="cursor"):
        keyset(Community.objects.all(), ("created", "id"), [first, 1], 2)


@pytest.mark.parametrize("size", ["0", "101", "0000241111", "000010" + "9" * 5000, "²", "-1"])
def test_a_page_is_as_large_as_it_may_be(size, rf):
    request = Request(rf.get("/", {"page_size": size}))

    with pytest.raises(serializers.ValidationError):
        KeysetPagination().size(request)


def test_json_that_is_nested_beyond_all_use_is_refused(ask, client):
    answer = client.post("/deep/", "[" * 50_000, content_type="application/json")

    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


def test_half_a_character_is_refused_and_quoted_as_its_escape(ask, client):
    answer = client.post("/deep/", '{"name": "Elm", "\\ud800": 1}', content_type="application/json")

    assert answer.status_code == 400
    assert answer.json()["errors"] == {"\ud800": ["There is no such field."]}
