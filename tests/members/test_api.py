"""The same room through /api/v1/ alone."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from rest_framework.test import APIClient

from members import actions, throttle
from members.models import Community, Member
from members.states import Joining, Standing
from tests import factories as make
from tests.members.cast import rules

pytestmark = pytest.mark.django_db


def api(member: Member | None = None) -> APIClient:
    client = APIClient()
    if member is not None:
        client.force_authenticate(member)
    return client


def test_address_and_password_give_a_token_that_works():
    member = actions.register("ana@test.example", "Ana", make.PASSWORD)
    response = api().post("/api/v1/tokens/", {"email": "ANA@test.example", "password": make.PASSWORD})
    assert response.status_code == 201
    me = APIClient(headers={"Authorization": f"Bearer {response.json()['token']}"}).get("/api/v1/members/me/")
    assert me.json()["id"] == member.pk
    assert not member.tokens.filter(digest=response.json()["token"]).exists()


def test_every_no_sounds_the_same():
    actions.register("ana@test.example", "Ana", make.PASSWORD)
    actions.register("unproven@test.example", "Bo", make.PASSWORD, verified=False)
    closed = actions.register("closed@test.example", "Zoe", make.PASSWORD)
    Member.objects.filter(pk=closed.pk).update(is_active=False)
    answers = [
        api().post("/api/v1/tokens/", {"email": email, "password": password})
        for email, password in (
            ("ana@test.example", "wrong"), ("nobody@test.example", make.PASSWORD),
            ("unproven@test.example", make.PASSWORD), ("closed@test.example", make.PASSWORD),
        )
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1
    assert answers[0]["Content-Type"] == "application/problem+json"


def test_who_uses_a_second_step_is_told_where_to_make_a_token():
    member = actions.register("ana@test.example", "Ana", make.PASSWORD)
    TOTP.activate(member, generate_totp_secret())
    response = api().post("/api/v1/tokens/", {"email": "ana@test.example", "password": make.PASSWORD})
    assert response.status_code == 403 and response.json()["code"] == "second_step"
    assert api().post("/api/v1/tokens/", {"email": "ana@test.example", "password": "no"}).status_code == 401


def test_only_failures_are_counted_and_too_many_shut_the_door():
    actions.register("ana@test.example", "Ana", make.PASSWORD)
    right = {"email": "ana@test.example", "password": make.PASSWORD}
    for _ in range(throttle.FROM_ONE_PLACE + 5):
        assert api().post("/api/v1/tokens/", right).status_code == 201
    for _ in range(throttle.ABOUT_ONE_ADDRESS):
        assert api().post("/api/v1/tokens/", {**right, "password": "no"}).status_code == 401
    assert api().post("/api/v1/tokens/", right).status_code == 429


@pytest.mark.parametrize(
    "bad",
    [
        {}, [], "text", {"email": "a@b.example"}, {"email": 5, "password": "x"}, {"email": "no", "password": "x"},
        {"email": "a@b.example", "password": "x\x00"}, {"email": "a@b.example", "password": "x" * 1025},
        {"email": "a@b.example", "password": ["x"]}, {"email": "a@b.example", "password": 1},
        {"email": "a@b.example", "password": "x", "admin": True},
    ],
)
def test_bad_requests_for_a_token_say_why(bad):
    response = api().post("/api/v1/tokens/", bad, format="json")
    assert response.status_code == 400 and response.json()["errors"]


def test_a_member_reads_and_changes_their_own_profile(cast):
    client = api(cast.neighbour)
    facts = {"name": "Anna", "about": "I fix bicycles.", "language": "en", "time_zone": "Europe/Madrid",
             "place": "Wiehre", "lat": 47.98, "lon": 7.85}
    answer = client.patch("/api/v1/members/me/", facts).json()
    assert {name: answer[name] for name in facts} == facts
    assert answer["communities"][0]["community"] == cast.community.slug
    cast.neighbour.refresh_from_db()
    assert cast.neighbour.public_lat not in (None, 47.98)
    assert client.patch("/api/v1/members/me/", {"lat": None, "lon": None}).json()["lat"] is None
    assert client.patch("/api/v1/members/me/", answer).status_code == 200
    assert api().get("/api/v1/members/me/").status_code == 401


@pytest.mark.parametrize(
    "bad",
    [
        {"name": ""}, {"name": "x" * 81}, {"name": "A\x00"}, {"name": 5}, {"name": None}, {"about": ["x"]},
        {"about": "x" * 2001}, {"language": "xx"}, {"time_zone": "Mars/Olympus"}, {"time_zone": "\x00"},
        {"lat": 48}, {"lat": 91, "lon": 0}, {"lat": "48", "lon": "8"}, {"lat": True, "lon": True},
        {"lat": None, "lon": 8},
        {"is_staff": True}, {"password": "new"}, [], "text",
    ],
)
def test_bad_changes_are_refused_at_their_field(cast, bad):
    response = api(cast.neighbour).patch("/api/v1/members/me/", bad, format="json")
    assert response.status_code == 400 and response.json()["errors"]
    cast.neighbour.refresh_from_db()
    assert (cast.neighbour.name, cast.neighbour.lat, cast.neighbour.is_staff) == ("Ana", None, False)


def test_a_neighbour_is_shown_without_what_is_private(cast):
    make.join(cast.neighbour, make.community("Secret Garden"))
    answer = api(cast.steward).get(f"/api/v1/members/{cast.neighbour.pk}/").json()
    assert answer["communities"] == [{"slug": cast.community.slug, "name": "Elm Street"}]
    assert not {"email", "lat", "lon", "public_lat", "public_lon", "is_staff"} & answer.keys()
    assert api(cast.steward).get("/api/v1/members/99999/").status_code == 404
    assert api().get(f"/api/v1/members/{cast.neighbour.pk}/").status_code == 401


def test_communities_are_listed_for_whoever_may_know_of_them(cast):
    hidden = make.community("Hidden", listed=False)
    make.join(cast.neighbour, hidden)

    def seen(member, query=""):
        return [row["slug"] for row in api(member).get(f"/api/v1/communities/{query}").json()["results"]]

    assert seen(None) == seen(cast.outsider) == [cast.community.slug]
    assert seen(cast.neighbour) == [hidden.slug, cast.community.slug]
    assert seen(cast.outsider, "?mine=1") == [] and seen(cast.steward, "?mine=1") == [cast.community.slug]
    assert seen(cast.neighbour, "?q=hidd") == [hidden.slug]
    assert api().get("/api/v1/communities/?mine=1").status_code == 401
    assert api(cast.outsider).get(f"/api/v1/communities/{hidden.slug}/").status_code == 404
    assert api(cast.neighbour).get(f"/api/v1/communities/{hidden.slug}/").json()["membership"]["role"] == "member"


def test_communities_take_the_same_statements_for_many_rows(cast, django_assert_num_queries):
    for number in range(24):
        make.join(cast.outsider, make.community(f"C{number}"))
    for size in (1, 3, 24):
        with django_assert_num_queries(2):
            answer = api(cast.outsider).get(f"/api/v1/communities/?mine=1&page_size={size}").json()
        assert len(answer["results"]) == size


def test_one_joins_with_the_rules_and_leaves_again(cast):
    rules(cast.community)
    client, url = api(cast.outsider), f"/api/v1/communities/{cast.community.slug}/"
    refused = client.post(url + "join/", {})
    assert refused.status_code == 400 and "rules_version" in refused.json()["errors"]
    version = client.get(url).json()["rules"]["version"]
    joined = client.post(url + "join/", {"rules_version": version})
    assert joined.status_code == 200 and joined.json()["standing"] == Standing.ACTIVE
    assert client.post(url + "leave/").json()["standing"] == Standing.LEFT
    assert client.post(url + "leave/").status_code == 404


def test_one_applies_with_answers_and_is_invited_by_a_key(cast):
    Community.objects.update(joining=Joining.APPLICATION, questions=["Where?"], listed=False)
    url = f"/api/v1/communities/{cast.community.slug}/join/"
    assert api(cast.outsider).post(url, {"answers": ["Here."]}).status_code == 404
    Community.objects.update(listed=True)
    assert api(cast.outsider).post(url, {"answers": []}).json()["errors"].keys() == {"answers"}
    assert api(cast.outsider).post(url, {"answers": ["Here."]}).json()["standing"] == Standing.APPLIED
    Community.objects.update(listed=False, joining=Joining.INVITATION)
    key = actions.invite(cast.community, by=cast.steward).key
    guest = make.member("Bo")
    assert api(guest).post(url, {"invitation_key": key}).json()["standing"] == Standing.ACTIVE


@pytest.mark.parametrize(
    "bad",
    [
        {"answers": "text"}, {"answers": [5]}, {"answers": ["\x00"]}, {"rules_version": "one"}, {"rules_version": -1},
        {"rules_version": 10**30}, {"invitation_key": "x" * 41}, {"invitation_key": 5}, {"role": "steward"}, [],
    ],
)
def test_bad_requests_to_join_say_why_and_join_nothing(cast, bad):
    response = api(cast.outsider).post(f"/api/v1/communities/{cast.community.slug}/join/", bad, format="json")
    assert response.status_code == 400 and response.json()["errors"]
    assert not cast.outsider.memberships.exists()


def test_the_last_steward_gets_a_problem_document(cast):
    response = api(cast.steward).post(f"/api/v1/communities/{cast.community.slug}/leave/")
    assert response.status_code == 409 and response.json()["code"] == "last_steward"
