"""There and back: the second ride made in one go, its plan, and what a rider is offered."""

from datetime import time, timedelta

import pytest

from bookings import returning
from listings import actions
from listings.actions.returns import other_way
from listings.models import Departure, Listing
from sharing.web.refusals import Refusal
from tests.bookings.cast import BERLIN, community_of, ride
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
    days = {row.day for row in one.departures.all()}
    assert {row.day for row in back.departures.all()} == days
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
    from bookings import actions as booking_actions

    ana = member("Ana", of=community_of(one.owner))
    booking_actions.request(
        back.pk, by=ana, departure=offered[0].departure.pk, board=offered[0].board.pk, alight=offered[0].alight.pk
    )
    assert row.day not in {each.departure.day for each in returning.offers(one, row, first, middle)}
    Departure.objects.filter(listing=back).update(cancelled=True)
    assert returning.offers(one, row, first, last) == []
