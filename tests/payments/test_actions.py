"""Payments between people: both confirm, the books follow the cash, and the fee waits for the pool."""

import random
from contextlib import suppress

import pytest
from django.db.models import Sum

from members.models import Membership
from members.states import Role
from payments import actions, ledger, owing, signals, waiting
from payments.actions import NotYours, PaymentError
from payments.models import Account, Payment, Transfer
from payments.states import AccountKind, PaymentState
from sharing.web.refusals import Refusal
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    """Ana borrows, Bo lends, Cleo is treasurer, Zoe has nothing to do with it."""
    community = factories.community()
    people = {name: factories.member(name, of=community) for name in ("Ana", "Bo", "Cleo")}
    Membership.objects.filter(member=people["Cleo"]).update(role=Role.STEWARD, treasurer=True)
    return community, people["Ana"], people["Bo"], people["Cleo"], factories.member("Zoe")


def due(community, payer, payee, about="booking:1", price=900, fee=45, solidarity=0) -> Payment:
    return actions.due(
        about=about, title="Hammer drill", community=community, payer=payer, payee=payee,
        price_minor=price, fee_minor=fee, solidarity_minor=solidarity,
    )


def wallet(community, member) -> int:
    return ledger.account(AccountKind.WALLET, community, member).balance_minor


def pool(community) -> int:
    return ledger.account(AccountKind.POOL, community).balance_minor


def test_when_both_have_confirmed_the_lender_owes_the_pool_its_fee(cast, django_capture_on_commit_callbacks):
    """G24: what the lender earned is in their own pocket; nobody here keeps it for them."""
    community, ana, bo, _cleo, _zoe = cast
    heard = []
    signals.payment_settled.connect(lambda payment, **_: heard.append(payment.about), weak=False, dispatch_uid="test")
    payment = due(community, ana, bo, solidarity=100)

    with django_capture_on_commit_callbacks(execute=True):
        actions.confirm(payment.about, by=ana)
        assert Transfer.objects.count() == 0
        actions.confirm(payment.about, by=ana)  # twice changes nothing
        settled = actions.confirm(payment.about, by=bo)
    signals.payment_settled.disconnect(dispatch_uid="test")

    assert settled.state == PaymentState.SETTLED and heard == ["booking:1"]
    assert (wallet(community, ana), wallet(community, bo), pool(community)) == (0, -145, 145)
    assert list(Transfer.objects.order_by("sequence").values_list("kind", "minor")) == [
        ("cash_in", 1045), ("price", 900), ("fee", 45), ("solidarity", 100), ("cash_out", 1045),
    ]
    assert actions.confirm(payment.about, by=bo).state == PaymentState.SETTLED and Transfer.objects.count() == 5


def test_the_commons_are_paid_into_the_pool_by_a_treasurers_word(cast):
    community, ana, bo, cleo, zoe = cast
    payment = due(community, ana, None)
    actions.confirm(payment.about, by=ana)
    for stranger in (bo, zoe):
        with pytest.raises(NotYours):
            actions.confirm(payment.about, by=stranger)
    actions.confirm(payment.about, by=cleo)
    assert (wallet(community, ana), pool(community)) == (0, 945)


def test_a_treasurer_does_not_confirm_their_own_payment_to_the_commons_when_another_can(cast):
    community, _ana, bo, cleo, _zoe = cast
    payment = due(community, cleo, None)
    Membership.objects.filter(member=bo).update(role=Role.TREASURER)
    for _repeat in range(2):
        actions.confirm(payment.about, by=cleo)
    assert Payment.objects.get().state == PaymentState.DUE
    actions.confirm(payment.about, by=bo)
    assert pool(community) == 945


def test_the_only_treasurer_may_confirm_both_sides(cast):
    community, _ana, _bo, cleo, _zoe = cast
    payment = due(community, cleo, None)
    actions.confirm(payment.about, by=cleo)
    assert actions.confirm(payment.about, by=cleo).state == PaymentState.SETTLED


def test_strangers_confirm_nothing(cast):
    community, ana, bo, cleo, zoe = cast
    payment = due(community, ana, bo)
    for stranger in (cleo, zoe):
        with pytest.raises(NotYours):
            actions.confirm(payment.about, by=stranger)
    with pytest.raises(PaymentError, match="nothing to pay"):
        actions.confirm("booking:404", by=ana)


def test_a_due_repeated_is_the_same_and_a_different_one_is_refused(cast):
    community, ana, bo, *_ = cast
    assert due(community, ana, bo).pk == due(community, ana, bo).pk
    with pytest.raises(PaymentError):
        due(community, ana, bo, price=901)


def test_nothing_to_pay_is_settled_at_once(cast):
    community, ana, bo, *_ = cast
    assert due(community, ana, bo, price=0, fee=0).state == PaymentState.SETTLED
    assert Transfer.objects.count() == 0 and actions.cancel("booking:1").state == PaymentState.SETTLED


def test_what_is_cancelled_cannot_be_confirmed_and_what_is_paid_cannot_be_cancelled(cast):
    community, ana, bo, *_ = cast
    due(community, ana, bo)
    assert actions.cancel("booking:1").state == actions.cancel("booking:1").state == PaymentState.CANCELLED
    with pytest.raises(PaymentError):
        actions.confirm("booking:1", by=ana)
    assert actions.cancel("booking:404") is None

    paid = due(community, ana, bo, "booking:2")
    for side in (ana, bo):
        actions.confirm(paid.about, by=side)
    with pytest.raises(PaymentError, match="refunded"):
        actions.cancel(paid.about)


@pytest.mark.parametrize("price,fee", [(900, 45), (450, 0), (0, 45), (900, 20)])
def test_a_refund_goes_back_the_way_it_came(cast, price, fee):
    community, ana, bo, *_ = cast
    due(community, ana, bo)
    for side in (ana, bo):
        actions.confirm("booking:1", by=side)

    for _repeat in range(2):
        payment = actions.refund("booking:1", price_minor=price, fee_minor=fee, by=bo)

    assert (payment.state, payment.refunded_minor) == (PaymentState.REFUNDED, price + fee)
    assert (wallet(community, ana), wallet(community, bo), pool(community)) == (0, fee - 45, 45 - fee)
    with pytest.raises(PaymentError):
        actions.refund("booking:1", price_minor=1, by=bo)
    assert ledger.verify(community).faults == []


def test_no_more_is_refunded_than_was_paid_nor_by_strangers(cast):
    community, ana, bo, _cleo, zoe = cast
    due(community, ana, bo)
    with pytest.raises(PaymentError, match="Only what was paid"):
        actions.refund("booking:1", price_minor=900, by=bo)
    for side in (ana, bo):
        actions.confirm("booking:1", by=side)
    for price, fee in ((901, 0), (0, 46), (-1, 45), (0, 0)):
        with pytest.raises(PaymentError, match="No more can be refunded"):
            actions.refund("booking:1", price_minor=price, fee_minor=fee, by=bo)
    with pytest.raises(NotYours):
        actions.refund("booking:1", price_minor=900, by=zoe)
    assert Payment.objects.get().state == PaymentState.SETTLED


@pytest.mark.parametrize("commons", [False, True])
def test_what_an_empty_pool_cannot_give_back_it_owes_until_it_can(cast, commons):
    community, ana, bo, cleo, _zoe = cast
    for about in ("booking:1", "booking:2"):
        due(community, ana, None if commons else bo, about)
        for side in (ana, cleo if commons else bo):
            actions.confirm(about, by=side)
        if about == "booking:1":
            world, held = ledger.account(AccountKind.WORLD, community), pool(community)
            mine = ledger.account(AccountKind.POOL, community)
            ledger.post(community, [ledger.Entry(mine, world, held - 5, "spend", "nearly all")])
            owed = (945 if commons else 45) - 5
            for _repeat in range(2):
                paid = actions.refund(about, price_minor=900, fee_minor=45, by=bo if not commons else cleo)
            assert paid.state == PaymentState.REFUNDED and pool(community) == 0
            assert (wallet(community, ana), wallet(community, bo)) == (0, 0)
            assert owing.account(community).balance_minor == -owed
            (pile,) = [pile for pile in waiting.piles(community) if pile.source.name == "owing"]
            assert [item.minor for item in pile.items] == [owed]
            assert owing.pay() == 0
    before = pool(community)
    assert owing.pay() == 1 and owing.pay() == 0
    assert (pool(community), owing.account(community).balance_minor) == (before - owed, 0)
    assert not any(pile.source.name == "owing" for pile in waiting.piles(community))
    assert ledger.verify(community).faults == []


def test_a_deposit_is_held_and_let_go_once(cast):
    community, ana, bo, *_ = cast
    for _repeat in range(2):
        actions.hold_deposit("booking:1", community=community, payer=ana, payee=bo, minor=2500)
    assert ledger.account(AccountKind.WALLET, community, ana).held_minor == 2500
    for _repeat in range(2):
        actions.release_deposit("booking:1")
    assert ledger.account(AccountKind.WALLET, community, ana).held_minor == 0 and Transfer.objects.count() == 2
    assert actions.release_deposit("booking:404") is None
    with pytest.raises(Refusal):
        actions.keep_deposit("booking:1", 100, by=bo)


@pytest.mark.parametrize("commons", [False, True])
def test_a_part_of_a_deposit_is_kept_and_nobody_owes_anything_for_it(cast, commons):
    community, ana, bo, *_ = cast
    actions.hold_deposit("booking:1", community=community, payer=ana, payee=None if commons else bo, minor=2500)
    for _repeat in range(2):
        actions.keep_deposit("booking:1", 700)
    assert (wallet(community, ana), wallet(community, bo), pool(community)) == (0, 0, 700 if commons else 0)
    assert ledger.account(AccountKind.WALLET, community, ana).held_minor == 0
    with pytest.raises(Refusal):
        actions.keep_deposit("booking:2", 100)
    assert ledger.verify(community).faults == []


def test_cash_handed_to_the_treasurer_settles_a_wallet_below_zero(cast):
    community, ana, bo, cleo, _zoe = cast
    due(community, ana, bo)
    for side in (ana, bo):
        actions.confirm("booking:1", by=side)
    for nobody in (bo, ana):
        with pytest.raises(NotYours):
            actions.hand_in(bo, community, 45, by=nobody)
    for wrong in (46, 0, -5):
        with pytest.raises(PaymentError, match="less than that"):
            actions.hand_in(bo, community, wrong, by=cleo)

    first = actions.hand_in(bo, community, 40, by=cleo, key="form-1")

    assert actions.hand_in(bo, community, 40, by=cleo, key="form-1").pk == first.pk
    with pytest.raises(PaymentError) as refusal:  # what another has handed in is not what Bo has
        actions.hand_in(ana, community, 40, by=cleo, key="form-1")
    assert refusal.value.code == "key_reused"
    assert (wallet(community, bo), pool(community)) == (-5, 45)


def test_what_the_books_owe_a_member_is_paid_out_but_not_by_themselves(cast):
    community, ana, bo, cleo, _zoe = cast
    Membership.objects.filter(member=bo).update(role=Role.TREASURER)
    world = ledger.account(AccountKind.WORLD, community)
    for person in (ana, cleo):
        target = ledger.account(AccountKind.WALLET, community, person)
        ledger.post(community, [ledger.Entry(world, target, 500, "cash_in", f"start:{person.pk}")])
    with pytest.raises(NotYours):
        actions.pay_out(cleo, community, 500, by=cleo)
    with pytest.raises(PaymentError):
        actions.pay_out(ana, community, 501, by=cleo)
    actions.pay_out(ana, community, 500, by=cleo)
    actions.pay_out(cleo, community, 200, by=bo)
    assert (wallet(community, ana), wallet(community, cleo)) == (0, 300)


def anything(chance: random.Random, about: str, number: int, community, people) -> None:
    """One deed at random, sensible or not."""
    ana, bo, cleo = people
    payer, payee = chance.sample([*people, None], 2)
    match chance.choice(["due", "due", "confirm", "confirm", "confirm", "cancel", "refund", "deposit", "hand_in"]):
        case "due":
            fee, solidarity = chance.randint(0, 300), chance.choice([0, 0, 100])
            payer = payer or ana
            due(community, payer, payee if payee != payer else None, about, chance.randint(0, 5000), fee, solidarity)
        case "confirm":
            actions.confirm(about, by=chance.choice(people))
        case "cancel":
            actions.cancel(about)
        case "refund":
            actions.refund(about, price_minor=chance.randint(0, 5000), fee_minor=chance.randint(0, 300))
        case "deposit":
            actions.hold_deposit(about, community=community, payer=ana, payee=bo, minor=2000)
            if chance.random() < 0.5:
                actions.release_deposit(about)
            else:
                actions.keep_deposit(about, chance.randint(1, 2200))
        case "hand_in":
            actions.hand_in(bo, community, chance.randint(1, 500), by=cleo, key=str(number))


@pytest.mark.parametrize("seed", range(6))
def test_whatever_happens_every_balance_is_the_sum_of_its_transfers(cast, seed):
    """Random payments, confirmations, cancellations, refunds, deposits and cash; refusals are part of life."""
    community, ana, bo, cleo, _zoe = cast
    chance, people = random.Random(seed), [ana, bo, cleo]
    for number in range(60):
        about = f"booking:{chance.randint(1, 12)}"
        with suppress(Refusal):
            anything(chance, about, number, community, people)

    for account in Account.objects.all():
        rows = [side.filter(phase__in=["posted", "post"]) for side in (account.incoming, account.outgoing)]
        into, out = (side.aggregate(total=Sum("minor"))["total"] or 0 for side in rows)
        assert account.balance_minor == into - out
    assert Transfer.objects.exists() and sum(Account.objects.values_list("balance_minor", flat=True)) == 0
    assert ledger.verify(community).faults == []
    for payment in Payment.objects.filter(state=PaymentState.SETTLED):
        booked = Transfer.objects.filter(about=payment.about, kind__in=["price", "fee", "solidarity"])
        assert (booked.aggregate(total=Sum("minor"))["total"] or 0) == payment.total_minor
