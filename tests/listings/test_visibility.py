"""One rule of who may see what, and every door that leads to a listing holds it."""

import random
import re

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from listings import actions
from listings.models import Listing, ToolFacts
from listings.search import clusters, suggestions
from listings.states import Visibility
from members import actions as members
from members.models import Circle
from members.states import Role
from tests import factories
from tests.listings import searching
from tests.listings.offering import make, published, refused
from tests.members.cast import signed_in

pytestmark = pytest.mark.django_db
NAMES = ["Alder", "Birch", "Cedar", "Dogwood", "Elder", "Fir"]
AROUND = {"lat": "47.9959", "lon": "7.8522"}


def a_street(seed: int):
    """Two communities, four people in them, a few circles, six things shown to whom chance says."""
    dice = random.Random(seed)
    homes = [factories.community(name) for name in ("Elm", "Oak")]
    people = [factories.member(name, of=dice.choice(homes)) for name in ("Ana", "Bo", "Cem", "Dee")]
    for person in people[:2]:
        for home in homes:
            if not person.memberships.filter(community=home).exists():
                factories.join(person, home, role=dice.choice([Role.MEMBER, Role.STEWARD]))
    circles = {person.pk: Circle.objects.create(owner=person, name="Friends") for person in people}
    for circle in circles.values():
        for person in people:
            if person.pk != circle.owner_id and dice.random() < 0.4:
                circle.seats.create(member=person)
    things = []
    for name in NAMES:
        home = dice.choice(homes)
        commons = dice.random() < 0.25
        owner = None if commons else dice.choice([p for p in people if p.memberships.filter(community=home).exists()])
        shown = dice.choice(list(Visibility)[: 2 if commons else 3])
        things.append(
            searching.listing(
                47.9959 + dice.uniform(-0.02, 0.02), 7.8522 + dice.uniform(-0.02, 0.02), owner=owner, of=home,
                commons=commons, title=f"{name} ladder", visibility=shown,
                circle=circles[owner.pk] if shown == Visibility.CIRCLE else None,
            )
        )  # fmt: skip
        ToolFacts.objects.create(listing=things[-1])
    return homes, people, things


def on_page(client, url: str, **params) -> set[int]:
    response = client.get(url, params)
    assert response.status_code == 200, url
    return {int(pk) for pk in re.findall(r'data-listing="(\d+)"', response.content.decode())}


@settings(max_examples=6)
@given(seed=st.integers(0, 10**9))
def test_every_door_shows_what_the_rule_says_and_nothing_else(seed):
    with transaction.atomic():
        homes, people, things = a_street(seed)
        for viewer in [None, *people]:
            _look_everywhere(viewer, homes, people, things)
        _count_in_public(things)
        transaction.set_rollback(True)


def _look_everywhere(viewer, homes, people, things):
    seen = {thing.pk for thing in things if searching.may_see(viewer, thing)}
    client, api = signed_in(viewer), APIClient()
    if viewer is not None:
        api.force_authenticate(viewer)
    assert on_page(client, reverse("search"), **AROUND) == seen
    assert on_page(client, reverse("search"), q="ladder", sort="new", **AROUND) == seen
    found = api.get("/api/v1/listings/", {"q": "ladder", **AROUND}).json()["results"]
    assert {hit["id"] for hit in found} == seen
    counts = api.get("/api/v1/listings/facets/", {"kind": "tool", **AROUND}).json()["counts"]
    assert sum(counts["terms"].values()) == len(seen)
    assert on_page(client, reverse("home")) == seen
    for thing in things:
        expected = 200 if thing.pk in seen else 404
        assert client.get(reverse("listing", args=[thing.pk])).status_code == expected
        assert api.get(f"/api/v1/listings/{thing.pk}/").status_code == expected
        assert api.get(f"/api/v1/listings/{thing.pk}/availability/").status_code == expected
        assert client.get(reverse("listing_month", args=[thing.pk])).status_code == expected
    if viewer is None:
        return
    for person in people:
        theirs = {thing.pk for thing in things if thing.owner_id == person.pk}
        assert on_page(client, reverse("profile", args=[person.pk])) == theirs & seen
    for home in homes:
        there = {thing.pk for thing in things if thing.community_id == home.pk}
        assert on_page(client, reverse("community", args=[home.slug])) == there & seen


def _count_in_public(things):
    """Bubbles and suggestions are the same for everybody: only what everyone may see is in them."""
    public = [thing for thing in things if thing.visibility == Visibility.PUBLIC]
    for counted in (lambda: None, clusters.refresh):
        counted()
        for zoom in (3, 9, 18):
            assert sum(bubble.n for bubble in clusters.bubbles(47.9, 7.7, 48.1, 8.0, zoom)) == len(public)
    said = {word for name in NAMES for word in suggestions.words(name[:3].lower())}
    assert {name.lower() for name in NAMES} & said == {thing.title.split()[0].lower() for thing in public}


def test_the_database_itself_wants_a_circle_and_an_owner():
    thing = factories.listing()
    with pytest.raises(IntegrityError), transaction.atomic():
        Listing.objects.filter(pk=thing.pk).update(visibility=Visibility.CIRCLE)
    commons = factories.listing(commons=True)
    circle = Circle.objects.create(owner=factories.member("Ana"), name="Friends")
    with pytest.raises(IntegrityError), transaction.atomic():
        Listing.objects.filter(pk=commons.pk).update(visibility=Visibility.CIRCLE, circle=circle)


def test_a_circle_is_named_and_is_ones_own():
    elm = factories.community()
    ana, bo = (factories.member(name, of=elm, role=Role.STEWARD) for name in ("Ana", "Bo"))
    mine, theirs = members.make_circle(ana, "Friends", [bo.pk]), members.make_circle(bo, "Friends")
    refused("circle", make, ana, visibility="circle")
    refused("circle", make, ana, visibility="circle", circle=theirs.pk)
    refused("circle", make, ana, circle="x")
    refused("visibility", make, ana, commons=True, circle=mine.pk)
    drill = published(ana, circle=mine.pk)
    assert (drill.visibility, drill.circle) == (Visibility.CIRCLE, mine)
    assert bo in [member for member in (ana, bo) if Listing.objects.visible_to(member).filter(pk=drill.pk)]
    changed = actions.update(drill.pk, by=ana, facts={"visibility": "community"})
    assert changed.circle is None


def test_who_is_left_out_finds_it_no_more_at_once():
    elm = factories.community()
    ana, bo = factories.member("Ana", of=elm), factories.member("Bo", of=elm)
    circle = members.make_circle(ana, "Friends", [bo.pk])
    drill = published(ana, circle=circle.pk, lat=47.9959, lon=7.8522)
    assert on_page(signed_in(bo), reverse("search"), **AROUND) == {drill.pk}
    members.change_circle(circle.pk, by=ana, leave_out=[bo.pk])
    assert on_page(signed_in(bo), reverse("search"), **AROUND) == set()
    assert on_page(signed_in(ana), reverse("search"), **AROUND) == {drill.pk}


def test_a_circle_that_listings_are_shown_to_is_not_deleted():
    elm = factories.community()
    ana = factories.member("Ana", of=elm)
    circle = members.make_circle(ana, "Friends")
    published(ana, circle=circle.pk)
    refused(None, members.delete_circle, circle.pk, by=ana)
    page = signed_in(ana).post(reverse("circle_delete", args=[circle.pk]), follow=True).content.decode()
    assert "One listing is shown to this circle" in page


def test_the_form_asks_for_one_of_my_circles():
    elm = factories.community()
    ana = factories.member("Ana", of=elm)
    circle = members.make_circle(ana, "Friends")
    drill = make(ana, title="Drill")
    page = signed_in(ana).get(reverse("listing_edit", args=[drill.pk]) + "terms/").content.decode()
    assert f'value="circle:{circle.pk}"' in page and "My circle “Friends” (0 people)" in page


def test_its_api_tells_the_circle_to_its_owner_alone():
    elm = factories.community()
    ana, bo = factories.member("Ana", of=elm), factories.member("Bo", of=elm)
    circle = members.make_circle(ana, "Friends", [bo.pk])
    api = APIClient()
    api.force_authenticate(ana)
    body = {"kind": "tool", "title": "Drill", "visibility": "circle", "circle": circle.pk, "publish": True}
    made = api.post("/api/v1/listings/", body, format="json")
    assert made.status_code == 201 and made.json()["circle"] == circle.pk
    api.force_authenticate(bo)
    seen = api.get(f"/api/v1/listings/{made.json()['id']}/").json()
    assert seen["visibility"] == "circle" and "circle" not in seen
