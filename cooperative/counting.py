"""Points and tokens: which option wins, and which projects are paid. Numbers only, no database.

Score: each gives every option 0 to 5 points. The most points win; of equals the one with more fives, then
more fours, and so on; if they are still equal, the one that was listed first.
Budget round: each shares out tokens. Projects are taken in the order of their tokens; of equals the cheaper one
first, then the one that was listed first. One that no longer fits into what is left is passed over; one without
a token is never paid. Tokens that nobody gives, and money that no project needs, stay where they are.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

BEST = 5  # points
MOST_OPTIONS = 12
MOST_TOKENS = 20


@dataclass(frozen=True, slots=True)
class Counted:
    """What one option got: `marks` says how many (delegates counted for whom they stand) gave each number."""

    index: int
    marks: Mapping[int, int]

    @property
    def total(self) -> int:
        return sum(mark * count for mark, count in self.marks.items())

    @property
    def strength(self) -> tuple[int, ...]:
        """Sorts the strongest first."""
        return (-self.total, *(-self.marks.get(mark, 0) for mark in range(BEST, 0, -1)), self.index)


def count(ballots: Iterable[tuple[Sequence[int], int]], options: int) -> tuple[Counted, ...]:
    """Ballots with how many people each stands for, as what every option got."""
    marks: list[dict[int, int]] = [{} for _ in range(options)]
    for given, weight in ballots:
        for option, mark in zip(marks, given, strict=True):
            option[mark] = option.get(mark, 0) + weight
    return tuple(Counted(index, option) for index, option in enumerate(marks))


def by_score(counted: Iterable[Counted]) -> list[int]:
    """The options, the winner first."""
    return [option.index for option in sorted(counted, key=lambda option: option.strength)]


def by_tokens(counted: Iterable[Counted], prices: Sequence[int]) -> list[int]:
    """The projects that got a token, in the order in which they are paid."""
    wanted = [option for option in counted if option.total]
    return [o.index for o in sorted(wanted, key=lambda option: (-option.total, prices[option.index], option.index))]


def affordable(
    order: Iterable[int], prices: Sequence[int], minor: int, *, at_hand: int | None = None,
    saved: Mapping[int, int] | None = None, projects: Sequence[int | None] = (),
) -> list[int]:
    """Which of the projects, taken in this order, `minor` pays for.

    at_hand: what the pool has. An option that names one of `projects` uses first what is `saved` there.
    """
    chosen, left, own = [], minor if at_hand is None else at_hand, dict(saved or {})
    for index in order:
        price, project = prices[index], projects[index] if projects else None
        drawn = min(price, own.get(project, 0)) if project else 0
        if price <= minor and price - drawn <= left:
            minor, left = minor - price, left - (price - drawn)
            if project:
                own[project] = own.get(project, 0) - drawn
            chosen.append(index)
    return chosen


def good_enough(winner: Counted, voters: int, threshold_bp: int) -> bool:
    """Whether the winner's mean reaches the threshold, as a part of the best mark."""
    return voters > 0 and winner.total * 10_000 >= threshold_bp * BEST * voters
