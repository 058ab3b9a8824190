"""Text that PostgreSQL cannot keep: refused, or kept without it, and never a fault of the house."""

import json

import pytest
from django.db import DataError, connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory

from members.models import Member
from messaging import doors
from payments.models import GatewayLetter
from sharing.middleware import NullBytes
from sharing.values.keepable import keepable
from tests import factories

NUL = "a\x00b"


def test_what_cannot_be_kept_is_left_out_and_the_rest_stays():
    sent = json.loads(r'{"a\u0000": ["x\u0000y", "\ud800z", 1e999, NaN, 5, "Zürich"], "b": {"c": "\ud83d\ude00"}}')
    kept = {"a": ["xy", "?z", None, None, 5, "Zürich"], "b": {"c": "\U0001f600"}}
    assert keepable(sent) == kept


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/places/", "/api/v1/places/"])
@pytest.mark.parametrize("ask", [
    lambda: Member.objects.filter(name=NUL).exists(), lambda: Member.objects.filter(name="\ud800").exists(),
    lambda: GatewayLetter.objects.filter(body__x={"a": NUL}).exists(),
    lambda: GatewayLetter.objects.filter(body__x={"a": "\ud800"}).exists(),
])  # fmt: skip
def test_what_nobody_looked_at_and_the_engine_refuses_is_refused_as_input(path, ask):
    try:
        with transaction.atomic():
            ask()
    except (DataError, ValueError) as error:
        answer = NullBytes(lambda _request: HttpResponse()).process_exception(RequestFactory().post(path), error)
        assert answer is not None and answer.status_code == 400
        assert answer["Content-Type"] == ("application/problem+json" if "api" in path else "text/plain")
    else:
        assert connection.vendor == "sqlite"


def test_another_fault_stays_one():
    guarded = NullBytes(lambda _request: HttpResponse())
    for error in (ValueError("no number"), DataError("numeric field overflow"), RuntimeError("cannot contain NUL")):
        assert guarded.process_exception(RequestFactory().post("/"), error) is None


@pytest.mark.django_db
def test_a_cookie_with_one_goes_unread(client):
    for name in ("sessionid", "csrftoken", "django_language", "look"):
        for value in ('"\\000aaaaaaaaaaaa"', '"aaaaaaaaaaaa\\000"'):
            assert client.get("/", headers={"cookie": f"{name}={value}"}).status_code == 200
    client.force_login(factories.member("Ana"))
    kept = client.cookies["sessionid"].value
    seen = client.get("/", headers={"cookie": f'other="\\000"; sessionid={kept}'})
    assert seen.wsgi_request.user.is_authenticated  # the others count
    assert doors._session_key(f'sessionid="{kept}\\000"') is None and doors._session_key(f"sessionid={kept}") == kept
