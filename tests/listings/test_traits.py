"""Searching by facts: each filter equals looking at every listing, on either engine, and facets count what it finds."""

from itertools import combinations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from listings import actions
from listings.models import RideFacts, RoomFacts, Term, ToolFacts
from listings.search import facets, query, traits
from listings.search.criteria import Criteria
from listings.search.traits import Traits
from listings.states import Visibility
from sharing.values.place import Point
from tests import factories
from tests.listings import searching
from tests.listings.test_api import client_of

pytestmark = pytest.mark.django_db
HERE = Point(47.9959, 7.8522)


def made(model, n: int = 0, *, kind: str, facts: dict, **listing):
    one = factories.listing(kind=kind, **listing)
    model.objects.create(listing=one, **facts)
    return searching.place(one, HERE.lat + n / 1000, HERE.lon)


@pytest.fixture
def rooms(db):
    home = factories.community()
    says = [
        {"whole": True, "pets": True, "beds": 1, "door_cm": 70},
        {"whole": False, "step_free": True, "beds": 4, "bathrooms": 2, "door_cm": 90},
        {"whole": True, "step_free": True, "work_space": True, "smoking": True, "beds": 2},
        {"whole": True, "pets": True, "step_free": True, "beds": 2, "bathrooms": 1, "door_cm": 100},
    ]
    return [
        made(RoomFacts, n, kind="room", facts=facts, of=home, instant=n % 2 == 0, price_unit="night")
        for n, facts in enumerate(says)
    ]


def ids(criteria: Criteria, viewer=None) -> set[int]:
    return {hit.listing.pk for hit in query.search(criteria, viewer).hits}


def slow(rooms, asked: Traits) -> set[int]:
    """The rule, said plainly."""
    found = set()
    for one in rooms:
        facts = RoomFacts.objects.get(pk=one.pk)
        says = {
            "instant": one.instant, "whole": facts.whole, "step_free": facts.step_free, "pets": facts.pets,
            "work_space": facts.work_space, "smoke_free": not facts.smoking,
        }  # fmt: skip
        figures = {"beds": facts.beds, "bathrooms": facts.bathrooms or 0, "door_cm": facts.door_cm or 0}
        if all(says.get(name) for name in asked.has) and all(figures[name] >= n for name, n in asked.least):
            found.add(one.pk)
    return found


@pytest.mark.parametrize("sort", ["", "new", "price"])
def test_every_pair_of_facts_finds_what_a_scan_finds(rooms, sort):
    names = traits.of_kind(("room",))
    wishes = [Traits(has=pair) for pair in [*combinations(names, 2), *((name,) for name in names)]]
    wishes += [Traits(least=(("beds", 2), ("door_cm", 80))), Traits(has=("pets",), least=(("bathrooms", 1),))]
    for wish in wishes:
        for here in (HERE, None):
            criteria = Criteria(kinds=("room",), here=here, traits=wish, sort=sort)
            assert ids(criteria) == slow(rooms, wish), wish


def test_the_condition_of_a_tool_is_any_of_those_asked():
    home = factories.community()
    new, good, _worn = (
        made(ToolFacts, n, kind="tool", facts={"condition": value}, of=home)
        for n, value in enumerate(("new", "good", "worn"))
    )
    trained = made(ToolFacts, 4, kind="tool", facts={"approval_needed": True, "condition": "new"}, of=home)
    assert ids(Criteria(here=HERE, traits=Traits(condition=("new", "good")))) == {new.pk, good.pk, trained.pk}
    assert ids(Criteria(here=HERE, traits=Traits(condition=("new",), has=("no_approval",)))) == {new.pk}


def test_what_only_rides_or_rooms_have_is_never_looked_for_among_others(rooms):
    ride = made(RideFacts, 9, kind="ride", facts={"pets": True, "two_behind": True}, price_unit="seat")
    assert ids(Criteria(here=HERE, traits=Traits(has=("two_behind",)))) == {ride.pk}
    assert ids(Criteria(here=HERE, traits=Traits(has=("pets",)))) == {rooms[0].pk, rooms[3].pk, ride.pk}
    assert ids(Criteria(here=HERE, traits=Traits(has=("two_behind", "whole")))) == set()


def test_a_change_of_facts_changes_the_postings():
    home = factories.community()
    bo = factories.member("Bo", of=home)
    saw = actions.create(by=bo, facts={"kind": "tool", "title": "Saw", "lat": HERE.lat, "lon": HERE.lon})
    actions.publish(saw.pk, by=bo)
    wish = Criteria(here=HERE, traits=Traits(has=("no_approval",)))
    assert ids(wish) == {saw.pk}
    actions.update(saw.pk, by=bo, facts={"approval_needed": True})
    assert ids(wish) == set()
    assert Term.objects.filter(listing_id=saw.pk).exists()


def test_parameters_mean_the_same_on_the_page_and_in_the_api(rooms, client):
    url = "?kind=room&lat=47.9959&lon=7.8522&has=pets,step_free&beds=2"
    found = client_of().get(f"/api/v1/listings/{url}").json()["results"]
    assert [hit["id"] for hit in found] == [rooms[3].pk]
    page = client.get(f"/search/{url}").content.decode()
    assert page.count("Without Pets are welcome") == page.count("Without Without a step") == 1
    assert "Without Beds, at least 2" in page
    twice = client_of().get("/api/v1/listings/?kind=room&has=pets&has=step_free").json()["results"]
    assert [hit["id"] for hit in twice] == [rooms[3].pk]


@pytest.mark.parametrize("asked", ["has=wings", "condition=broken", "beds=many", "beds=0", "door_cm=9000"])
def test_what_cannot_be_used_is_said_at_its_name(asked, client):
    name = asked.partition("=")[0]
    answer = client_of().get(f"/api/v1/listings/?{asked}")
    assert answer.status_code == 400 and set(answer.json()["errors"]) == {name}
    assert client.get(f"/search/?{asked}").status_code == 200


# --- facets ---------------------------------------------------------------------------------------


def test_facets_count_what_each_filter_would_find(rooms):
    for wish in (Traits(), Traits(has=("pets",)), Traits(least=(("beds", 2),))):
        criteria = Criteria(kinds=("room",), here=HERE, traits=wish)
        counted = facets.count(criteria, None)
        assert counted.complete
        for name, n in counted.counts["has"].items():
            more = Traits(has=tuple({*wish.has, name}), least=wish.least)
            assert n == len(ids(criteria.changed(traits=more))), (wish, name)


def test_facets_leave_out_their_own_choice_where_any_will_do():
    home = factories.community()
    for n, value in enumerate(("new", "good", "good")):
        made(ToolFacts, n, kind="tool", facts={"condition": value}, of=home)
    counted = facets.count(Criteria(kinds=("tool",), here=HERE, traits=Traits(condition=("new",))), None)
    assert counted.counts["condition"] == {"new": 1, "good": 2, "worn": 0}
    assert counted.counts["has"]["no_approval"] == 1


def test_facets_tell_nothing_of_what_the_viewer_may_not_see():
    home = factories.community()
    ana = factories.member("Ana", of=home)
    made(ToolFacts, kind="tool", facts={"condition": "new"}, of=home, visibility=Visibility.COMMUNITY)
    criteria = Criteria(kinds=("tool",), here=HERE)
    assert facets.count(criteria, ana).counts["condition"]["new"] == 1
    for other in (None, factories.member("Zoe")):
        counted = facets.count(criteria, other)
        assert not any(n for group in counted.counts.values() for n in group.values())


def test_facets_look_at_so_many_and_say_so(rooms, monkeypatch):
    monkeypatch.setattr(facets, "LOOKED_AT", 2)
    counted = facets.count(Criteria(kinds=("room",), here=HERE), None)
    assert not counted.complete and counted.counts["terms"]["rent"] == 2


def test_the_part_with_counts_is_fetched_by_itself_in_few_statements(rooms):
    url = "?kind=room&lat=47.9959&lon=7.8522"
    page = Client().get(f"/search/{url}").content.decode()
    assert f'hx-get="/search/facets/{url}'.replace("&", "&amp;") in page
    Client().get(f"/search/facets/{url}")
    with CaptureQueriesContext(connection) as statements:
        part = Client().get(f"/search/facets/{url}").content.decode()
    assert len(statements) <= 3
    assert '<span class="chip__count">3</span>' in part  # three rooms without a step


def test_facets_come_by_the_api(rooms):
    answer = client_of().get("/api/v1/listings/facets/?kind=room&lat=47.9959&lon=7.8522").json()
    assert answer["complete"] and answer["counts"]["has"]["step_free"] == 3
    assert client_of().get("/api/v1/listings/facets/?kind=boat").status_code == 400
