"""Reading the books: entries of one account, newest first, as lines that a reader understands.

An account's entries come by two index walks, those that leave it and those that enter it, merged
here; so a page costs the same in a ledger of ten entries or ten million. Names are told as far as
the reader may know them: those of the same community; of all others, "a neighbour".
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from members.models import Community, Membership
from sharing.web.api.pagination import encode_cursor

from . import causes, owing
from .models import Account, Transfer
from .states import AccountKind, Phase, TransferKind

MOVES = (Phase.POSTED, Phase.POST)
IN, OUT = "in", "out"


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as seen from one account: `minor` is negative when it leaves it."""

    row: Transfer
    minor: int
    currency: str
    source: str
    target: str
    reference: causes.Reference | None
    followable: bool

    @property
    def sequence(self) -> int:
        return self.row.sequence

    @property
    def created(self) -> datetime:
        return self.row.created

    @property
    def title(self) -> str:
        """What a reader sees first: the cause in words, with the kind where that says more."""
        kind, memo = self.row.get_kind_display(), self.row.memo
        if not memo:
            return kind
        return memo if self.row.kind == TransferKind.SPEND else f"{kind}, {memo}"

    @property
    def held(self) -> str:
        """What a hold or its end is called; "" for money that moved."""
        return "" if self.row.phase in MOVES else self.row.get_phase_display()


def page(
    account: Account | int, rows: QuerySet | None = None, *, direction: str = "", after: list | None = None,
    size: int = 24,
) -> tuple[list[Transfer], str | None]:
    """The newest `size` entries of an account after the cursor's values, and the cursor of the next page.

    Raises ValueError when the cursor's values are not ours.
    """
    rows = Transfer.objects.all() if rows is None else rows
    rows = with_names(rows).order_by("-created", "-sequence")
    if after:
        rows = rows.filter(_older_than(after))
    found: list[Transfer] = []
    if direction != OUT:
        found += rows.filter(target=account)[: size + 1]
    if direction != IN:
        found += rows.filter(source=account)[: size + 1]
    found.sort(key=lambda row: (row.created, row.sequence), reverse=True)
    if len(found) <= size:
        return found, None
    last = found[size - 1]
    return found[:size], encode_cursor([last.created.isoformat(), last.sequence])


def moves_of(account: Account | int) -> QuerySet:
    """What has moved into or out of an account: no holds."""
    return Transfer.objects.filter(Q(source=account) | Q(target=account), phase__in=MOVES)


def with_names(rows: QuerySet) -> QuerySet:
    """Bring along both accounts, their members, and whether they belong to the community now."""
    active = Membership.objects.active().filter(community=OuterRef("community"))
    return rows.select_related("source__member", "target__member").annotate(
        source_known=Exists(active.filter(member=OuterRef("source__member"))),
        target_known=Exists(active.filter(member=OuterRef("target__member"))),
    )


def lines(
    rows: Iterable[Transfer], community: Community, *, account: int | None = None, reader: int, trusted: bool = False
) -> list[Line]:
    """The rows as `reader` sees them from `account`; without one, amounts are as they were booked.

    trusted: a treasurer, who may follow every entry to its cause.
    """
    return [_line(row, community, account, reader, trusted) for row in rows]


def _line(row: Transfer, community: Community, account: int | None, reader: int, trusted: bool) -> Line:
    reference = causes.reference(row.about, community)
    concerned = reader in (row.source.member_id, row.target.member_id)
    return Line(
        row=row,
        minor=-row.minor if account == row.source_id else row.minor,
        currency=row.source.currency,
        source=party(row.source, known=vars(row)["source_known"], reader=reader),
        target=party(row.target, known=vars(row)["target_known"], reader=reader),
        reference=reference,
        followable=reference is not None and (reference.cause.open_to_all or concerned or trusted),
    )


def party(account: Account, *, known: bool, reader: int | None = None) -> str:
    """What a reader calls an account."""
    if account.kind == AccountKind.WALLET:
        if account.member_id == reader:
            return _("you")
        return known and account.member and account.member.name or _("a neighbour")
    if account.kind == AccountKind.POOL and account.label:
        return _("what is set aside")
    if account.kind == AccountKind.CLEARING and account.label == owing.LABEL:
        return _("what the pool owes")
    return {
        AccountKind.POOL: _("the pool"),
        AccountKind.DEPOSITS: _("deposits"),
        AccountKind.CLEARING: _("on its way"),
    }.get(AccountKind(account.kind), _("outside the books"))


def _older_than(after: list) -> Q:
    created, sequence = after
    moment = parse_datetime(created) if isinstance(created, str) else None
    if moment is None or moment.tzinfo is None or not 1 < moment.year < 9999 or not isinstance(sequence, int):
        raise ValueError("This is no cursor of ours.")
    return Q(created__lt=moment) | Q(created=moment, sequence__lt=sequence)
