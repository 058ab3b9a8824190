"""What time brings: the reminder, the close and the count, and another try at what waits."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from .. import execution, outcome
from ..models import Proposal
from ..news import announce, remind
from ..states import ProposalKind, ProposalState
from .parts import locked

log = logging.getLogger("commonshare.cooperative")

REMINDED_BEFORE = timedelta(hours=24)
NOT_SO_SOON = timedelta(hours=12)  # after the news that the vote is open


def close(proposal_id: int, *, now: datetime | None = None) -> Proposal:
    """Count, once the time is over, and carry out what passed. Before that, or again, it changes nothing."""
    now = now or timezone.now()
    with locked(proposal_id, against_ballots=True) as proposal:
        if not proposal.is_due(now):
            return proposal
        tally = outcome.close(proposal)
        proposal.result = tally.kept()
        proposal.state = ProposalState.PASSED if tally.passes else ProposalState.REJECTED
        proposal.closed = now
        proposal.save(update_fields=["state", "closed", "result"])
        if not tally.passes:
            transaction.on_commit(lambda: announce.enqueue(proposal.pk, "closed"), robust=True)
    return execution.execute(proposal.pk, now=now) if tally.passes else proposal


def close_what_is_due(now: datetime | None = None) -> int:
    """Close every proposal whose time is over; returns how many."""
    due = Proposal.objects.filter(state=ProposalState.OPEN, closes__lte=now or timezone.now())
    return len(_each(close, due.order_by("closes"), now))


def retry_what_waits(now: datetime | None = None) -> int:
    """Try again to carry out what passed: the pool may hold enough by now. Returns how many were carried out."""
    waiting = Proposal.objects.filter(state__in=[ProposalState.PASSED, ProposalState.WAITING])
    waiting = waiting.exclude(kind=ProposalKind.ADVICE).order_by("closed", "pk")
    return sum(proposal.state == ProposalState.EXECUTED for proposal in _each(execution.execute, waiting, now))


def _each(deed: Callable[..., Proposal], proposals: QuerySet[Proposal], now: datetime | None) -> list[Proposal]:
    """Do it to each; one that breaks is told of in the log and holds up no other, of whatever community."""
    done = []
    for pk in list(proposals.values_list("pk", flat=True)):
        try:
            done.append(deed(pk, now=now))
        except Exception:
            log.exception("Decision %s could not be closed or carried out.", pk)
    return done


def remind_of_votes(now: datetime | None = None) -> int:
    """A day before the close, tell those who have not voted; once. Returns how many votes were reminded of."""
    now = now or timezone.now()
    due = Proposal.objects.filter(
        state=ProposalState.OPEN, reminded__isnull=True, closes__gt=now, closes__lte=now + REMINDED_BEFORE,
        opened__lte=now - NOT_SO_SOON, opened__isnull=False,
    )
    found = 0
    for pk in list(due.order_by("closes").values_list("pk", flat=True)):
        mine = Proposal.objects.filter(pk=pk, reminded__isnull=True, state=ProposalState.OPEN).update(reminded=now)
        if mine:
            remind.enqueue(pk)
            found += 1
    return found
