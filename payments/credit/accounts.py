"""The accounts credit lies in, and what a price comes to in it."""

from members.models import Community, Member
from members.states import CreditUnit
from payments import ledger
from payments.models import Account, CreditPlan
from payments.states import AccountKind
from sharing.values.money import HOURS, TOKENS

CURRENCY = {CreditUnit.HOURS: HOURS, CreditUnit.TOKENS: TOKENS}
CURRENCIES = tuple(CURRENCY.values())
UNIT = 100  # credit is kept in hundredths


def currency_of(community: Community) -> str:
    return CURRENCY[CreditUnit(community.credit_unit)]


def wallet(community: Community, member: Member) -> Account:
    """The member's credit; opened with the limit that the community's plan gives."""
    limit = plan_of(community).limit_minor
    return ledger.account(
        AccountKind.WALLET, community, member, currency=currency_of(community), limit_minor=limit
    )


def pool(community: Community) -> Account:
    return ledger.account(AccountKind.POOL, community, currency=currency_of(community), limit_minor=0)


def on_its_way(community: Community) -> Account:
    """Where the price waits until what it is for is over."""
    return ledger.account(AccountKind.CLEARING, community, currency=currency_of(community), limit_minor=0)


def plan_of(community: Community) -> CreditPlan:
    return CreditPlan.objects.get(community=community)


def in_credit(minor: int, worth_minor: int) -> int:
    """A price in hundredths of the unit, rounded half up."""
    return (2 * minor * UNIT + worth_minor) // (2 * worth_minor)
