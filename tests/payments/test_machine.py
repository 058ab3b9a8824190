"""The ledger against a model: whatever is booked, held, posted, released or repeated, both say the same.

Money and credit lie side by side: the pool and a wallet that is marked may not go below zero, credit no further than
each one's limit, which changes on the way. The model knows neither SQL nor triggers, only sums.
"""

import pytest
from django.db import IntegrityError, transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from payments import ledger
from payments.ledger import Entry
from payments.models import Account, Transfer
from payments.states import AccountKind
from tests import factories

pytestmark = pytest.mark.django_db

MONEY, CREDIT = ("world", "pool", "ana", "bo"), ("ana's hours", "bo's hours", "hours given back")
NAMES = MONEY + CREDIT
amounts = st.integers(1, 1000)
names = st.sampled_from(NAMES)
KEYS = "abcdefghijklmnop"


def pairs(few):
    return st.tuples(st.sampled_from(few), st.sampled_from(few), amounts, st.sampled_from(KEYS))


# One part in twelve or so mixes hours with money, which nothing lets through.
parts_of = st.one_of(*[pairs(MONEY), pairs(CREDIT)] * 6, st.tuples(names, names, amounts, st.sampled_from(KEYS)))


class Ledger(RuleBasedStateMachine):
    """Accounts by name; the model keeps what each holds, what is set aside, and what each key has done."""

    holds = Bundle("holds")

    def __init__(self) -> None:
        super().__init__()
        self.community = factories.community()
        ana, bo = (factories.member(name, of=self.community) for name in ("Ana", "Bo"))
        self.accounts = {
            "world": ledger.account(AccountKind.WORLD, self.community),
            "pool": ledger.account(AccountKind.POOL, self.community),
            "ana": ledger.account(AccountKind.WALLET, self.community, ana),
            "bo": ledger.account(AccountKind.WALLET, self.community, bo),
            "ana's hours": ledger.account(AccountKind.WALLET, self.community, ana, currency="XHR", limit_minor=500),
            "bo's hours": ledger.account(AccountKind.WALLET, self.community, bo, currency="XHR", limit_minor=0),
            "hours given back": ledger.account(AccountKind.WORLD, self.community, currency="XHR", limit_minor=1500),
        }
        # How far below zero each may go; None: as far as it likes.
        self.floor: dict[str, int | None] = dict.fromkeys(NAMES)
        self.floor |= {"pool": 0, "ana's hours": 500, "bo's hours": 0, "hours given back": 1500}
        self.balance, self.held = dict.fromkeys(NAMES, 0), dict.fromkeys(NAMES, 0)
        self.done: dict[str, tuple] = {}
        self.open: dict[int, tuple[str, str, int]] = {}
        self.rows = 0

    def entry(self, source: str, target: str, minor: int, key: str) -> Entry:
        return Entry(self.accounts[source], self.accounts[target], minor, "price", f"{self.community.pk}:{key}")

    def book(self, parts: list[tuple[str, str, int, str]]) -> bool:
        """Book through the ledger; True when it went in."""
        try:
            ledger.post(self.community, [self.entry(*part) for part in parts])
        except ledger.Refusal:
            return False
        return True

    def fits(self, name: str, balance: int, held: int) -> bool:
        floor = self.floor[name]
        return floor is None or balance - held >= -floor

    @rule(parts=st.lists(parts_of, min_size=1, max_size=4))
    def post(self, parts) -> None:
        keys = [key for *_rest, key in parts]
        went_in = self.book(parts)
        if any(self.impossible(source, target) for source, target, *_rest in parts) or len(set(keys)) < len(keys):
            assert not went_in
            return
        if any(key in self.done for key in keys):  # a repeat of all of it, or a refusal
            assert went_in == all(self.done.get(part[3]) == part[:3] for part in parts)
            return
        after, fits = dict(self.balance), True
        for source, target, minor, _key in parts:  # one after the other, and all or none
            after[source] -= minor
            after[target] += minor
            fits &= self.fits(source, after[source], self.held[source])
        assert went_in == fits
        if went_in:
            self.balance = after
            self.done |= {key: (source, target, minor) for source, target, minor, key in parts}
            self.rows += len(parts)

    def impossible(self, source: str, target: str) -> bool:
        """From an account to itself, or from hours into money."""
        return source == target or (source in CREDIT) != (target in CREDIT)

    @rule(target=holds, source=names, to=names, minor=amounts)
    def hold(self, source, to, minor):
        key = f"hold:{self.rows}"
        try:
            held = ledger.hold(self.community, self.entry(source, to, minor, key))
        except ledger.Refusal:
            short = not self.fits(source, self.balance[source], self.held[source] + minor)
            assert self.impossible(source, to) or short
            return None
        assert not self.impossible(source, to)
        self.held[source] += minor
        self.open[held.pk] = (source, to, minor)
        self.rows += 1
        return held

    @rule(held=holds, part=amounts)
    def post_hold(self, held, part) -> None:
        self.settle(held, lambda: ledger.post_hold(held, part), part)

    @rule(held=holds)
    def void(self, held) -> None:
        self.settle(held, lambda: ledger.void(held), 0)

    @rule(part=amounts, first=holds, second=holds, whole=st.booleans())
    def settle_two_together(self, first, second, part, whole) -> None:
        """One is posted and another released, linked: both or neither."""
        if first is None or second is None or first.pk == second.pk or {first.pk, second.pk} - set(self.open):
            return
        minor = self.open[first.pk][2]
        moved = minor if whole else part
        try:
            ledger.post(self.community, [ledger.posting(first, moved), ledger.releasing(second)])
        except ledger.Refusal:
            assert moved > minor
            return
        assert moved <= minor
        self.settled(first, moved)
        self.settled(second, 0)

    @rule(name=st.sampled_from(CREDIT), limit=st.integers(0, 1500))
    def set_limit(self, name, limit) -> None:
        """A limit is never set above where somebody stands already."""
        rows = Account.objects.filter(pk=self.accounts[name].pk)
        try:
            with transaction.atomic():
                rows.update(limit_minor=limit)
        except IntegrityError:
            assert self.balance[name] - self.held[name] < -limit
            return
        self.floor[name] = limit
        assert self.fits(name, self.balance[name], self.held[name])

    def settle(self, held: Transfer | None, deed, moved: int) -> None:
        if held is None:
            return
        before = self.open.get(held.pk)
        known = self.done.get(f"settled:{held.pk}")
        try:
            deed()
        except ledger.Refusal:
            assert before is None and known != moved or before is not None and moved > before[2]
            return
        if before is None:
            assert known == moved  # the same again changes nothing
            return
        self.settled(held, moved)

    def settled(self, held: Transfer, moved: int) -> None:
        source, target, minor = self.open.pop(held.pk)
        self.held[source] -= minor
        self.balance[source] -= moved
        self.balance[target] += moved
        self.done[f"settled:{held.pk}"] = moved
        self.rows += 1

    @invariant()
    def the_books_say_what_the_model_says(self) -> None:
        rows = Account.objects.filter(community=self.community).values_list("pk", "balance_minor", "held_minor")
        stand = {pk: numbers for pk, *numbers in rows}
        assert {name: stand[account.pk] for name, account in self.accounts.items()} == {
            name: [self.balance[name], self.held[name]] for name in NAMES
        }
        assert Transfer.objects.filter(community=self.community).count() == self.rows
        assert sum(self.balance[name] for name in MONEY) == sum(self.balance[name] for name in CREDIT) == 0
        assert all(self.fits(name, *stand[self.accounts[name].pk]) for name in NAMES)

    def teardown(self) -> None:
        assert ledger.verify(self.community).faults == []


def test_the_ledger_does_what_the_model_does():
    from hypothesis.stateful import run_state_machine_as_test

    with transaction.atomic():
        run_state_machine_as_test(Ledger, settings=settings(max_examples=20, stateful_step_count=20, deadline=None))
