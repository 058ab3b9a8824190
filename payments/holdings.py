"""What this room holds on a member, for them to take away; and what keeps an account open."""

from django.db.models import Q
from django.utils.translation import gettext as _

from members import holdings
from members.holdings import Table
from members.models import Member
from sharing.web.formats import money

from .credit.accounts import CURRENCIES as CREDITS
from .models import Account, Payment, Transfer
from .states import AccountKind, PaymentState

CHARGE = (
    "community__slug about purpose title payer payee currency minor way state until taken_minor refunded_minor"
    " passed_minor disputed problem created"
)


def register() -> None:
    covered = "payments.Payment.payer payments.Payment.payee payments.Account.member"
    holdings.register("payments", everything_of, covered)
    holdings.tables(
        "payments",
        cards_charged=Table("payments.CardCharge.payer", CHARGE),
        cards_received=Table("payments.CardCharge.payee", CHARGE),
        card_customers=Table("payments.CardCustomer.member", "customer created"),
        card_accounts=Table("payments.CardAccount.member", "account submitted may_receive pays_out missing created"),
        credit_set=Table("payments.CreditPlan.by", "community__slug worth_minor limit_minor changed"),
        ways_switched=Table("payments.GatewaySwitch.by", "community__slug gateway on changed"),
    )


def everything_of(member: Member) -> dict[str, object]:
    """Payments made and received, wallets, and every entry that touched them."""
    wallets = list(Account.objects.filter(member=member).values_list("pk", flat=True))
    mine = Q(source__in=wallets) | Q(target__in=wallets)
    payments = Payment.objects.filter(Q(payer=member) | Q(payee=member)).order_by("pk")
    return {
        "payments": list(
            payments.values(
                "community__slug", "about", "title", "payer_id", "payee_id", "gateway", "currency", "price_minor",
                "fee_minor", "solidarity_minor", "state", "created", "payer_confirmed", "payee_confirmed", "settled",
                "refunded_price_minor", "refunded_fee_minor", "refunded",
            )
        ),
        "wallets": list(
            Account.objects.filter(member=member).order_by("pk").values(
                "community__slug", "currency", "balance_minor", "held_minor"
            )
        ),
        "entries": list(
            Transfer.objects.filter(mine).order_by("pk").values(
                "community__slug", "sequence", "created", "source_id", "target_id", "minor", "phase", "kind", "about",
                "memo",
            )
        ),
    }


def open_payments(member: Member) -> str | None:
    """Money between the member and others that is not settled: the account waits for it.

    Community credit is no money, and nobody could hand it in: it keeps nobody here.
    """
    if Payment.objects.filter(Q(payer=member) | Q(payee=member), state=PaymentState.DUE).exists():
        return _("Some payments with your neighbours are not settled yet.")
    wallets = Account.objects.filter(kind=AccountKind.WALLET, member=member).exclude(balance_minor=0, held_minor=0)
    wallets = wallets.exclude(currency__in=CREDITS)
    wallet = wallets.select_related("community").first()
    if wallet is None:
        return None
    words = {"amount": money(abs(wallet.balance_minor), wallet.currency), "community": wallet.community.name}
    if wallet.balance_minor < 0:
        return _("You still hold %(amount)s for the pool of %(community)s.") % words
    if wallet.balance_minor > 0:
        return _("%(community)s still owes you %(amount)s.") % words
    return _("A deposit of yours is still held.")
