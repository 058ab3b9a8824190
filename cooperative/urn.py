"""The secret ballot. A vote is put in once and for all; what it said is added to the counts, and forgotten.

Nothing is counted for anyone to see before the close, because whoever saw the counts before and after
a neighbour's vote would know it. The engine refuses counts that are more than the people who voted (see
`cooperative.guards`).
"""

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import Case, F, PositiveIntegerField, Q, When

from .counting import BEST, Counted
from .models import Elector, Proposal, Urn, Voted
from .states import CHOICES, Choice, Method


def set_up(proposal: Proposal) -> None:
    """An empty urn: every answer that can be given, given by nobody."""
    Urn.objects.bulk_create(
        Urn(proposal=proposal, option=option, mark=mark)
        for option in range(len(proposal.options) or 1)
        for mark in _answers(proposal)
    )


def has_voted(elector: Elector) -> bool:
    return Voted.objects.filter(elector=elector).exists()


def put_in(proposal: Proposal, elector: Elector, choice: str, marks: Sequence[int]) -> Voted:
    """Add the vote to the counts. Every count is written again, so that none of them stands out as the last."""
    voted = Voted.objects.create(elector=elector, proposal=proposal)
    answers = [str(mark) for mark in marks] if choice == Choice.MARKED else [choice] * (len(proposal.options) or 1)
    grown = Q()
    for option, answer in enumerate(answers):
        grown |= Q(option=option, mark=answer)
    written = Case(When(grown, then=F("count") + 1), default=F("count"), output_field=PositiveIntegerField())
    Urn.objects.filter(proposal=proposal).update(count=written)
    return voted


def opened(proposal: Proposal) -> tuple[dict[str, int], tuple[Counted, ...]]:
    """At the close: how often each choice was made, and what each option got."""
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    for option, mark, count in Urn.objects.filter(proposal=proposal).values_list("option", "mark", "count"):
        counts[option][mark] = count
    if not proposal.has_options:
        return counts[0], ()
    options = tuple(
        Counted(index, {int(mark): count for mark, count in counts[index].items() if mark.isdigit() and count})
        for index in range(len(proposal.options))
    )
    abstain = counts[0].get(Choice.ABSTAIN, 0)
    return {Choice.ABSTAIN: abstain, Choice.MARKED: sum(options[0].marks.values())}, options


def _answers(proposal: Proposal) -> list[str]:
    if proposal.method == Method.SCORE:
        return [*map(str, range(BEST + 1)), Choice.ABSTAIN]
    if proposal.method == Method.BUDGET:
        return [*map(str, range(proposal.terms["tokens"] + 1)), Choice.ABSTAIN]
    return list(CHOICES[Method(proposal.method)])
