"""Search answers what a scan of every listing would, page by page, and shows nobody what they may not see."""

import random
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from listings.models import Category
from listings.search import frequencies, index, narrow, query
from listings.search.criteria import Box, Criteria
from listings.states import Kind, Terms, Visibility
from sharing.values.place import Point, offset
from tests import factories
from tests.listings import searching

pytestmark = pytest.mark.django_db

WORDS = [
    "drill",
    "hammer drill",
    "Bohrmaschine",
    "ladder",
    "ladders of wood",
    "tent",
    "vélo",
    "saw",
    "cargo bike",
    "room",
]
MIDDLES = [
    Point(47.9959, 7.8522),
    Point(0.0, -180.0),
    Point(89.2, 30.0),
    Point(-89.9, 0.0),
    Point(48.02, 7.9),
    Point(65.0, 179.9),
]


def everything(criteria: Criteria, viewer=None, size: int = 3) -> list[int]:
    """Every hit, in pages of `size`."""
    hits, after = [], None
    for _page in range(100):
        page = query.search(criteria, viewer, after, size)
        hits += [hit.listing.pk for hit in page.hits]
        if page.next is None:
            return hits
        assert len(page.hits) == size
        after = page.next
    raise AssertionError("The pages never end.")


def a_random_world(seed: int) -> dict:
    """Forty listings of two communities, clustered around awkward places."""
    dice = random.Random(seed)
    home, away = factories.community("Home"), factories.community("Away")
    bo, zoe = factories.member("Bo", of=home), factories.member("Zoe", of=away)
    drills = Category.objects.get(slug="drills")
    for _number in range(40):
        owner, community = dice.choice([(bo, home), (zoe, away)])
        point = offset(dice.choice(MIDDLES), 10 ** dice.uniform(0, 6), dice.uniform(0, 6.28))
        kind = dice.choice(list(Kind))
        terms = dice.choice(list(Terms))
        one = factories.listing(
            owner,
            of=community,
            kind=kind,
            title=dice.choice(WORDS),
            terms=terms,
            price_minor=0 if terms == Terms.GIFT else dice.choice([100, 300, 300, 2000]),
            language=dice.choice(["en", "de", "fr"]),
            capacity=dice.choice([1, 1, 3]),
            visibility=dice.choice([Visibility.PUBLIC, Visibility.PUBLIC, Visibility.COMMUNITY]),
            category=drills if kind == Kind.TOOL and dice.random() < 0.4 else None,
            published=timezone.now() - timedelta(days=dice.randrange(9)),
        )
        if kind == Kind.RIDE:
            for position in range(dice.randrange(4)):
                stop = offset(point, position * dice.choice([500, 9000, 40000]), dice.uniform(0, 6.28))
                one.stops.create(
                    position=position, place=f"Stop {position}", lat=stop.lat, lon=stop.lon, minutes=position * 9
                )
        searching.place(one, point.lat, point.lon)
    index.count_terms()
    frequencies.forget()
    return {"home": home, "viewers": [None, bo, zoe]}


points = st.builds(
    lambda middle, exponent, bearing: offset(middle, 10**exponent, bearing),
    st.sampled_from(MIDDLES),
    st.floats(0, 6.5),
    st.floats(0, 6.28),
)


@st.composite
def boxes(draw):
    south, north = sorted((draw(st.floats(-90, 90)), draw(st.floats(-90, 90))))
    return Box(south, draw(st.floats(-180, 179.9)), north, draw(st.floats(-180, 179.9)))


questions = st.fixed_dictionaries(
    {},
    optional={
        "q": st.sampled_from(
            ["", "drill", "drills", "hammer drills", "bohrmaschinen", "ladder", "the", "velos", "nothing", "stop",
             '"hammer drill"', '"ladders of wood"', 'bike "cargo bike"', '"drill hammer"']
        ),
        "here": points,
        "kinds": st.lists(st.sampled_from(list(Kind.values)), max_size=2, unique=True).map(tuple),
        "radius_m": st.sampled_from([100.0, 5_000.0, 100_000.0, 3_000_000.0, 30_000_000.0]),
        "box": boxes(),
        "terms": st.lists(st.sampled_from(list(Terms.values)), max_size=2, unique=True).map(tuple),
        "max_price": st.sampled_from([0.0, 3.0, 5.5]),
        "quantity": st.sampled_from([1, 2]),
        "sort": st.sampled_from(["near", "new", "price"]),
        "category": st.sampled_from(["drills", "workshop", "tents"]),
        "there": points,
    },
)


@pytest.mark.parametrize("crowded", [False, True], ids=["at ease", "as if crowded"])
def test_search_equals_a_scan_of_everything(crowded, monkeypatch):
    """Also when every shortcut for what is many is taken, which small sets would not need."""
    if crowded:
        monkeypatch.setattr(query, "FEW", 6)
        monkeypatch.setattr(narrow, "ENOUGH_READ", 8)
        monkeypatch.setattr("listings.search.asking.FEW_IN_ALL", 0)
    worlds = [a_random_world(seed) for seed in (1, 2)]

    @settings(max_examples=250, database=None)
    @given(
        question=questions,
        world=st.sampled_from(worlds),
        viewer=st.sampled_from([0, 1, 2]),
        size=st.sampled_from([1, 3, 24]),
    )
    def same(question, world, viewer, size):
        if "box" in question and "here" not in question and question.get("radius_m"):
            question.pop("radius_m")
        criteria = Criteria(**question)
        viewer = world["viewers"][viewer]
        if criteria.there and criteria.radius_m is None:  # else the circle grows, which the rides' own tests hold to
            criteria = criteria.changed(radius_m=50_000.0)
        expected = [pk for pk, _d in searching.scan(criteria, viewer)]
        assert everything(criteria, viewer, size) == expected

    same()


@pytest.mark.parametrize("radius_m", [None, 30_000_000.0])
def test_the_other_side_of_the_globe_is_not_too_far(radius_m):
    """Rounded to centimetres, some places there are farther away than the globe is wide."""
    here, there = Point(0.0, 0.0), Point(0.0, -180.0)
    points = [offset(there, metres, bearing) for metres in (0, 10, 30, 60) for bearing in (0.5, 2.0, 4.0)]
    pks = {searching.listing(point.lat, point.lon).pk for point in points}
    assert set(everything(Criteria(here=here, radius_m=radius_m))) == pks
