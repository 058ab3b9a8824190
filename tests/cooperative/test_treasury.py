"""The treasury: payouts by two, statements that join up and stay, budgets beside what came of them."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from bookings import actions as bookings
from bookings.models import Booking
from cooperative import actions as decisions
from cooperative import budgets, checks, payouts, statements
from cooperative.models import Allotment, BooksCheck, BudgetLine, FeePolicy, Payout, Statement, StatementSignature
from members.models import Membership
from members.states import Role
from payments import actions as payments
from payments import ledger, waiting
from payments.models import Account, Transfer
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    """Ana is a member with €50 in her wallet, Cleo steward and treasurer, Tim treasurer; Zoe lives elsewhere."""
    community = factories.community()
    ana, cleo, tim = (factories.member(name, of=community) for name in ("Ana", "Cleo", "Tim"))
    Membership.objects.filter(member=cleo).update(role=Role.STEWARD, treasurer=True)
    Membership.objects.filter(member=tim).update(role=Role.TREASURER)
    zoe = factories.member("Zoe", of=factories.community("Far away"), role=Role.TREASURER)
    world, pool = (ledger.account(kind, community) for kind in ("world", "pool"))
    gifts = [ledger.Entry(world, ledger.account("wallet", community, who), 5000, "cash_in", f"own:{who.pk}")
             for who in (ana, tim)]
    ledger.post(community, [*gifts, ledger.Entry(world, pool, 10_000, "solidarity", "start")])
    return community, ana, cleo, tim, zoe


def asked(cast, *, by=None, minor=2000, key="k1", **facts) -> Payout:
    community, ana, cleo, *_ = cast
    return payouts.ask(community, by=by or cleo, member=facts.pop("member", ana), minor=minor, key=key, **facts)


def decided_line(cast, *, minor=3000, year=2026) -> BudgetLine:
    community, ana, cleo, *_ = cast
    begun = timezone.now() - timedelta(days=20)
    Membership.objects.filter(community=community).update(joined=begun - timedelta(days=20))
    draft = decisions.propose(community, by=ana, kind="advice", title="The budget", terms={"minor": minor}, now=begun)
    decisions.open(draft.pk, by=ana, now=begun)
    for voter in (ana, cleo):
        decisions.vote(draft.pk, by=voter, choice="yes", now=begun + timedelta(hours=1))
    decisions.close(draft.pk)
    return budgets.write_line(
        community, by=cleo, year=year, label="Repairs", kind="spend", incoming=False, minor=minor,
        decision=draft.number,
    )


# --- payouts --------------------------------------------------------------------------------------


def test_a_payout_takes_two_and_is_booked_once(cast):
    community, ana, cleo, tim, _zoe = cast
    payout = asked(cast)
    assert asked(cast).pk == payout.pk  # the form sent twice
    with pytest.raises(payouts.PayoutError):
        payouts.approve(payout.pk, by=cleo)
    for _twice in range(2):
        assert payouts.approve(payout.pk, by=tim).transfer.minor == 2000
    assert Account.objects.get(member=ana).balance_minor == 3000
    assert Transfer.objects.filter(kind="cash_out").count() == 1
    assert checks.check(community).faults == []


def test_nobody_approves_their_own_payout(cast):
    community, ana, cleo, tim, zoe = cast
    own = asked(cast, by=tim, member=tim)
    mine = asked(cast, by=cleo, member=tim, key="k2")
    for by, payout in ((tim, own), (tim, mine), (cleo, mine), (ana, own), (zoe, own)):
        with pytest.raises(payouts.PayoutError, match="Somebody else has to approve this"):
            payouts.approve(payout.pk, by=by)
    with pytest.raises(payouts.PayoutError):
        payouts.ask(community, by=ana, member=tim, minor=1, key="k3")  # a member asks for their own alone
    assert payouts.approve(own.pk, by=cleo).transfer
    assert payouts.refuse(mine.pk, by=tim).state == "refused"
    with pytest.raises(payouts.PayoutError):
        payouts.approve(mine.pk, by=cleo)


def test_no_more_is_promised_than_the_books_owe(cast):
    asked(cast, minor=4000)
    for minor in (1001, 0, -5, 10**15):
        with pytest.raises(payouts.PayoutError):
            asked(cast, minor=minor, key=f"more:{minor}")
    assert asked(cast, minor=1000, key="rest").is_waiting


def test_the_pool_pays_out_within_a_decided_line_alone(cast):
    community, _ana, cleo, tim, _zoe = cast
    plan = budgets.write_line(
        community, by=cleo, year=2026, label="Cake", kind="spend", incoming=False, minor=900
    )
    with pytest.raises(payouts.PayoutError):
        payouts.ask(community, by=cleo, line=plan, payee="Baker", minor=5, key="a")
    line = decided_line(cast)
    payout = payouts.ask(community, by=cleo, line=line, payee="Wheelworks", minor=2000, key="b", way="bank")
    with pytest.raises(payouts.PayoutError):
        payouts.ask(community, by=cleo, line=line, payee="Wheelworks", minor=1001, key="c")
    entry = payouts.approve(payout.pk, by=tim).transfer
    assert (entry.kind, entry.source.kind, Allotment.objects.get().line) == ("spend", "pool", line)
    assert [row.actual_minor for row in budgets.rows(community, 2026) if row.line == line] == [2000]
    assert checks.check(community).faults == []


def test_nobody_approves_what_a_line_pays_to_their_name(cast, client):
    community, _ana, cleo, tim, _zoe = cast
    line = decided_line(cast)
    payout = payouts.ask(community, by=cleo, line=line, payee="  tim ", minor=2000, key="b")
    client.force_login(tim)
    address = reverse("payout_step", args=[community.slug, payout.pk, "approve"])
    assert address not in client.get(reverse("payouts", args=[community.slug])).content.decode()
    client.post(address)
    assert Payout.objects.get(pk=payout.pk).is_waiting
    with pytest.raises(payouts.PayoutError, match="Somebody else has to approve this"):
        payouts.approve(payout.pk, by=tim)
    other = payouts.ask(community, by=cleo, line=line, payee="Timber & Sons", minor=500, key="c")
    assert payouts.approve(other.pk, by=tim).state == "paid"


@pytest.mark.parametrize(
    "change",
    [{"state": "paid"}, {"minor": 1}, {"payee": "Tim"}, {"state": "paid", "decided_by": "asker"},
     {"state": "paid", "decided_by": "payee"}, {"state": "paid", "decided_by": "stranger"}],
)
def test_the_database_refuses_what_one_person_alone_would_do(cast, change):
    _community, ana, cleo, _tim, zoe = cast
    payout = asked(cast)
    entry = Transfer.objects.first()
    people = {"asker": cleo, "payee": ana, "stranger": zoe}
    facts = {name: people.get(value, value) for name, value in change.items()}
    if "decided_by" in facts:
        facts["transfer"] = entry
    with pytest.raises(IntegrityError), transaction.atomic():
        Payout.objects.filter(pk=payout.pk).update(**facts)
    with pytest.raises(IntegrityError), transaction.atomic():
        payout.delete()


def test_what_was_decided_about_a_payout_stays(cast):
    payout = asked(cast)
    payouts.approve(payout.pk, by=cast[3])
    with pytest.raises(IntegrityError), transaction.atomic():
        Payout.objects.filter(pk=payout.pk).update(state="waiting", transfer=None)


@pytest.mark.django_db(transaction=True)
def test_two_who_approve_at_once_pay_once():
    community = factories.community()
    asker, one, two, ana = (factories.member(name, of=community, role=Role.TREASURER) for name in "ABCD")
    world, wallet = ledger.account("world", community), ledger.account("wallet", community, ana)
    ledger.post(community, [ledger.Entry(world, wallet, 5000, "cash_in", "own")])
    payout = payouts.ask(community, by=asker, member=ana, minor=2000, key="k")
    barrier = Barrier(2)

    def approve(by):
        barrier.wait(10)
        try:
            return payouts.approve(payout.pk, by=by).transfer_id
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        booked = set(pool.map(approve, (one, two)))
    assert len(booked) == 1 and Account.objects.get(pk=wallet.pk).balance_minor == 3000


# --- statements -----------------------------------------------------------------------------------


def earlier(months: int, day: int = 5) -> datetime:
    today = (timezone.now() - ledger.LONGEST_WAIT).date()  # in its first minute a month has not ended the last yet
    count = today.year * 12 + today.month - 1 - months
    return datetime(count // 12, count % 12 + 1, day, 12, tzinfo=UTC)


@pytest.fixture
def years(cast):
    """Entries of three months ago, two months ago and today; the first are made on a community of its own."""
    community = factories.community("Old town")
    cleo, tim, ana = (factories.member(name, of=community) for name in ("Cleo", "Tim", "Ana"))
    Membership.objects.filter(member=cleo).update(role=Role.STEWARD, treasurer=True)
    Membership.objects.filter(member=tim).update(role=Role.TREASURER)
    world, pool = (ledger.account(kind, community) for kind in ("world", "pool"))
    for n, moment in enumerate((earlier(3), earlier(3, 9), earlier(2), timezone.now())):
        ledger.post(community, [ledger.Entry(world, pool, 100 * (n + 1), "fee", f"fee:{n}")], now=moment)
    ledger.post(community, [ledger.Entry(pool, world, 50, "refund", "back")])
    return community, cleo, tim, ana


def test_each_statement_begins_where_the_last_ended_and_adds_up(years):
    community, cleo, tim, ana = years
    first = statements.prepare(community, by=cleo, until=earlier(3).date())
    second = statements.prepare(community, by=tim, until=earlier(1).date())
    assert (first.first, first.last, second.first, second.last) == (1, 2, 3, 3)
    assert (first.opening_minor, first.closing_minor, second.opening_minor, second.closing_minor) == (0, 300, 300, 600)
    assert second.begins == first.ends + timedelta(days=1)
    assert first.digest == Transfer.objects.get(community=community, sequence=2).digest == second.previous
    assert first.flows == [{"incoming": True, "kind": "fee", "minor": 300, "entries": 2}]
    assert all(Statement.objects.get(pk=each.pk).sealed() == each.seal for each in (first, second))
    here = timezone.localdate(timezone=ZoneInfo(community.time_zone))
    for until in (here, earlier(2).date()):
        with pytest.raises(statements.StatementError):
            statements.prepare(community, by=cleo, until=until)
    for _twice in range(2):
        statements.sign(first.pk, by=tim)
    assert list(first.signatures.values_list("member", flat=True)) == [cleo.pk, tim.pk]
    with pytest.raises(statements.StatementError):
        statements.sign(first.pk, by=ana)
    with pytest.raises(statements.StatementError):
        statements.prepare(community, by=ana, until=earlier(1).date())


def test_the_desk_speaks_of_the_latest_statement(years, client):
    community, cleo, tim, _ana = years
    first = statements.prepare(community, by=cleo, until=earlier(3).date())
    statements.sign(first.pk, by=tim)
    second = statements.prepare(community, by=tim, until=earlier(1).date())
    client.force_login(cleo)
    html = client.get(reverse("desk", args=[community.slug])).content.decode()
    assert "Statement 2 goes up to" in html and second.get_absolute_url() in html


def test_statements_and_signatures_stay(years):
    community, cleo, tim, ana = years
    made = statements.prepare(community, by=cleo, until=earlier(1).date())
    for wrong in (
        lambda: Statement.objects.filter(pk=made.pk).update(closing_minor=1),
        lambda: Statement.objects.filter(pk=made.pk).delete(),
        lambda: StatementSignature.objects.all().delete(),
        lambda: StatementSignature.objects.update(member=tim),
        lambda: StatementSignature.objects.create(statement=made, member=cleo),
        lambda: StatementSignature.objects.create(statement=made, member=ana),
        lambda: _again(made, number=2),
        lambda: _again(made, number=2, first=4, last=5, previous="x" * 64),
        lambda: _again(made, number=2, first=4, last=5, opening_minor=7, closing_minor=607),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            wrong()


def _again(made: Statement, **changes) -> None:
    made.pk = None
    for name, value in changes.items():
        setattr(made, name, value)
    made.save(force_insert=True)


def test_no_statement_is_made_of_books_that_were_altered(years):
    from sharing.db import guards

    community, cleo, *_ = years
    guards.drop()
    Transfer.objects.filter(community=community, sequence=2).update(minor=1)
    guards.install()
    with pytest.raises(statements.StatementError, match="Entry 2"):
        statements.prepare(community, by=cleo, until=earlier(1).date())


# --- budget ---------------------------------------------------------------------------------------


def test_a_budget_stands_beside_what_came_of_it(cast, django_assert_max_num_queries):
    community, ana, cleo, _tim, _zoe = cast
    year = budgets.year_of(community, timezone.now())
    budgets.write_line(community, by=cleo, year=year, label="Gifts", kind="solidarity", incoming=True, minor=20_000)
    again = budgets.write_line(
        community, by=cleo, year=year, label="Gifts", kind="solidarity", incoming=True, minor=30_000
    )
    with django_assert_max_num_queries(3):
        assert [(row.line.minor, row.actual_minor) for row in budgets.rows(community, year)] == [(30_000, 10_000)]
    BudgetLine.objects.all().update(label="Fees", kind="fee")
    assert [(row.line.label, row.planned, row.actual_minor) for row in budgets.rows(community, year)] == [
        ("Fees", True, 0), ("Voluntary share", False, 10_000)  # nobody has written a line for it: it is told anyway
    ]
    BudgetLine.objects.all().update(label="Gifts", kind="solidarity")
    line = decided_line(cast, year=year)
    for wrong in (
        {"label": ""}, {"minor": 0}, {"kind": "price", "incoming": False}, {"year": 1}, {"decision": 99},
        {"label": "Repairs", "kind": "spend", "incoming": False},
    ):
        facts = {"year": year, "label": "x", "kind": "fee", "incoming": True, "minor": 5} | wrong
        with pytest.raises(budgets.BudgetError):
            budgets.write_line(community, by=cleo, **facts)
    with pytest.raises(budgets.BudgetError):
        budgets.write_line(community, by=ana, year=year, label="x", kind="fee", incoming=True, minor=5)
    with pytest.raises(IntegrityError), transaction.atomic():
        BudgetLine.objects.filter(pk=line.pk).update(minor=10**9)
    with pytest.raises(IntegrityError), transaction.atomic():
        BudgetLine.objects.filter(pk=again.pk).update(decided_by=line.decided_by, kind="spend", incoming=True)


# --- pages ----------------------------------------------------------------------------------------


def test_the_desk_asks_for_payouts_and_a_second_treasurer_approves(cast, client):
    community, ana, cleo, tim, zoe = cast
    client.force_login(cleo)
    form = {"member": ana.pk, "way": "out", "amount": "20", "key": "once"}
    assert client.post(reverse("desk_cash", args=[community.slug]), form).status_code == 302
    payout = Payout.objects.get()
    desk = reverse("desk", args=[community.slug])
    page = client.get(desk).content.decode()
    assert "Somebody else has to approve it." in page and "€20.00 asked for, waits for a second person" in page
    wallet = Account.objects.get(kind="wallet", community=community, member=ana)
    rest = {"amount": f"{wallet.balance_minor / 100 - 20:.2f}", "key": "rest"}
    assert f'id="cash-out-{wallet.pk}"' in page and f'value="{rest["amount"]}"' in page
    client.post(reverse("desk_cash", args=[community.slug]), form | rest)
    assert f'id="cash-out-{wallet.pk}"' not in client.get(desk).content.decode()  # all is asked for
    payouts.refuse(Payout.objects.get(key="rest").pk, by=cleo)
    approve = reverse("payout_step", args=[community.slug, payout.pk, "approve"])
    client.post(approve)
    client.force_login(ana)
    client.post(approve)
    client.force_login(zoe)
    assert client.post(approve).status_code == 404
    assert Payout.objects.get(key="once").is_waiting
    client.force_login(tim)
    assert approve in client.get(desk).content.decode()
    client.post(approve)
    assert Payout.objects.get(key="once").state == "paid"
    client.force_login(ana)
    html = client.get(reverse("payouts", args=[community.slug])).content.decode()
    assert "€20.00" in html and "The books owe you €30.00" in html


def test_a_member_asks_for_what_the_books_owe_them(cast, client):
    community, ana, *_ = cast
    client.force_login(ana)
    address = reverse("payouts", args=[community.slug])
    form = {"key": "k", "amount": "5", "way": "cash", "note": "for the train"}
    too_much = client.post(address, form | {"amount": "500"})
    assert too_much.status_code == 422 and "amount" in too_much.context["form"].errors
    assert client.post(address, form | {"way": "gold"}).status_code == 422
    assert client.post(address, form).status_code == 302
    assert Payout.objects.get().member == ana
    client.post(reverse("payout_step", args=[community.slug, Payout.objects.get().pk, "refuse"]))
    assert Payout.objects.get().state == "withdrawn"


def test_what_is_older_than_the_first_page_of_payouts_is_found(cast, client, monkeypatch):
    community, ana, *_ = cast
    monkeypatch.setattr("cooperative.views.payouts.SHOWN", 2)
    made = [payouts.ask(community, by=ana, member=ana, minor=100 + n, key=str(n)).pk for n in range(5)]
    client.force_login(ana)
    address, seen = reverse("payouts", args=[community.slug]), []
    while address:
        page = client.get(address).content.decode()
        seen += re.findall(r">(€1\.0\d)<", page)
        found = re.search(r'class="button button--quiet" href="([^"]+after=[^"]+)"', page)
        address = found and found[1].replace("&amp;", "&")
    assert seen == ["€1.04", "€1.03", "€1.02", "€1.01", "€1.00"]
    address, seen = f"/api/v1/communities/{community.slug}/payouts/", []
    monkeypatch.setattr("cooperative.treasury_api.MOST", 2)
    while rows := client.get(address, {"before": seen[-1]} if seen else {}).json():
        seen += [row["id"] for row in rows]
    assert seen == made[::-1]
    assert client.get(address, {"before": "x"}).status_code == 400
    assert client.get(reverse("payouts", args=[community.slug]), {"after": "x"}).status_code == 404


def test_older_statements_are_found(years, client, monkeypatch):
    community, cleo, _tim, ana = years
    monkeypatch.setattr("cooperative.views.statements.SHOWN", 1)
    world, pool = (ledger.account(kind, community) for kind in ("world", "pool"))
    for months in (2, 1):
        ledger.post(community, [ledger.Entry(world, pool, 5, "solidarity", f"m{months}")], now=earlier(months))
        statements.prepare(community, by=cleo, until=earlier(months).date())
    client.force_login(ana)
    address = reverse("statements", args=[community.slug])
    page = client.get(address).content.decode()
    assert "Statement 2" in page and "Statement 1" not in page
    older = re.search(r'href="([^"]+after=[^"]+)"', page)[1].replace("&amp;", "&")
    assert "Statement 1" in client.get(older).content.decode()
    api = f"/api/v1/communities/{community.slug}/statements/"
    monkeypatch.setattr("cooperative.treasury_api.MOST", 1)
    assert [row["number"] for row in client.get(api).json()] == [2]
    assert [row["number"] for row in client.get(api, {"before": 2}).json()] == [1]


def test_statements_and_budget_have_pages_for_members_and_deeds_for_treasurers(years, client):
    community, cleo, tim, ana = years
    address, budget = (reverse(name, args=[community.slug]) for name in ("statements", "budget"))
    client.force_login(ana)
    assert client.get(address).status_code == client.get(budget).status_code == 200
    assert client.post(address, {"until": earlier(1).date()}).status_code == 404
    assert client.post(reverse("budget_write", args=[community.slug])).status_code == 404
    client.force_login(cleo)
    assert client.post(address, {"until": "2020-01-01"}).status_code == 422
    until = date(earlier(1).year, earlier(1).month, 1)
    assert client.post(address, {"until": until}).status_code == 302
    made = Statement.objects.get()
    sign = reverse("statement_sign", args=[community.slug, made.number])
    assert sign not in client.get(made.get_absolute_url()).content.decode()
    client.force_login(tim)
    assert sign in client.get(made.get_absolute_url()).content.decode()
    assert client.post(sign).status_code == 302
    html = client.get(made.get_absolute_url()).content.decode()
    assert made.seal in html and "Cleo" in html and "Tim" in html and "€6.00" in html
    assert client.get(budget).content.decode().count('class="unit"') == 1  # the amount alone stands beside a unit
    line = {"year": 2026, "flow": "in-fee", "label": "Fees", "amount": "100", "decision": ""}
    assert client.post(reverse("budget_write", args=[community.slug]), line | {"amount": "x"}).status_code == 422
    assert client.post(reverse("budget_write", args=[community.slug]), line).status_code == 302
    client.force_login(ana)
    assert "Fees" in client.get(budget + "?year=2026").content.decode()
    for odd in ("?year=99999999", "?year=x", "?year=-1"):
        assert client.get(budget + odd).status_code == 200


@pytest.mark.parametrize("name", ["payouts", "statements", "budget", "projects", "fee_preview", "books_json"])
def test_a_member_of_elsewhere_finds_nothing(cast, client, name):
    community, *_rest, zoe = cast
    client.force_login(zoe)
    assert client.get(reverse(name, args=[community.slug])).status_code == 404


def test_what_rooms_say_waits_is_on_the_desk(cast, client, monkeypatch):
    community, _ana, cleo, *_ = cast
    monkeypatch.setattr(waiting, "_sources", {})
    item = waiting.Item("Booking 7", "damaged", 500, "EUR", timezone.now(), "/bookings/7/")
    waiting.register(waiting.Source("disputes", "In dispute", lambda _community, _most: [item]))
    waiting.register(waiting.Source("nothing", "Nothing here", lambda _community, _most: []))
    client.force_login(cleo)
    html = client.get(reverse("desk", args=[community.slug])).content.decode()
    assert "In dispute" in html and "/bookings/7/" in html and "Nothing here" not in html


# --- nobody gets round it -------------------------------------------------------------------------


def test_the_admin_shows_the_treasury_and_changes_nothing(cast, client):
    community, _ana, cleo, tim, _zoe = cast
    decisions.set_first_policy(community, by=cleo, commoner_bp=500)
    payout = asked(cast)
    checks.check(community)
    tim.is_staff = tim.is_superuser = True
    tim.save()
    client.force_login(tim)
    rows = {
        "cooperative_feepolicy": FeePolicy.objects.get().pk, "cooperative_payout": payout.pk,
        "cooperative_bookscheck": BooksCheck.objects.get().pk, "payments_transfer": Transfer.objects.first().pk,
        "payments_account": Account.objects.first().pk,
    }
    for name, pk in rows.items():
        assert client.get(reverse(f"admin:{name}_changelist")).status_code == 200, name
        assert client.get(reverse(f"admin:{name}_add")).status_code == 403, name
        assert client.post(reverse(f"admin:{name}_change", args=[pk]), {"minor": 1}).status_code == 403, name
        assert client.post(reverse(f"admin:{name}_delete", args=[pk]), {"post": "yes"}).status_code == 403, name


def test_a_steward_changes_neither_policy_nor_books_by_any_page_or_api(cast, client):
    community, _ana, cleo, *_ = cast
    decisions.set_first_policy(community, by=cleo, commoner_bp=500)
    before = list(Transfer.objects.values_list("digest", flat=True))
    client.force_login(cleo)
    fee = {"enabled": "on", "commoner": "9", "commercial": "9"}
    client.post(reverse("fee_policy", args=[community.slug]), fee)
    entry = Transfer.objects.first()
    for address in (
        reverse("books", args=[community.slug]), reverse("books_entry", args=[community.slug, entry.sequence]),
        reverse("books_csv", args=[community.slug]), reverse("api_books", args=[community.slug]),
    ):
        for method in (client.post, client.put, client.patch, client.delete):
            assert method(address, {"minor": 1}).status_code in (403, 404, 405, 415)
    assert FeePolicy.objects.count() == 1 and FeePolicy.objects.get().commoner_bp == 500
    assert list(Transfer.objects.values_list("digest", flat=True)) == before


def test_hand_ins_go_on_as_before(cast):
    community, ana, cleo, *_ = cast
    world, wallet = ledger.account("world", community), ledger.account("wallet", community, ana)
    ledger.post(community, [ledger.Entry(wallet, world, 6000, "cash_out", "over")])
    assert payments.hand_in(ana, community, 1000, by=cleo).minor == 1000


def test_differences_and_disputes_wait_on_the_desk(cast, client):
    from payments.models import Difference

    community, ana, cleo, tim, _zoe = cast
    facts = {"kind": "missing", "currency": "EUR", "minor_there": 945, "happened": timezone.now()}
    Difference.objects.create(key="a", community=community, about="booking:7", **facts)
    Difference.objects.create(key="b", community=community, settled=timezone.now(), **facts)
    drill = factories.listing(tim, of=community)
    booking = bookings.request(drill.pk, by=ana, **factories.days(0, 2))
    Booking.objects.filter(pk=booking.pk).update(state="disputed")
    client.force_login(cleo)
    html = client.get(reverse("desk", args=[community.slug])).content.decode()
    assert "nothing in the books, €9.45 there" in html and html.count("€9.45") == 1
    assert "Bookings in dispute" in html and booking.get_absolute_url() in html
