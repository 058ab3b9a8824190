"""There and back: the second ride made in one go, its plan, and what a rider is offered."""

from datetime import datetime, time, timedelta
from types import SimpleNamespace

import pytest

from bookings import actions as booking_actions
from bookings import returning
from bookings.models import Booking
from listings import actions
from listings.actions.returns import other_way
from listings.models import Departure, Listing
from sharing.web.refusals import Refusal
from tests.bookings.cast import BERLIN, community_of, ride
from tests.bookings.test_api import client as client_of
from tests.factories import member

pytestmark = pytest.mark.django_db


def commute(**facts):
    one = ride(**{"terms": "cost_share", "instant": True} | facts)
    Listing.objects.filter(pk=one.pk).update(horizon_days=20)
    one.departures.all().delete()
    actions.set_schedule(one.pk, by=one.owner, weekdays=[0, 1, 2], at=time(7, 15))
    one.refresh_from_db()
    return one


def test_the_way_back_is_the_way_there_turned_round():
    one = commute()
    back = actions.make_return(one.pk, by=one.owner, at=time(17, 30))
    assert list(back.stops.values_list("place", "minutes", "price_minor")) == [
        ("Karlsruhe", 0, 0), ("Offenburg", 45, 500), ("Freiburg", 90, 900)
    ]  # fmt: skip
    assert back.is_published and other_way(back).pk == one.pk and other_way(one).pk == back.pk
    ahead = datetime.now(BERLIN).date()  # of today the way there may be over, and the way back still to come
    days = {row.day for row in one.departures.all()}
    assert {row.day for row in back.departures.all() if row.day > ahead} == {day for day in days if day > ahead}
    assert {row.leaves.astimezone(BERLIN).time() for row in back.departures.all()} == {time(17, 30)}
    with pytest.raises(Refusal):
        actions.make_return(one.pk, by=one.owner, at=time(18))


def test_one_who_would_have_to_turn_round_before_arriving_is_refused():
    one = commute()
    with pytest.raises(Refusal) as caught:
        actions.make_return(one.pk, by=one.owner, at=time(8))
    assert "on the road already" in str(caught.value)
    assert Listing.objects.count() == 1  # nothing is kept of it


def test_single_departures_come_back_days_later():
    one = ride(terms="cost_share")
    back = actions.make_return(one.pk, by=one.owner, at=time(18), days_later=2)
    there = one.departures.get().leaves.astimezone(BERLIN)
    assert back.departures.get().leaves.astimezone(BERLIN).replace(tzinfo=None) == (
        there + timedelta(days=2)
    ).replace(hour=18, minute=0, tzinfo=None)


def test_a_rider_is_offered_the_way_back_with_seats_left():
    one = commute(seats=1)
    back = actions.make_return(one.pk, by=one.owner, at=time(17, 30))
    first, middle, last = one.stops.all()
    row = one.departures.order_by("leaves").first()
    offered = returning.offers(one, row, first, middle)
    assert [(each.board.place, each.alight.place) for each in offered][:1] == [("Offenburg", "Freiburg")]
    assert offered[0].departure.day == row.day and offered[0].left == 1
    ana = member("Ana", of=community_of(one.owner))
    booking_actions.request(
        back.pk, by=ana, departure=offered[0].departure.pk, board=offered[0].board.pk, alight=offered[0].alight.pk
    )
    assert row.day not in {each.departure.day for each in returning.offers(one, row, first, middle)}
    Departure.objects.filter(listing=back).update(cancelled=True)
    assert returning.offers(one, row, first, last) == []


@pytest.fixture
def both_ways():
    """A commute with one seat each way; the first day's two departures, and Ana who would like both."""
    one = commute(seats=1)
    back = actions.make_return(one.pk, by=one.owner, at=time(17, 30))
    Listing.objects.filter(pk=back.pk).update(horizon_days=20)
    there = one.departures.order_by("leaves").first()
    home = back.departures.get(day=there.day)
    return SimpleNamespace(one=one, back=back, there=there, home=home, ana=member("Ana", of=community_of(one.owner)))


def test_there_and_back_are_asked_for_in_one_step_both_or_neither(both_ways):
    trip, stops = both_ways, list(both_ways.one.stops.all())
    asked = {"departure": trip.there.pk, "board": stops[0].pk, "alight": stops[1].pk}
    there, home = booking_actions.request_both(trip.one.pk, by=trip.ana, back=trip.home.pk, **asked)
    assert (there.departure, home.departure, home.listing_id) == (trip.there, trip.home, trip.back.pk)
    assert (home.board.place, home.alight.place) == ("Offenburg", "Freiburg")
    assert there.quote["price_minor"] == 400 and home.quote["price_minor"] == 400
    # Zoe's seat there is free, but Ana sits in the way back as far as Freiburg from Offenburg on.
    zoe = member("Zoe")
    booking_actions.request(trip.back.pk, by=member("Mia"), departure=trip.home.pk, board=trip.back.stops.first().pk,
                            alight=trip.back.stops.all()[1].pk)  # fmt: skip
    with pytest.raises(Refusal, match="The way back: .*seats") as caught:
        booking_actions.request_both(
            trip.one.pk, by=zoe, back=trip.home.pk, departure=trip.there.pk, board=stops[1].pk, alight=stops[2].pk
        )
    assert caught.value.field == "back" and not Booking.objects.filter(borrower=zoe).exists()
    for wrong in (trip.there.pk, 10**30, "x", trip.one.departures.last().pk):
        with pytest.raises(Refusal, match="sets off after you have arrived"):
            booking_actions.request_both(trip.one.pk, by=zoe, back=wrong, departure=trip.there.pk, board=stops[1].pk)


def test_the_page_and_programs_take_both_in_one_step(both_ways, client):
    trip = both_ways
    client.force_login(trip.ana)
    asked = {"departure": trip.there.pk, "back": trip.home.pk}
    seen = client.get(f"/listings/{trip.one.pk}/quote/", asked).content.decode()
    assert "And back?" in seen and "There and back €18.00" in seen
    assert f'class="backs" hx-get="/listings/{trip.one.pk}/quote/"' in seen  # another choice is reckoned in at once
    page = client.post(f"/listings/{trip.one.pk}/book/", asked | {"quantity": 1}, follow=True)
    assert page.status_code == 200
    assert set(Booking.objects.values_list("departure", flat=True)) == {trip.there.pk, trip.home.pk}
    later = trip.one.departures.order_by("leaves")[1]
    home = trip.back.departures.get(day=later.day)
    made = client_of(trip.ana).post(
        "/api/v1/bookings/", {"listing": trip.one.pk, "departure": later.pk, "back": home.pk}, format="json"
    )
    assert made.status_code == 201 and Booking.objects.get(pk=made.json()["back"]).departure == home
    full = client_of(member("Zoe")).post(
        "/api/v1/bookings/", {"listing": trip.one.pk, "departure": later.pk, "back": home.pk}, format="json"
    )
    assert full.status_code in (400, 409) and Booking.objects.count() == 4
