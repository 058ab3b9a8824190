"""The ledger against a model: whatever is booked, held, posted, released or repeated, both say the same."""

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from payments import ledger
from payments.ledger import Entry
from payments.models import Account, Transfer
from payments.states import AccountKind
from tests import factories

pytestmark = pytest.mark.django_db

NAMES = ("world", "pool", "ana", "bo")
amounts = st.integers(1, 1000)
names = st.sampled_from(NAMES)


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
        }
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

    @rule(parts=st.lists(st.tuples(names, names, amounts, st.sampled_from("abcdefghijklmnop")), min_size=1, max_size=4))
    def post(self, parts) -> None:
        keys = [key for *_rest, key in parts]
        went_in = self.book(parts)
        if any(source == target for source, target, *_rest in parts) or len(set(keys)) < len(keys):
            assert not went_in
            return
        if any(key in self.done for key in keys):  # a repeat of all of it, or a refusal
            assert went_in == all(self.done.get(part[3]) == part[:3] for part in parts)
            return
        pool = self.balance["pool"]
        fits = True
        for source, target, minor, _key in parts:
            pool += minor * ((target == "pool") - (source == "pool"))
            fits &= pool >= self.held["pool"]
        assert went_in == fits
        if went_in:
            for source, target, minor, key in parts:
                self.balance[source] -= minor
                self.balance[target] += minor
                self.done[key] = (source, target, minor)
            self.rows += len(parts)

    @rule(target=holds, source=names, to=names, minor=amounts)
    def hold(self, source, to, minor):
        key = f"hold:{self.rows}"
        try:
            held = ledger.hold(self.community, self.entry(source, to, minor, key))
        except ledger.Refusal:
            assert source == to or (source == "pool" and self.balance["pool"] < self.held["pool"] + minor)
            return None
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

    def teardown(self) -> None:
        assert ledger.verify(self.community).faults == []


def test_the_ledger_does_what_the_model_does():
    from hypothesis.stateful import run_state_machine_as_test

    with transaction.atomic():
        run_state_machine_as_test(Ledger, settings=settings(max_examples=20, stateful_step_count=20, deadline=None))
