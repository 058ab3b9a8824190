"""What a search by dates has in hand beside a page: more of the same, in the same order, and never the end too soon."""

import random
from datetime import timedelta

import pytest

from listings.search import index, query
from listings.search.asking import Asking, Viewer
from listings.search.criteria import Criteria, Span
from sharing.values.place import Point
from tests import factories
from tests.bookings.cast import drill, ride
from tests.listings.searching import place

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("spread", [0.01, 2.0])
def test_what_is_spare_goes_on_where_the_page_ends(spread):
    dice, home, here = random.Random(5), factories.community(), Point(60, 20)
    owner = factories.member("Ida", of=home)
    for _ in range(20):
        place(drill(owner, of=home), 60 + dice.uniform(-spread, spread), 20 + dice.uniform(-spread, spread))
    asking = Asking(Criteria(here=here), Viewer())
    every = list(query.find(asking, None, 40)[0].rows)
    assert len(every) == 20
    for size in range(1, 22):
        for spare in (1, 3, 8):
            found, _counted = query.find(asking, None, size, spare=spare)
            assert list(found.rows) == every[: len(found.rows)]
            assert min(size, 20) <= len(found.rows) <= size + spare
            assert (found.next is None) == (len(found.rows) == 20)
            if found.next:
                rest, _counted = query.find(asking, found.next, 40)
                assert list(rest.rows) == every[len(found.rows) :]


def test_among_things_a_ride_is_found_on_the_day_it_runs_alone():
    home = factories.community()
    owner = factories.member("Ida", of=home)
    one = ride(of=home)
    index.rewrite(one)
    stop, leaves = one.stops.first(), one.departures.get().leaves
    for n in range(3):
        place(drill(owner, of=home, title=f"Drill {n}"), stop.lat, stop.lon)
    for days, found in ((-1, 3), (0, 4), (1, 3)):
        starts = leaves.replace(minute=0) + timedelta(days=days)
        span = Span(starts, starts + timedelta(hours=2))
        asked = Criteria(here=Point(stop.lat, stop.lon), by_day=span)
        page = query.search(asked, Viewer(), now=leaves - timedelta(days=3))
        assert (len(page.hits), one.pk in [hit.listing.pk for hit in page.hits]) == (found, found == 4)
