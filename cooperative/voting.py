"""Counting: what the ballots of a proposal come to, by the rules it was opened with.

Majority: enough of the electorate took part, more said yes than no, and the yes among yes and no reach
the threshold; so a tie fails. Consent: enough took part, somebody said yes, and nobody objects with a reason.
"""

from dataclasses import dataclass

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from .models import Ballot, Elector, Proposal
from .states import Choice, Method

WHOLE = 10_000  # basis points


@dataclass(frozen=True, slots=True)
class Tally:
    """The numbers of one proposal, now or at its close."""

    method: str
    quorum_bp: int
    threshold_bp: int
    electors: int
    yes: int = 0
    no: int = 0
    abstain: int = 0
    object: int = 0
    marked: int = 0

    @property
    def cast(self) -> int:
        return self.yes + self.no + self.abstain + self.object + self.marked

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
    def passes(self) -> bool:
        if not self.quorum_reached or not self.yes:
            return False
        if self.method == Method.CONSENT:
            return self.object == 0
        return self.yes > self.no and self.yes * WHOLE >= self.threshold_bp * (self.yes + self.no)

    @property
    def bars(self) -> list[dict[str, str]]:
        """Yes, against and abstentions as parts of the electorate, for a meter 100 wide."""
        bars, start, whole = [], 0, self.electors or 1
        for count in (self.yes, self.against, self.abstain):
            bars.append({"x": f"{start * 100 / whole:.2f}", "width": f"{count * 100 / whole:.2f}"})
            start += count
        return bars


def with_counts(proposals: QuerySet) -> QuerySet:
    """Let each proposal bring its numbers along, in the same statement."""
    return proposals.annotate(
        electors_count=count_of(Elector.objects.all()),
        **{f"{choice}_count": count_of(Ballot.objects.filter(choice=choice)) for choice in Choice.values},
    )


def tally(proposal: Proposal) -> Tally:
    """The numbers of a proposal; asks the database unless it came by `with_counts`."""
    if not hasattr(proposal, "electors_count"):
        counted = with_counts(Proposal.objects.filter(pk=proposal.pk)).get()
    else:
        counted = proposal
    return Tally(
        proposal.method, proposal.quorum_bp, proposal.threshold_bp, counted.electors_count,
        **{choice: getattr(counted, f"{choice}_count") for choice in Choice.values},
    )


def count_of(rows: QuerySet, proposal: str = "pk") -> Coalesce:
    """How many of the rows belong to the proposal that the outer row names."""
    counted = rows.filter(proposal=OuterRef(proposal)).order_by().values("proposal").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
