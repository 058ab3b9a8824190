"""A label scanned: one's own handover, the stewards' desk; and what is booked stays out of the archive."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from bookings import actions, closing, desk
from bookings.states import State
from listings import actions as listings
from listings.models import Label
from sharing.web.refusals import Refusal
from tests.bookings.cast import drill, noon
from tests.factories import listing as made
from tests.factories import member

pytestmark = pytest.mark.django_db


@pytest.fixture
def bike(cast):
    bike = drill(None, of=cast.home, commons=True, title="Cargo bike", instant=True)
    Label.objects.create(listing=bike, community=cast.home, number="ELM-0001", serial=1, code="abcdefgh")
    return bike


def booked(bike, by, starts=None):
    starts = starts or timezone.now() + timedelta(hours=1)
    return actions.request(bike.pk, by=by, starts=starts, ends=starts + timedelta(days=2))


def scan(client, who, code="abcdefgh"):
    client.force_login(who)
    return client.get(reverse("label", args=[code]))


def test_the_borrower_comes_straight_to_the_pick_up_and_then_to_the_return(client, cast, bike):
    booking = booked(bike, cast.ana)
    assert scan(client, cast.ana).url == reverse("booking_step", args=[booking.pk, "hand_over"])
    actions.take(booking.pk, "hand_over", by=cast.ana)
    assert scan(client, cast.ana).url == booking.get_absolute_url()  # confirmed already, the other side has not
    actions.take(booking.pk, "hand_over", by=cast.cleo)
    assert scan(client, cast.ana).url == reverse("booking_step", args=[booking.pk, "return"])
    assert client.get(scan(client, cast.ana).url).status_code == 200


def test_what_is_for_next_week_or_somebody_elses_leads_to_the_page(client, cast, bike):
    booked(bike, cast.ana, noon(7))
    for who in (cast.ana, cast.bo):
        assert scan(client, who).url == bike.get_absolute_url()


def test_the_desk_tells_stewards_who_has_it_and_who_comes_next(client, cast, bike):
    assert "Nobody has booked it" in scan(client, cast.cleo).content.decode()
    first, _next = booked(bike, cast.ana), booked(bike, member("Max", of=cast.home), noon(9))
    for by in (cast.ana, cast.cleo):
        actions.take(first.pk, "hand_over", by=by)
    text = scan(client, cast.cleo).content.decode()
    assert "It is out" in text and "Comes next" in text and "Max" in text
    assert reverse("booking_step", args=[first.pk, "return"]) in text


def test_the_desk_costs_the_same_for_one_booking_and_for_many(
    client, cast, bike, django_assert_num_queries, django_assert_max_num_queries
):
    booked(bike, cast.ana, noon(5))
    client.force_login(cast.cleo)
    url = reverse("label", args=["abcdefgh"])
    with django_assert_max_num_queries(12) as one:
        client.get(url)
    for day in (9, 13, 17):
        booked(bike, cast.ana, noon(day))
    with django_assert_num_queries(len(one)):
        client.get(url)


def test_what_is_booked_stays_out_of_the_archive(cast):
    tool = drill(cast.bo, of=cast.home, instant=True, tile=5)
    booking = booked(tool, cast.ana, noon(5))
    with pytest.raises(Refusal, match="count on it still"):
        listings.archive(tool.pk, by=cast.bo)
    promise = closing.coming_on(tool)[0]
    assert promise.url == booking.get_absolute_url() and promise.text.startswith("Ana, ")
    actions.take(booking.pk, "cancel", by=cast.ana)
    assert closing.coming_on(tool) == []
    assert listings.archive(tool.pk, by=cast.bo).state == "archived"


def test_a_part_of_a_kit_that_is_out_leads_to_the_kits_handover(client, cast, bike):
    part = made(commons=True, of=cast.home, title="Trailer")
    Label.objects.create(listing=part, community=cast.home, number="ELM-0002", serial=2, code="hgfedcba")
    bike.kit_parts.create(part=part)
    booking = booked(bike, cast.ana)
    assert booking.state == State.ACCEPTED
    assert desk.next_step(part, cast.ana) == reverse("booking_step", args=[booking.pk, "hand_over"])
