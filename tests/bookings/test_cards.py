"""Bookings paid by card: asked with the request, taken at the yes, passed on after the return."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from bookings import actions
from bookings.models import Booking, Claim
from bookings.states import State
from cooperative.models import FeePolicy
from listings.models import Listing
from messaging.models import Notification
from payments.cards import charges
from payments.models import CardCharge, Payment
from payments.states import PaymentState
from sharing.demo.play_bank import money as bank_money
from tests import factories
from tests.payments.cards.conftest import Street, play, play_server  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def street(db, play):  # noqa: F811
    street = Street(play)
    street.drill = factories.listing(street.bo, of=street.community)
    return street


@pytest.fixture
def told(street, django_capture_on_commit_callbacks):
    """Settle down, and let the rooms hear of it."""

    def settle():
        with django_capture_on_commit_callbacks(execute=True):
            street.settle_down()

    return settle


def ask(street, **more) -> Booking:
    first = (timezone.now() + timedelta(days=more.pop("ahead", 4))).date()
    return actions.request(
        street.drill.pk, by=street.ana, starts=str(first), ends=str(first + timedelta(days=1)), gateway="stripe", **more
    )


def pay(street, booking) -> CardCharge:
    charge = CardCharge.objects.get(about=booking.about, purpose="price")
    street.pay(charge)
    return charge


def test_from_the_request_to_the_lender(street, told):
    FeePolicy.objects.create(community=street.community, version=1, enabled=True, commoner_bp=1000)
    booking = ask(street)
    assert booking.state == State.REQUESTED and booking.expires - booking.created == timedelta(minutes=15)
    assert Claim.objects.get().expires == booking.expires
    assert not Notification.objects.filter(member=street.bo).exists()  # nobody is bothered before the card is there
    with pytest.raises(charges.CardError, match="has not given a card yet"):
        actions.take(booking.pk, "accept", by=street.bo)
    pay(street, booking)
    told()
    booking.refresh_from_db()
    assert booking.expires - booking.created > timedelta(days=1) and Claim.objects.get().expires == booking.expires
    assert Notification.objects.filter(member=street.bo, kind="booking.request").count() == 1
    actions.take(booking.pk, "accept", by=street.bo)
    told()
    payment = Payment.objects.get()
    assert (payment.state, payment.gateway, payment.total_minor) == (PaymentState.SETTLED, "stripe", 660)
    for step in ("hand_over", "return"):
        actions.take(booking.pk, step, by=street.ana)
        actions.take(booking.pk, step, by=street.bo)
    told()
    assert street.moved() == [("charge", 660), ("transfer", -600)]
    street.check()


def test_a_request_that_is_not_paid_runs_out(street, told):
    booking = ask(street)
    from bookings.tasks import expire_at

    assert expire_at(booking.expires) == 1
    told()
    assert Booking.objects.get().state == State.EXPIRED and CardCharge.objects.get().state == "cancelled"


def test_what_one_may_take_at_once_is_agreed_when_the_card_is_given(street, told):
    street.drill.instant = True
    street.drill.save()
    booking = ask(street)
    assert booking.state == State.REQUESTED
    pay(street, booking)
    told()
    told()
    booking.refresh_from_db()
    assert booking.state == State.ACCEPTED and Payment.objects.get().state == PaymentState.SETTLED
    street.check()


@pytest.mark.parametrize(("policy", "back"), [("as_price", 330), ("always", 360), ("never", 300)])
def test_who_gets_the_fee_back_is_a_rule_of_the_fee_policy(street, told, policy, back):
    """G28: half of the price goes back; of the fee, what the policy of that time says."""
    FeePolicy.objects.create(community=street.community, version=1, enabled=True, commoner_bp=1000, fee_back=policy)
    street.drill.cancellation = "moderate"
    street.drill.save()
    booking = ask(street, ahead=3)
    pay(street, booking)
    told()
    actions.take(booking.pk, "accept", by=street.bo)
    told()
    actions.take(booking.pk, "cancel", by=street.ana)
    told()
    assert ("refund", -back) in street.moved() and ("transfer", -300) in street.moved()
    street.check()


def test_a_lender_who_calls_it_off_gives_all_of_it_back(street, told):
    FeePolicy.objects.create(community=street.community, version=1, enabled=True, commoner_bp=1000, fee_back="never")
    booking = ask(street)
    pay(street, booking)
    told()
    actions.take(booking.pk, "accept", by=street.bo)
    told()
    actions.take(booking.pk, "cancel", by=street.bo)
    told()
    assert street.moved() == [("charge", 660), ("refund", -660)]
    street.check()


def test_what_the_bank_sends_back_is_not_called_gone_to_who_borrowed(street, told, client):
    booking = ask(street)
    pay(street, booking)
    told()
    for step in ("accept", "cancel"):
        actions.take(booking.pk, step, by=street.bo)
        told()
    page, bounced = reverse("booking", args=[booking.pk]), "Your bank has sent €6.00 of it back"
    client.force_login(street.ana)
    html = client.get(page).content.decode()
    assert "€6.00 went back." in html and bounced not in html
    [refund] = street.bank.all("refund")
    bank_money.fail_refund(street.bank, refund["id"])
    street.read_letters()
    for member, sees in ((street.ana, True), (street.bo, False)):
        client.force_login(member)
        assert (bounced in client.get(page).content.decode()) == sees


def test_a_deposit_by_card_and_a_mediated_damage(street, told):
    street.drill.deposit_minor = 5000
    street.drill.save()
    booking = ask(street, ahead=1)
    pay(street, booking)
    told()
    actions.take(booking.pk, "accept", by=street.bo)
    told()
    street.later(days=1)
    told()
    assert CardCharge.objects.get(purpose="deposit").state == "held"
    factories.join(zed := factories.member("Zed"), street.community, role="steward")
    for step in ("hand_over", "return"):
        actions.take(booking.pk, step, by=street.ana)
        actions.take(booking.pk, step, by=street.bo)
    actions.take(booking.pk, "dispute", by=street.bo, note="The handle is broken.")
    actions.take(booking.pk, "resolve", by=zed, kept_minor=1500, note="A new handle.")
    told()
    assert {("charge", 600), ("charge", 1500), ("transfer", -600), ("transfer", -1500)} <= set(street.moved())
    street.check()


@pytest.mark.parametrize("ran_out", [False, True])
def test_a_part_of_a_deposit_by_card_is_kept_when_both_agree(street, told, ran_out):
    street.drill.deposit_minor = 5000
    street.drill.save()
    booking = ask(street, ahead=1)
    pay(street, booking)
    told()
    actions.take(booking.pk, "accept", by=street.bo)
    told()
    street.later(days=1)
    told()
    for step in ("hand_over", "return"):
        actions.take(booking.pk, step, by=street.ana)
        actions.take(booking.pk, step, by=street.bo)
    actions.take(booking.pk, "dispute", by=street.bo, note="The handle is broken.")
    actions.take(booking.pk, "agree", by=street.bo, kept_minor=2000)
    told()
    assert ("charge", 2000) not in street.moved()  # nothing is taken on one side's word
    if ran_out:  # nobody renewed it in time
        CardCharge.objects.filter(purpose="deposit").update(due=street.now)
        street.later(days=8)
        street.read_letters()
    actions.take(booking.pk, "agree", by=street.ana, kept_minor=1200)
    actions.take(booking.pk, "agree", by=street.bo)
    told()
    assert {("charge", 600), ("charge", 1200), ("transfer", -600), ("transfer", -1200)} <= set(street.moved())
    assert [amount for kind, amount in street.moved() if kind == "charge"].count(1200) == 1
    street.check()


# --- pages --------------------------------------------------------------------------------------------


def test_choosing_the_card_leads_to_stripes_page_and_back(street, client, told):
    client.force_login(street.ana)
    page = client.get(reverse("booking_new", args=[street.drill.pk])).content.decode()
    assert "By card" in page and "Hand to hand" in page
    first = (timezone.now() + timedelta(days=4)).date()
    days = {"starts": str(first), "ends": str(first + timedelta(days=1))}
    answer = client.post(reverse("booking_new", args=[street.drill.pk]), days | {"gateway": "stripe", "note": ""})
    assert answer.status_code == 303 and answer["Location"].startswith(f"{street.bank.things['_base']['url']}/pay/")
    booking = Booking.objects.get()
    charge = CardCharge.objects.get()
    shown = client.get(booking.get_absolute_url()).content.decode()
    assert "Your card is still missing" in shown and "Pay €6.00 by card" in shown
    again = client.post(reverse("card_pay", args=[charge.pk]))
    assert again["Location"] == answer["Location"]  # the same page, while it is open
    bank_money.pay(street.bank, charge.__class__.objects.get().session, "4242424242424242")
    back = client.get(reverse("card_back", args=[charge.pk]), follow=True)
    assert back.redirect_chain[-1][0] == booking.get_absolute_url() and "held on your card" in back.content.decode()


def test_the_bank_is_silent_and_the_request_waits_a_quarter_of_an_hour(street, client):
    client.force_login(street.ana)
    booking = ask(street)
    street.bank.fault("/v1/", times=9)
    answer = client.post(reverse("card_pay", args=[CardCharge.objects.get().pk]), follow=True)
    assert "does not answer" in answer.content.decode()
    assert Booking.objects.get(pk=booking.pk).state == State.REQUESTED


def test_the_pages_speak_only_of_what_can_be_had(street, client, settings):
    from payments.gateways import forget
    from payments.models import CardAccount, GatewaySwitch

    client.force_login(street.ana)
    url = reverse("booking_new", args=[street.drill.pk])
    assert "By card" in client.get(url).content.decode()
    CardAccount.objects.update(may_receive=False)
    assert "By card" not in client.get(url).content.decode()
    CardAccount.objects.update(may_receive=True)
    GatewaySwitch.objects.create(community=street.community, gateway="hand", on=False)
    forget(street.community)
    first = (timezone.now() + timedelta(days=4)).date()
    chosen = f"{url}?starts={first}&ends={first}"
    Listing.objects.filter(pk=street.drill.pk).update(deposit_minor=2000)
    page = client.get(chosen).content.decode()
    assert "hand to hand" not in page.lower() and "You pay by card" in page and "only held on your card" in page
    settings.STRIPE_SECRET_KEY = ""
    page = client.get(chosen).content.decode()
    assert "hand to hand" in page and "By card" not in page and "held on your card" not in page


def test_nobody_sees_anothers_card_and_another_treasurer_sees_nothing(street, client):
    ask(street)
    charge = CardCharge.objects.get()
    other = factories.community("Bristol")
    zoe = factories.join(factories.member("Zoe"), other, role="treasurer").member
    for who in (zoe, street.bo, street.cleo):
        client.force_login(who)
        assert client.post(reverse("card_pay", args=[charge.pk])).status_code == 404
        assert client.get(reverse("card_back", args=[charge.pk])).status_code == 404
        assert client.post(f"/api/v1/payments/cards/{charge.pk}/checkout/").status_code in (401, 403, 404)
    desk = reverse("card_desk", args=[street.community.slug])
    for who, status in ((zoe, 404), (street.ana, 404), (street.bo, 404), (street.cleo, 200)):
        client.force_login(who)
        assert client.get(desk).status_code == status
    ways = reverse("community_gateways", args=[street.community.slug])
    for who, status in ((zoe, 404), (street.ana, 404), (street.cleo, 200)):
        client.force_login(who)
        assert client.get(ways).status_code == status
        assert client.post(ways, {"gateways": ["hand"]}).status_code == (302 if status == 200 else 404)



# --- a deposit that the card did not hold --------------------------------------------------------------


def handed_over_with_a_card_that_says_no(street, told, client) -> Booking:
    street.drill.deposit_minor = 2000
    street.drill.save()
    booking = ask(street)
    street.pay(CardCharge.objects.get(about=booking.about, purpose="price"), "4000002760003184", authenticated=True)
    told()
    actions.take(booking.pk, "accept", by=street.bo)
    told()
    for who in (street.ana, street.bo):
        actions.take(booking.pk, "hand_over", by=who)
    booking.refresh_from_db()
    return booking


def lines_of(booking) -> list[str]:
    return list(booking.conversation.messages.order_by("sequence").values_list("body", flat=True))


def test_nobody_is_told_of_a_deposit_that_the_card_has_not_held(street, told, client):
    booking = handed_over_with_a_card_that_says_no(street, told, client)
    assert "set aside" not in " ".join(lines_of(booking)) and "is not held yet" in lines_of(booking)[-1]
    told()
    assert "The deposit of €20.00 is not held" in lines_of(booking)[-1]
    note = Notification.objects.get(member=street.bo, kind="booking.deposit_refused")
    assert "no card has said yes" in note.title
    deposit = CardCharge.objects.get(purpose="deposit")
    client.force_login(street.ana)
    assert "Let your card hold the deposit of €20.00" in client.get(booking.get_absolute_url()).content.decode()
    street.pay(deposit)
    told()
    told()
    assert lines_of(booking)[-1] == "The deposit of €20.00 is held on the card."
    assert Notification.objects.filter(member=street.bo, kind="booking.deposit_held").count() == 1


def test_after_the_return_no_deposit_is_asked_for_nor_given_back(street, told, client):
    booking = handed_over_with_a_card_that_says_no(street, told, client)
    told()
    for who in (street.ana, street.bo):
        actions.take(booking.pk, "return", by=who)
    for who in (street.ana, street.bo):
        client.force_login(who)
        page = client.get(booking.get_absolute_url()).content.decode()
        assert "Let your card hold" not in page and "Deposit back" not in page and "deposit is free" not in page
    actions.take(booking.pk, "close", by=street.bo)
    assert lines_of(booking)[-1] == "Closed. Thank you both."


def test_a_price_that_is_being_taken_is_not_called_held(street, told, client):
    booking = ask(street)
    pay(street, booking)
    told()
    actions.take(booking.pk, "accept", by=street.bo)
    client.force_login(street.ana)
    page = client.get(booking.get_absolute_url()).content.decode()
    assert "is being charged to the card now" in page and "not charged" not in page
