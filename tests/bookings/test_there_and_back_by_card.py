"""There and back, paid by card: two payments, one after the other, and nobody is left without knowing it."""

from datetime import time, timedelta
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from bookings import actions as booking_actions
from bookings.models import Booking, RoundTrip
from bookings.states import State
from bookings.tasks import expire_at
from listings import actions
from listings.models import Listing
from payments.models import CardCharge
from tests.bookings.cast import BERLIN, ride
from tests.bookings.test_cards import told  # noqa: F401
from tests.payments.cards.conftest import Street, play, play_server  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def street(db, play):  # noqa: F811
    street = Street(play)
    there = ride(street.bo, of=street.community, terms="cost_share", instant=True)
    Listing.objects.filter(pk=there.pk).update(horizon_days=30)
    back = actions.make_return(there.pk, by=street.bo, at=time(18))
    Listing.objects.filter(pk=back.pk).update(horizon_days=30, instant=True)
    street.trip = SimpleNamespace(there=there, back=back, out=there.departures.get(), home=back.departures.get())
    assert street.trip.out.leaves.astimezone(BERLIN) < street.trip.home.leaves.astimezone(BERLIN)
    return street


def chosen(street: Street) -> dict:
    return {"departure": street.trip.out.pk, "back": street.trip.home.pk, "gateway": "stripe", "quantity": 1}


def both(street: Street) -> tuple[Booking, Booking]:
    asked = chosen(street)
    return booking_actions.request_both(street.trip.there.pk, by=street.ana, **asked)


def charge_of(booking: Booking) -> CardCharge:
    return CardCharge.objects.get(about=booking.about, purpose="price")


def page(client, booking: Booking) -> str:
    return client.get(booking.get_absolute_url()).content.decode()


def test_one_is_led_to_pay_both_one_after_the_other(
    street, told, client, django_capture_on_commit_callbacks  # noqa: F811
):
    client.force_login(street.ana)
    answer = client.post(reverse("booking_new", args=[street.trip.there.pk]), chosen(street) | {"note": ""})
    there, home = Booking.objects.order_by("pk")
    assert answer.status_code == 302 and answer["Location"] == there.get_absolute_url()
    pays = [reverse("card_pay", args=[charge_of(way).pk]) for way in (there, home)]
    first = page(client, there)
    assert "1 of 2: each way is paid for itself" in first and all(address in first for address in pays)
    assert first.index(pays[0]) < first.index(pays[1])
    street.pay(charge_of(there))
    with django_capture_on_commit_callbacks(execute=True):
        back = client.get(reverse("card_back", args=[charge_of(there).pk]), follow=True)
    shown = back.content.decode()
    assert pays[0] not in shown and pays[1] in shown and "still to be paid" in shown and "2 of 2" in shown
    street.pay(charge_of(home))
    told()
    told()
    assert set(Booking.objects.values_list("state", flat=True)) == {State.ACCEPTED}
    for way, other in ((there, home), (home, there)):
        shown = page(client, way)
        assert other.get_absolute_url() in shown and "still to be paid" not in shown
    assert sum(minor for kind, minor in street.moved() if kind == "charge") == sum(
        way.quote["total_minor"] for way in (there, home)
    )
    street.check()


def test_a_way_back_that_was_not_paid_in_time_is_said_plainly_to_both(street, told, client):  # noqa: F811
    there, home = both(street)
    street.pay(charge_of(there))
    told()
    told()
    there.refresh_from_db()
    assert there.state == State.ACCEPTED
    assert expire_at(home.expires + timedelta(seconds=1)) == 1
    told()
    for who in (street.ana, street.bo):
        client.force_login(who)
        shown = page(client, there)
        assert "It was not paid in time" in shown and "Expired" in shown
        assert ("Choose another way back" in shown) == (who == street.ana)
    client.force_login(street.ana)
    assert "1 of 2" in page(client, Booking.objects.get(pk=home.pk))
    assert [kind for kind, _minor in street.moved()] == ["charge"]
    street.check()


def test_a_way_back_that_is_called_off_is_said_on_the_way_there(street, told, client):  # noqa: F811
    ways = both(street)
    for way in ways:
        street.pay(charge_of(way))
        told()
    told()
    booking_actions.take(ways[1].pk, "cancel", by=street.bo)
    client.force_login(street.ana)
    shown = page(client, ways[0])
    assert "It is off. The other way stands as it is" in shown and "It was not paid in time" not in shown


def test_programs_find_the_other_way_and_strangers_nothing(street, client):
    there, home = both(street)
    client.force_login(street.ana)
    assert client.get(f"/api/v1/bookings/{there.pk}/").json()["back"] == home.pk
    found = client.get(f"/api/v1/bookings/{home.pk}/").json()
    assert found["there"] == there.pk and "back" not in found
    client.force_login(street.cleo)
    assert client.get(f"/api/v1/bookings/{there.pk}/").status_code == 404
    with pytest.raises(IntegrityError), transaction.atomic():
        RoundTrip.objects.create(there=there, home=home)


def test_one_way_alone_goes_to_the_bank_at_once(street, client):
    client.force_login(street.ana)
    asked = {"departure": street.trip.out.pk, "gateway": "stripe", "quantity": 1, "note": ""}
    answer = client.post(reverse("booking_new", args=[street.trip.there.pk]), asked)
    assert answer.status_code == 303 and "/pay/" in answer["Location"]
    assert "of 2" not in page(client, Booking.objects.get()) and timezone.now() < Booking.objects.get().expires
