"""What asking costs, what it leaves to the database, and what the page says first once it is agreed."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings import actions, parties, timeline
from bookings.actions import requests
from bookings.models import Booking
from bookings.states import State
from listings.models import Departure, Listing
from messaging.models import Notification
from tests.bookings.cast import ride
from tests.bookings.test_steps import reach
from tests.factories import days

pytestmark = pytest.mark.django_db


def test_the_pick_up_is_the_big_thing_from_the_evening_before(cast):
    booking = reach(cast, State.ACCEPTED)
    steps = parties.steps_for(booking, cast.ana)
    weeks_before = timeline.next_thing(booking, cast.ana, steps, None)
    assert (weeks_before.step, weeks_before.waiting) == ("", True) and "Pick-up" in weeks_before.title
    the_eve = timeline.next_thing(booking, cast.ana, steps, None, now=booking.starts - timedelta(hours=4))
    assert the_eve.step == "hand_over"
    actions.take(booking.pk, "hand_over", by=cast.bo)  # early, because they agreed so
    booking = Booking.objects.get(pk=booking.pk)
    assert timeline.next_thing(booking, cast.ana, steps, None).step == "hand_over"


@pytest.mark.django_db(transaction=True)
def test_a_departure_deleted_at_the_same_instant_is_a_kind_refusal(cast, monkeypatch):
    trip = ride(cast.bo, of=cast.home)
    looked = requests.quotes.quote

    def then_it_is_gone(*args, **kwargs):
        made = looked(*args, **kwargs)
        Departure.objects.all().delete()
        return made

    monkeypatch.setattr(requests.quotes, "quote", then_it_is_gone)
    with pytest.raises(requests.NotFree, match="cancelled") as refused:
        actions.request(trip.pk, by=cast.ana)
    assert refused.value.field == "departure"


def test_a_booking_agreed_at_once_takes_twelve_statements(cast):
    Listing.objects.filter(pk=cast.drill.pk).update(instant=True)
    with CaptureQueriesContext(connection) as seen:
        booking = actions.request(cast.drill.pk, by=cast.ana, **days(2, 4))
    asked = [row["sql"] for row in seen if not row["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))]
    assert len(asked) <= 12, asked
    assert booking.state == State.ACCEPTED and booking.conversation.messages.count() == 1
    assert Notification.objects.filter(kind="booking.book", member=cast.bo).count() == 1


def test_the_list_of_bookings_asks_nothing_twice(cast, client):
    reach(cast, State.ACCEPTED)
    client.force_login(cast.ana)
    client.get("/bookings/")
    with CaptureQueriesContext(connection) as seen:
        client.get("/bookings/")
    asked = [row["sql"] for row in seen]
    assert len(asked) == len(set(asked)), [row for row in asked if asked.count(row) > 1]
