"""Recomputing the books: every link of the chain, every hold, every balance, from the transfers alone.

Reads a community's transfers once, in order, in a stream: memory grows with the accounts and the
open holds, not with the entries. Balances are read in the same statement as the chain's length, and
only the entries up to there are summed, so that a check beside running bookings finds no false fault.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.db.models import Max, Subquery, Sum
from django.utils.translation import gettext as _

from members.models import Community

from . import chain
from .models import Account, MonthFlow, Transfer
from .states import AccountKind, Phase

CHUNK = 5000
PROGRESS = 20_000
Progress = Callable[[int, int], object]
_MOVES = frozenset({Phase.POSTED.value, Phase.POST.value})


@dataclass
class Verification:
    """What a check found: how many entries it read, the digest of the last, and a sentence per fault."""

    entries: int = 0
    digest: str = chain.GENESIS
    faults: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        return not self.faults


def verify(
    community: Community | None = None, *, most_faults: int = 100, progress: Progress | None = None
) -> Verification:
    """Recompute one community's books, or everyone's; stops listing after `most_faults` per community.

    progress: told now and then how many entries of how many have been read.
    """
    if community is not None:
        return _Books(community, most_faults, progress).verify()
    whole = Verification()
    for each in Community.objects.order_by("pk").iterator():
        part = _Books(each, most_faults).verify()
        whole.entries += part.entries
        whole.faults += [f"{each.slug}: {fault}" for fault in part.faults]
    return whole


class _Books:
    """One community's books under check."""

    def __init__(self, community: Community, most_faults: int, progress: Progress | None = None) -> None:
        self.community, self.most_faults, self.progress = community, most_faults, progress
        self.result = Verification()
        self.accounts: dict[int, tuple[str, int, int, bool, int]] = {}
        self.balances: dict[int, int] = {}
        self.held: dict[int, int] = {}
        self.open_holds: dict[int, tuple[int, int, int, int]] = {}  # by id: sequence, source, target, minor
        self.pools: set[int] = set()
        self.flows: dict[tuple[int, str, bool], list[int]] = {}  # by account, kind and direction: minor, entries

    def verify(self) -> Verification:
        length = self._read_accounts()
        flows, counted = self._read_flows(length)
        previous = chain.GENESIS
        for row in self._stream(counted):
            self._count(row)
            if row[1] > length:  # booked while we were asking: in the months already, not in the balances we read
                continue
            self._check_link(row, previous)
            self._sum(row)
            previous = row[-1]
            if self.progress is not None and self.result.entries % PROGRESS == 0:
                self.progress(self.result.entries, length)
        self.result.digest = previous
        if flows != {key: tuple(sums) for key, sums in self.flows.items()}:
            self._fault(_("The sums by month do not fit the entries."))
        if self.result.entries != length:
            self._fault(
                _("The chain should have %(length)s entries, %(entries)s are there."),
                length=length, entries=self.result.entries,
            )
        self._check_balances()
        return self.result

    def _read_accounts(self) -> int:
        """Accounts and the chain's length as they stand at one instant."""
        newest = Transfer.objects.filter(community=self.community).order_by().values("community")
        accounts = Account.objects.filter(community=self.community).annotate(
            length=Subquery(newest.annotate(length=Max("sequence")).values("length"))
        )
        length = 0
        columns = ("pk", "currency", "balance_minor", "held_minor", "may_overdraw", "limit_minor", "length", "kind")
        for row in accounts.values_list(*columns):
            self.accounts[row[0]] = row[1:6]
            length = row[6] or 0
            if row[7] == AccountKind.POOL:
                self.pools.add(row[0])
        return length

    def _read_flows(self, length: int) -> tuple[dict[tuple[int, str, bool], tuple[int, int]], int]:
        """What the months sum to, and up to which entry they count."""
        newest = Transfer.objects.filter(community=self.community).order_by().values("community")
        sums = MonthFlow.objects.filter(account__in=self.pools).values("account", "kind", "incoming").annotate(
            sum=Sum("minor"), count=Sum("entries"),
            length=Subquery(newest.annotate(length=Max("sequence")).values("length")),
        )
        found, counted = {}, length
        for row in sums.values_list("account", "kind", "incoming", "sum", "count", "length"):
            found[row[0], row[1], row[2]] = (row[3], row[4])
            counted = row[5] or length
        return found, counted

    def _stream(self, length: int) -> Iterator[tuple]:
        rows = Transfer.objects.filter(community=self.community, sequence__lte=length).order_by("sequence")
        return rows.values_list(
            "pk", "sequence", "created", "source", "target", "minor", "phase", "of", "kind", "about", "memo", "batch",
            "key", "previous", "digest",
        ).iterator(chunk_size=CHUNK)

    def _count(self, row: tuple) -> None:
        """What of this entry belongs into the sums by month."""
        _pk, _sequence, _created, source, target, minor, phase, _of, kind = row[:9]
        if phase not in _MOVES:
            return
        for account, incoming in ((source, False), (target, True)):
            if account in self.pools:
                sums = self.flows.setdefault((account, kind, incoming), [0, 0])
                sums[0] += minor
                sums[1] += 1

    def _check_link(self, row: tuple, previous: str) -> None:
        (_pk, sequence, created, source, target, minor, phase, of, kind, about, memo, batch, key, claimed, digest) = row
        self.result.entries += 1
        if sequence != self.result.entries:
            self._fault(_("Entry %(sequence)s stands where entry %(expected)s should be."),
                        sequence=sequence, expected=self.result.entries)
            self.result.entries = sequence
        if claimed != previous:
            self._fault(_("Entry %(sequence)s does not follow the one before it."), sequence=sequence)
        currency = self.accounts.get(source, ("",))[0]
        recomputed = chain.digest(
            claimed, self.community.pk, sequence, chain.stamp(created), source, target, minor, currency, phase,
            self._sequence_of(of), kind, about, memo, batch, key,
        )
        if digest != recomputed:
            self._fault(_("Entry %(sequence)s has been altered: its digest does not fit its contents."),
                        sequence=sequence)
        if currency != self.accounts.get(target, ("?",))[0]:
            self._fault(_("Entry %(sequence)s mixes currencies or leaves the community."), sequence=sequence)

    def _sequence_of(self, hold: int | None) -> int | None:
        """The sequence of the hold that an entry settles: among the open ones, unless the books are at fault."""
        if hold is None:
            return None
        if hold in self.open_holds:
            return self.open_holds[hold][0]
        return Transfer.objects.filter(pk=hold).values_list("sequence", flat=True).first()

    def _sum(self, row: tuple) -> None:
        pk, sequence, _created, source, target, minor, phase, of = row[:8]
        if phase == Phase.PENDING:
            self.open_holds[pk] = (sequence, source, target, minor)
            self.held[source] = self.held.get(source, 0) + minor
        elif phase != Phase.POSTED:
            held = self.open_holds.pop(of, None)
            if held is None or held[1:3] != (source, target) or minor > held[3]:
                self._fault(_("Entry %(sequence)s settles a hold that was not open for it."), sequence=sequence)
            else:
                self.held[source] -= held[3]
        if phase in _MOVES:
            self.balances[source] = self.balances.get(source, 0) - minor
            self.balances[target] = self.balances.get(target, 0) + minor

    def _check_balances(self) -> None:
        for pk, (_currency, balance, held, may_overdraw, limit) in self.accounts.items():
            if balance != self.balances.get(pk, 0):
                self._fault(_("Account %(account)s says %(balance)s, its entries sum to %(sum)s."),
                            account=pk, balance=balance, sum=self.balances.get(pk, 0))
            if held != self.held.get(pk, 0):
                self._fault(_("Account %(account)s says %(held)s are held, its open holds sum to %(sum)s."),
                            account=pk, held=held, sum=self.held.get(pk, 0))
            if not may_overdraw and balance < held - limit:
                self._fault(_("Account %(account)s is overdrawn."), account=pk)
        if total := sum(account[1] for account in self.accounts.values()):
            self._fault(_("All accounts together hold %(total)s instead of nothing."), total=total)

    def _fault(self, sentence: str, **values: object) -> None:
        if len(self.result.faults) < self.most_faults:
            self.result.faults.append(sentence % values)
