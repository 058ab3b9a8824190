"""A community that does not show itself is named to nobody outside, by none of the doors its listings stand behind."""

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from listings import actions
from listings.actions import shelves, wants
from listings.actions.inventory import number_new
from listings.models import ToolFacts
from listings.talk import ask_about
from members.states import Role
from messaging import actions as messaging
from tests import factories
from tests.listings import searching
from tests.members.cast import signed_in

pytestmark = pytest.mark.django_db
AROUND = {"lat": factories.HERE.lat, "lon": factories.HERE.lon}


@pytest.fixture
def hidden(db):
    return factories.community("Undine Refuge", listed=False)


@pytest.fixture
def insider(hidden):
    return factories.member("Ina", of=hidden)


@pytest.fixture
def stranger(db):
    return factories.member("Stan", of=factories.community("Elm Street"))


@pytest.fixture(params=["nobody", "stranger", "insider"])
def viewer(request, stranger, insider):
    return {"nobody": None, "stranger": stranger, "insider": insider}[request.param]


def told(response) -> bool:
    """Whether its name or address stands anywhere in the answer."""
    assert response.status_code == 200, response.content
    return "undine" in response.content.decode().lower()


def api_of(person) -> APIClient:
    api = APIClient()
    if person is not None:
        api.force_authenticate(person)
    return api


def thing(home, **facts):
    one = searching.listing(factories.HERE.lat, factories.HERE.lon, of=home, **facts)
    ToolFacts.objects.create(listing=one)
    return one


@pytest.mark.parametrize("commons", [False, True])
def test_a_listing_is_read_without_the_name_by_all_but_its_members(hidden, viewer, commons):
    one, knows = thing(hidden, commons=commons), viewer is not None and viewer.name == "Ina"
    if commons:  # its number begins like the address
        number_new(hidden, [(one, "")])
    client, api = signed_in(viewer), api_of(viewer)
    for _twice in "ab":  # what is kept of a hit is kept for nobody else
        assert told(api.get("/api/v1/listings/", AROUND)) is knows
        assert told(client.get("/api/v1/listings/", AROUND)) is knows
        assert told(api_of(None).get("/api/v1/listings/", AROUND)) is False
    page = client.get(one.get_absolute_url())
    assert told(page) is knows
    assert ("UND-" in page.content.decode()) is (knows and commons)
    assert ("<dd>A community of neighbours</dd>" in page.content.decode()) is not knows
    assert told(api.get(f"/api/v1/listings/{one.pk}/")) is knows
    assert told(client.get(reverse("search"), AROUND)) is knows  # its members may choose it there
    assert told(client.get(reverse("home"))) is knows


def test_nor_is_what_is_free_to_it(hidden, viewer):
    one, knows = thing(factories.community("Oak Lane")), viewer is not None and viewer.name == "Ina"
    one.free_to.add(hidden)
    assert told(signed_in(viewer).get(one.get_absolute_url())) is knows
    assert told(api_of(viewer).get(f"/api/v1/listings/{one.pk}/")) is knows


def test_whoever_looks_after_a_thing_reads_what_they_said_themselves(hidden, stranger):
    one = thing(stranger.memberships.get().community, owner=stranger)
    one.free_to.add(hidden)
    assert told(signed_in(stranger).get(one.get_absolute_url()))
    assert api_of(stranger).get(f"/api/v1/listings/{one.pk}/").json()["free_to"] == [hidden.slug]


def test_a_want_is_read_without_it_and_not_found_by_it(hidden, insider, viewer):
    asker = factories.member("Uma", of=hidden, lat=factories.HERE.lat, lon=factories.HERE.lon)
    want = wants.ask(by=asker, community=hidden, title="Extension ladder")
    knows = viewer is not None and viewer.name == "Ina"
    client, api = signed_in(viewer), api_of(viewer)
    assert told(client.get(want.get_absolute_url())) is knows
    assert told(client.get(reverse("wants"), {"all": 1})) is False  # it names people and places alone
    assert told(api.get(f"/api/v1/wants/{want.pk}/")) is knows
    [body] = api.get("/api/v1/wants/", AROUND).json()["results"]
    assert body["community"] == (hidden.slug if knows else None)
    assert len(api.get("/api/v1/wants/", {"community": hidden.slug}).json()["results"]) == knows


def test_what_a_stay_costs_names_no_hidden_pool(hidden, viewer):
    one, knows = thing(hidden, min_units=1), viewer is not None and viewer.name == "Ina"
    span = {name: day.isoformat() for name, day in factories.days(0, 2).items()}
    choice = span | {"solidarity_minor": 100}
    answer = api_of(viewer).post(f"/api/v1/listings/{one.pk}/quote/", choice, format="json")
    assert told(answer) is knows


@pytest.mark.parametrize("asks_from", ["outside", "inside"])
def test_whoever_shows_a_line_to_its_stewards_is_not_told_its_name(hidden, insider, stranger, asks_from):
    one = thing(hidden, owner=insider)
    asker = stranger if asks_from == "outside" else factories.member("Iva", of=hidden)
    talk = ask_about(one.pk, by=asker)
    line = messaging.post(talk.pk, by=insider, body="Who wants to know?", client_id="1")
    page = signed_in(asker).get(reverse("message_report", args=[talk.pk, line.sequence]))
    assert told(page) is (asks_from == "inside")
    assert "will read this message" in page.content.decode()


def test_nor_is_it_told_by_a_category_of_its_own(hidden, viewer):
    steward = factories.member("Sue", of=hidden, role=Role.STEWARD)
    own = shelves.add_category(hidden, by=steward, name="Dowsing rods", parent="drills")
    one = actions.create(by=steward, facts={
        "kind": "tool", "title": "Rod", "category": own.slug, "lat": factories.HERE.lat, "lon": factories.HERE.lon,
    })  # fmt: skip
    actions.publish(one.pk, by=steward)
    api, category = api_of(viewer), own.slug if viewer is not None and viewer.name == "Ina" else "drills"
    for door in (signed_in(viewer), api):
        assert [hit["category"] for hit in door.get("/api/v1/listings/", AROUND).json()["results"]] == [category]
    assert api.get(f"/api/v1/listings/{one.pk}/").json()["category"] == category
    counted = api.get("/api/v1/listings/facets/", AROUND | {"kind": "tool"}).json()["counts"]["category"]
    assert counted == dict.fromkeys(["workshop", "drills", category], 1)
    for number in own.slug.split("-")[-2:]:  # nor is anything found by numbers that nobody wrote
        assert api.get("/api/v1/listings/", AROUND | {"q": f"rod {number}"}).json()["results"] == []
