"""A year in figures: counts and totals by quarter and thing, each where its community lives, nobody else's."""

import csv
import io
from datetime import UTC, datetime

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bookings import actions as bookings
from payments import actions, ledger, receipts
from payments.models import Payment
from payments.states import AccountKind
from payments.years import counting, tables
from tests import factories
from tests.bookings.cast import drill
from tests.bookings.test_api import client as client_of
from tests.factories import days
from tests.members.cast import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def home():
    return factories.community(time_zone="Pacific/Auckland")


@pytest.fixture
def people(home):
    return [factories.member(name, of=home) for name in ("Ana", "Bo")]


def settled(payer, payee, home, n, when, price=1000, fee=50, solidarity=0) -> Payment:
    about = f"loan:{n}"
    actions.due(
        about=about, title=f"Thing {n % 2}", community=home, payer=payer, payee=payee, price_minor=price,
        fee_minor=fee, solidarity_minor=solidarity, now=when,
    )
    actions.confirm(about, by=payer, now=when)
    return actions.confirm(about, by=payee, now=when)


def test_payments_count_in_the_quarter_of_their_community(home, people):
    """G29: DAC7 asks for counts and sums by quarter."""
    ana, bo = people
    settled(ana, bo, home, 1, datetime(2025, 12, 31, 12, tzinfo=UTC))  # New Year's morning in Auckland
    settled(ana, bo, home, 2, datetime(2026, 3, 31, 10, 30, tzinfo=UTC), solidarity=20)
    settled(ana, bo, home, 3, datetime(2026, 3, 31, 12, tzinfo=UTC))
    (part,) = counting.of(bo, 2026)
    assert {quarter: amounts.count for quarter, amounts in part.quarters.items()} == {1: 2, 2: 1}
    assert (part.earned.earned, part.earned.fee) == (3000, 150)
    assert counting.of(bo, 2025) == []
    (mine,) = counting.of(ana, 2026)
    assert (mine.spent.count, mine.spent.paid, mine.earned.count) == (3, 3170, 0)


def test_a_year_is_offered_as_it_is_where_the_community_lives(home, people):
    ana, bo = people
    settled(ana, bo, home, 1, datetime(2023, 12, 31, 12, tzinfo=UTC))  # New Year's morning in Auckland
    west = factories.community(time_zone="America/New_York")
    for person in people:
        factories.join(person, west)
    settled(ana, bo, west, 2, datetime(2022, 1, 1, 3, tzinfo=UTC))  # New Year's Eve in New York
    now = datetime(2026, 12, 31, 12, tzinfo=UTC)
    for year in counting.years_of(bo, now):
        assert bool(counting.of(bo, year)) == (year in (2024, 2021)), year
    assert counting.years_of(bo, now) == [2027, 2026, 2024, 2021]


def test_what_came_from_the_pool_alone_is_offered_too(home, people):
    ana = people[0]
    pool, mine = ledger.account(AccountKind.POOL, home), ledger.account(AccountKind.WALLET, home, ana)
    when = datetime(2024, 6, 1, 12, tzinfo=UTC)
    world = ledger.account(AccountKind.WORLD, home)
    thanks = [ledger.Entry(world, pool, 500, "fee", "fee"), ledger.Entry(pool, mine, 500, "care", "care")]
    ledger.post(home, thanks, now=when)
    assert counting.years_of(ana, datetime(2026, 6, 1, tzinfo=UTC)) == [2026, 2024]


def test_what_was_given_back_is_not_earned(home, people):
    ana, bo = people
    when = datetime(2026, 5, 1, tzinfo=UTC)
    settled(ana, bo, home, 1, when)
    actions.refund("loan:1", price_minor=400, fee_minor=50, by=bo, now=when)
    assert counting.of(bo, 2026)[0].earned.earned == 600
    assert counting.of(ana, 2026)[0].spent.paid == 600


def test_a_booking_of_which_all_went_back_later_counts_with_nothing_where_it_was_settled(home, people):
    """As docs/payments.md says: in its quarter, though given back the year after; its fee stands as it was charged."""
    ana, bo = people
    when = datetime(2025, 12, 20, tzinfo=UTC)
    settled(ana, bo, home, 1, when)
    fee = counting.of(bo, 2025)[0].quarters[4].fee
    actions.refund("loan:1", price_minor=1000, fee_minor=fee, by=bo, now=datetime(2026, 1, 9, tzinfo=UTC))
    (part,) = counting.of(bo, 2025)
    assert counting.of(bo, 2026) == [] and fee
    assert (part.quarters[4].count, part.quarters[4].earned, part.quarters[4].fee) == (1, 0, fee)
    assert [(thing.count, thing.nights, thing.earned) for thing in part.things] == [(1, 0, 0)]
    spent = counting.of(ana, 2025)[0].spent
    assert (spent.count, spent.paid, spent.back) == (1, 0, 1000 + fee)


def test_things_are_told_apart_with_their_nights(home, people):
    """G29: of rooms DAC7 asks each one, with its nights."""
    ana, bo = people
    room = drill(bo, of=home, kind="room", title="Attic", price_unit="night", price_minor=3000, instant=True, tile=5)
    booking = bookings.request(room.pk, by=ana, **days(2, 5))
    about, when = f"booking:{booking.pk}", datetime(2026, 6, 1, tzinfo=UTC)
    Payment.objects.filter(about=about).delete()
    facts = {"community": home, "payer": ana, "payee": bo, "price_minor": 9000, "fee_minor": 0}
    actions.due(about=about, title="Attic", **facts, now=when)
    actions.confirm(about, by=ana, now=when)
    actions.confirm(about, by=bo, now=when)
    settled(ana, bo, home, 1, when)
    (part,) = counting.of(bo, 2026)
    assert [(thing.name, thing.count, thing.nights, thing.earned) for thing in part.things] == [
        ("Attic", 1, 3, 9000), ("Thing 1", 1, 0, 1000),
    ]  # fmt: skip


def test_what_came_on_top_is_of_the_same_booking_and_what_went_back_of_no_night(home, people):
    ana, bo = people
    room = drill(bo, of=home, kind="room", title="Attic", price_unit="night", price_minor=3000, instant=True, tile=5)
    when = datetime(2026, 6, 1, tzinfo=UTC)
    facts = {"community": home, "payer": ana, "payee": bo, "fee_minor": 0}
    for first, last in ((2, 5), (8, 12)):
        booking = bookings.request(room.pk, by=ana, **days(first, last))
        Payment.objects.filter(about=booking.about).delete()
        for about, minor in ((booking.about, 6000), (f"{booking.about}+1", 3000)):
            actions.due(about=about, title="Attic", price_minor=minor, **facts, now=when)
            for side in people:
                actions.confirm(about, by=side, now=when)
    (part,) = counting.of(bo, 2026)
    assert [(thing.count, thing.nights, thing.earned) for thing in part.things] == [(2, 7, 18_000)]
    assert (part.quarters[2].count, part.earned.earned) == (2, 18_000)
    assert counting.of(ana, 2026)[0].spent.count == 2
    actions.refund(booking.about, price_minor=6000, by=bo, now=when)
    actions.refund(f"{booking.about}+1", price_minor=3000, by=bo, now=when)
    assert [(thing.count, thing.nights, thing.earned) for thing in counting.of(bo, 2026)[0].things] == [(2, 3, 9000)]


def test_the_page_the_file_and_the_api_say_the_same_in_few_statements(home, people):
    ana, bo = people
    for n in range(6):
        settled(ana, bo, home, n, datetime(2026, 2, 1 + n, tzinfo=UTC))
    client = signed_in(bo)
    client.get(reverse("payments_year", args=[2026]))
    with CaptureQueriesContext(connection) as statements:
        page = client.get(reverse("payments_year", args=[2026])).content.decode()
    assert len(statements) <= 14 and "€60.00" in page and "Thing 1" in page
    rows = list(csv.DictReader(io.StringIO(
        client.get(reverse("payments_year_csv", args=[2026])).content.decode("utf-8-sig")
    )))  # fmt: skip
    assert [(row["what"], row["quarter"], row["bookings"], row["amount"]) for row in rows] == [
        ("earned", "1", "6", "60.00"), ("earned_by_thing", "", "3", "30.00"), ("earned_by_thing", "", "3", "30.00"),
    ]  # fmt: skip
    data = client_of(bo).get("/api/v1/payments/years/2026/").json()
    assert data["communities"][0]["earned"] == {
        "bookings": 6, "price_minor": 6000, "fee_minor": 300, "solidarity_minor": 0, "given_back_minor": 0,
        "amount_minor": 6000,
    }  # fmt: skip
    assert "No payments in 2026" in signed_in(factories.member("Zoe")).get("/payments/years/2026/").content.decode()
    for url in ("/payments/years/1999/", "/payments/years/2999.csv", "/api/v1/payments/years/2999/"):
        assert client.get(url).status_code == 404


def test_a_name_is_no_formula_in_the_file(home, people):
    part = counting.Part(home, "JPY", things=[counting.OfThing("=HYPERLINK(1)", "", "", 1, 0, 500)])
    assert ",'=HYPERLINK(1)," in tables.as_csv([part], 2026) and tables.as_csv([part], 2026).endswith(",500\r\n")


# --- receipts ---------------------------------------------------------------------------------------


def test_a_receipt_comes_by_letter_to_whom_it_concerns(home, people, django_capture_on_commit_callbacks):
    ana, bo = people
    paid = settled(ana, bo, home, 1, datetime(2026, 2, 1, tzinfo=UTC))
    url = reverse("payment_letter", args=[paid.pk])
    for _twice in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            assert signed_in(ana).post(url).status_code == 302
    (letter,) = mail.outbox
    assert letter.to == [ana.email] and "Together: €10.50" in letter.body and "Paid to: Bo" in letter.body
    assert signed_in(factories.member("Zoe")).post(url).status_code == 404
    assert len(mail.outbox) == 1


def test_what_is_not_paid_has_no_receipt(home, people):
    ana, bo = people
    due = actions.due(about="loan:9", title="X", community=home, payer=ana, payee=bo, price_minor=5, fee_minor=0)
    assert signed_in(ana).post(reverse("payment_letter", args=[due.pk])).status_code == 404
    assert receipts.send_receipt.func(due.pk, ana.pk) == "nothing to send" and mail.outbox == []
