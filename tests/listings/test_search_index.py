"""The postings follow every change, words are met in any form, rides at any stop, and secrets stay secret."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from listings.models import Category, Cluster, Listing, Spot, StaleTile, Term, TermFrequency
from listings.search import clusters, index, query, suggestions, terms
from listings.search.criteria import Criteria
from listings.states import Kind, ListingState, Visibility
from sharing.values.place import Point, offset
from tests import factories
from tests.listings import searching

pytestmark = pytest.mark.django_db
HERE = factories.HERE


def found(q: str = "", viewer=None, **facts) -> list[int]:
    return [hit.listing.pk for hit in query.search(Criteria(q=q, **facts), viewer).hits]


@pytest.mark.parametrize(
    ("title", "language", "q"),
    [
        ("Hammer drill", "en", "drill"),
        ("Hammer drill", "en", "DRILLS"),
        ("Two drills", "en", "drill"),
        ("Schlagbohrmaschine", "de", "schlagbohrmaschinen"),
        ("Vélo cargo", "fr", "velos"),
        ("Échelle double", "fr", "echelle"),
        ("Taladros percutores", "es", "taladro"),
        ("Trapani", "it", "trapano"),
        ("Straßenkreide", "de", "strassenkreide"),
        ("Drill, 18 V", "en", "18V drill"),
        ("Neighbour's ladder", "en", "neighbours ladders"),
        ("Wiertarki", "pl", "wiertarki"),
    ],
)
def test_a_word_is_met_in_its_forms_whatever_the_listings_language(title, language, q):
    one = searching.listing(HERE.lat, HERE.lon, title=title, language=language)
    searching.listing(HERE.lat, HERE.lon, title="Something else")
    assert found(q) == [one.pk]


def test_the_category_speaks_for_the_thing_also_in_another_language():
    drills = Category.objects.get(slug="drills")
    one = searching.listing(HERE.lat, HERE.lon, title="Hilti TE 3", language="de", category=drills)
    assert found("drill") == [one.pk] == found(category="workshop") == found(category="drills")
    assert found(category="saws") == []


def test_all_words_must_be_there_but_small_ones_do_not_count():
    one = searching.listing(HERE.lat, HERE.lon, title="Ladder for the roof")
    assert found("a ladder for roofs") == [one.pk]
    assert found("ladder cellar") == []


@pytest.mark.parametrize("state", [ListingState.DRAFT, ListingState.PAUSED, ListingState.ARCHIVED])
def test_what_is_not_published_leaves_nothing_behind(state):
    one = searching.listing(HERE.lat, HERE.lon)
    assert Term.objects.filter(listing_id=one.pk).exists()
    one.state = state
    one.save()
    index.rewrite(one)
    assert not Term.objects.filter(listing_id=one.pk).exists()
    assert found("drill") == [] == found()


def test_an_edit_and_a_move_leave_no_old_postings():
    one = searching.listing(HERE.lat, HERE.lon, title="Hammer drill")
    one.title = "Apple press"
    searching.place(one, 52.5, 13.4)
    assert found("drill") == [] and found("presses") == [one.pk]
    tiles = set(Term.objects.filter(listing_id=one.pk).values_list("tile", flat=True))
    assert tiles == {one.tile}
    assert found("press", here=HERE, radius_m=50_000.0) == []


def test_writing_again_changes_nothing(django_assert_num_queries):
    one = searching.listing(HERE.lat, HERE.lon)
    before = set(Term.objects.values_list("tid", "tile", "listing_id"))
    index.rewrite(one)
    assert set(Term.objects.values_list("tid", "tile", "listing_id")) == before
    index.remove(one)
    assert not Term.objects.exists()


def test_a_community_listing_is_found_by_its_members_alone():
    home = factories.community()
    bo, ana = factories.member("Bo", of=home), factories.member("Ana", of=home)
    zoe = factories.member("Zoe", of=factories.community("Away"))
    secret = searching.listing(HERE.lat, HERE.lon, owner=bo, of=home, title="Zeppelin", visibility=Visibility.COMMUNITY)
    assert found("zeppelin", ana) == [secret.pk] == found("", ana, here=HERE) == found(viewer=ana, sort="price")
    for stranger in (None, zoe):
        for sort in ("", "new", "price"):
            assert found("zeppelin", stranger, sort=sort) == [] == found("", stranger, here=HERE, sort=sort)


def test_a_community_listing_is_neither_counted_nor_clustered_nor_suggested():
    home = factories.community()
    bo = factories.member("Bo", of=home)
    searching.listing(HERE.lat, HERE.lon, owner=bo, of=home, title="Zeppelin", visibility=Visibility.COMMUNITY)
    clusters.refresh()
    index.count_terms()
    for viewer in (None, bo):
        page = query.search(Criteria(q="zeppelin", here=HERE), viewer, totals=True)
        assert page.about_total() == 0
    assert not Cluster.objects.exists()
    assert clusters.bubbles(47, 7, 49, 9, 8) == [] == clusters.bubbles(47.99, 7.85, 48.0, 7.86, 16)
    assert suggestions.words("zep") == [] and not TermFrequency.objects.filter(word="zeppelin").exists()


def test_who_leaves_a_community_sees_its_own_listings_no_more():
    home = factories.community()
    bo, ana = factories.member("Bo", of=home), factories.member("Ana", of=home)
    secret = searching.listing(HERE.lat, HERE.lon, owner=bo, of=home, visibility=Visibility.COMMUNITY)
    assert found("drill", ana) == [secret.pk]
    ana.memberships.update(standing="left")
    assert found("drill", ana) == []


def a_ride(*points: Point, leaves_in: timedelta | None = timedelta(days=2)) -> Listing:
    one = factories.listing(kind=Kind.RIDE, title="To the sea", capacity=3)
    for position, point in enumerate(points):
        one.stops.create(
            position=position, place=f"Stop {position}", lat=point.lat, lon=point.lon, minutes=20 * position
        )
    if leaves_in is not None:
        one.departures.create(leaves=timezone.now() + leaves_in)
    return searching.place(one, points[0].lat, points[0].lon)


def test_a_ride_is_found_near_any_of_its_stops_and_only_in_its_order():
    middle, end = offset(HERE, 40_000, 0), offset(HERE, 80_000, 0)
    ride = a_ride(HERE, middle, end)
    for stop in (HERE, middle, end):
        assert found(here=stop, radius_m=3_000.0) == [ride.pk]
    assert found(here=offset(HERE, 20_000, 0), radius_m=3_000.0) == []
    assert found(here=HERE, there=end, radius_m=3_000.0) == [ride.pk] == found(here=middle, there=end, radius_m=3_000.0)
    assert found(here=end, there=HERE, radius_m=3_000.0) == [] == found(here=HERE, there=HERE, radius_m=3_000.0)
    assert found(there=end) == [ride.pk]


@pytest.mark.parametrize("sort", ["near", "new", "price"])
def test_how_far_a_ride_is_says_its_nearest_stop_in_every_order(sort):
    end = offset(HERE, 80_000, 0)
    a_ride(offset(HERE, 40_000, 0), end)
    (hit,) = query.search(Criteria(here=end, sort=sort, radius_m=90_000.0), None).hits
    assert hit.distance_m is not None and hit.distance_m < 400


def test_a_round_trip_is_found_both_ways():
    away = offset(HERE, 40_000, 0)
    ride = a_ride(HERE, away, HERE)
    assert found(here=away, there=HERE, radius_m=3_000.0) == [ride.pk] == found(here=HERE, there=away, radius_m=3_000.0)


def test_a_stop_is_posted_blurred():
    ride = a_ride(HERE, offset(HERE, 40_000, 0))
    for stop, spot in zip(ride.stops.order_by("position"), Spot.objects.order_by("position"), strict=True):
        assert (stop.lat, stop.lon) != (spot.lat, spot.lon)


def test_a_ride_whose_last_departure_left_is_found_no_more():
    ride = a_ride(HERE, offset(HERE, 40_000, 0), leaves_in=timedelta(minutes=5))
    assert found(kinds=("ride",)) == [ride.pk]
    ride.departures.update(leaves=timezone.now() - timedelta(minutes=1))
    assert index.retire_rides() == 1
    assert found(kinds=("ride",)) == []


def test_reindex_rebuilds_the_same_and_sweeps_what_has_no_listing():
    searching.listing(HERE.lat, HERE.lon)
    a_ride(HERE, offset(HERE, 9_000, 0))
    before = set(Term.objects.values_list("tid", "tile", "listing_id"))
    Term.objects.filter(tid=terms.tid("tool")).delete()
    Term.objects.create(tid=terms.tid("tool"), tile=5, listing_id=999_999, x=0, y=0, z=0)
    call_command("reindex", verbosity=0)
    assert set(Term.objects.values_list("tid", "tile", "listing_id")) == before


def test_clusters_follow_and_agree_at_every_zoom():
    there = offset(HERE, 300_000, 1)
    listings = [searching.listing(HERE.lat, HERE.lon) for _n in range(3)] + [searching.listing(there.lat, there.lon)]
    clusters.refresh()
    whole = (-85, -180, 85, 180)
    for zoom in range(12):
        bubbles = clusters.bubbles(*whole, zoom)
        assert sum(bubble.n for bubble in bubbles) == 4
    close = clusters.bubbles(47.9, 7.8, 48.1, 7.9, 17)
    assert [(round(bubble.lat, 4), round(bubble.lon, 4), bubble.n, bubble.kinds) for bubble in close] == [
        (HERE.lat, HERE.lon, 3, {"tool": 3})
    ]
    index.remove(listings[0])
    clusters.refresh()
    assert sum(bubble.n for bubble in clusters.bubbles(*whole, 5)) == 3
    assert clusters.bubbles(*whole, 5, ["room"]) == [] and not StaleTile.objects.exists()
    kept = set(Cluster.objects.values_list("zoom", "tile", "kind", "n"))
    clusters.rebuild()
    assert set(Cluster.objects.values_list("zoom", "tile", "kind", "n")) == kept


def test_clusters_count_what_was_taken_down_to_nobody_before_the_clock_comes():
    there = offset(HERE, 300_000, 1)
    near, _far = (searching.listing(at.lat, at.lon) for at in (HERE, there))
    clusters.refresh()
    index.remove(near)
    searching.listing(there.lat, there.lon, kind="room")
    for zoom in range(18):
        counted = [(bubble.n, bubble.kinds) for bubble in clusters.bubbles(-85, -180, 85, 180, zoom)]
        assert counted == [(2, {"room": 1, "tool": 1})], zoom
        assert [bubble.n for bubble in clusters.bubbles(-85, -180, 85, 180, zoom, ["tool"])] == [1]
    before = clusters.bubbles(-85, -180, 85, 180, 5)
    clusters.refresh()
    [now], [then] = clusters.bubbles(-85, -180, 85, 180, 5), before
    assert (now.n, round(now.lat, 6), round(now.lon, 6)) == (then.n, round(then.lat, 6), round(then.lon, 6))


def test_clusters_are_seen_across_the_antimeridian():
    searching.listing(-17.0, 179.9)
    searching.listing(-17.0, -179.9)
    clusters.refresh()
    assert sum(bubble.n for bubble in clusters.bubbles(-20, 179, -15, -179, 6)) == 2


def test_suggestions_come_from_public_words_the_commonest_first():
    for title in ("Ladder", "Lawn mower", "Lawn edger"):
        searching.listing(HERE.lat, HERE.lon, title=title)
    index.count_terms()
    assert suggestions.words("la") == ["lawn", "ladder"]
    assert suggestions.words("Green la") == ["Green lawn", "Green ladder"]
    assert suggestions.words("l") == [] == suggestions.words("xyz") == suggestions.words("lawn ")
