"""An offer begun: with the habits of the last one, and taken up again where it was left."""

from datetime import time

import pytest
from django.urls import reverse

from bookings.models import OpeningWindow
from listings import actions
from listings.models import Listing
from listings.states import ListingState
from members.states import Role
from tests import factories
from tests.listings.offering import make, published
from tests.listings.test_offer import ABOUT_TOOL, TERMS, step

pytestmark = pytest.mark.django_db


@pytest.fixture
def street():
    return factories.community()


@pytest.fixture
def bo(street, client):
    bo = factories.member("Bo", of=street, place="Wiehre", lat=47.98, lon=7.85)
    client.force_login(bo)
    return bo


def begun(by, community, **facts) -> Listing:
    draft = actions.begin(by=by, facts={"kind": "tool", "community": community} | facts)
    draft.refresh_from_db()
    return draft


def test_an_offer_begins_with_the_habits_of_the_last_one_of_its_kind(bo, street):
    habits = {
        "terms": "rent", "price_unit": "hour", "instant": True, "cancellation": "strict", "visibility": "community",
        "min_units": 2, "max_units": 6, "notice_hours": 24, "horizon_days": 30, "buffer_after": 60,
    }
    place = {"place": "By the well", "address": "Elm Street 4", "lat": 47.5, "lon": 7.6}
    last = published(bo, price_minor=400, description="Mine", **habits, **place)
    OpeningWindow.objects.create(listing=last, weekday=2, opens=time(17), closes=time(20))
    published(bo, kind="room", title="Room", place="Elsewhere")

    draft = begun(bo, street)

    assert {name: getattr(draft, name) for name in habits | place} == habits | place
    assert (draft.title, draft.description, draft.price_minor, draft.state) == ("", "", 0, ListingState.DRAFT)
    assert list(draft.windows.values_list("weekday", "opens", "closes")) == [(2, time(17), time(20))]
    assert draft.public_lat == last.public_lat  # one home, one stand-in


def test_a_room_and_a_ride_keep_the_ways_of_their_kind(bo, street):
    published(bo, kind="room", title="Room", check_in=time(18), rules="Quiet.", whole=False, beds=2)
    assert (begun(bo, street, kind="room").room.check_in, begun(bo, street, kind="room").room.rules) == (
        time(18), "Quiet.",
    )
    ride = make(bo, kind="ride", title="To Bern", vehicle="Van", two_behind=True)
    Listing.objects.filter(pk=ride.pk).update(state=ListingState.PAUSED)
    assert begun(bo, street, kind="ride").ride.vehicle == "Van"


def test_drafts_other_communities_and_other_owners_teach_nothing(bo, street):
    make(bo, notice_hours=24)
    harbour = factories.community("Harbour")
    factories.join(bo, harbour)
    published(bo, community=harbour, notice_hours=48)
    published(factories.member("Ana", of=street), notice_hours=72)
    published(factories.member("Cleo", of=street, role=Role.STEWARD), commons=True, notice_hours=96)
    assert begun(bo, street).notice_hours == 0


def test_what_belongs_to_the_community_learns_from_what_belongs_to_it(street):
    cleo = factories.member("Cleo", of=street, role=Role.STEWARD)
    published(cleo, notice_hours=24)
    published(cleo, commons=True, notice_hours=48)
    assert begun(cleo, street, commons=True).notice_hours == 48


def test_a_draft_is_taken_up_where_it_was_left(client, bo, street):
    client.post(reverse("listing_new"), {"kind": "tool", "community": street.pk})
    thing = Listing.objects.get()

    def continues() -> str:
        text = client.get(reverse("my_listings"), {"state": "draft"}).content.decode()
        assert "Continue" in text
        return text

    assert reverse("listing_step", args=[thing.pk, "start"]) in continues()
    step(client, thing, "start", title="Saw", then="later")
    assert reverse("listing_step", args=[thing.pk, "about"]) in continues()
    step(client, thing, "about", **ABOUT_TOOL)
    assert reverse("listing_step", args=[thing.pk, "terms"]) in continues()
    step(client, thing, "terms", **TERMS)
    assert "Look and publish" in client.get(reverse("my_listings"), {"state": "draft"}).content.decode()
    assert "Only you see this." in client.get(thing.get_absolute_url()).content.decode()


def test_the_community_is_the_one_of_the_last_offer(client, bo):
    harbour = factories.community("Aaa")
    factories.join(bo, harbour)
    published(bo, community=harbour)
    form = client.get(reverse("listing_new")).context["form"]
    assert form["community"].value() == harbour.pk


def test_a_copy_has_the_week_and_not_the_days(bo):
    last = published(bo)
    OpeningWindow.objects.create(listing=last, weekday=2, opens=time(17), closes=time(20))
    last.exceptions.create(day="2030-01-01")
    copy = actions.duplicate(last.pk, by=bo)
    assert (copy.windows.count(), copy.exceptions.count(), copy.bookings.count()) == (1, 0, 0)
