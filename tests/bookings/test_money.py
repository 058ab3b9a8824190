"""What bookings do to the books: whatever happens, in any order, every balance is the sum of its transfers."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.db.models import Sum
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from bookings import actions, money
from bookings.models import Booking, Claim
from bookings.states import ENDED, HOLDING, STEPS, State
from listings.models import Listing
from listings.states import Cancellation
from payments import ledger
from payments.models import Account, Payment, Transfer
from payments.states import AccountKind, Phase, TransferKind
from payments.tasks import pay_what_pools_owe
from sharing.db.retry import retrying
from sharing.web.refusals import Refusal
from tests.bookings.cast import drill, pool, steward_of
from tests.factories import community, days, join, member

pytestmark = pytest.mark.django_db


DEED = st.tuples(
    st.integers(0, 3), st.sampled_from([*STEPS, "pay", "pay"]), st.sampled_from(["ana", "bo", "cleo", ""])
)


@settings(max_examples=25)
@given(
    deeds=st.lists(DEED, min_size=4, max_size=40),
    policy=st.sampled_from(Cancellation.values), price=st.integers(0, 99_999), bp=st.sampled_from([0, 333, 5000]),
)
def test_random_steps_and_payments_keep_the_books_at_zero_and_the_claims_right(deeds, policy, price, bp):
    home = community()
    bo, ana, cleo = member("Bo", of=home), member("Ana", of=home), steward_of(home)
    pool(home, bp)
    listing = drill(bo, of=home, capacity=2, price_minor=price, deposit_minor=price // 2, cancellation=policy)
    bookings = []
    for n in range(4):
        with suppress(Refusal):
            bookings.append(actions.request(listing.pk, by=ana, solidarity_minor=n, **days(n, n + 2)))
    later = days(9, 10)["starts"]
    people = {"ana": ana, "bo": bo, "cleo": cleo, "": None}
    for number, step, who in deeds:
        booking = bookings[number % len(bookings)]
        with suppress(Refusal, Booking.DoesNotExist):
            if step == "pay":
                actions.confirm_payment(booking.pk, by=people[who] or ana)
            else:
                now = later if step == "no_show" else timezone.now()
                actions.take(booking.pk, step, by=people[who], now=now)
        _check(home, listing, bookings)


def _check(home, listing, bookings) -> None:
    assert ledger.verify(home).faults == []
    assert (Account.objects.filter(community=home).aggregate(all=Sum("balance_minor"))["all"] or 0) == 0
    for row in Booking.objects.filter(pk__in=[booking.pk for booking in bookings]).select_related("claim"):
        assert row.quote["total_minor"] == sum(line["minor"] for line in row.quote["lines"])
        assert (row.claim is not None) >= (row.state in HOLDING)
        held = Transfer.objects.filter(about=row.about, phase=Phase.PENDING, settled_by=None)
        deposit = row.quote["deposit_minor"]
        has_it = row.state in (State.HANDED_OVER, State.RETURNED, State.DISPUTED)
        assert (held.aggregate(all=Sum("minor"))["all"] or 0) == (deposit if has_it else 0)
        if row.state in ENDED - {State.CLOSED}:
            assert row.claim is None and not Payment.objects.filter(about=row.about, state="due").exists()
    load = list(Claim.objects.filter(listing=listing).values_list("starts", "ends", "quantity"))
    assert all(sum(q for a, b, q in load if a <= start < b) <= 2 for start, _, _ in load)


DAYS_BEFORE = [0, 1, 4, 5, 6, 7, 30]


@pytest.mark.parametrize(("policy", "shares"), [
    (Cancellation.FLEXIBLE, [0, 100, 100, 100, 100, 100, 100]),
    (Cancellation.MODERATE, [50, 50, 50, 100, 100, 100, 100]),
    (Cancellation.STRICT, [0, 0, 0, 0, 0, 50, 50]),
])
def test_what_goes_back_follows_the_listings_policy(cast, policy, shares):
    Listing.objects.update(cancellation=policy)
    booking = actions.request(cast.drill.pk, by=cast.ana, **days(2, 4))
    found = [
        money.rule_for(booking, by_lender=False, now=booking.starts - timedelta(days=n)).price_bp // 100
        for n in DAYS_BEFORE
    ]
    assert found == shares
    assert money.rule_for(booking, by_lender=True, now=booking.starts) == money.ALL_BACK


def test_half_of_an_odd_sum_goes_back_once_and_no_more(cast):
    Listing.objects.update(cancellation=Cancellation.STRICT, price_minor=333)
    booking = actions.request(cast.drill.pk, by=cast.ana, **days(2, 3))
    actions.take(booking.pk, "accept", by=cast.bo)
    for who in (cast.ana, cast.bo):
        actions.confirm_payment(booking.pk, by=who)
    actions.take(booking.pk, "cancel", by=cast.ana)
    payment = Payment.objects.get()
    assert (payment.state, payment.refunded_price_minor, payment.refunded_fee_minor) == ("refunded", 167, 9)
    assert ledger.verify(cast.home).faults == []


def test_it_is_called_off_also_when_the_pool_has_spent_the_fee(cast, client):
    booking = actions.request(cast.drill.pk, by=cast.ana, **days(2, 4))
    actions.take(booking.pk, "accept", by=cast.bo)
    for who in (cast.ana, cast.bo):
        actions.confirm_payment(booking.pk, by=who)
    fee, mine = booking.quote["fee_minor"], ledger.account(AccountKind.POOL, cast.home)
    assert fee == mine.balance_minor > 0
    world = ledger.account(AccountKind.WORLD, cast.home)
    ledger.post(cast.home, [ledger.Entry(mine, world, fee, TransferKind.CASH_OUT, "all of it")])
    actions.take(booking.pk, "cancel", by=cast.bo)
    booking.refresh_from_db()
    assert (booking.state, Payment.objects.get().state) == (State.CANCELLED, "refunded")
    dora = member("Dora")
    join(dora, cast.home, role="treasurer")
    client.force_login(dora)
    shown = client.get(reverse("desk", args=[cast.home.slug])).content.decode()
    assert "What the pool owes" in shown
    assert "Owed, paid out of what comes next" in client.get(reverse("books", args=[cast.home.slug])).content.decode()
    assert ledger.verify(cast.home).faults == []
    ledger.post(cast.home, [ledger.Entry(world, mine, fee + 7, TransferKind.CASH_IN, "a fee")])
    pay_what_pools_owe()
    mine.refresh_from_db()
    assert mine.balance_minor == 7
    assert "What the pool owes" not in client.get(reverse("desk", args=[cast.home.slug])).content.decode()


def test_what_was_not_paid_is_not_owed_any_more(cast):
    booking = actions.request(cast.drill.pk, by=cast.ana, **days(2, 4))
    actions.take(booking.pk, "accept", by=cast.bo)
    actions.confirm_payment(booking.pk, by=cast.ana)
    actions.take(booking.pk, "cancel", by=cast.ana)
    assert Payment.objects.get().state == "cancelled" and not Transfer.objects.exists()


def test_a_lost_race_is_tried_again_and_anything_else_is_not(monkeypatch, transactional_db):
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    tries = []

    @retrying
    def deed(fails: int, words: str) -> str:
        tries.append(words)
        if len(tries) <= fails:
            raise OperationalError(words)
        return "done"

    assert deed(3, "database is locked") == "done" and len(tries) == 4
    for fails, words, expected in ((99, "database is locked", 6), (1, "disk is full", 1)):
        tries.clear()
        with pytest.raises(OperationalError):
            deed(fails, words)
        assert len(tries) == expected
