"""What may happen to a listing, who may do it, and what is refused at which field."""

import threading

import pytest
from django.db import IntegrityError, transaction
from django.http import Http404

from bookings.models import Claim
from listings import actions, categories, promises
from listings.models import Category, Listing
from listings.states import LIFE, Kind, ListingState, Terms, Unit, life_steps
from members.signals import membership_ended
from members.states import Role, Standing
from sharing.values.place import Point, metres_between
from sharing.web.refusals import Refusal
from tests import factories
from tests.listings.offering import WAY, in_days, make, published, refused

pytestmark = pytest.mark.django_db
HERE = factories.HERE


@pytest.fixture
def street():
    return factories.community()


@pytest.fixture
def bo(street):
    return factories.member("Bo", of=street)


# --- making ---------------------------------------------------------------------------------------


def test_a_new_listing_is_a_draft_on_the_usual_terms_of_its_community(bo, street):
    drill = make(bo, title="  Drill ")

    assert (drill.state, drill.title, drill.owner, drill.community) == (ListingState.DRAFT, "Drill", bo, street)
    assert (drill.terms, drill.price_minor, drill.price_unit, drill.currency) == (Terms.GIFT, 0, Unit.DAY, "EUR")
    assert (drill.time_zone, drill.version, drill.published) == ("Europe/Berlin", 1, None)
    assert drill.tool.condition == ""


def test_a_price_makes_it_a_rent_and_a_ride_a_shared_cost(bo):
    assert make(bo, price_minor=300).terms == Terms.RENT
    ride = make(bo, kind="ride", price_minor=900)
    assert (ride.terms, ride.price_unit) == (Terms.COST_SHARE, Unit.SEAT)


def test_without_a_place_it_is_at_its_owners_and_else_in_the_community(bo, street):
    assert (make(bo).lat, make(bo).place) == (street.lat, street.place)

    bo.lat, bo.lon, bo.place = 48.01, 7.86, "Herdern"
    bo.save()
    home = make(bo)
    assert (home.lat, home.lon, home.place) == (48.01, 7.86, "Herdern")


def test_the_stored_public_point_is_near_but_never_the_place_and_one_for_all_listings_of_a_home(bo, street):
    first, second = make(bo, lat=47.99, lon=7.85), make(bo, lat=47.99, lon=7.85, title="Saw")
    away = metres_between(Point(first.lat, first.lon), Point(first.public_lat, first.public_lon))

    assert 100 < away < 400
    assert (first.public_lat, first.public_lon, first.tile) == (second.public_lat, second.public_lon, second.tile)
    assert Point(first.public_lat, first.public_lon).xyz == pytest.approx((first.x, first.y, first.z))
    cleo = factories.member("Cleo", of=street)
    assert make(cleo, lat=47.99, lon=7.85).public_lat != first.public_lat


def test_the_clock_is_that_of_the_place(bo, street):
    assert make(bo, lat=47.99, lon=7.85).time_zone == street.time_zone
    assert make(bo, lat=38.72, lon=-9.14).time_zone == "Europe/Lisbon"


def test_a_whole_room_is_one_and_a_shared_one_counts_its_beds(bo):
    whole = make(bo, kind="room")
    shared = make(bo, kind="room", whole=False, beds=3)
    counted = make(bo, kind="room", capacity=2)

    assert (whole.capacity, whole.room.whole, whole.price_unit) == (1, True, Unit.NIGHT)
    assert (shared.capacity, shared.room.beds) == (3, 3)
    assert (counted.capacity, counted.room.whole, counted.room.beds) == (2, False, 2)
    refused("capacity", make, bo, kind="room", whole=True, capacity=2)


def test_categories_belong_to_their_kind(bo):
    assert make(bo, category="drills").category.slug == "drills"
    refused("category", make, bo, category="guest-rooms")
    refused("category", make, bo, category="nothing-of-ours")


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"kind": "boat"}, "kind"),
        ({"kind": None}, "kind"),
        ({"title": "x" * 121}, "title"),
        ({"title": "NUL\x00"}, "title"),
        ({"description": "x" * 6001}, "description"),
        ({"price_minor": -1}, "price_minor"),
        ({"price_minor": 10**10}, "price_minor"),
        ({"price_minor": 10**30}, "price_minor"),
        ({"price_minor": 300, "terms": "gift"}, "price_minor"),
        ({"terms": "loan"}, "terms"),
        ({"price_unit": "week"}, "price_unit"),
        ({"price_unit": "seat"}, "price_unit"),
        ({"capacity": 0}, "capacity"),
        ({"capacity": 501}, "capacity"),
        ({"capacity": "many"}, "capacity"),
        ({"min_units": 5, "max_units": 4}, "max_units"),
        ({"horizon_days": 0}, "horizon_days"),
        ({"visibility": "nobody"}, "visibility"),
        ({"currency": "USD"}, "currency"),
        ({"lat": 91, "lon": 7}, "lat"),
        ({"lat": "north", "lon": 7}, "lat"),
        ({"lat": 47.9}, "lon"),
        ({"lon": 7.9}, "lat"),
        ({"lat": float("nan"), "lon": 7}, "lat"),
        ({"tags": "red"}, "tags"),
        ({"tags": ["x"] * 3 + [str(n) for n in range(12)]}, "tags"),
        ({"tags": ["x" * 41]}, "tags"),
        ({"community": "nowhere"}, "community"),
        ({"community": 10**30}, "community"),
        ({"commons": True}, "commons"),
        ({"vehicle": "Van"}, "vehicle"),
        ({"stops": WAY}, "stops"),
        ({"condition": "rusty"}, "condition"),
        ({"kind": "room", "check_in": "25:00"}, "check_in"),
        ({"kind": "room", "beds": 0, "whole": False}, "beds"),
    ],
)
def test_what_does_not_go_together_is_refused_at_its_field_and_nothing_is_kept(bo, facts, field):
    refused(field, make, bo, **facts)
    assert not Listing.objects.exists()


def test_a_name_that_no_listing_has_is_the_programmers_mistake(bo):
    with pytest.raises(TypeError, match="colour"):
        make(bo, colour="red")


def test_only_members_list_in_a_community_and_only_stewards_for_it(bo, street):
    elsewhere = factories.community("Oak Street")
    zoe = factories.member("Zoe")
    cleo = factories.member("Cleo", of=street, role=Role.STEWARD)

    refused("community", make, bo, community=elsewhere)
    refused("community", make, bo, community=elsewhere.slug)
    refused("community", make, zoe)
    refused("commons", make, bo, commons=True)
    ladder = make(cleo, commons=True, title="Ladder")
    assert (ladder.owner, ladder.community) == (None, street)


# --- changing -------------------------------------------------------------------------------------


def test_every_change_raises_the_version_and_leaves_the_rest(bo):
    drill = make(bo, title="Drill", brand="Bosch", price_minor=300)

    changed = actions.update(drill.pk, by=bo, facts={"title": "Hammer drill", "condition": "good"})

    assert (changed.version, changed.title, changed.price_minor) == (2, "Hammer drill", 300)
    assert (changed.tool.brand, changed.tool.condition) == ("Bosch", "good")


def test_made_a_gift_it_loses_its_price(bo):
    drill = make(bo, price_minor=300)
    assert actions.update(drill.pk, by=bo, facts={"terms": "gift"}).price_minor == 0


def test_a_published_listing_keeps_a_title_its_kind_and_its_community(bo):
    drill = published(bo)
    oak = factories.community("Oak Street", currency="CHF")
    factories.join(bo, oak)

    refused("title", actions.update, drill.pk, by=bo, facts={"title": " "})
    refused("kind", actions.update, drill.pk, by=bo, facts={"kind": "room"})
    refused("community", actions.update, drill.pk, by=bo, facts={"community": oak})
    draft = make(bo)
    assert actions.update(draft.pk, by=bo, facts={"community": oak}).currency == "CHF"


def test_capacity_is_not_lowered_below_what_is_promised(bo):
    chairs = published(bo, title="Chairs", capacity=10)
    Claim.objects.create(listing=chairs, quantity=6, **factories.days(0, 2))

    assert "promised" in refused("capacity", actions.update, chairs.pk, by=bo, facts={"capacity": 5})
    assert actions.update(chairs.pk, by=bo, facts={"capacity": 6}).capacity == 6


def test_a_duplicate_is_a_draft_of_its_own(bo):
    ride = make(bo, kind="ride", title="To Bern", price_minor=1800, vehicle="Van", stops=WAY, departures=[in_days(3)])
    actions.publish(ride.pk, by=bo)

    copy = actions.duplicate(ride.pk, by=bo)

    assert (copy.state, copy.published, copy.version, copy.title) == (ListingState.DRAFT, None, 1, "To Bern (copy)")
    assert copy.pk != ride.pk and copy.ride.vehicle == "Van"
    assert [stop.place for stop in copy.stops.all()] == ["Freiburg", "Basel", "Bern"]
    assert (ride.stops.count(), copy.departures.count()) == (3, 0)


# --- its life -------------------------------------------------------------------------------------


def test_publishing_asks_for_what_others_need_to_know(bo):
    refused("title", actions.publish, make(bo).pk, by=bo)
    refused("price_minor", actions.publish, make(bo, title="Drill", terms="rent").pk, by=bo)
    refused("stops", actions.publish, make(bo, title="Bern", kind="ride").pk, by=bo)
    refused("departures", actions.publish, make(bo, title="Bern", kind="ride", stops=WAY).pk, by=bo)
    drill = published(bo)
    assert drill.is_published and drill.published


def test_who_has_left_the_community_publishes_nothing_there(bo):
    drill = make(bo, title="Drill")
    bo.memberships.update(standing=Standing.LEFT)

    refused("community", actions.publish, drill.pk, by=bo)


def test_what_a_member_offers_is_paused_when_they_leave(bo):
    drill, draft = published(bo), make(bo)
    membership = bo.memberships.get()

    membership_ended.send(type(membership), membership=membership)

    drill.refresh_from_db()
    draft.refresh_from_db()
    assert (drill.state, draft.state) == (ListingState.PAUSED, ListingState.DRAFT)


DEEDS = {verb: getattr(actions, verb) for verb in LIFE}


@pytest.mark.parametrize("state", ListingState.values)
@pytest.mark.parametrize("verb", list(LIFE))
def test_only_the_steps_of_the_table_may_be_taken(bo, verb, state):
    drill = published(bo)
    if state == ListingState.DRAFT:
        drill = make(bo, title="Drill")
    Listing.objects.filter(pk=drill.pk).update(state=state)

    if verb in life_steps(state, ever_published=drill.published is not None):
        DEEDS[verb](drill.pk, by=bo)
        after = Listing.objects.filter(pk=drill.pk).values_list("state", flat=True).first()
        assert (
            after
            == {"publish": "published", "pause": "paused", "archive": "archived", "restore": "paused", "delete": None}[
                verb
            ]
        )
    else:
        refused(None, DEEDS[verb], drill.pk, by=bo)
        drill.refresh_from_db()
        assert drill.state == state


def test_out_of_the_archive_a_draft_is_a_draft_again(bo):
    draft = make(bo, title="Drill")
    actions.archive(draft.pk, by=bo)
    assert actions.restore(draft.pk, by=bo).state == ListingState.DRAFT


def test_the_first_day_on_the_board_is_kept_when_it_comes_back(bo):
    drill = published(bo)
    actions.pause(drill.pk, by=bo)
    assert actions.publish(drill.pk, by=bo).published == drill.published


def test_what_neighbours_count_on_is_not_archived(bo, monkeypatch):
    monkeypatch.setattr(promises, "_listers", [])
    drill, saw = published(bo), published(bo)
    ana = promises.Promise("Ana, on Saturday", "/bookings/7/")
    promises.register_list(lambda listing: [ana] if listing == drill else [])

    assert promises.coming(drill) == [ana]
    assert "count on it still" in refused(None, actions.archive, drill.pk, by=bo)
    assert actions.archive(saw.pk, by=bo).state == ListingState.ARCHIVED
    assert actions.pause(drill.pk, by=bo).state == ListingState.PAUSED  # this one may always


def test_a_stranger_and_a_mere_neighbour_find_nothing_to_act_on(bo, street):
    drill = published(bo)
    ladder = actions.create(
        by=factories.member("Cleo", of=street, role=Role.STEWARD), facts={"kind": "tool", "commons": True}
    )
    deeds = [
        lambda pk, by: actions.update(pk, by=by, facts={"title": "Mine"}),
        *DEEDS.values(),
        actions.duplicate,
        lambda pk, by: actions.set_stops(pk, WAY, by=by),
        lambda pk, by: actions.set_departures(pk, [], by=by),
        lambda pk, by: actions.add_photo(pk, None, by=by),
        lambda pk, by: actions.order_photos(pk, [], by=by),
    ]
    for by in (
        factories.member("Ana", of=street),
        factories.member("Zoe"),
        factories.member("Tom", of=street, role=Role.TREASURER),
    ):
        for thing in (drill, ladder):
            for deed in deeds:
                with pytest.raises(Http404):
                    deed(thing.pk, by=by)
    drill.refresh_from_db()
    assert (drill.title, drill.version) == ("Drill", 2)


def test_every_steward_looks_after_the_commons_but_not_after_members_things(bo, street):
    cleo, dan = (factories.member(name, of=street, role=Role.STEWARD) for name in ("Cleo", "Dan"))
    ladder = actions.create(by=cleo, facts={"kind": "tool", "commons": True, "title": "Ladder"})

    assert actions.publish(ladder.pk, by=dan).is_published
    with pytest.raises(Http404):
        actions.pause(published(bo).pk, by=dan)


# --- what the database holds itself -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"title": ""}, "a_published_listing_can_be_found"),
        ({"tile": None}, "a_published_listing_can_be_found"),
        ({"terms": "gift", "price_minor": 3}, "a_gift_has_no_price"),
        ({"capacity": 0}, "a_listing_has_room_for_one"),
        ({"min_units": 9, "max_units": 3}, "the_longest_stay_is_no_shorter_than_the_shortest"),
    ],
)
def test_the_database_refuses_what_the_actions_would(bo, change, rule):
    drill = published(bo)
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        Listing.objects.filter(pk=drill.pk).update(**change)


# --- categories -----------------------------------------------------------------------------------


def test_the_tree_has_twelve_roots_and_is_planted_once():
    before = set(Category.objects.values_list("pk", "slug", "parent__slug"))
    Category.objects.filter(slug="drills").update(position=99)

    categories.seed()

    assert set(Category.objects.values_list("pk", "slug", "parent__slug")) == before
    assert (len(categories.TREE), Category.objects.filter(parent=None).count()) == (12, 12)
    assert len(categories.NAMES) == Category.objects.count() > 110
    assert Category.objects.get(slug="drills").position == 0
    assert set(Kind.values) == set(Category.objects.values_list("kind", flat=True))


def test_a_categorys_name_costs_no_query(bo, django_assert_num_queries):
    drill = make(bo, category="drills")
    categories.name_of(drill.category_id)

    with django_assert_num_queries(0):
        assert categories.name_of(drill.category_id) == "Drills and screwdrivers"
        assert categories.name_of(None) == ""
        assert categories.name("rain-barrels") == "Rain barrels"


# --- races ----------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_two_who_publish_at_once_one_is_told_it_is_done():
    street = factories.community()
    bo = factories.member("Bo", of=street)
    drill = make(bo, title="Drill")
    barrier, answers = threading.Barrier(2), []

    def publish():
        from django.db import connection

        barrier.wait()
        try:
            actions.publish(drill.pk, by=bo)
            answers.append("published")
        except Refusal as refusal:
            answers.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=publish) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    drill.refresh_from_db()
    assert sorted(answers) == ["This is published already.", "published"]
    assert drill.version == 2
