"""What the steps ask of whom, and how they say what is wrong: nothing that does not concern what is being offered."""

from datetime import time

import pytest
from django.urls import reverse

from listings import actions
from listings.models import Listing
from tests.listings.offering import photo
from tests.listings.test_offer import RIDE_TERMS, TERMS, bo, draft, shown, step, street, way  # noqa: F401

pytestmark = pytest.mark.django_db


def page(client, listing, name: str) -> str:
    return shown(client.get(reverse("listing_step", args=[listing.pk, name])))


def test_words_for_photos_are_asked_for_once_there_is_one(client, bo):  # noqa: F811
    thing = draft(bo)
    assert "screen readers read it aloud" not in page(client, thing, "start")
    actions.add_photo(thing.pk, photo(), by=bo)
    assert page(client, thing, "start").count("screen readers read it aloud") == 1


@pytest.mark.parametrize(
    ("category", "asked", "unit"), [("studios", False, "hour"), ("guest-rooms", True, "night"), ("", True, "night")]
)
def test_only_where_one_sleeps_one_checks_in(client, bo, category, asked, unit):  # noqa: F811
    room = draft(bo, kind="room", title="Corner", category=category or None)
    assert ("Check-in from" in page(client, room, "about")) is asked
    hours = {"check_in": "14:00", "check_out": "10:00"} if asked else {}
    said = {"whole": "True", "beds": "1", "where": "mine"} | hours
    assert step(client, room, "about", **said).status_code == 302
    terms = page(client, room, "terms")
    assert f'<option value="{unit}" selected>' in terms
    assert f'<span data-when="price_unit={unit}">{unit}s</span>' in terms and terms.count('data-when="price_unit=') == 8
    assert 'data-when="terms!=gift,price_unit=night"' in terms  # a registration number, by script only then


def test_a_room_of_that_sort_that_is_let_by_the_night_keeps_its_hours(client, bo, street):  # noqa: F811
    facts = {"kind": "room", "title": "Studio", "category": "studios", "price_unit": "night", "where": None}
    room = draft(bo, **{name: value for name, value in facts.items() if value})
    actions.publish(room.pk, by=bo)
    assert "Check-in from" in page(client, room, "about")


def test_what_a_row_lacks_stands_on_top_and_leads_to_its_field(client, bo):  # noqa: F811
    ride = draft(bo, kind="ride")
    answer = step(client, ride, "about", **way({"place": "Freiburg"}, {"place": "Basel"}))
    said = shown(answer)
    assert answer.status_code == 422
    assert '<a href="#id_stops-1-minutes">Stop 2, Minutes from the start</a>: Say how many minutes' in said
    assert "Take away the tick" not in said and 'name="keep"' not in said


def test_a_refused_price_and_its_hint_reckon_with_the_same_seats(client, bo):  # noqa: F811
    ride = draft(bo, kind="ride")
    step(client, ride, "about", **way())
    actions.update(ride.pk, by=bo, facts={"capacity": 1})
    said = shown(step(client, ride, "terms", **RIDE_TERMS | {"terms": "cost_share", "price": "900", "capacity": "3"}))
    assert "a seat may cost" in said and said.count("shared by 4") >= 2 and "shared by 2" not in said
    assert Listing.objects.get(pk=ride.pk).capacity == 1
    said = shown(step(client, ride, "terms", **RIDE_TERMS | {"terms": "cost_share", "price": "9", "capacity": "many"}))
    assert "shared by 2" in said


def test_shared_cost_and_rent_are_told_apart(client, bo):  # noqa: F811
    assert "Shared cost: what it costs you" in page(client, draft(bo), "terms")


def test_the_way_back_is_called_after_where_it_goes(client, bo):  # noqa: F811
    ride = draft(bo, kind="ride")
    step(client, ride, "about", **way())
    actions.update(ride.pk, by=bo, facts={"title": "To Bern, early", "description": "At six, to the early shift."})
    back = actions.make_return(ride.pk, by=bo, at=time(17))
    assert back.title == "Bern → Freiburg"
