"""The ledger: what the database refuses, what a repeat does, and that nothing is ever lost or made."""

import random
import threading
from contextlib import suppress

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Min, Sum

from payments import chain, ledger
from payments.ledger import Entry
from payments.models import Account, Transfer
from payments.states import AccountKind, Phase, TransferKind
from sharing.db import guards
from tests import factories

pytestmark = pytest.mark.django_db


def books(members: int = 2):
    """A community with its world, its pool and some wallets."""
    community = factories.community()
    wallets = [
        ledger.account(AccountKind.WALLET, community, factories.member(of=community)) for _ in range(members)
    ]
    return community, ledger.account(AccountKind.WORLD, community), ledger.account(AccountKind.POOL, community), wallets


def balances(community) -> dict[int, int]:
    return dict(Account.objects.filter(community=community).values_list("pk", "balance_minor"))


def test_entries_are_linked_and_move_the_balances():
    community, world, pool, [ana, bo] = books()

    rows = ledger.post(
        community,
        [
            Entry(world, ana, 945, TransferKind.CASH_IN, "a", "booking:1", "Hammer drill"),
            Entry(ana, bo, 900, TransferKind.PRICE, "b", "booking:1"),
            Entry(ana, pool, 45, TransferKind.FEE, "c", "booking:1"),
        ],
        batch="settle:booking:1",
    )

    assert [row.sequence for row in rows] == [1, 2, 3]
    assert [row.previous for row in rows[1:]] == [row.digest for row in rows[:-1]]
    assert balances(community) == {world.pk: -945, pool.pk: 45, ana.pk: 0, bo.pk: 900}
    assert ledger.verify(community).faults == []


def test_all_entries_or_none():
    community, world, pool, [ana, bo] = books()
    with pytest.raises(ledger.Overdrawn, match="The pool does not hold that much"):
        ledger.post(
            community,
            [Entry(world, ana, 500, "cash_in", "a"), Entry(pool, bo, 1, "spend", "b")],
        )
    assert not Transfer.objects.exists() and set(balances(community).values()) == {0}


def test_a_repeat_answers_the_same_rows_and_a_key_serves_one_purpose():
    community, world, _pool, [ana, bo] = books()
    entries = [Entry(world, ana, 5, "cash_in", "a"), Entry(ana, bo, 5, "price", "b")]

    first, again = ledger.post(community, entries), ledger.post(community, entries)

    assert [row.pk for row in again] == [row.pk for row in first]
    with pytest.raises(ledger.KeyReused):
        ledger.post(community, [Entry(world, ana, 6, "cash_in", "a")])
    with pytest.raises(ledger.KeyReused):
        ledger.post(community, [*entries, Entry(bo, ana, 1, "price", "c")])
    assert Transfer.objects.count() == 2


def test_currencies_and_communities_never_mix():
    community, world, _pool, [ana, _bo] = books()
    elsewhere, far_world, far_pool, [cy, _di] = books()
    community.currency = "SEK"
    crowns = ledger.account(AccountKind.WORLD, community)
    assert crowns.pk != world.pk
    for source, target in ((crowns, ana), (far_world, ana), (far_world, cy)):
        with pytest.raises(ledger.MixedCurrencies):
            ledger.post(community, [Entry(source, target, 5, "cash_in", "a")])
    with pytest.raises(IntegrityError, match="one_currency_and_community"), transaction.atomic():
        raw_transfer(community, crowns, ana, sequence=1)
    assert far_pool.balance_minor == 0


def test_an_entry_moves_a_whole_amount_under_a_printable_key():
    _community, world, _pool, [ana, _bo] = books()
    for minor, key in ((0, "a"), (-1, "a"), (1.5, "a"), (True, "a"), (1, ""), (1, "a\nb"), (1, "a\0")):
        with pytest.raises(ValueError, match="An entry"):
            Entry(world, ana, minor, "cash_in", key)


def test_a_memo_is_one_line_and_no_formula():
    community, world, _pool, [ana, _bo] = books()
    row = ledger.post(community, [Entry(world, ana, 1, "cash_in", "a", "", '=HYPERLINK("x")\n+1 ' + "x" * 300)])[0]
    assert row.memo.startswith('HYPERLINK("x") +1 xxx') and len(row.memo) == 200


# --- holds ----------------------------------------------------------------------------------------


def test_a_hold_is_posted_in_part_and_the_rest_is_free_again():
    community, world, _pool, [ana, bo] = books()
    ledger.post(community, [Entry(world, ana, 5000, "cash_in", "a")])
    held = ledger.hold(community, Entry(ana, bo, 2500, TransferKind.DEPOSIT, "deposit"))
    ana.refresh_from_db()
    assert (ana.balance_minor, ana.held_minor, ana.free_minor) == (5000, 2500, 2500)

    posted = ledger.post_hold(held, 700)

    ana.refresh_from_db()
    bo.refresh_from_db()
    assert (ana.balance_minor, ana.held_minor, bo.balance_minor) == (4300, 0, 700)
    assert posted.phase == Phase.POST and posted.of_id == held.pk
    assert ledger.post_hold(held, 700).pk == posted.pk  # a repeat
    with pytest.raises(ledger.AlreadySettled):
        ledger.void(held)
    assert ledger.verify(community).faults == []


def test_a_hold_is_released_once():
    community, world, _pool, [ana, bo] = books()
    held = ledger.hold(community, Entry(ana, bo, 2500, TransferKind.DEPOSIT, "deposit"))
    assert ledger.void(held).pk == ledger.void(held).pk
    with pytest.raises(ledger.AlreadySettled):
        ledger.post_hold(held)
    ana.refresh_from_db()
    assert (ana.balance_minor, ana.held_minor) == (0, 0)


def test_no_more_is_posted_than_was_held():
    community, _world, _pool, [ana, bo] = books()
    held = ledger.hold(community, Entry(ana, bo, 2500, TransferKind.DEPOSIT, "deposit"))
    with pytest.raises(ledger.Overdrawn, match="No more can be taken"):
        ledger.post_hold(held, 2501)
    with pytest.raises(IntegrityError, match="a_hold_is_settled_within_its_bounds"), transaction.atomic():
        raw_transfer(community, ana, bo, sequence=2, previous=held.digest, phase="post", of=held.pk, minor=2501)


def test_what_the_pool_holds_back_cannot_be_spent():
    community, world, pool, [ana, bo] = books()
    ledger.post(community, [Entry(world, pool, 1000, "cash_in", "a")])
    ledger.hold(community, Entry(pool, bo, 800, TransferKind.SPEND, "promise"))
    with pytest.raises(ledger.Overdrawn):
        ledger.post(community, [Entry(pool, ana, 201, "spend", "b")])
    ledger.post(community, [Entry(pool, ana, 200, "spend", "b")])
    assert ledger.verify(community).faults == []


# --- what raw SQL cannot do -----------------------------------------------------------------------


def raw_transfer(community, source, target, *, sequence, previous="0" * 64, phase="posted", of=None, minor=5):
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into payments_transfer (community_id, sequence, source_id, target_id, minor, phase, of_id, kind,"
            " about, memo, batch, key, created, previous, digest)"
            " values (%s, %s, %s, %s, %s, %s, %s, 'fee', '', '', '', %s, '2026-01-01 00:00:00+00:00', %s, %s)",
            [community.pk, sequence, source.pk, target.pk, minor, phase, of, f"raw:{sequence}", previous, "f" * 64],
        )


@pytest.mark.parametrize(
    "statement",
    [
        "update payments_transfer set minor = 1",
        "update payments_transfer set memo = 'x'",
        "delete from payments_transfer",
    ],
)
def test_the_database_refuses_to_rewrite_a_transfer(statement):
    community, world, _pool, [ana, _bo] = books()
    ledger.post(community, [Entry(world, ana, 5, "cash_in", "a")])
    with (
        pytest.raises(IntegrityError, match="transfers_are_never_rewritten"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.parametrize(("sequence", "previous"), [(3, None), (1, None), (2, "0" * 64)])
def test_the_database_refuses_a_gap_or_a_fork_in_the_chain(sequence, previous):
    community, world, _pool, [ana, _bo] = books()
    first = ledger.post(community, [Entry(world, ana, 5, "cash_in", "a")])[0]
    with pytest.raises(IntegrityError, match="the_chain_has_no_gap|one_transfer_per_link"), transaction.atomic():
        raw_transfer(community, world, ana, sequence=sequence, previous=previous or first.digest)
    raw_transfer(community, world, ana, sequence=2, previous=first.digest)  # the link that fits goes in


def test_the_database_refuses_to_overdraw_the_pool():
    community, _world, pool, [ana, _bo] = books()
    with pytest.raises(IntegrityError, match="accounts_marked_so_cannot_be_overdrawn"), transaction.atomic():
        raw_transfer(community, pool, ana, sequence=1)


# --- many at once ---------------------------------------------------------------------------------


def at_once(count: int, deed) -> list:
    """Run `deed(i)` in that many threads together; answers or exceptions, in order."""
    barrier, answers = threading.Barrier(count), [None] * count

    def run(index: int) -> None:
        try:
            barrier.wait(20)
            answers[index] = deed(index)
        except Exception as error:
            answers[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


@pytest.mark.django_db(transaction=True)
def test_eight_threads_cannot_overdraw_the_pool():
    community, world, pool, [ana, _bo] = books()
    ledger.post(community, [Entry(world, pool, 1000, "cash_in", "start")])

    answers = at_once(8, lambda i: ledger.post(community, [Entry(pool, ana, 300, "spend", f"spend:{i}")]))

    refused = [answer for answer in answers if isinstance(answer, ledger.Overdrawn)]
    assert len(refused) == 5 and all(isinstance(a, list | ledger.Overdrawn) for a in answers), answers
    pool.refresh_from_db()
    assert pool.balance_minor == 100 and ledger.verify(community).faults == []


@pytest.mark.django_db(transaction=True)
def test_one_key_in_eight_threads_is_booked_once():
    community, world, _pool, [ana, _bo] = books()
    answers = at_once(8, lambda i: ledger.post(community, [Entry(world, ana, 300, "cash_in", "same")])[0].pk)
    assert len(set(answers)) == 1 and Transfer.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_readers_of_a_busy_bank_always_sum_to_nothing():
    """G27: eight writers move money and hours at random, alone, linked and held, while two readers sum it all up.

    Each reading is one statement: the sum of every currency is nothing, and no account that is marked stands below
    zero, or below its limit.
    """
    community, world, pool, wallets = books(4)
    hours = [
        ledger.account(AccountKind.WALLET, community, wallet.member, currency="XHR", limit_minor=limit)
        for wallet, limit in zip(wallets, (0, 300, 600, 900), strict=True)
    ]
    ledger.post(community, [Entry(world, pool, 2000, "cash_in", "start")])
    done, sums, least, pools = threading.Event(), set(), set(), set()

    def read() -> None:
        try:
            while not done.is_set():
                sums.update(Account.objects.values_list("currency").annotate(Sum("balance_minor")))
                free = F("balance_minor") - F("held_minor") + F("limit_minor")
                least.add(Account.objects.filter(may_overdraw=False).aggregate(least=Min(free))["least"])
                pools.update(Account.objects.filter(pk=pool.pk).values_list("balance_minor", flat=True))
        finally:
            connection.close()

    def move(index: int) -> int:
        chance, rows = random.Random(index), 0
        for step in range(15):
            source, target, third = chance.sample(chance.choice([[world, pool, *wallets], hours]), 3)
            entries = [Entry(source, target, chance.randint(1, 900), "price", f"{index}:{step}")]
            if chance.random() < 0.3:
                entries.append(Entry(target, third, chance.randint(1, 900), "fee", f"{index}:{step}:linked"))
            with suppress(ledger.Overdrawn):
                if len(entries) == 1 and chance.random() < 0.3:
                    held = ledger.hold(community, entries[0])
                    rows += 1
                    chance.choice([ledger.post_hold, ledger.void])(held)
                    rows += 1
                else:
                    rows += len(ledger.post(community, entries))
        return rows

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    booked = at_once(8, move)
    done.set()
    for reader in readers:
        reader.join(30)

    assert all(isinstance(rows, int) for rows in booked), booked
    assert sums == {("EUR", 0), ("XHR", 0)} and min(least) >= 0 and len(pools) > 1
    assert Transfer.objects.count() == 1 + sum(booked) and 0 < sum(booked) < 8 * 15 * 2
    assert ledger.verify(community).faults == []


@pytest.mark.parametrize("sign", ["=", "+", "-", "@"])
def test_no_memo_opens_like_a_formula_however_it_is_put(sign):
    community, world, _pool, [ana, _bo] = books()
    for number, between in enumerate(["", " ", "  \t", "\n", " = ", "\u00a0"]):
        memo = f"{sign}{between}{sign}cmd|'x'!A1"
        entry = Entry(world, ana, 5, TransferKind.CASH_IN, f"memo:{number}", memo=memo)
        assert ledger.post(community, [entry])[0].memo == "cmd|'x'!A1"


@pytest.mark.parametrize("sealed_anew", [True, False])
@pytest.mark.parametrize("at", [1, 2, 4])
def test_a_forger_is_found_by_the_seal_or_makes_it_anew_and_is_found_by_the_next(at, sealed_anew):
    """A seal that was made anew fits its entry; only the entry after it still names the old one."""
    community, world, _pool, [ana, bo] = books()
    for number in range(5):
        ledger.post(community, [Entry(world, (ana, bo)[number % 2], 5, TransferKind.CASH_IN, f"e:{number}", memo="a")])
    row = Transfer.objects.select_related("source", "target").get(community=community, sequence=at)
    forged = chain.digest(
        row.previous, community.pk, at, chain.stamp(row.created), row.source_id, row.target_id, row.minor,
        row.source.currency, row.phase, None, row.kind, row.about, "another memo", row.batch, row.key,
    )
    guards.drop()
    Transfer.objects.filter(pk=row.pk).update(memo="another memo", digest=forged if sealed_anew else row.digest)
    guards.install()
    assert ledger.verify(community).faults == [
        f"Entry {at + 1} does not follow the one before it." if sealed_anew
        else f"Entry {at} has been altered: its digest does not fit its contents."
    ]
