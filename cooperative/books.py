"""The open books of a community: what the pool holds, how it came and went, and each entry with its cause.

Everything here is read for members of the community; each function is one or two statements, however
many entries there are.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db.models import (
    Case,
    Count,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.utils import timezone

from members.models import Community, Membership
from payments import chain
from payments.entries import MOVES, party
from payments.models import Account, Transfer
from payments.states import AccountKind

MONTHS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Holdings:
    """What belongs to everyone, and where it lies."""

    pool: int | None  # the account, None before anything was booked
    balance_minor: int
    held_minor: int
    with_members_minor: int  # fees that lenders hold until they hand them in
    holders: int

    @property
    def at_hand_minor(self) -> int:
        """What the treasurer has: the pool less what members still hold."""
        return self.balance_minor - self.with_members_minor


@dataclass(frozen=True, slots=True)
class Flow:
    """What came in or went out in one month, of one kind."""

    month: date
    kind: str
    incoming: bool
    minor: int
    entries: int


_POOL = Q(kind=AccountKind.POOL, label="")
_BELOW_ZERO = Q(kind=AccountKind.WALLET, balance_minor__lt=0)
_SUMS = {
    "pool": Max("pk", filter=_POOL),
    "balance_minor": Sum("balance_minor", filter=_POOL, default=0),
    "held_minor": Sum("held_minor", filter=_POOL, default=0),
    "with_members_minor": -Sum("balance_minor", filter=_BELOW_ZERO, default=0),
    "holders": Count("pk", filter=_BELOW_ZERO),
}


def holdings(community: Community) -> Holdings:
    """What the accounts of a community come to: one statement."""
    sums = Account.objects.filter(_ours(community)).aggregate(**{f"sum_{name}": sum_ for name, sum_ in _SUMS.items()})
    return Holdings(**{name: sums[f"sum_{name}"] for name in _SUMS})


def with_holdings(memberships: QuerySet) -> QuerySet:
    """Let a membership bring its community's holdings along, for a page that counts its statements."""
    ours = Account.objects.filter(_ours(OuterRef("community"), OuterRef("community__currency")))
    grouped = ours.order_by().values("community")
    return memberships.annotate(
        **{f"books_{name}": Subquery(grouped.annotate(sum_=sum_).values("sum_")) for name, sum_ in _SUMS.items()}
    )


def brought_along(membership: Membership) -> Holdings:
    """The holdings of a membership that came by `with_holdings`."""
    found = {name: vars(membership)[f"books_{name}"] for name in _SUMS}
    pool = found.pop("pool")
    return Holdings(pool=pool, **{name: amount or 0 for name, amount in found.items()})


def _ours(community, currency=None) -> Q:
    return Q(community=community, currency=currency or community.currency)


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
    """In and out of the pool by month and kind: one GROUP BY over the months shown."""
    if pool is None:
        return []
    starts = [bounds(community, month)[0] for month in shown]
    month = Case(
        *(When(created__gte=start, then=Value(index)) for index, start in reversed(list(enumerate(starts)))),
        output_field=IntegerField(),
    )
    incoming = Case(When(target=pool, then=Value(1)), default=Value(0), output_field=IntegerField())
    rows = of_pool(community, pool).filter(created__gte=starts[0], created__lt=bounds(community, shown[-1])[1])
    rows = rows.annotate(month=month, incoming_=incoming).order_by().values_list("month", "incoming_", "kind")
    return [
        Flow(shown[index], kind, bool(into), minor, entries)
        for index, into, kind, minor, entries in rows.annotate(total=Sum("minor"), entries=Count("pk"))
    ]


def of_pool(community: Community, pool: int | None) -> QuerySet:
    """Everything that entered or left the pool; holds are not money that moved."""
    return Transfer.objects.filter(Q(source=pool) | Q(target=pool), community=community, phase__in=MOVES)


# --- the chain as CSV -----------------------------------------------------------------------------

COLUMNS = (*chain.FIELDS, "digest", "from", "to", "in_pool")


class _Echo:
    """What csv.writer writes to when each line shall be sent at once."""

    def write(self, line: str) -> str:
        return line


def as_csv(community: Community) -> Iterator[str]:
    """The community's whole chain, line by line, with the columns of `payments.chain` and three for readers."""
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(COLUMNS)
    names, pools, currencies = _accounts(community)
    held = Transfer.objects.filter(pk=OuterRef("of")).values("sequence")
    rows = Transfer.objects.filter(community=community).order_by("sequence").annotate(hold=Subquery(held))
    for row in rows.values_list(
        "previous", "sequence", "created", "source", "target", "minor", "phase", "hold", "kind", "about", "memo",
        "batch", "key", "digest",
    ).iterator(chunk_size=2000):  # fmt: skip
        previous, sequence, created, source, target, minor, phase, hold, kind, about, memo, batch, key, digest = row
        sign = (target in pools) - (source in pools) if phase in MOVES else 0
        yield writer.writerow(
            (
                previous, community.pk, sequence, chain.stamp(created), source, target, minor, currencies[source],
                phase, hold or "", kind, about, memo, batch, key, digest, names[source], names[target], sign * minor,
            )
        )


def _accounts(community: Community) -> tuple[dict[int, str], set[int], dict[int, str]]:
    """Names as members of the community know them, the pools, and currencies, by account."""
    active = set(Membership.objects.active().filter(community=community).values_list("member", flat=True))
    names, pools, currencies = {}, set(), {}
    for account in Account.objects.filter(community=community).select_related("member"):
        name = party(account, known=account.member_id in active)
        names[account.pk] = f"'{name}" if name[:1] in "=+-@" else name
        currencies[account.pk] = account.currency
        if account.kind == AccountKind.POOL:
            pools.add(account.pk)
    return names, pools, currencies
