"""The open books of a community: what the pool holds, how it came and went, and each entry with its cause.

Everything here is read for members of the community; each function is one or two statements, however
many entries there are.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db.models import BigIntegerField, Count, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from members.models import Community, Membership
from members.states import Standing
from payments import owing
from payments.models import Account, MonthFlow
from payments.states import AccountKind, TransferKind

from .models import Payout, Proposal
from .states import ProposalState
from .treasury_states import PayoutSource, PayoutState

MONTHS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Holdings:
    """What belongs to everyone, and where it lies."""

    pool: int | None  # the account, None before anything was booked
    balance_minor: int
    held_minor: int
    set_aside_minor: int  # of it, what borrowers have directed to projects
    with_members_minor: int  # fees that lenders hold until they hand them in
    holders: int
    owed_minor: int = 0  # what the pool could not give back, and pays out of what it gets next

    @property
    def at_hand_minor(self) -> int:
        """What the treasurer has: the pool less what members still hold."""
        return self.balance_minor - self.with_members_minor

    @property
    def free_minor(self) -> int:
        """What a decision can spend now: neither held nor set aside, nor owed."""
        return max(0, self.balance_minor - self.set_aside_minor - self.held_minor - self.owed_minor)


@dataclass(frozen=True, slots=True)
class Promised:
    """What will be paid from the pool as soon as it can be."""

    decided_minor: int  # by decisions that wait for money
    payouts_minor: int  # payouts from the pool that wait for a second person

    @property
    def minor(self) -> int:
        return self.decided_minor + self.payouts_minor


@dataclass(frozen=True, slots=True)
class Flow:
    """What came in or went out in one month, of one kind."""

    month: date
    kind: str
    incoming: bool
    minor: int
    entries: int


_POOL, _POOLS = Q(kind=AccountKind.POOL, label=""), Q(kind=AccountKind.POOL)
_OWED = Q(kind=AccountKind.CLEARING, label=owing.LABEL)
_BELOW_ZERO = Q(kind=AccountKind.WALLET, balance_minor__lt=0)
_SUMS = {
    "pool": Max("pk", filter=_POOL),
    "balance_minor": Sum("balance_minor", filter=_POOLS, default=0),
    "held_minor": Sum("held_minor", filter=_POOL, default=0),
    "set_aside_minor": Sum("balance_minor", filter=_POOLS & ~Q(label=""), default=0),
    "with_members_minor": -Sum("balance_minor", filter=_BELOW_ZERO, default=0),
    "holders": Count("pk", filter=_BELOW_ZERO),
    "owed_minor": -Sum("balance_minor", filter=_OWED, default=0),
}


def holdings(community: Community) -> Holdings:
    """What the accounts of a community come to: one statement."""
    sums = Account.objects.filter(_ours(community)).aggregate(**{f"sum_{name}": sum_ for name, sum_ in _SUMS.items()})
    return Holdings(**{name: sums[f"sum_{name}"] for name in _SUMS})


def balance(community: OuterRef, currency: OuterRef) -> Subquery:
    """What a community's pool holds, for a statement about something of that community."""
    pools = Account.objects.filter(_ours(community, currency), _POOLS).order_by().values("community")
    return Subquery(pools.annotate(sum_=Sum("balance_minor")).values("sum_"))


def with_holdings(memberships: QuerySet) -> QuerySet:
    """Let a membership bring its community's holdings along, for a page that counts its statements."""
    ours = Account.objects.filter(_ours(OuterRef("community"), OuterRef("community__currency")))
    grouped = ours.order_by().values("community")
    applied = Membership.objects.filter(community=OuterRef("community"), standing=Standing.APPLIED)
    counted = applied.order_by().values("community").annotate(count=Count("pk")).values("count")
    return memberships.annotate(
        **{f"books_{name}": Subquery(grouped.annotate(sum_=sum_).values("sum_")) for name, sum_ in _SUMS.items()},
        applications=Coalesce(Subquery(counted), 0),
        **{f"promised_{name}": sum_ for name, sum_ in _promises(OuterRef("community")).items()},
    )


def brought_along(membership: Membership) -> Holdings:
    """The holdings of a membership that came by `with_holdings`."""
    found = {name: vars(membership)[f"books_{name}"] for name in _SUMS}
    pool = found.pop("pool")
    return Holdings(pool=pool, **{name: amount or 0 for name, amount in found.items()})


def promised_along(membership: Membership) -> Promised:
    """What waits to take from the pool, of a membership that came by `with_holdings`."""
    return Promised(vars(membership)["promised_decided"] or 0, vars(membership)["promised_asked"] or 0)


def _ours(community, currency=None) -> Q:
    return Q(community=community, currency=currency or community.currency)


def promised(community: Community) -> Promised:
    """What decisions and payouts wait to take from the pool: one statement."""
    decided, asked = Community.objects.filter(pk=community.pk).values_list(*_promises(OuterRef("pk")).values()).get()
    return Promised(decided or 0, asked or 0)


def _promises(community: OuterRef) -> dict[str, Subquery]:
    waiting = Proposal.objects.filter(community=community, state=ProposalState.WAITING).order_by()
    payouts = Payout.objects.filter(  # what a project pays lies in it already
        community=community, state=PayoutState.WAITING, source=PayoutSource.POOL, project=None
    )
    amount = Cast(KeyTextTransform("minor", "terms"), BigIntegerField())
    return {
        "decided": Subquery(waiting.values("community").annotate(sum_=Sum(amount)).values("sum_")),
        "asked": Subquery(payouts.order_by().values("community").annotate(sum_=Sum("minor")).values("sum_")),
    }


def months(community: Community, now: datetime | None = None) -> list[date]:
    """The first days of the months shown, in the community's zone, the oldest first."""
    today = (now or timezone.now()).astimezone(ZoneInfo(community.time_zone)).date()
    count = today.year * 12 + today.month - 1
    return [date(at // 12, at % 12 + 1, 1) for at in range(count - MONTHS_SHOWN + 1, count + 1)]


def bounds(community: Community, month: date) -> tuple[datetime, datetime]:
    """When a month begins and ends where the community lives."""
    zone = ZoneInfo(community.time_zone)
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return datetime.combine(month, time(), zone), datetime.combine(following, time(), zone)


def flows(community: Community, pool: int | None, shown: list[date]) -> list[Flow]:
    """In and out of the pool by month and kind, as the ledger counts them while it books (see `payments.flows`).

    What is set aside for a project stays in the pool, so it is no flow.
    """
    if pool is None:
        return []
    rows = MonthFlow.objects.filter(account=pool, month__gte=shown[0], month__lte=shown[-1])
    rows = rows.exclude(kind=TransferKind.EARMARK).order_by("month", "kind", "incoming")
    return [Flow(*row) for row in rows.values_list("month", "kind", "incoming", "minor", "entries")]
