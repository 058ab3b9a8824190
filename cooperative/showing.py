"""The count of a proposal as a page shows it: bars of each option, who is counted by a delegate, one's own part."""

from dataclasses import dataclass
from datetime import datetime

from . import outcome
from .counting import BEST
from .models import Elector, Proposal
from .states import Method

MOST_NAMES = 60


@dataclass(frozen=True, slots=True)
class Bar:
    """One option: its name, what it costs, what it got, and how wide its bar is of 100."""

    rank: int
    option: dict
    total: int
    mean: float
    width: str
    chosen: bool

    @property
    def price(self) -> int:
        return self.option.get("minor", 0)


class Counted:
    """The numbers with those that delegates cast, in the fewest statements."""

    def __init__(self, proposal: Proposal, now: datetime, *, viewer: int) -> None:
        self.proposal, self.viewer = proposal, viewer
        self._outcome = outcome.count(proposal, now)
        self.tally = self._outcome.tally

    @property
    def bars(self) -> list[Bar]:
        """The options, the strongest first, once anybody gave one a mark."""
        counted = self.tally.options
        if not counted:
            return []
        order = self.tally.order
        order += [index for index in range(len(counted)) if index not in order]
        score = self.proposal.method == Method.SCORE
        voters = self.tally.marked or 1
        whole = voters * BEST if score else max(option.total for option in counted) or 1
        chosen = self.proposal.deed.get("options", order[:1] if score and self.tally.passes else [])
        return [
            Bar(
                rank, self.proposal.options[index], counted[index].total, counted[index].total / voters,
                f"{counted[index].total * 100 / whole:.2f}", index in chosen,
            )
            for rank, index in enumerate(order, 1)
        ]

    @property
    def by_delegates(self) -> list[tuple[str, str]]:
        """Who is counted with whom: (member, delegate)."""
        if not self.tally.delegated:
            return []
        if self.proposal.result:
            rows = self.proposal.proxies.values_list("elector__member__name", "ballot__elector__member__name")
            return list(rows.order_by("elector__member__name")[:MOST_NAMES])
        proxies = self._outcome.proxies
        names = dict(
            Elector.objects.filter(proposal=self.proposal, pk__in=list(proxies)[:MOST_NAMES])
            .values_list("pk", "member__name")
        )
        ballots = dict(
            self.proposal.ballots.filter(pk__in=set(proxies.values())).values_list("pk", "elector__member__name")
        )
        return sorted((name, ballots[proxies[elector]]) for elector, name in names.items())
