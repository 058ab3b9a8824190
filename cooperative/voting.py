"""Counting: what the ballots of a proposal come to, by the rules it was opened with.

Majority: enough of the electorate took part, more said yes than no, and the yes among yes and no reach
the threshold; so a tie fails. Consent: enough took part, somebody said yes, and nobody objects with a reason.
Score and budget rounds: see `cooperative.counting`.

While a vote is open a list shows the ballots as they lie there; `cooperative.outcome` adds those that count by
delegation. From the close on the numbers are those that were kept then.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from . import counting
from .counting import Counted
from .models import Ballot, Elector, Proposal, Voted
from .states import Choice, Method

WHOLE = 10_000  # basis points


@dataclass(frozen=True, slots=True)
class Tally:
    """The numbers of one proposal, now or at its close.

    delegated: how many of them were given by a delegate; sealed: secret ballots that nobody has counted yet.
    """

    method: str
    quorum_bp: int
    threshold_bp: int
    electors: int
    yes: int = 0
    no: int = 0
    abstain: int = 0
    object: int = 0
    marked: int = 0
    delegated: int = 0
    sealed: int = 0
    options: tuple[Counted, ...] = ()
    prices: tuple[int, ...] = ()

    @property
    def cast(self) -> int:
        return self.yes + self.no + self.abstain + self.object + self.marked + self.sealed

    @property
    def against(self) -> int:
        return self.no + self.object

    @property
    def missing(self) -> int:
        """How many have not voted."""
        return self.electors - self.cast

    @property
    def needed(self) -> int:
        """How many must take part: the quorum as a whole number of members."""
        return -(-self.electors * self.quorum_bp // WHOLE)

    @property
    def turnout_percent(self) -> int:
        return self.cast * 100 // self.electors if self.electors else 0

    @property
    def quorum_reached(self) -> bool:
        return self.cast >= max(self.needed, 1)

    @property
    def order(self) -> list[int]:
        """The options, the strongest first; of a budget round those that got a token."""
        if self.method == Method.BUDGET:
            return counting.by_tokens(self.options, self.prices)
        return counting.by_score(self.options)

    @property
    def passes(self) -> bool:
        if not self.quorum_reached:
            return False
        if self.method == Method.BUDGET:
            return bool(self.order)
        if self.method == Method.SCORE:
            winner = self.options[self.order[0]]
            return counting.good_enough(winner, self.marked, self.threshold_bp)
        if not self.yes:
            return False
        if self.method == Method.CONSENT:
            return self.object == 0
        return self.yes > self.no and self.yes * WHOLE >= self.threshold_bp * (self.yes + self.no)

    @property
    def bars(self) -> list[dict[str, str]]:
        """Yes, against and abstentions as parts of the electorate, for a meter 100 wide."""
        bars, start, whole = [], 0, self.electors or 1
        for count in (self.yes + self.marked + self.sealed, self.against, self.abstain):
            bars.append({"x": f"{start * 100 / whole:.2f}", "width": f"{count * 100 / whole:.2f}"})
            start += count
        return bars

    def kept(self) -> dict[str, Any]:
        """The numbers as a proposal keeps them from its close on."""
        numbers: dict[str, Any] = {choice: getattr(self, choice) for choice in Choice.values}
        numbers |= {"electors": self.electors, "delegated": self.delegated}
        if self.options:
            numbers["options"] = [{str(mark): n for mark, n in option.marks.items()} for option in self.options]
        return numbers


def with_counts(proposals: QuerySet) -> QuerySet:
    """Let each proposal bring its numbers along, in the same statement."""
    return proposals.annotate(
        electors_count=count_of(Elector.objects.all()), voted_count=count_of(Voted.objects.all()),
        **{f"{choice}_count": count_of(Ballot.objects.filter(choice=choice)) for choice in Choice.values},
    )


def tally(proposal: Proposal) -> Tally:
    """The numbers of a proposal; asks the database unless it came by `with_counts`."""
    if proposal.result:
        return of_result(proposal)
    if not hasattr(proposal, "electors_count"):
        counted = with_counts(Proposal.objects.filter(pk=proposal.pk)).get()
    else:
        counted = proposal
    numbers = {choice: getattr(counted, f"{choice}_count") for choice in Choice.values}
    return made(proposal, electors=counted.electors_count, sealed=counted.voted_count, **numbers)


def of_result(proposal: Proposal) -> Tally:
    """The numbers that were kept at the close."""
    kept = dict(proposal.result)
    options = tuple(
        Counted(index, {int(mark): count for mark, count in marks.items()})
        for index, marks in enumerate(kept.pop("options", ()))
    )
    return made(proposal, options=options, **kept)


def made(proposal: Proposal, *, options: Sequence[Counted] = (), **numbers: int) -> Tally:
    """A tally by the rules of the proposal."""
    prices = tuple(option.get("minor", 0) for option in proposal.options)
    return Tally(
        proposal.method, proposal.quorum_bp, proposal.threshold_bp, options=tuple(options), prices=prices, **numbers
    )


def count_of(rows: QuerySet, proposal: str = "pk") -> Coalesce:
    """How many of the rows belong to the proposal that the outer row names."""
    counted = rows.filter(proposal=OuterRef(proposal)).order_by().values("proposal").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
