"""A booking paid in hours: agreed is paid, the price is the lender's when it is over, and none goes too far down."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bookings import actions
from members.models import Membership
from members.states import Role
from payments.credit import accounts
from payments.credit import actions as credit
from payments.models import Payment
from payments.states import PaymentState
from payments.verification import verify
from sharing.web.refusals import Refusal
from tests import factories
from tests.bookings.cast import drill

pytestmark = pytest.mark.django_db


@pytest.fixture
def street():
    home = factories.community()
    ana, bo, cleo = (factories.member(name, of=home) for name in ("Ana", "Bo", "Cleo"))
    Membership.objects.filter(member=cleo).update(role=Role.STEWARD)
    credit.plan(home, by=cleo, unit="hours", worth_minor=1000, limit_minor=200)
    return home, ana, bo, drill(bo, of=home, price_minor=500, deposit_minor=0, tile=5)


def ask(thing, by, nights=2):
    first = (timezone.now() + timedelta(days=4)).date()
    return actions.request(
        thing.pk, by=by, starts=str(first), ends=str(first + timedelta(days=nights)), gateway="credit"
    )


def stands(home, *members):
    return [accounts.wallet(home, member).balance_minor for member in members]


def test_from_the_request_to_the_lender(street):
    home, ana, bo, thing = street
    booking = ask(thing, ana)
    assert stands(home, ana, bo) == [0, 0]
    actions.take(booking.pk, "accept", by=bo)
    paid = Payment.objects.get(about=booking.about)
    hours = paid.total_minor // 10
    assert paid.state == PaymentState.SETTLED and stands(home, ana, bo) == [-hours, 0] and hours in (100, 150)
    actions.take(booking.pk, "cancel", by=bo)
    assert stands(home, ana, bo) == [0, 0] and accounts.on_its_way(home).balance_minor == 0 and verify(home).sound


def test_who_cannot_pay_it_hears_so_at_once_and_nothing_is_held(street):
    home, ana, _bo, thing = street
    with pytest.raises(Refusal, match="you can use 2 hours now") as caught:
        ask(thing, ana, nights=9)
    assert caught.value.field == "gateway" and not thing.claims.exists() and stands(home, ana) == [0]


def test_what_comes_back_late_comes_back_also_when_no_credit_is_left_for_it(street, client):
    home, ana, bo, thing = street
    actions.set_late_fee(thing.pk, 900, 2700, by=bo)
    booking = ask(thing, ana)
    actions.take(booking.pk, "accept", by=bo)
    for who in (ana, bo):
        actions.take(booking.pk, "hand_over", by=who, now=booking.starts)
    credit.give(home, by=ana, to=bo, minor=accounts.wallet(home, ana).free_minor, note="A cake")
    for who in (ana, bo):
        actions.take(booking.pk, "return", by=who, now=booking.ends + timedelta(hours=3))
    late = Payment.objects.get(about=f"{booking.about}+1")
    assert (late.gateway, late.state, late.price_minor) == ("hand", PaymentState.DUE, 900)
    client.force_login(ana)
    page = client.get(booking.get_absolute_url()).content.decode()
    assert "You have paid" in page and "€9.00" in page
    for who in (ana, bo):
        actions.confirm_payment(booking.pk, by=who)
    late.refresh_from_db()
    assert late.state == PaymentState.SETTLED and verify(home).sound


def test_the_quote_says_it_in_credit_and_the_booking_what_was_paid(street, client):
    home, ana, bo, thing = street
    first = (timezone.now() + timedelta(days=4)).date()
    dates = {"starts": str(first), "ends": str(first + timedelta(days=1))}
    client.force_login(ana)
    page = client.get(f"/listings/{thing.pk}/quote/", dates).content.decode()
    assert "€10.00" in page and "Or 1 hour of community credit" in page
    assert "that is <strong>1 hour" in client.get(f"/listings/{thing.pk}/quote/", dates | {"gateway": "credit"}
                                                  ).content.decode()
    told = client.post(f"/api/v1/listings/{thing.pk}/quote/", dates, content_type="application/json").json()
    assert told["credit"] == {"minor": 100, "currency": "XHR"}
    booking = ask(thing, ana, nights=1)
    actions.take(booking.pk, "accept", by=bo)
    credit.plan(home, by=home.memberships.get(role=Role.STEWARD).member, unit="hours", worth_minor=500, limit_minor=200)
    assert "that is <strong>1 hour" in client.get(booking.get_absolute_url()).content.decode()  # as it was agreed
    assert client.get(f"/api/v1/bookings/{booking.pk}/").json()["credit"] == {"minor": 100, "currency": "XHR"}
    home.credit_unit = ""
    home.save()
    told = client.post(f"/api/v1/listings/{thing.pk}/quote/", dates, content_type="application/json").json()
    assert told["credit"] is None
    assert "community credit" not in client.get(f"/listings/{thing.pk}/quote/", dates).content.decode()
