"""At the very edge: of a month, by a millisecond, and of a limit, by a hundredth."""

from datetime import UTC, datetime, timedelta
from itertools import count, pairwise
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cooperative import statements
from members.models import Membership
from members.states import Role
from payments import actions, gateways, ledger
from payments.credit import accounts
from payments.credit import actions as credit
from payments.models import Account, MonthFlow, Transfer
from payments.states import PaymentState
from payments.verification import verify
from tests import factories

pytestmark = pytest.mark.django_db
few = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
names = count(1)


def home(**facts):
    community = factories.community(f"Edge {next(names)}", **facts)
    cleo = factories.member("Cleo", of=community)
    Membership.objects.filter(member=cleo).update(role=Role.STEWARD, treasurer=True)
    return community, cleo


@few
@given(offsets=st.lists(st.integers(-4_000, 4_000), min_size=2, max_size=8))
def test_at_the_edge_of_a_month_statement_and_sums_by_month_say_the_same(offsets):
    """Whoever began before midnight and waited for the chain is booked when it was their turn."""
    community, cleo = home(time_zone="Europe/Zurich")
    edge = datetime(2026, 5, 1, tzinfo=ZoneInfo("Europe/Zurich")).astimezone(UTC)
    world, pool = (ledger.account(kind, community) for kind in ("world", "pool"))
    for n, offset in enumerate([-9_000, *offsets]):
        begun = edge + timedelta(milliseconds=offset)
        ledger.post(community, [ledger.Entry(world, pool, 100 + n, "fee", f"{community.pk}:{n}")], now=begun)
    moments = list(Transfer.objects.filter(community=community).order_by("sequence").values_list("created", flat=True))
    assert all(before <= after for before, after in pairwise(moments))
    april = datetime(2026, 4, 1, tzinfo=UTC).date()
    made = statements.prepare(community, by=cleo, until=april, now=edge + ledger.LONGEST_WAIT)
    booked = MonthFlow.objects.get(account=pool, month=april, kind="fee")
    assert made.closing_minor == booked.minor and made.last == sum(moment < edge for moment in moments)
    assert verify(community).faults == []


def test_what_waits_for_its_turn_at_midnight_is_in_the_statement_or_after_it():
    community, cleo = home()
    edge = datetime(2026, 5, 1, tzinfo=ZoneInfo(community.time_zone)).astimezone(UTC)
    world, pool = (ledger.account(kind, community) for kind in ("world", "pool"))
    ledger.post(community, [ledger.Entry(world, pool, 1, "fee", "a")], now=edge - timedelta(seconds=9))
    april = datetime(2026, 4, 1, tzinfo=UTC).date()
    with pytest.raises(statements.StatementError, match="not over yet"):
        statements.prepare(community, by=cleo, until=april, now=edge + timedelta(milliseconds=1))
    assert april not in statements.months_over(community, None, edge + timedelta(milliseconds=1))
    assert april in statements.months_over(community, None, edge + ledger.LONGEST_WAIT)
    ledger.post(community, [ledger.Entry(world, pool, 1, "fee", "b")], now=edge - timedelta(milliseconds=1))
    assert statements.prepare(community, by=cleo, until=april, now=edge + ledger.LONGEST_WAIT).last == 2


def test_a_clock_that_was_wrong_by_days_does_not_hold_up_the_time():
    community, _cleo = home()
    world, pool = (ledger.account(kind, community) for kind in ("world", "pool"))
    now = datetime(2026, 5, 1, tzinfo=UTC)
    for n, moment in enumerate((now + timedelta(days=300), now)):
        ledger.post(community, [ledger.Entry(world, pool, 1, "fee", f"{n}")], now=moment)
    assert Transfer.objects.get(key="1").created == now


@few
@given(
    price=st.integers(1, 5_000), fee=st.integers(0, 999), solidarity=st.integers(0, 999), worth=st.integers(1, 2_000),
    short=st.booleans(),
)
def test_who_may_pay_by_credit_can_and_who_cannot_hears_so_before(price, fee, solidarity, worth, short):
    community, cleo = home()
    ana, bo = factories.member("Ana", of=community), factories.member("Bo", of=community)
    credit.plan(community, by=cleo, unit="hours", worth_minor=worth, limit_minor=0)
    needed = sum(accounts.in_credit(part, worth) for part in (price, fee, solidarity))
    Account.objects.filter(pk=accounts.wallet(community, ana).pk).update(limit_minor=max(0, needed - short))
    way, parts = gateways.named("credit"), (price, fee, solidarity)
    if short and needed:
        with pytest.raises(ledger.Overdrawn):
            way.check(community, ana, *parts)
        return
    way.check(community, ana, *parts)
    paid = actions.due(
        about=f"loan:{community.pk}", title="Drill", community=community, payer=ana, payee=bo, price_minor=price,
        fee_minor=fee, solidarity_minor=solidarity, gateway="credit",
    )
    assert paid.state == PaymentState.SETTLED and accounts.wallet(community, ana).balance_minor == -needed


def test_whoever_gives_reads_beside_the_note_that_it_stays_in_the_books(client):
    community, cleo = home()
    credit.plan(community, by=cleo, unit="hours", worth_minor=1000, limit_minor=100)
    client.force_login(cleo)
    page = client.get(reverse("credit", args=[community.slug])).content.decode()
    assert "It stands in the books for good, where every member can read it." in page
