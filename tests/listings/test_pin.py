"""The place of an offer by pin or by pasted coordinates; what others read and see of it."""

import pytest
from django.conf import settings
from django.urls import reverse

from listings.places.coordinates import LONGEST_ADDRESS
from sharing.values.place import Point, blur, metres_between
from tests import factories
from tests.listings.offering import make
from tests.listings.test_offer import ABOUT_TOOL, step

pytestmark = pytest.mark.django_db


@pytest.fixture
def street():
    return factories.community(place="Freiburg")


@pytest.fixture
def bo(street, client):
    bo = factories.member("Bo", of=street)
    client.force_login(bo)
    return bo


def placed(client, thing, **where):
    answer = step(client, thing, "about", **ABOUT_TOOL | {"where": "other", "place_text": ""} | where)
    thing.refresh_from_db()
    return answer


@pytest.mark.parametrize(
    "pasted",
    ["47.5, 7.6", "47,5 7,6", "geo:47.5,7.6", "47°30'0\"N 7°36'0\"E", "47.5;7.6", " 47.50000, 7.60000 "],
)
@pytest.mark.parametrize("field", ["coordinates", "place_text"])
def test_coordinates_in_any_usual_form_set_the_point_and_are_never_what_others_read(client, bo, pasted, field):
    thing = make(bo, title="Drill")
    assert placed(client, thing, **{field: pasted}).status_code == 302
    assert (round(thing.lat, 5), round(thing.lon, 5)) == (47.5, 7.6)
    assert thing.place and not any(figure in thing.place for figure in "0123456789")


def test_the_address_of_a_map_is_taken_whole(client, bo):
    thing = make(bo, title="Drill")
    address = f"https://maps.example/maps/place/{'Drill+Street+' * 8}/@47.5,7.6,17z/data=!3m1!4b1"
    page = client.get(reverse("listing_edit", args=[thing.pk]) + "about/").content.decode()
    assert f'maxlength="{LONGEST_ADDRESS}"' in page
    assert placed(client, thing, coordinates=address).status_code == 302
    assert (round(thing.lat, 5), round(thing.lon, 5)) == (47.5, 7.6)


def test_words_beside_the_pin_are_kept(client, bo):
    thing = make(bo, title="Drill")
    placed(client, thing, place_text="By the well", coordinates="47.5, 7.6", place_lat="1", place_lon="1")
    assert (thing.place, thing.lat) == ("By the well", 47.5)


@pytest.mark.parametrize("wrong", ["99, 7", "47", "here", "47.5, 7.6, 8", "nan, nan", "47.5\x00, 7", "1" * 81])
def test_what_is_no_point_is_told_at_the_field(client, bo, wrong):
    thing = make(bo, title="Drill")
    before = (thing.lat, thing.place)
    answer = placed(client, thing, place_text="Basel", coordinates=wrong)
    assert answer.status_code == 422 and 'role="alert"' in answer.content.decode()
    assert (thing.lat, thing.place) == before


def test_the_circle_is_where_others_will_see_it(client, bo):
    thing = make(bo, title="Drill")
    answer = client.get(reverse("listing_around", args=[thing.pk]), {"lat": "47.5", "lon": "7.6"}).json()
    public = blur(Point(47.5, 7.6), secret=settings.BLUR_SECRET, owner=thing.blur_key)
    assert (answer["lat"], answer["lon"]) == (public.lat, public.lon)
    assert metres_between(Point(47.5, 7.6), public) < answer["radius_m"]
    placed(client, thing, coordinates="47.5, 7.6")
    assert (thing.public_lat, thing.public_lon) == (public.lat, public.lon)


@pytest.mark.parametrize("asked", [{}, {"lat": "x", "lon": "1"}, {"lat": "nan", "lon": "1"}, {"lat": "91", "lon": "1"}])
def test_nonsense_has_no_circle(client, bo, asked):
    assert client.get(reverse("listing_around", args=[make(bo).pk]), asked).status_code == 400


def test_nobody_asks_for_anothers_circle(client, bo, street):
    theirs = make(factories.member("Ana", of=street))
    assert client.get(reverse("listing_around", args=[theirs.pk]), {"lat": "1", "lon": "1"}).status_code == 404
