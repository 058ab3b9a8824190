"""Community credit: a limit the database keeps, prices that wait until it is over, books that never mix."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.db.models import Sum
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from members.models import Membership
from members.states import Role
from messaging.models import Notification
from payments import actions, gateways, ledger, receipts, waiting
from payments.credit import accounts
from payments.credit import actions as credit
from payments.credit.statements import current_year
from payments.gateways.credit import _share
from payments.models import Account, Payment
from payments.states import AccountKind, PaymentState
from payments.verification import verify
from payments.years import counting
from sharing.values.money import HOURS
from sharing.web.formats import money
from sharing.web.refusals import Refusal
from tests import factories
from tests.bookings.test_api import client as client_of
from tests.members.cast import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    """Ana borrows, Bo lends, Cleo looks after it: an hour counts for ten euros, five hours below zero at most."""
    home = factories.community()
    ana, bo, cleo = (factories.member(name, of=home) for name in ("Ana", "Bo", "Cleo"))
    Membership.objects.filter(member=cleo).update(role=Role.STEWARD, treasurer=True)
    credit.plan(home, by=cleo, unit="hours", worth_minor=1000, limit_minor=500)
    return home, ana, bo, cleo


def due(home, payer, payee, n=1, price=2000, fee=105, solidarity=0) -> Payment:
    return actions.due(
        about=f"loan:{n}", title="Drill", community=home, payer=payer, payee=payee, price_minor=price, fee_minor=fee,
        solidarity_minor=solidarity, gateway="credit",
    )  # fmt: skip


def stands(home, *members) -> list[int]:
    return [accounts.wallet(home, member).balance_minor for member in members]


def test_agreed_is_paid_and_the_price_is_the_lenders_when_it_is_over(cast):
    home, ana, bo, _cleo = cast
    payment = due(home, ana, bo)
    assert payment.state == PaymentState.SETTLED
    assert stands(home, ana, bo) == [-211, 0] and accounts.pool(home).balance_minor == 11  # 10.5 hundredths, half up
    for _twice in range(2):
        actions.pass_on(payment.about)
    assert stands(home, ana, bo) == [-211, 200] and accounts.on_its_way(home).balance_minor == 0
    assert ledger.account(AccountKind.POOL, home).balance_minor == 0  # no money moved
    assert verify(home).sound


@pytest.mark.parametrize("over", [False, True])
def test_what_goes_back_is_the_same_share_of_the_credit(cast, over):
    home, ana, bo, _cleo = cast
    payment = due(home, ana, bo)
    if over:
        actions.pass_on(payment.about)
    actions.refund(payment.about, price_minor=500, by=bo, part=True)
    actions.refund(payment.about, price_minor=1500, fee_minor=105, by=bo)
    actions.pass_on(payment.about)
    assert stands(home, ana, bo) == [0, 0] and accounts.pool(home).balance_minor == 0
    assert accounts.on_its_way(home).balance_minor == 0 and verify(home).sound


def test_a_receipt_says_what_was_paid_in_credit(cast):
    home, ana, bo, cleo = cast
    payment = due(home, ana, bo)
    credit.plan(home, by=cleo, unit="hours", worth_minor=5000, limit_minor=500)  # it says what it came to then
    said = receipts.text(payment)
    for label, minor, hours in (("Price", 2000, 200), ("Fee for the pool", 105, 11), ("Together", 2105, 211)):
        assert f"{label}: {money(minor, home.currency)} = {money(hours, HOURS)}\n" in said
    back = actions.refund(payment.about, price_minor=500, by=bo)
    assert f"Given back since: {money(500, home.currency)} = {money(50, HOURS)}\n" in receipts.text(back)


def test_credit_is_no_money_in_the_figures_of_a_year(cast):
    home, ana, bo, _cleo = cast
    year = due(home, ana, bo).settled.year
    assert counting.of(ana, year) == counting.of(bo, year) == []


def test_nobody_goes_below_their_limit_in_a_booking_or_by_a_gift(cast):
    home, ana, bo, _cleo = cast
    due(home, ana, bo, price=4000, fee=0)
    with pytest.raises(Refusal):
        due(home, ana, bo, n=2, price=1100, fee=0)
    assert not Payment.objects.filter(about="loan:2").exists()
    with pytest.raises(Refusal) as caught:
        credit.give(home, by=ana, to=bo, minor=101, note="Thanks")
    assert caught.value.field == "minor"
    credit.give(home, by=ana, to=bo, minor=100, note="Thanks")
    assert stands(home, ana, bo) == [-500, 100]


def test_the_database_keeps_the_limit_with_no_code_in_the_way(cast):
    home, ana, _bo, _cleo = cast
    wallet = accounts.wallet(home, ana)
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.filter(pk=wallet.pk).update(balance_minor=-501)
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.filter(pk=wallet.pk).update(limit_minor=-1)


def test_credit_and_money_do_not_mix(cast):
    home, ana, bo, _cleo = cast
    entry = ledger.Entry(accounts.wallet(home, ana), ledger.account(AccountKind.WALLET, home, bo), 1, "given", "mix")
    with pytest.raises(ledger.MixedCurrencies):
        ledger.post(home, [entry])


def test_a_limit_is_set_by_another_and_not_above_where_one_stands(cast):
    home, ana, bo, cleo = cast
    credit.give(home, by=ana, to=bo, minor=400, note="Moving house")
    with pytest.raises(Refusal) as caught:
        credit.set_limit(ana, home, 300, by=cleo)
    assert caught.value.field == "limit_minor"
    assert credit.set_limit(ana, home, 900, by=cleo).free_minor == 500
    with pytest.raises(Refusal):
        credit.set_limit(ana, home, 900, by=ana)
    factories.member("Dora", of=home)
    Membership.objects.filter(member__name="Dora").update(role=Role.STEWARD)
    with pytest.raises(Refusal, match="Another"):
        credit.set_limit(cleo, home, 900, by=cleo)


def test_a_gift_needs_two_members_an_amount_and_a_reason_and_happens_once(cast):
    home, ana, bo, _cleo = cast
    for facts, field in (
        ({"to": ana}, "to"), ({"minor": 0}, "minor"), ({"note": "  "}, "note"), ({"note": "x" * 200}, "note"),
    ):  # fmt: skip
        with pytest.raises(Refusal) as caught:
            credit.give(home, **{"by": ana, "to": bo, "minor": 50, "note": "Cake"} | facts)
        assert caught.value.field == field
    for _twice in range(2):
        credit.give(home, by=ana, to=bo, minor=50, note="Cake", key="form-1")
    assert stands(home, ana, bo) == [-50, 50]
    told = Notification.objects.get(member=bo, kind="credit")
    assert told.title == "Ana gave you 0.5 hours" and told.body == "Cake"


def test_the_unit_stays_once_somebody_has_some(cast):
    home, ana, bo, cleo = cast
    credit.give(home, by=ana, to=bo, minor=50, note="Cake")
    with pytest.raises(Refusal) as caught:
        credit.plan(home, by=cleo, unit="tokens", worth_minor=100, limit_minor=0)
    assert caught.value.field == "unit"
    credit.plan(home, by=cleo, unit="hours", worth_minor=1200, limit_minor=0)
    assert accounts.wallet(home, ana).limit_minor == 500  # theirs stays


def test_who_is_far_down_waits_on_the_treasurers_desk(cast):
    home, ana, bo, _cleo = cast
    credit.give(home, by=ana, to=bo, minor=390, note="Cake")
    assert [pile.source.name for pile in waiting.piles(home)] == []
    credit.give(home, by=ana, to=bo, minor=20, note="More cake")
    (pile,) = waiting.piles(home)
    assert [(item.title, item.minor, item.currency) for item in pile.items] == [("Ana", -410, HOURS)]


def test_it_is_offered_where_there_is_credit(cast):
    home, _ana, bo, _cleo = cast
    assert [way.name for way in gateways.possible(home, bo)] == ["hand", "credit"]
    assert [way.name for way in gateways.possible(factories.community(), bo)] == ["hand"]


def test_amounts_are_said_in_their_unit():
    assert [money(minor, HOURS) for minor in (100, 150, -25)] == ["1 hour", "1.5 hours", "-0.25 hours"]
    assert [money(minor, "XTK") for minor in (100, 1250)] == ["1 token", "12.5 tokens"]


@given(st.integers(0, 10**6), st.integers(1, 10**6), st.lists(st.integers(0, 10**6), max_size=5))
def test_shares_given_back_sum_to_what_was_paid(paid, whole, parts):
    before, sum_ = 0, 0
    for part in [*(min(part, whole) for part in parts), whole]:
        part = min(part, whole - before)
        share = _share(paid, whole, before, part)
        assert share >= 0
        before, sum_ = before + part, sum_ + share
    assert before == whole and sum_ == paid


@pytest.mark.django_db(transaction=True)
def test_many_gifts_at_once_never_pass_the_limit(cast):
    """G27: the limit is a constraint, so no race gets past it."""
    home, ana, bo, _cleo = cast
    stands(home, ana, bo)

    def give(n: int) -> bool:
        try:
            credit.give(home, by=ana, to=bo, minor=100, note="Cake", key=f"{n}")
            return True
        except Refusal:
            return False
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        given_ones = sum(pool.map(give, range(9)))
    assert given_ones == 5 and stands(home, ana, bo) == [-500, 500] and verify(home).sound
    in_credit = Account.objects.filter(community=home, currency=HOURS)
    assert in_credit.aggregate(sum_=Sum("balance_minor"))["sum_"] == 0


# --- pages and API ------------------------------------------------------------------------------------


def test_one_sees_how_one_stands_gives_some_and_takes_the_statement_home(cast):
    home, ana, bo, _cleo = cast
    client, url = signed_in(ana), reverse("credit", args=[home.slug])
    page = client.get(url).content.decode()
    assert "You can use 5 hours now" in page and "Bo" in page
    key = page.split('name="key" value="')[1].split('"')[0]
    said = {"to": bo.pk, "amount": "1,5", "note": "For the cake", "key": key}
    assert client.post(url, said | {"amount": "lots"}).status_code == 422
    assert client.post(url, said | {"amount": "20"}).status_code == 422
    for _twice in range(2):
        assert client.post(url, said).status_code == 302
    assert "For the cake" in client.get(url).content.decode() and stands(home, ana) == [-150]
    moved = current_year(home)
    rows = client.get(reverse("credit_csv", args=[home.slug, moved])).getvalue().decode().splitlines()
    assert len(rows) == 3 and rows[1].endswith(",0.0") and rows[2].endswith(",-1.5,-1.5")
    assert "Your credit with neighbours" in client.get(reverse("wallet")).content.decode()


def test_strangers_and_plain_members_find_nothing(cast):
    home, ana, _bo, cleo = cast
    zoe = factories.member("Zoe", of=factories.community())
    plan, mine = reverse("credit_plan", args=[home.slug]), reverse("credit", args=[home.slug])
    for who, url in ((zoe, mine), (zoe, plan), (ana, plan)):
        assert signed_in(who).get(url).status_code == 404
    assert client_of(zoe).get(f"/api/v1/communities/{home.slug}/credit/").status_code == 404
    client = signed_in(cleo)
    assert client.post(plan, {"unit": "hours", "worth": "12", "limit": "3.5"}).status_code == 302
    assert accounts.plan_of(home).worth_minor == 1200 and accounts.plan_of(home).limit_minor == 350
    nothing = client.post(plan, {"unit": "hours", "worth": "0", "limit": "1"})
    assert nothing.status_code == 422 and "worth" in nothing.context["form"].errors
    stands(home, ana)
    assert client.post(reverse("credit_limit", args=[home.slug, ana.pk]), {"limit": "7"}).status_code == 302
    assert accounts.wallet(home, ana).limit_minor == 700 and "Ana" in client.get(plan).content.decode()


def test_the_api_says_and_does_the_same(cast):
    home, ana, bo, _cleo = cast
    api, url = client_of(ana), f"/api/v1/communities/{home.slug}/credit/"
    assert api.get(url).json() == {
        "community": home.slug, "unit": "hours", "balance_minor": 0, "held_minor": 0, "limit_minor": 500,
        "worth_minor": 1000,
    }  # fmt: skip
    gift = {"to": bo.pk, "minor": 25, "note": "Cake"}
    for _twice in range(2):
        answer = api.post(f"{url}gifts/", gift, format="json", HTTP_IDEMPOTENCY_KEY="k-1")
        assert answer.status_code == 201 and answer.json()["balance_minor"] == -25
    for last in "12":  # two keys that begin alike are two
        key = f"{'the-same-app-on-the-same-telephone':.<60}{last}"
        assert api.post(f"{url}gifts/", gift, format="json", HTTP_IDEMPOTENCY_KEY=key).status_code == 201
    assert stands(home, ana, bo) == [-75, 75]
    too_much = api.post(f"{url}gifts/", gift | {"minor": 501}, format="json")
    assert too_much.status_code == 400 and list(too_much.json()["errors"]) == ["minor"]
    for wrong in ({"minor": -1}, {"note": ""}, {"to": 0}, {"minor": 10**6}):
        assert api.post(f"{url}gifts/", gift | wrong, format="json").status_code in (400, 404)
    assert stands(home, ana, bo) == [-75, 75] and connection.vendor
    steward, limit = client_of(_cleo), f"{url}limits/{ana.pk}/"
    said = steward.put(limit, {"limit_minor": 10}, format="json")
    assert said.status_code == 400 and list(said.json()["errors"]) == ["limit_minor"]
