"""Listings by API: the same deeds, strict in, problem documents out, and nothing to strangers."""

import io
import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image
from rest_framework.test import APIClient

from listings.models import Listing, Photo
from listings.states import ListingState
from members.states import Role
from tests import factories

pytestmark = pytest.mark.django_db
URL = "/api/v1/listings/"
STOPS = [
    {"place": "Freiburg", "lat": 47.997, "lon": 7.842, "minutes": 0},
    {"place": "Basel", "lat": 47.548, "lon": 7.59, "minutes": 50},
    {"place": "Bern", "lat": 46.948, "lon": 7.439, "minutes": 125},
]


@pytest.fixture
def street():
    return factories.community()


@pytest.fixture
def bo(street):
    return factories.member("Bo", of=street)


def client_of(member=None) -> APIClient:
    client = APIClient()
    if member is not None:
        client.force_authenticate(member)
    return client


@pytest.fixture
def api(bo):
    return client_of(bo)


def drill(api, **facts):
    return api.post(URL, {"kind": "tool", "title": "Drill", "price_minor": 300} | facts)


def photo() -> SimpleUploadedFile:
    buffer = io.BytesIO()
    Image.new("RGB", (400, 300), "teal").save(buffer, "PNG")
    return SimpleUploadedFile("photo.png", buffer.getvalue(), "image/png")


def test_a_listing_is_made_with_all_that_clients_rely_on(api, bo, street):
    body = {
        "kind": "tool", "title": "Drill", "description": "Good.", "category": "drills", "terms": "rent",
        "price_minor": 300, "price_unit": "day", "currency": "EUR", "deposit_minor": 2000, "capacity": 2,
        "instant": True, "lat": 47.99, "lon": 7.85, "place": "Elm Street", "visibility": "public",
        "community": street.slug, "publish": True,
    }  # fmt: skip

    answer = api.post(URL, body)

    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert {name: made[name] for name in body if name not in ("lat", "lon", "publish")} == {
        name: value for name, value in body.items() if name not in ("lat", "lon", "publish")
    }
    assert made["state"] == "published" and made["url"].endswith(f"/listings/{made['id']}/")
    assert answer["Location"] == made["url"]
    assert made["owner"] == {"id": bo.pk, "name": "Bo"}
    assert made["exact"] == {"lat": 47.99, "lon": 7.85, "address": ""}
    assert (made["lat"], made["lon"]) != (47.99, 7.85)
    private = {"exact", "circle", "value_minor"}
    assert client_of().get(f"{URL}{made['id']}/").json() == {name: made[name] for name in made if name not in private}


def test_the_least_one_can_say_gets_sensible_terms(api, street):
    made = api.post(URL, {"kind": "room"}).json()
    assert (made["state"], made["terms"], made["price_unit"], made["currency"]) == ("draft", "gift", "night", "EUR")
    assert (made["community"], made["place"], made["capacity"], made["facts"]["whole"]) == (
        street.slug,
        street.place,
        1,
        True,
    )


def test_a_ride_is_made_with_stops_and_departures(api):
    leaves = (timezone.now() + timedelta(days=3)).replace(microsecond=0)
    body = {
        "kind": "ride", "title": "To Bern", "capacity": 3, "stops": [{**STOPS[0], "price_minor": 0}, STOPS[1],
        {**STOPS[2], "price_minor": 1100}], "departures": [leaves.isoformat()], "publish": True,
    }  # fmt: skip

    answer = api.post(URL, body)

    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert (made["terms"], made["price_minor"], made["price_unit"], made["capacity"]) == ("cost_share", 1100, "seat", 3)
    assert [(stop["place"], stop["minutes"], stop["price_minor"]) for stop in made["stops"]] == [
        ("Freiburg", 0, 0), ("Basel", 50, 484), ("Bern", 125, 1100),
    ]  # fmt: skip
    assert all(stop["lat"] != given["lat"] for stop, given in zip(made["stops"], STOPS, strict=True))
    assert [departure["leaves"] for departure in made["departures"]] == [leaves.isoformat().replace("+00:00", "Z")]


def test_a_listing_that_cannot_be_published_is_not_kept(api):
    answer = drill(api, title="", publish=True)

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"] == {"title": ["Give it a title."]}
    assert not Listing.objects.exists()


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"kind": "boat"}, "kind"),
        ({"kind": None}, "kind"),
        ({"title": "x" * 121}, "title"),
        ({"title": "NUL\x00"}, "title"),
        ({"title": {"a": 1}}, "title"),
        ({"description": "x" * 6001}, "description"),
        ({"price_minor": -1}, "price_minor"),
        ({"price_minor": "lots"}, "price_minor"),
        ({"price_minor": 10**30}, "price_minor"),
        ({"price_minor": 3.5}, "price_minor"),
        ({"terms": "gift"}, "price_minor"),
        ({"terms": "loan"}, "terms"),
        ({"price_unit": "seat"}, "price_unit"),
        ({"currency": "USD"}, "currency"),
        ({"capacity": 0}, "capacity"),
        ({"lat": 91, "lon": 7}, "lat"),
        ({"lat": 47}, "lon"),
        ({"lat": "nan", "lon": 7}, "lat"),
        ({"category": "guest-rooms"}, "category"),
        ({"community": "nowhere"}, "community"),
        ({"commons": True}, "commons"),
        ({"tags": "red"}, "tags"),
        ({"tags": ["x" * 41]}, "tags.0"),
        ({"visibility": "nobody"}, "visibility"),
        ({"colour": "red"}, "colour"),
        ({"vehicle": "Van"}, "vehicle"),
        ({"kind": "room", "price_minor": 0, "check_in": "26:00"}, "check_in"),
        ({"stops": STOPS}, "stops"),
        ({"kind": "ride", "stops": STOPS[:1]}, "stops"),
        ({"kind": "ride", "stops": "here"}, "stops.non_field_errors"),
        ({"kind": "ride", "stops": [STOPS[0], {"place": "Bern"}]}, "stops.1.lat"),
        ({"kind": "ride", "stops": [STOPS[0], STOPS[0]]}, "stops"),
        ({"kind": "ride", "stops": STOPS, "departures": ["2020-01-01T10:00:00Z"]}, "departures"),
        ({"kind": "ride", "stops": STOPS, "departures": ["2030-01-01T10:00:00"]}, "departures.0"),
        ({"kind": "ride", "stops": STOPS, "departures": ["soon"]}, "departures.0"),
    ],
)
def test_bad_input_is_a_problem_at_its_field_and_nothing_is_kept(api, facts, field):
    answer = drill(api, **facts)

    assert answer.status_code == 400, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert field in answer.json()["errors"], answer.json()
    assert not Listing.objects.exists()


@pytest.mark.parametrize("body", ["[]", "3", "null", '"tool"', "{", ""])
def test_a_body_that_is_no_object_is_a_problem(api, body):
    answer = api.post(URL, body, content_type="application/json")
    assert answer.status_code == 400 and answer["Content-Type"] == "application/problem+json"


def test_one_without_a_community_is_told_to_find_one():
    answer = drill(client_of(factories.member("Zoe")))
    assert answer.status_code == 400 and "community" in answer.json()["errors"]


def test_changing_touches_only_what_is_named(api):
    made = drill(api, brand="Makita").json()

    changed = api.patch(f"{URL}{made['id']}/", {"title": "Big drill", "deposit_minor": 500}).json()

    assert (changed["title"], changed["deposit_minor"], changed["price_minor"]) == ("Big drill", 500, 300)
    assert (changed["facts"]["brand"], changed["version"]) == ("Makita", made["version"] + 1)
    assert api.patch(f"{URL}{made['id']}/", {"price_minor": -4}).status_code == 400
    assert api.patch(f"{URL}{made['id']}/", {"publish": True}).json()["state"] == "published"


def test_its_life_step_by_step(api):
    pk = drill(api).json()["id"]

    def act(verb):
        answer = api.post(f"{URL}{pk}/{verb}/")
        return answer.status_code, answer.json().get("state")

    assert act("publish") == (200, "published")
    assert act("publish") == (409, None)
    assert act("pause") == (200, "paused")
    assert act("restore") == (409, None)
    assert act("archive") == (200, "archived")
    assert act("restore") == (200, "paused")
    assert act("duplicate") == (201, "draft")
    assert api.delete(f"{URL}{pk}/").status_code == 204
    assert Listing.objects.get(pk=pk).state == ListingState.ARCHIVED
    assert api.delete(f"{URL}{pk}/").status_code == 409


def test_photos_come_and_go(api):
    pk = drill(api).json()["id"]
    first = api.post(f"{URL}{pk}/photos/", {"photo": photo(), "alt": "In its case"}, format="multipart")
    second = api.post(f"{URL}{pk}/photos/", {"photo": photo()}, format="multipart").json()

    assert first.status_code == 201
    first = first.json()
    assert (first["alt"], first["width"], first["src"].startswith("http")) == ("In its case", 400, True)
    moved = api.patch(f"{URL}{pk}/photos/{second['id']}/", {"position": 0, "alt": "Bits"}).json()
    assert [(row["id"], row["alt"]) for row in moved["photos"]] == [
        (second["id"], "Bits"),
        (first["id"], "In its case"),
    ]
    assert api.delete(f"{URL}{pk}/photos/{second['id']}/").status_code == 204
    assert Photo.objects.get().pk == first["id"]
    assert api.delete(f"{URL}{pk}/photos/{second['id']}/").status_code == 404
    assert api.patch(f"{URL}{pk}/photos/999999/", {"position": 1}).status_code == 404


def test_what_is_no_photo_is_a_problem_at_the_photo(api):
    pk = drill(api).json()["id"]

    def send(**data):
        answer = api.post(f"{URL}{pk}/photos/", data, format="multipart")
        return answer.status_code, list(answer.json().get("errors", {}))

    assert send() == (400, ["photo"])
    assert send(photo="words") == (400, ["photo"])
    assert send(photo=SimpleUploadedFile("x.png", b"<svg/>")) == (400, ["photo"])
    assert send(photo=SimpleUploadedFile("x.png", b"")) == (400, ["photo"])
    assert send(photo=photo(), alt="x" * 201) == (400, ["alt"])
    assert send(photo=photo(), width="3") == (400, ["width"])
    assert api.post(f"{URL}{pk}/photos/", {"photo": "x"}, format="json").status_code == 415
    assert not Photo.objects.exists()


def test_strangers_and_neighbours_change_nothing(api, street):
    made = drill(api, publish=True).json()
    draft = drill(api).json()
    ana, cleo = factories.member("Ana", of=street), factories.member("Cleo", of=street, role=Role.STEWARD)
    one = f"{URL}{made['id']}/"

    for member in (ana, cleo, factories.member("Zoe")):
        other = client_of(member)
        assert other.patch(one, {"title": "Mine"}).status_code == 404
        assert other.delete(one).status_code == 404
        for verb in ("publish", "pause", "archive", "restore", "duplicate"):
            assert other.post(f"{one}{verb}/").status_code == 404
        assert other.post(f"{one}photos/", {"photo": photo()}, format="multipart").status_code == 404
        assert other.patch(f"{one}photos/1/", {"alt": "x"}).status_code == 404
        assert other.delete(f"{one}photos/1/").status_code == 404
        assert other.get(f"{URL}{draft['id']}/").status_code == 404
        assert "exact" not in other.get(one).json()
    anyone = client_of()
    assert anyone.post(URL, {"kind": "tool"}).status_code == 401
    assert anyone.patch(one, {"title": "Mine"}).status_code == 401
    assert anyone.get(one).status_code == 200
    assert anyone.get(f"{URL}{draft['id']}/").status_code == 404


def test_the_same_post_twice_under_one_key_makes_one_listing(api):
    first, second = (
        api.post(URL, {"kind": "tool", "title": "Drill"}, headers={"Idempotency-Key": "k1"}) for _ in range(2)
    )
    assert json.loads(first.content) == json.loads(second.content)
    assert Listing.objects.count() == 1


def test_the_tree_of_categories_is_for_everyone():
    tree = client_of().get("/api/v1/categories/").json()
    assert len(tree) == 12
    assert tree[0]["children"][0] == {"slug": "drills", "name": "Drills and screwdrivers"}


def test_reading_one_costs_the_same_with_one_photo_and_with_twelve(api, bo, django_assert_max_num_queries):
    made = drill(api, publish=True).json()
    for count in (1, 12):
        Photo.objects.all().delete()
        Photo.objects.bulk_create(
            Photo(listing_id=made["id"], position=n, key=f"x/{n}", width=8, height=6, widths=[8], formats=["webp"])
            for n in range(count)
        )
        with django_assert_max_num_queries(6):
            assert len(client_of().get(f"{URL}{made['id']}/").json()["photos"]) == count


def test_what_they_offer_is_in_a_members_own_copy_and_goes_when_the_account_does(api, bo):
    from members import holdings
    from members.signals import member_closed

    kept, draft = drill(api, publish=True).json(), drill(api).json()
    assert [row["id"] for row in holdings.everything(bo)["listings"]] == [kept["id"], draft["id"]]

    member_closed.send(type(bo), member=bo)

    assert list(Listing.objects.values_list("pk", "state")) == [(kept["id"], ListingState.ARCHIVED)]
