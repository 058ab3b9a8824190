"""The bubbles of the map beside a search that asks for more than kinds: what its list finds, and nothing else."""

import html
import re
from collections import Counter
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from listings.models import Listing
from listings.search import around, clusters
from listings.search.asking import Viewer
from listings.search.criteria import Box, Criteria
from listings.states import Kind, Visibility
from sharing.values.place import Point, offset
from tests import factories
from tests.listings import searching
from tests.listings.test_search import a_random_world, boxes, everything, questions

pytestmark = pytest.mark.django_db
URL, HERE = "/api/v1/listings/clusters/", factories.HERE
SIDES = ("south", "west", "north", "east")
CLOSE = {"bbox": "7.7,47.9,8.0,48.1", "zoom": "12"}
whole = Box(-85, -180, 85, 180)
views = st.just(whole) | boxes().map(lambda box: Box(*(round(getattr(box, side), 3) for side in SIDES)))


def near(metres: float, **facts) -> Listing:
    point = offset(HERE, metres, 1)
    return searching.listing(point.lat, point.lon, **facts)


def counted(client, **params) -> int:
    answer = client.get(URL, CLOSE | params)
    assert answer.status_code == 200, answer.json()
    return sum(bubble["n"] for bubble in answer.json()["results"])


@settings(max_examples=8, phases=[Phase.generate])
@given(seed=st.integers(0, 10**9), data=st.data())
def test_a_bubble_stands_for_what_the_list_finds_and_may_show(seed, data):
    with pytest.MonkeyPatch.context() as patch, transaction.atomic():
        patch.setattr(around, "EACH", 400)  # the whole world in one place is no more than that
        world = a_random_world(seed)
        for _time in range(8):
            criteria = Criteria(**data.draw(questions))
            here = criteria.here or Point(0, 0)
            criteria = criteria.changed(here=here, box=None)
            view, zoom = data.draw(views), data.draw(st.integers(0, 18))
            for viewer in world["viewers"]:
                _compare(criteria, viewer, view, zoom)
        transaction.set_rollback(True)


def _compare(criteria, viewer, view, zoom):
    bubbles, complete = around.bubbles(criteria, Viewer.of(viewer), view, zoom)
    found = Listing.objects.in_bulk(everything(criteria, viewer, 40)).values()
    shown = Counter()
    for bubble in bubbles:
        shown += Counter(bubble.kinds)
        assert bubble.n == sum(bubble.kinds.values())
    assert complete and not shown - Counter(one.kind for one in found)
    seen = Counter(one.kind for one in found if view.holds(Point(one.public_lat, one.public_lon)))
    del seen[Kind.RIDE], shown[Kind.RIDE]  # a ride may be found at a stop elsewhere
    assert shown == seen, (criteria, view, [(one.kind, one.public_lat, one.public_lon) for one in found])


def test_more_than_is_counted_is_said(client, monkeypatch):
    monkeypatch.setattr(around, "EACH", 3)
    for metres in range(0, 500, 100):
        near(metres)
    answer = client.get(URL, CLOSE | {"q": "drill"}).json()
    assert (sum(bubble["n"] for bubble in answer["results"]), answer["complete"]) == (3, False)
    assert client.get(URL, CLOSE | {"q": "drill", "bbox": "7,40,8,41"}).json() == {"results": [], "complete": True}


def test_words_prices_days_and_how_far_narrow_it(client):
    from bookings.models import Claim

    drill = near(0, title="Drill", price_minor=300)
    near(4000, title="Ladder", price_minor=2000)
    clusters.refresh()
    day = (timezone.now() + timedelta(days=9)).date()
    noon = timezone.now().replace(hour=12) + timedelta(days=9)
    Claim.objects.create(listing=drill, starts=noon - timedelta(hours=6), ends=noon + timedelta(hours=8))
    here = {"lat": HERE.lat, "lon": HERE.lon}
    assert counted(client) == 2 == counted(client, kind="tool") == counted(client, **here)
    assert counted(client, q="drill") == 1 == counted(client, max_price="5")
    assert counted(client, **here, radius_km="2") == 1
    assert counted(client, **here, **{"from": day.isoformat()}) == 1
    assert counted(client, q="tents") == 0


def test_a_word_that_is_not_there_is_not_taken_for_another(client):
    near(0, title="Drill")
    searching.listing(40, 3, title="Drall")
    assert counted(client, q="drall") == 0


def test_it_is_for_who_asks_alone(client):
    home = factories.community("Elm")
    bo = factories.member("Bo", of=home)
    near(0, owner=bo, of=home, visibility=Visibility.COMMUNITY)
    mine = APIClient()
    mine.force_authenticate(bo)
    assert counted(client, q="drill") == 0 and counted(mine, q="drill") == 1
    answer = mine.get(URL, CLOSE | {"q": "drill"})
    assert answer["Cache-Control"] == "private, no-store"
    assert client.get(URL, CLOSE)["Cache-Control"] == "public, max-age=30"


def test_what_it_does_not_know_it_says(client):
    answer = client.get(URL, CLOSE | {"max_price": "x", "category": "nothing"})
    assert answer.status_code == 400 and set(answer.json()["errors"]) == {"max_price", "category"}


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"near": "Freiburg"}, ""),
        ({"near": "Freiburg", "kind": "tool,room"}, ""),
        ({"near": "Freiburg", "q": "drill", "max_price": "5"}, "?q=drill&near=Freiburg&max_price=5"),
        ({"near": "Freiburg", "q": "drlil"}, "?q=drill&near=Freiburg"),
        ({"lat": "48", "lon": "8", "sort": "price"}, "?lat=48.0&lon=8.0&near=Waldkirch&radius_km=25"),
        ({"lat": "48", "lon": "8", "radius_km": "2"}, "?lat=48.0&lon=8.0&near=Waldkirch&radius_km=2"),
    ],
)
def test_the_page_asks_for_bubbles_of_its_own_search(client, params, expected):
    near(0)
    page = client.get("/search/", params).content.decode()
    address = html.unescape(re.search(r'data-clusters="([^"]*)"', page).group(1))
    assert address == URL + expected
    assert client.get(address, CLOSE).status_code == 200
