"""The open books: the same few statements at any size, seen by members alone, and recomputable by anyone."""

import csv
import hashlib
import io
import json
import random
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cooperative import actions as decisions
from cooperative import books, chains, charts, checks, opening
from cooperative.models import BooksCheck, Proposal
from members.models import Membership
from members.states import Role
from payments import actions, ledger
from payments.models import Account, Transfer
from sharing.db import guards
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    """Ana borrows, Bo lends, Cleo is steward and treasurer; Zoe lives in another community."""
    community = factories.community()
    ana, bo, cleo = (factories.member(name, of=community) for name in ("Ana", "Bo", "Cleo"))
    Membership.objects.filter(member=cleo).update(role=Role.STEWARD, treasurer=True)
    return community, ana, bo, cleo, factories.member("Zoe", of=factories.community("Far away"))


def paid(community, payer, payee, number: int, *, fee: int = 45, now=None) -> None:
    about = f"booking:{number}"
    actions.due(about=about, title=f"Drill {number}", community=community, payer=payer, payee=payee,
                price_minor=900, fee_minor=fee, now=now)
    for side in (payer, payee):
        actions.confirm(about, by=side, now=now)


def page(client, member, name: str, *args, **query):
    client.force_login(member)
    return client.get(reverse(name, args=args), query)


def statements(client, member, name: str, *args) -> int:
    client.force_login(member)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(reverse(name, args=args)).status_code == 200
    return len(captured)


# --- the page -------------------------------------------------------------------------------------


def test_the_books_take_ten_statements_at_any_size(cast, client):
    community, ana, bo, cleo, _zoe = cast
    decisions.set_first_policy(community, by=cleo, commoner_bp=500)
    draft = decisions.propose(community, by=ana, kind="spend", title="Bike", terms={"minor": 5, "payee": "Shop"})
    decisions.open(draft.pk, by=ana)
    checks.check(community)
    counts, made = set(), 0
    for entries in (1, 3, 24, 200):
        for made in range(made, entries):  # noqa: B020 - goes on where the last round ended
            paid(community, ana, bo, made + 1)
        made = entries
        counts.add(tuple(statements(client, person, "books", community.slug) for person in (ana, cleo)))
    assert len(counts) == 1 and max(counts.pop()) <= 10, counts


def test_lists_of_decisions_take_as_many_statements_with_one_as_with_many(cast, client):
    community, ana, *_ = cast
    counts = set()
    for more in (1, 5, 20):
        for _each in range(more):
            draft = decisions.propose(community, by=ana, kind="advice", title="Shall we?")
            decisions.open(draft.pk, by=ana)
        counts.add((statements(client, ana, "proposals", community.slug),
                    statements(client, ana, "proposal", community.slug, 1)))
    assert len(counts) == 1 and max(counts.pop()) <= 8


def test_the_page_says_what_the_pool_holds_and_who_holds_it(cast, client):
    community, ana, bo, _cleo, _zoe = cast
    paid(community, ana, bo, 1)
    html = page(client, ana, "books", community.slug).content.decode()
    assert "€0.45" in html and "1 member was given in cash" in html and "Fee, Drill 1" in html and "Cleo" not in html
    assert "you → the pool" in html and "booking 1" in html
    assert "style=" not in html and "<script>" not in html and "onclick" not in html


def test_a_booking_is_linked_for_those_it_concerns_and_for_treasurers(cast, client):
    community, ana, bo, cleo, _zoe = cast
    other = factories.member("Other", of=community)
    paid(community, ana, bo, 7)
    link = reverse("booking", args=[7])
    assert link in page(client, ana, "books", community.slug).content.decode()
    assert link in page(client, cleo, "books", community.slug).content.decode()
    assert link not in page(client, other, "books", community.slug).content.decode()
    fee = Transfer.objects.get(kind="fee").sequence
    assert link in page(client, bo, "books_entry", community.slug, fee).content.decode()
    assert link not in page(client, other, "books_entry", community.slug, fee).content.decode()


def test_former_members_are_a_neighbour(cast, client):
    community, ana, bo, cleo, _zoe = cast
    paid(community, ana, bo, 1)
    Membership.objects.filter(member=ana).update(standing="left")
    html = page(client, cleo, "books", community.slug).content.decode()
    assert "a neighbour → the pool" in html and "Ana" not in html
    rows = list(csv.DictReader(io.StringIO("".join(chains.as_csv(community)).lstrip("\ufeff"))))
    assert "Ana" not in {row["from"] for row in rows} | {row["to"] for row in rows}


def test_filters_narrow_and_pages_go_on(cast, client):
    community, ana, bo, _cleo, _zoe = cast
    for number in range(1, 31):
        paid(community, ana, bo, number)
    first = page(client, ana, "books", community.slug, kind="fee", direction="in")
    assert len(first.context["lines"]) == 24
    more = page(client, ana, "books", community.slug, kind="fee", direction="in", after=first.context["cursor"])
    sequences = [line.sequence for line in [*first.context["lines"], *more.context["lines"]]]
    assert len(set(sequences)) == 30 and sequences == sorted(sequences, reverse=True)
    assert page(client, ana, "books", community.slug, direction="out").context["lines"] == []
    assert page(client, ana, "books", community.slug, kind="spend").context["lines"] == []
    month = f"{timezone.now():%Y-%m}"
    assert page(client, ana, "books", community.slug, month=month).context["lines"]
    assert page(client, ana, "books", community.slug, month="2020-01").context["lines"] == []


@pytest.mark.parametrize(
    "query",
    [{"month": "2026-13"}, {"month": "x" * 500}, {"kind": "bribe"}, {"direction": "up"}, {"after": "!!"},
     {"after": "WzEsMl0"}, {"after": "W10"}, {"after": "WyIyMDI2IiwgMV0"}],
)
def test_no_query_breaks_the_page(cast, client, query):
    community, ana, bo, _cleo, _zoe = cast
    paid(community, ana, bo, 1)
    assert page(client, ana, "books", community.slug, **query).status_code in (200, 404)


@pytest.mark.parametrize("name", ["books", "books_csv", "proposals", "proposal_new", "fee_policy", "desk"])
def test_outsiders_find_nothing_and_visitors_sign_in(cast, client, name):
    community, _ana, _bo, _cleo, zoe = cast
    address = reverse(name, args=[community.slug])
    assert client.get(address).status_code == 302
    client.force_login(zoe)
    assert client.get(address).status_code == 404


def test_only_treasurers_sit_at_the_desk(cast, client):
    community, ana, _bo, cleo, zoe = cast
    assert page(client, ana, "desk", community.slug).status_code == 404
    assert page(client, cleo, "desk", community.slug).status_code == 200
    for stranger in (ana, zoe):
        client.force_login(stranger)
        assert client.post(reverse("desk_cash", args=[community.slug])).status_code == 404


def test_the_treasurer_writes_down_cash_once(cast, client):
    community, ana, bo, cleo, _zoe = cast
    paid(community, ana, bo, 1)
    client.force_login(cleo)
    address = reverse("desk_cash", args=[community.slug])
    form = {"member": bo.pk, "way": "in", "amount": "0.45", "key": "once"}
    wrong = client.post(address, form | {"amount": "9.00", "key": "other"})
    assert wrong.status_code == 422 and "less than that" in wrong.content.decode()
    for _twice in range(2):
        assert client.post(address, form).status_code == 302
    assert Account.objects.get(member=bo).balance_minor == 0
    assert Transfer.objects.filter(about="", kind="cash_in").count() == 1
    for amount in ("x", "-1", "1.234", "0.20"):
        assert client.post(address, form | {"amount": amount}).status_code == 422
    for change in ({"member": 999_999}, {"way": "up"}, {"key": ""}):
        assert client.post(address, form | change).status_code == 422


# --- checking -------------------------------------------------------------------------------------


def test_the_button_recomputes_and_the_seal_says_so(cast, client):
    community, ana, bo, cleo, zoe = cast
    address, with_htmx = reverse("books_verify", args=[community.slug]), {"HX-Request": "true"}
    world, pool = (ledger.account(kind, community) for kind in ("world", "pool"))
    ledger.post(community, [ledger.Entry(world, pool, 500, "solidarity", key) for key in "abcd"])
    client.force_login(ana)
    assert "4 entries in order" in client.post(address, headers=with_htmx).content.decode()
    assert client.post(address).status_code == 302 and BooksCheck.objects.get().sound

    paid(community, ana, bo, 404)
    BooksCheck.objects.update(checked=timezone.now() - timedelta(minutes=1), asked=None)
    client.force_login(cleo)
    answer = client.post(address, headers=with_htmx).content.decode()
    assert "do not add up" in answer and "booking:404, which is not there" in answer
    client.force_login(zoe)
    assert client.post(address).status_code == 404


TAMPERINGS = {
    "minor": "update payments_transfer set minor = 44 where kind = 'fee'",
    "memo": "update payments_transfer set memo = 'x' where kind = 'fee'",
    "target": "update payments_transfer set target_id = (select min(id) from payments_account where kind = 'world')"
    " where kind = 'fee'",
    "created": "update payments_transfer set created = '2020-01-01 00:00:00+00:00' where kind = 'price'",
    "digest": "update payments_transfer set digest = 'x' where kind = 'fee'",
    "gone": "delete from payments_transfer where kind = 'fee'",
    "last": "delete from payments_transfer where kind = 'cash_out'",
    "balance": "update payments_account set balance_minor = balance_minor + 1 where kind = 'pool'",
    "held": "update payments_account set held_minor = held_minor + 1 where kind = 'pool'",
}


@pytest.mark.parametrize("what", TAMPERINGS)
def test_tampering_is_found(cast, what):
    community, ana, bo, _cleo, _zoe = cast
    paid(community, ana, bo, 1)
    assert ledger.verify(community).sound
    guards.drop()
    with connection.cursor() as cursor:
        cursor.execute(TAMPERINGS[what])
    faults = ledger.verify(community).faults
    assert faults and all(isinstance(fault, str) for fault in faults)
    guards.install()


def test_the_command_fails_with_a_line_per_fault(cast, capsys):
    community, ana, bo, _cleo, _zoe = cast
    call_command("check_books")
    assert "all in order" in capsys.readouterr().out
    paid(community, ana, bo, 404)
    with pytest.raises(SystemExit) as stopped:
        call_command("check_books", community=community.slug)
    assert stopped.value.code == 1
    assert f"{community.slug}: Entries are about booking:404, which is not there." in capsys.readouterr().out
    assert BooksCheck.objects.get(community=community).faults


def test_an_entry_spent_without_a_decision_is_a_fault(cast):
    community, ana, bo, _cleo, _zoe = cast
    world, pool = (ledger.account(kind, community) for kind in ("world", "pool"))
    gift = ledger.Entry(world, pool, 500, "solidarity", "a")
    ledger.post(community, [gift, ledger.Entry(pool, world, 5, "spend", "b")])
    assert checks.check(community).faults == ["Entry 2 was spent without a decision."]


def test_anyone_can_recompute_the_digests_from_the_csv(cast, client):
    """The script of docs/books.md, in its own words: it knows nothing of our code."""
    community, ana, bo, cleo, _zoe = cast
    chance = random.Random(1)
    for number in range(1, 12):
        paid(community, ana, bo, number, fee=chance.randint(1, 90))
    actions.hold_deposit("booking:50", community=community, payer=ana, payee=bo, minor=2500, title="Bohrer, „groß“")
    actions.keep_deposit("booking:50", 700)
    actions.hand_in(bo, community, 20, by=cleo)
    client.force_login(ana)
    text = b"".join(client.get(reverse("books_csv", args=[community.slug])).streaming_content).decode("utf-8-sig")

    before, pool = "0" * 64, 0
    for row in csv.DictReader(io.StringIO(text)):
        columns = list(row)[:15]  # previous … key
        made = hashlib.sha256("\n".join(row[column] for column in columns).encode()).hexdigest()
        assert (row["previous"], row["digest"]) == (before, made)
        before, pool = made, pool + int(row["in_pool"])

    assert before == Transfer.objects.order_by("-sequence").first().digest
    assert pool == books.holdings(community).balance_minor
    assert "Bohrer, „groß“" in text


# --- charts ---------------------------------------------------------------------------------------


def test_months_are_those_of_the_community_and_add_up(cast):
    community, ana, bo, _cleo, _zoe = cast
    community.time_zone = "Pacific/Auckland"
    community.save()
    shown = books.months(community)
    for at in range(12):
        paid(community, ana, bo, at + 1, fee=10 + at, now=books.bounds(community, shown[at])[0] + timedelta(minutes=1))
    flows = books.flows(community, books.holdings(community).pool, shown)
    assert [flow.minor for flow in sorted(flows, key=lambda flow: flow.month)] == list(range(10, 22))
    bars = charts.by_month(flows, shown)
    assert [bar.into for bar in bars] == list(range(10, 22)) and bars[-1].bar_in.height == "128.0"
    [part] = charts.by_kind(flows)
    assert (part.minor, part.entries, part.width) == (sum(range(10, 22)), 12, "100.00")


def test_twelve_months_end_with_this_one(cast):
    from datetime import UTC, datetime

    community = cast[0]
    community.time_zone = "America/New_York"
    shown = books.months(community, datetime(2026, 3, 1, 2, tzinfo=UTC))  # still February there
    assert (shown[0], shown[-1], len(shown)) == (date(2025, 3, 1), date(2026, 2, 1), 12)


# --- what is promised, taken home, and shown to everyone ----------------------------------------------------------


def test_the_page_says_what_is_spoken_for(cast, client):
    community, ana, bo, cleo, _zoe = cast
    paid(community, ana, bo, 1)
    draft = decisions.propose(community, by=ana, kind="spend", title="Bike", terms={"minor": 9000, "payee": "Shop"})
    Proposal.objects.filter(pk=draft.pk).update(
        state="waiting", opened=timezone.now() - timedelta(days=2), closes=timezone.now() - timedelta(days=1)
    )
    html = page(client, ana, "books", community.slug).content.decode()
    assert "Decided, waiting for money" in html and "€90.00" in html and "Free to decide on" in html
    assert books.promised(community).minor == 9000


def test_the_json_holds_the_same_chain_an_entry_to_a_line(cast, client):
    community, ana, bo, _cleo, zoe = cast
    for number in range(1, 4):
        paid(community, ana, bo, number)
    client.force_login(ana)
    address = reverse("books_json", args=[community.slug])
    text = b"".join(client.get(address).streaming_content).decode()
    document = json.loads(text)
    assert document["columns"] == list(chains.COLUMNS) and len(document["entries"]) == 12
    lines = [json.loads(line.rstrip(",")) for line in text.splitlines() if line.startswith("[")]
    assert lines == document["entries"] and text.splitlines()[-1] == "]}"
    before = "0" * 64
    for row in lines:
        assert row[0] == before and hashlib.sha256("\n".join(map(str, row[:15])).encode()).hexdigest() == row[15]
        before = row[15]
    assert sum(row[-1] for row in lines) == books.holdings(community).balance_minor
    client.force_login(zoe)
    assert client.get(address).status_code == 404


def test_empty_books_are_valid_json(cast, client):
    community, ana, *_ = cast
    client.force_login(ana)
    answer = client.get(reverse("books_json", args=[community.slug]))
    assert json.loads(b"".join(answer.streaming_content))["entries"] == []


def test_the_chain_goes_out_in_bounded_memory(cast):
    import tracemalloc

    community, ana, bo, *_ = cast
    world, pool = (ledger.account(kind, community) for kind in ("world", "pool"))
    for first in range(0, 6000, 500):
        ledger.post(community, [ledger.Entry(world, pool, 1, "solidarity", str(n)) for n in range(first, first + 500)])
    list(chains.as_json(community))  # what is loaded once
    tracemalloc.start()
    size = sum(len(line) for line in chains.as_json(community))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size > 1_500_000 and peak < 6_000_000


def test_two_who_ask_at_once_cause_one_check_and_see_how_far_it_is(cast, client, settings):
    from django_tasks_db.models import DBTaskResult

    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    community, ana, bo, _cleo, zoe = cast
    paid(community, ana, bo, 1)
    asked = checks.ask(community)
    assert asked.is_running and checks.ask(community).asked == asked.asked
    assert DBTaskResult.objects.filter(task_path="cooperative.checks.run").count() == 1
    client.force_login(ana)
    BooksCheck.objects.update(read=3)
    seal = reverse("books_seal", args=[community.slug])
    part = client.get(seal, headers={"HX-Request": "true"}).content.decode()
    assert "3 of 4 entries checked" in part and "<progress" in part and f'hx-get="{seal}"' in part
    checks.run.call(community.pk)
    part = client.get(seal, headers={"HX-Request": "true"}).content.decode()
    assert "do not add up" in part and "booking:1, which is not there" in part and "hx-trigger" not in part
    assert checks.ask(community).asked == asked.asked  # checked seconds ago
    client.force_login(zoe)
    assert client.get(seal).status_code == 404


def test_a_check_that_came_to_nothing_can_be_asked_for_again(cast, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    checks.ask(cast[0], now=timezone.now() - timedelta(hours=1))
    assert not BooksCheck.objects.get().is_running
    assert checks.ask(cast[0]).is_running


@pytest.mark.parametrize(
    "statement",
    ["update payments_monthflow set minor = minor + 1", "delete from payments_monthflow",
     "update payments_monthflow set kind = 'price' where kind = 'fee'"],
)
def test_sums_by_month_that_do_not_fit_are_found(cast, statement):
    community, ana, bo, *_ = cast
    paid(community, ana, bo, 1)
    with connection.cursor() as cursor:
        cursor.execute(statement)
    assert ledger.verify(community).faults == ["The sums by month do not fit the entries."]


def test_stewards_show_the_books_to_everyone_without_a_name(cast, client):
    community, ana, bo, cleo, zoe = cast
    paid(community, ana, bo, 1)
    address, switch = (reverse(name, args=[community.slug]) for name in ("open_books", "open_books_switch"))
    assert client.get(address).status_code == 404
    for stranger in (ana, zoe):
        client.force_login(stranger)
        assert client.post(switch, {"public": "on"}).status_code == 404
    client.force_login(cleo)
    assert switch in client.get(reverse("community_settings", args=[community.slug])).content.decode()
    assert client.post(switch, {"public": "on"}).status_code == 302
    client.logout()
    answer = client.get(address)
    html = answer.content.decode()
    assert "€0.45" in html and "Ana" not in html and "Bo " not in html and "Drill 1" not in html
    assert answer["X-Robots-Tag"].startswith("noindex") and "max-age=300" in answer["Cache-Control"]
    client.force_login(cleo)
    client.post(switch, {"public": "on", "indexed": "on"})
    client.logout()
    assert "X-Robots-Tag" not in client.get(address) and "noindex" not in client.get(address).content.decode()
    client.force_login(cleo)
    client.post(switch, {"indexed": "on"})
    assert client.get(address).status_code == 404


def test_many_visitors_cost_no_more_than_the_choice(cast, client):
    community, ana, bo, cleo, _zoe = cast
    paid(community, ana, bo, 1)
    opening.set_openness(community, by=cleo, public=True)
    address = reverse("open_books", args=[community.slug])
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    assert len(captured) <= 2
