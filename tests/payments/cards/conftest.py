"""A play bank over real HTTP, asked by the real library; and a small street where one pays by card."""

from datetime import UTC, datetime, timedelta

import pytest

from members.models import Membership
from payments import actions, ledger
from payments.cards import charges, checkout, errands, letters, onboarding, reconciler
from payments.cards import money as books
from payments.gateways import forget
from payments.models import CardAccount, CardCharge, Errand, GatewaySwitch, Payment
from payments.states import AccountKind, ErrandState, Wanted
from sharing.demo.play_bank import GOOD_CARD, Bank, PlayBank, connect, money
from sharing.demo.play_bank.letters import sealed
from tests import factories

SECRET = "whsec_test"


@pytest.fixture(scope="session")
def play_server():
    with PlayBank() as play:
        yield play


@pytest.fixture
def play(play_server, settings):
    """The bank, empty, and the product told where it is."""
    settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET = "sk_test_play", f"whsec_other, {SECRET}"
    settings.STRIPE_API_BASE, settings.STRIPE_PATIENCE = play_server.url, 2.0
    bank = play_server.bank
    with bank.lock:
        bank.things = {"_base": {"id": "_base", "object": "base", "url": play_server.url}}
        bank.answered, bank.letters, bank.faults, bank.calls, bank.ahead = {}, [], [], [], 0
    return bank


class Street:
    """Ana borrows from Bo, Cleo is treasurer; money moves by card, and time by hand."""

    def __init__(self, bank: Bank, currency: str = "EUR", pool: int = 0) -> None:
        self.bank, self.now, self._read = bank, datetime.now(UTC), 0
        self.community = factories.community(currency=currency)
        self.ana, self.bo, self.cleo = (factories.member(name, of=self.community) for name in ("Ana", "Bo", "Cleo"))
        Membership.objects.filter(member=self.cleo).update(treasurer=True)
        GatewaySwitch.objects.create(community=self.community, gateway="stripe", on=True)
        forget(self.community)
        account = connect.create_account(bank, {"email": self.bo.email})
        connect.onboard(bank, account["id"])
        CardAccount.objects.create(member=self.bo, account=account["id"], may_receive=True, pays_out=True)

    # --- what members do ------------------------------------------------------------------------------

    def reserve(self, about: str = "booking:1", *, minor: int = 945, payee="bo", ahead: int = 3) -> CardCharge:
        starts = self.now + timedelta(days=ahead)
        actions.reserve(
            about, title="Hammer drill", community=self.community, payer=self.ana,
            payee=getattr(self, payee) if payee else None, minor=minor, gateway="stripe", starts=starts,
            ends=starts + timedelta(days=2), now=self.now,
        )
        return CardCharge.objects.get(about=about, purpose="price")

    def pay(self, charge: CardCharge, card: str = GOOD_CARD, **more) -> None:
        """Go to Checkout and press the button there; faults are met by trying again."""
        for _try in range(4):
            try:
                url = checkout.address(
                    charge.pk, by=charge.payer, success_url="https://x.example/back", cancel_url="https://x.example/no",
                    now=self.now,
                )
                break
            except charges.CardError as refusal:
                assert refusal.code == "no_answer"
                self.later(minutes=1)
        money.pay(self.bank, url.rsplit("/", 1)[1], card, **more)

    def due(self, about: str = "booking:1", *, price: int = 900, fee: int = 45, payee="bo") -> Payment:
        return actions.due(
            about=about, title="Hammer drill", community=self.community, payer=self.ana,
            payee=getattr(self, payee) if payee else None, price_minor=price, fee_minor=fee, gateway="stripe",
            now=self.now,
        )

    # --- time -----------------------------------------------------------------------------------------

    def later(self, **span: int) -> None:
        self.now += timedelta(**span)
        self.bank.advance(**span)

    def read_letters(self, *, order=lambda rows: rows) -> None:
        """Let the bank's letters since the last time arrive, signed, in the order given."""
        fresh, self._read = self.bank.letters[self._read:], len(self.bank.letters)
        for letter in order(list(fresh)):
            body, header = sealed(letter, SECRET)
            letters.receive(body.encode(), header)
        letters.read_waiting(self.now + timedelta(minutes=5))

    def settle_down(self, *, by_letter: bool = True) -> None:
        """Tick as the clock does until nothing waits, over as long as it takes."""
        for _tick in range(30):
            if by_letter:
                self.read_letters()
            charges.see_to_what_is_due(self.now)
            errands.run_due(self.now)
            letters.read_waiting(self.now + timedelta(minutes=5))
            if not Errand.objects.exclude(state=ErrandState.DONE).exists() and self._read == len(self.bank.letters):
                return
            self.later(minutes=2)
        waiting = list(Errand.objects.exclude(state=ErrandState.DONE).values_list("key", "trouble"))
        assert not waiting, waiting

    # --- what is true at the end ----------------------------------------------------------------------

    def balance(self, kind: str, member=None, label: str = "") -> int:
        return ledger.account(kind, self.community, member, label).balance_minor

    def standing(self) -> dict[str, int]:
        """Who has what; `stripe` is what the books say lies there."""
        return {
            "ana": self.balance(AccountKind.WALLET, self.ana), "bo": self.balance(AccountKind.WALLET, self.bo),
            "pool": self.balance(AccountKind.POOL), "trust": books.trust(self.community).balance_minor,
            "costs": books.costs(self.community).balance_minor, "stripe": -books.clearing(self.community).balance_minor,
        }

    def check(self) -> None:
        """The books are in order, and say what Stripe says, to the cent."""
        assert not Errand.objects.exclude(state=ErrandState.DONE).exists()
        run = reconciler.compare(self.now + timedelta(minutes=1))
        from payments.models import Difference

        assert (run.trouble, list(Difference.objects.filter(settled=None).values_list("key", "kind"))) == ("", [])
        assert run.finished and run.movements == len(self.bank.all("balance_transaction"))
        assert ledger.verify(self.community).faults == []
        there = self.bank.balance().get(self.community.currency.lower(), 0)
        assert self.standing()["stripe"] == there

    def moved(self) -> list[tuple[str, int]]:
        """Every movement at the bank, the oldest first."""
        return [(row["type"], row["amount"]) for row in reversed(self.bank.all("balance_transaction"))]


@pytest.fixture
def street(db, play) -> Street:
    return Street(play)


__all__ = ["Street", "Wanted", "onboarding"]
