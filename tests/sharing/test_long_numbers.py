"""Numbers longer than any id: they lead nowhere, and never to an error of ours."""

import pytest

from tests import factories as make

pytestmark = pytest.mark.django_db
PATHS = (
    "/messages/{n}/", "/messages/{n}/people/", "/bookings/of/{n}/", "/series/{n}/", "/listings/{n}/", "/members/{n}/",
    "/payments/{n}/", "/payments/years/{n}/", "/c/elm/decisions/{n}/", "/api/v1/series/{n}/",
    "/api/v1/conversations/{n}/people/",
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("number", ["9" * 18, "9223372036854775808", "1" + "0" * 30, "9" * 5000])
def test_a_page_of_a_number_too_long_is_not_there(client, path, number):
    client.force_login(make.member())
    assert client.get(path.format(n=number)).status_code == 404


@pytest.mark.parametrize("path", ["/messages/{n}/mute/", "/messages/{n}/archive/", "/members/{n}/block/"])
def test_nor_is_a_deed(client, path):
    client.force_login(make.member())
    assert client.post(path.format(n="9" * 19)).status_code == 404


def test_members_of_a_circle_are_numbers_that_could_be(client):
    client.force_login(make.member())
    given = {"name": "Near", "people": [10**30]}
    assert client.post("/api/v1/circles/", given, content_type="application/json").status_code == 400
    made = client.post("/api/v1/circles/", {"name": "Near"}, content_type="application/json").json()
    for odd in ("9" * 20, "9" * 5000, "-1", "x"):
        assert client.post(f"/settings/circles/{made['id']}/people/", {"add": odd}).status_code == 400


def test_bookings_that_give_way_are_named_by_numbers_that_could_be(client):
    home = make.community()
    bo = make.member("Bo", of=home)
    drill = make.listing(bo, of=home)
    client.force_login(bo)
    for odd in ("9" * 5000, "9" * 30):
        answer = client.post(f"/listings/{drill.pk}/broken/", {"quantity": 1, "starts": "2030-01-01", "cancel": odd})
        assert answer.status_code < 500
