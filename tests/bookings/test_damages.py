"""A damage beyond the deposit, or one that the card did not pay: plain to all whom it concerns, paid or let go."""

from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from bookings import actions, damages, paying
from bookings.models import Booking, BookingEvent
from members.models import Member, Membership
from messaging.models import Notification
from payments import actions as payments
from payments import ledger
from payments.models import CardCharge, Payment
from payments.states import PaymentState
from payments.waiting import piles
from payments.years import counting
from sharing.web.refusals import Refusal
from tests import factories
from tests.bookings.test_cards import ask, pay, street, told  # noqa: F401
from tests.bookings.test_settling import disputed, kept  # noqa: F401
from tests.payments.cards.conftest import play, play_server  # noqa: F401

pytestmark = pytest.mark.django_db
DEPOSIT = 5000


def agree(booking, by, **said) -> Booking:
    return actions.take(booking.pk, "agree", by=by, **said)


def on_the_desk(community) -> list[int]:
    return [item.minor for pile in piles(community) if pile.source.name == "damages" for item in pile.items]


def page(client, who, booking) -> str:
    client.force_login(who)
    return client.get(booking.get_absolute_url()).content.decode()


def test_what_is_beyond_the_deposit_is_agreed_and_claimed(cast, disputed, client):  # noqa: F811
    agree(disputed, cast.bo, kept_minor=DEPOSIT, beyond_minor=3000)
    shown = page(client, cast.ana, disputed)
    assert "€50.00 of the deposit stays with the lender. €30.00 more is owed for the damage." in shown
    assert not Payment.objects.filter(kind="damage").exists() and on_the_desk(cast.home) == []
    closed = agree(disputed, cast.ana)
    assert closed.state == "closed" and kept() == DEPOSIT
    claim = Payment.objects.get(kind="damage")
    assert (claim.price_minor, claim.fee_minor, claim.state) == (3000, 0, PaymentState.DUE)
    assert claim.about == f"{disputed.about}+1" and on_the_desk(cast.home) == [3000]
    assert "€30.00 more is owed for the damage." in closed.conversation.messages.order_by("-sequence")[0].body
    for who in (cast.ana, cast.bo):
        assert "€30.00 is still owed for the damage" in page(client, who, disputed)
    Membership.objects.filter(member=cast.cleo).update(treasurer=True)
    client.force_login(cast.cleo)
    desk = client.get(reverse("desk", args=[cast.home.slug])).content.decode()
    assert "Damages that are not paid" in desk and "€30.00" in desk
    for payment in list(Payment.objects.filter(state=PaymentState.DUE)):
        for who in (cast.ana, cast.bo):
            payments.confirm(payment.about, by=who)
    assert on_the_desk(cast.home) == [] and ledger.verify(cast.home).faults == []
    assert "still owed" not in page(client, cast.ana, disputed)


def test_another_amount_beyond_is_an_offer_back_and_silence_agrees_to_both(cast, disputed):  # noqa: F811
    agree(disputed, cast.bo, beyond_minor=3000)  # the whole deposit, and more
    assert agree(disputed, cast.ana, kept_minor=DEPOSIT).state == "disputed"
    assert agree(disputed, cast.bo).state == "closed" and kept() == DEPOSIT
    assert not Payment.objects.filter(kind="damage").exists()


@pytest.mark.parametrize(
    ("said", "field"),
    [({"kept_minor": 4999, "beyond_minor": 1}, "beyond_minor"), ({"beyond_minor": -1}, "beyond_minor"),
     ({"beyond_minor": 10**10}, "beyond_minor"), ({"kept_minor": 5001}, "kept_minor")],
)
def test_the_deposit_comes_first_and_amounts_are_amounts(cast, disputed, said, field):  # noqa: F811
    for by, step in ((cast.bo, "agree"), (cast.cleo, "resolve")):
        with pytest.raises(Refusal) as refusal:
            actions.take(disputed.pk, step, by=by, **said)
        assert refusal.value.field == field
    assert Booking.objects.get(pk=disputed.pk).state == "disputed"


def test_a_mediated_damage_is_claimed_and_the_lender_may_let_it_go(cast, disputed, client):  # noqa: F811
    actions.take(disputed.pk, "resolve", by=cast.cleo, kept_minor=DEPOSIT, beyond_minor=2000, note="Both heard.")
    assert on_the_desk(cast.home) == [2000]
    waiver = reverse("damage_forgiven", args=[disputed.pk])
    for who in (cast.ana, cast.cleo, cast.zoe):
        client.force_login(who)
        client.post(waiver)
        assert client.post(f"/api/v1/bookings/{disputed.pk}/damage/waiver/").status_code in (404, 409)
    assert on_the_desk(cast.home) == [2000]
    client.force_login(cast.bo)
    assert "Let it go" in page(client, cast.bo, disputed)
    assert client.post(waiver, follow=True).status_code == 200
    assert on_the_desk(cast.home) == [] and Payment.objects.get(kind="damage").state == PaymentState.CANCELLED
    assert BookingEvent.objects.filter(booking=disputed, step="forgive", by=cast.bo).count() == 1
    assert client.post(f"/api/v1/bookings/{disputed.pk}/damage/waiver/").status_code == 409
    assert kept() == DEPOSIT  # what was kept of the deposit stays


def test_what_the_borrower_has_paid_is_not_let_go(cast, disputed, client):  # noqa: F811
    actions.take(disputed.pk, "resolve", by=cast.cleo, kept_minor=DEPOSIT, beyond_minor=2000, note="Both heard.")
    claim = Payment.objects.get(kind="damage")
    payments.confirm(claim.about, by=cast.ana)
    assert "Let it go" not in page(client, cast.bo, disputed)
    answer = client.post(f"/api/v1/bookings/{disputed.pk}/damage/waiver/")
    assert answer.status_code == 409 and "says that this is paid" in answer.json()["detail"]
    assert Payment.objects.get(pk=claim.pk).state == PaymentState.DUE
    assert not BookingEvent.objects.filter(booking=disputed, step="forgive").exists()
    payments.confirm(claim.about, by=cast.bo)
    assert Payment.objects.get(pk=claim.pk).state == PaymentState.SETTLED


def test_a_damage_is_nobodys_income_and_no_late_fee(cast, disputed):  # noqa: F811
    actions.take(disputed.pk, "resolve", by=cast.cleo, kept_minor=DEPOSIT, beyond_minor=2000)
    for payment in list(Payment.objects.filter(state=PaymentState.DUE)):
        for who in (cast.ana, cast.bo):
            payments.confirm(payment.about, by=who)
    settled = Payment.objects.get(kind="damage").settled.astimezone(ZoneInfo(cast.home.time_zone))
    parts = counting.of(cast.bo, settled.year)
    assert sum(part.earned.earned for part in parts) == Payment.objects.get(about=disputed.about).price_minor
    with pytest.raises(Refusal):
        actions.waive_late_fee(disputed.pk, by=cast.bo)


def test_programs_settle_and_read_what_is_owed(cast, disputed, client):  # noqa: F811
    one = f"/api/v1/bookings/{disputed.pk}/"
    client.force_login(cast.bo)
    said = client.post(f"{one}agree/", {"kept_minor": DEPOSIT, "beyond_minor": 700}, content_type="application/json")
    assert said.json()["settlement"] == {"side": "lender", "kept_minor": DEPOSIT, "beyond_minor": 700}
    assert said.json()["owed"] is None
    client.force_login(cast.ana)
    done = client.post(f"{one}agree/", {}, content_type="application/json").json()
    assert (done["state"], done["owed"]) == ("closed", {"minor": 700, "currency": "EUR", "charge": None})


# --- by card ------------------------------------------------------------------------------------------


ASKS_ITS_OWNER = "4000002760003184"  # each time: nobody charges it while they are away


def broken(street, told, *, deposit: int, card: str = "") -> Booking:  # noqa: F811
    street.drill.deposit_minor = deposit
    street.drill.save()
    factories.join(factories.member("Zed"), street.community, role="steward")
    booking = ask(street, ahead=1)
    if card:
        street.pay(CardCharge.objects.get(about=booking.about, purpose="price"), card, authenticated=True)
    else:
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
    return booking


def test_no_card_is_charged_for_it_by_itself_and_its_owner_can_pay(
    street, told, client, django_capture_on_commit_callbacks  # noqa: F811
):
    booking = broken(street, told, deposit=2000)
    agree(booking, street.bo, kept_minor=2000, beyond_minor=1500)
    offered = page(client, street.ana, booking)
    assert "the whole deposit stays with the lender, and €15.00 more is owed" in offered
    with django_capture_on_commit_callbacks(execute=True):
        agree(booking, street.ana)
    told()
    told()
    assert ("charge", 2000) in street.moved() and ("charge", 1500) not in street.moved()
    charge = CardCharge.objects.get(about=f"{booking.about}+1")
    assert charge.state == "needed" and on_the_desk(street.community) == [1500]
    shown = page(client, street.ana, booking)
    assert reverse("card_pay", args=[charge.pk]) in shown and "€15.00 is still owed for the damage" in shown
    asked = Notification.objects.filter(member=street.ana, kind="payment", title__contains="€15.00")
    assert asked.count() == 1
    assert reverse("card_pay", args=[charge.pk]) not in page(client, street.bo, booking)
    street.pay(charge)
    told()
    told()
    assert {("charge", 1500), ("transfer", -1500)} <= set(street.moved()) and on_the_desk(street.community) == []
    street.check()


def test_what_the_card_does_not_pay_of_the_deposit_is_plain_to_all(street, told, client):  # noqa: F811
    booking = broken(street, told, deposit=2000, card=ASKS_ITS_OWNER)
    told()
    actions.take(booking.pk, "resolve", by=Member.objects.get(name__startswith="Zed"), kept_minor=1200)
    told()
    told()
    charge = CardCharge.objects.filter(purpose="deposit").order_by("-number")[0]
    assert (charge.state, charge.wanted) == ("needed", "take")
    assert on_the_desk(street.community) == [1200]
    for who in (street.ana, street.bo):
        assert "€12.00 is still owed for the damage" in page(client, who, booking)
    assert reverse("card_pay", args=[charge.pk]) in page(client, street.ana, booking)
    for who in (street.ana, street.bo):
        assert Notification.objects.filter(member=who, kind="payment", title__contains="€12.00").count() == 1
    street.pay(charge)
    told()
    told()
    assert {("charge", 1200), ("transfer", -1200)} <= set(street.moved()) and on_the_desk(street.community) == []
    street.check()


def test_what_is_free_has_no_card_that_could_hold_its_deposit(street):  # noqa: F811
    street.drill.deposit_minor, street.drill.terms, street.drill.price_minor = 2000, "gift", 0
    street.drill.save()
    booking = ask(street)
    assert booking.quote["total_minor"] == 0 and paying.deposit_on_card(booking) == ""
    assert damages.owed(booking, []) is None
