"""By community credit: agreed is paid; the price waits in the books until what it is for is over.

A price counts for as much credit as the community's plan says when it is agreed. The fee goes to the pool at once,
in credit. What goes back is the same share of the credit as of the price. A deposit stays a matter of money.
"""

from datetime import datetime

from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.models import Community, Member
from payments import ledger
from payments.credit import accounts
from payments.ledger import Entry
from payments.models import Account, Payment, Transfer
from payments.settling import settle
from payments.states import PaymentState, TransferKind
from sharing.web.formats import money

from .base import PaymentGateway
from .hand import HandToHand


class Credit(PaymentGateway):
    name = "credit"
    label = gettext_lazy("Community credit")
    help = gettext_lazy("Hours or tokens that members earn by lending and spend by borrowing, within a limit for each.")
    on_by_itself = True

    def serves(self, community: Community) -> bool:
        return bool(community.credit_unit)

    def check(self, community: Community, payer: Member, *parts: int) -> None:
        account, worth = accounts.wallet(community, payer), accounts.plan_of(community).worth_minor
        needed = sum(accounts.in_credit(part, worth) for part in parts)  # part by part, as it is booked
        if needed > account.free_minor:
            words = {
                "needed": money(needed, account.currency), "free": money(max(0, account.free_minor), account.currency)
            }
            sentence = _("That takes %(needed)s of community credit; you can use %(free)s now.")
            raise ledger.Overdrawn(sentence % words, field="gateway")

    def noted(self, payment: Payment, now: datetime, *, at_once: bool = True) -> None:
        try:
            settle(payment, _agreed(payment), now)
        except ledger.Overdrawn as refusal:
            words = {"name": payment.payer.name}
            raise ledger.Overdrawn(_("%(name)s has not enough community credit for that.") % words) from refusal

    def refund(self, payment: Payment, *, price_minor: int, fee_minor: int, now: datetime) -> list[Entry]:
        went, payer = paid(payment), accounts.wallet(payment.community, payment.payer)
        fee, pooled = payment.fee_minor + payment.solidarity_minor, went["fee"] + went["solidarity"]
        parts = [
            (_holder(payment), _share(went["price"], payment.price_minor, payment.refunded_price_minor, price_minor)),
            (accounts.pool(payment.community), _share(pooled, fee, payment.refunded_fee_minor, fee_minor)),
        ]
        deed = f"refund-{payment.refunded_minor}" if payment.refunded_minor else "refund"
        about, memo = payment.about, payment.title
        return [
            Entry(source, payer, minor, TransferKind.REFUND, _key(payment, f"{deed}-{number}"), about, memo)
            for number, (source, minor) in enumerate(parts)
            if minor
        ]

    def pass_on(self, about: str, now: datetime) -> None:
        payment = Payment.objects.select_related("community", "payer", "payee").get(about=about)
        if payment.state not in (PaymentState.SETTLED, PaymentState.REFUNDED) or _passed_on(payment):
            return
        back = _share(paid(payment)["price"], payment.price_minor, 0, payment.refunded_price_minor)
        minor = paid(payment)["price"] - back
        if minor and payment.payee is not None:
            way = accounts.on_its_way(payment.community), accounts.wallet(payment.community, payment.payee)
            entry = Entry(*way, minor, TransferKind.PRICE, _key(payment, "over"), about, payment.title)
            ledger.post(payment.community, [entry], now=now)

    def kept_deposit(self, held: Transfer, minor: int, now: datetime) -> list[Entry]:
        return HandToHand().kept_deposit(held, minor, now)


def _agreed(payment: Payment) -> list[Entry]:
    """The price on its way, or the commons' at once; the fee and what is given on top to the pool."""
    community = payment.community
    worth = accounts.plan_of(community).worth_minor
    payer, pool = accounts.wallet(community, payment.payer), accounts.pool(community)
    parts = [
        ("price", accounts.on_its_way(community) if payment.payee else pool, payment.price_minor, TransferKind.PRICE),
        ("fee", pool, payment.fee_minor, TransferKind.FEE),
        ("solidarity", pool, payment.solidarity_minor, TransferKind.SOLIDARITY),
    ]
    return [
        Entry(payer, target, credit, kind, _key(payment, name), payment.about, payment.title)
        for name, target, minor, kind in parts
        if (credit := accounts.in_credit(minor, worth))
    ]


def paid(payment: Payment) -> dict[str, int]:
    """What was paid in credit, part by part, as the books have it."""
    keys = {_key(payment, name): name for name in ("price", "fee", "solidarity")}
    found = dict.fromkeys(keys.values(), 0)
    for key, minor in Transfer.objects.filter(key__in=keys).values_list("key", "minor"):
        found[keys[key]] = minor
    return found


def given_back(payment: Payment) -> int:
    """What of it has gone back, in credit, as the books have it."""
    back = Transfer.objects.filter(
        community=payment.community_id, about=payment.about, kind=TransferKind.REFUND, key__startswith="credit:"
    )
    return back.aggregate(sum_=Sum("minor", default=0))["sum_"]


def _holder(payment: Payment) -> Account:
    """Who has the price now."""
    if payment.payee is None:
        return accounts.pool(payment.community)
    if _passed_on(payment):
        return accounts.wallet(payment.community, payment.payee)
    return accounts.on_its_way(payment.community)


def _passed_on(payment: Payment) -> bool:
    return Transfer.objects.filter(key=_key(payment, "over")).exists()


def _share(credit: int, whole: int, before: int, now: int) -> int:
    """The credit for `now` of `whole` minor units, after `before` have gone back: all of it comes to all of it."""
    return credit * (before + now) // whole - credit * before // whole if whole else 0


def _key(payment: Payment, part: str) -> str:
    return f"credit:{payment.about}:{part}"
