"""Dates agreed in a conversation where the card is the only way to pay: kept first, booked when the card is there."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bookings import actions
from bookings.models import Booking, Change, Claim
from bookings.states import State
from bookings.tasks import expire_at
from listings import talk
from messaging import actions as messaging
from messaging.models import Notification
from payments.gateways import forget
from payments.models import CardCharge, GatewaySwitch, Payment
from payments.states import PaymentState

from .test_cards import pay, play, play_server, street, told  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def by_card_alone(street):  # noqa: F811
    GatewaySwitch.objects.create(community=street.community, gateway="hand", on=False)
    forget(street.community)


def proposed(street, by, ahead=4, nights=1):  # noqa: F811
    conversation = talk.ask_about(street.drill.pk, by=street.ana)
    first = (timezone.now() + timedelta(days=ahead)).date()
    period = {"starts": str(first), "ends": str(first + timedelta(days=nights))}
    return messaging.post(conversation.pk, by=by, body="", client_id=f"{by.pk}-{ahead}", period=period)


def accept(line, by) -> Booking:
    messaging.answer_offer(line.conversation_id, line.sequence, "accept", by=by)
    return Booking.objects.get()


@pytest.mark.parametrize("proposer", ["ana", "bo"])
def test_accepted_dates_wait_for_the_card_and_are_booked_by_it(street, told, proposer):  # noqa: F811
    other = street.bo if proposer == "ana" else street.ana
    line = proposed(street, getattr(street, proposer))
    booking = accept(line, other)
    assert (booking.borrower, booking.state) == (street.ana, State.REQUESTED)
    assert CardCharge.objects.get().state == "needed" and Claim.objects.get().expires == booking.expires
    with pytest.raises(messaging.TooLate):
        accept(line, other)
    pay(street, booking)
    told()
    told()
    booking.refresh_from_db()
    assert booking.state == State.ACCEPTED and Payment.objects.get().state == PaymentState.SETTLED
    assert not Notification.objects.filter(member=street.bo, kind="booking.request").exists()  # asked no second time
    street.check()


def test_who_is_elsewhere_is_told_and_has_time_to_give_the_card(street, told, client):  # noqa: F811
    booking = accept(proposed(street, street.ana), street.bo)
    assert booking.expires - booking.created > timedelta(days=1)
    asked = Notification.objects.get(member=street.ana, kind="payment")
    assert asked.url == booking.get_absolute_url() and asked.needs_answer
    client.force_login(street.ana)
    page = client.get(booking.get_absolute_url()).content.decode()
    assert "It is yours as soon as it is there." in page and "Bo agreed to the dates" in page and "by card" in page


def test_who_accepts_is_at_hand_and_has_a_quarter_of_an_hour(street):  # noqa: F811
    booking = accept(proposed(street, street.bo), street.ana)
    assert booking.expires - booking.created == timedelta(minutes=15)
    assert not Notification.objects.filter(member=street.ana, kind="payment").exists()
    assert expire_at(booking.expires) == 1
    booking.refresh_from_db()
    assert booking.state == State.EXPIRED and not Claim.objects.exists()


def test_the_card_is_said_before_and_after_one_accepts_on_the_page(street, client):  # noqa: F811
    line = proposed(street, street.bo)
    client.force_login(street.ana)
    assert "It is paid by card" in client.get(f"/messages/{line.conversation_id}/").content.decode()
    answer = f"/messages/{line.conversation_id}/lines/{line.sequence}/answer/"
    page = client.post(answer, {"answer": "accept"}, follow=True).content.decode()
    booking = Booking.objects.get()
    assert booking.get_absolute_url() in page and "as soon as the card is given there" in page


def test_the_api_leads_to_the_booking_that_waits_for_its_card(street, client):  # noqa: F811
    line = proposed(street, street.bo)
    client.force_login(street.ana)
    answer = f"/api/v1/conversations/{line.conversation_id}/messages/{line.sequence}/answer/"
    assert client.post(answer, {"answer": "accept"}, "application/json").status_code == 200
    booking = Booking.objects.get()
    line.refresh_from_db()
    assert booking.state == State.REQUESTED and line.data["period"]["url"] == booking.get_absolute_url()


def test_other_dates_chosen_before_the_card_are_not_what_the_lender_agreed_to(street, told):  # noqa: F811
    booking = accept(proposed(street, street.bo), street.ana)
    day = timedelta(days=1)
    actions.change(booking.pk, by=street.ana, starts=booking.starts + 3 * day, ends=booking.ends + 3 * day)
    street.pay(CardCharge.objects.filter(about=booking.about, purpose="price").latest("pk"))
    told()
    told()
    booking.refresh_from_db()
    assert booking.state == State.REQUESTED
    assert Notification.objects.filter(member=street.bo, kind="booking.request").count() == 1


def test_dearer_dates_of_a_request_wait_for_the_card_as_well(street, told):  # noqa: F811
    first = (timezone.now() + timedelta(days=4)).date()
    booking = actions.request(
        street.drill.pk, by=street.ana, starts=str(first), ends=str(first + timedelta(days=1)), gateway="stripe"
    )
    pay(street, booking)
    told()
    starts, ends = str(first + timedelta(days=2)), str(first + timedelta(days=5))
    line = messaging.post(
        booking.conversation_id, by=street.ana, body="", client_id="dearer", period={"starts": starts, "ends": ends}
    )
    messaging.answer_offer(line.conversation_id, line.sequence, "accept", by=street.bo)
    row = Change.objects.get()
    booking.refresh_from_db()
    assert row.waits_for_card and row.state == "proposed" and row.expires == booking.expires
    assert Notification.objects.filter(member=street.ana, kind="payment").exists()
