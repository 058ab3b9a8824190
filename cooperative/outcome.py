"""The whole count: the ballots in the open with those that delegates cast for others, or an urn that is opened."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from . import counting, delegating, urn, voting
from .models import Ballot, Elector, Proposal, Proxy
from .states import Choice
from .voting import Tally


@dataclass(frozen=True)
class Outcome:
    """The numbers, and whose ballot counts for which electors who have not voted: elector → ballot."""

    tally: Tally
    proxies: dict[int, int] = field(default_factory=dict)


def count(proposal: Proposal, now: datetime | None = None) -> Outcome:
    """What the ballots come to now; after the close, what was kept. A secret vote is sealed until then."""
    if proposal.result:
        return Outcome(voting.of_result(proposal))
    if proposal.secret:
        return Outcome(voting.tally(proposal))
    now = now or timezone.now()
    moment = min(now, proposal.closes) if proposal.closes else now
    return _in_the_open(proposal, delegating.represented(proposal, moment))


def close(proposal: Proposal) -> Tally:
    """The count at the deadline: whom delegates voted for is written down, an urn is opened."""
    if proposal.secret:
        choices, options = urn.opened(proposal)
        electors = Elector.objects.filter(proposal=proposal).count()
        return voting.made(proposal, electors=electors, options=options, **choices)
    assert proposal.closes
    outcome = _in_the_open(proposal, delegating.represented(proposal, proposal.closes))
    Proxy.objects.bulk_create(
        Proxy(elector_id=elector, proposal=proposal, ballot_id=ballot) for elector, ballot in outcome.proxies.items()
    )
    return outcome.tally


def _in_the_open(proposal: Proposal, proxies: dict[int, int]) -> Outcome:
    if not proxies and not proposal.has_options:
        return Outcome(voting.tally(proposal))
    more = Counter(proxies.values())
    ballots = [
        (choice, marks, 1 + more[pk])
        for pk, choice, marks in Ballot.objects.filter(proposal=proposal).values_list("pk", "choice", "marks")
    ]
    choices: Counter[str] = Counter()
    for choice, _marks, weight in ballots:
        choices[choice] += weight
    given = ((marks, weight) for choice, marks, weight in ballots if choice == Choice.MARKED)
    options = counting.count(given, len(proposal.options)) if proposal.has_options else ()
    electors = getattr(proposal, "electors_count", None)
    if electors is None:
        electors = Elector.objects.filter(proposal=proposal).count()
    tally = voting.made(
        proposal, electors=electors, delegated=len(proxies), options=options,
        **{choice: choices[choice] for choice in Choice.values},
    )
    return Outcome(tally, proxies)
