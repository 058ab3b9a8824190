"""News of decisions: every elector is told when a vote opens and how it ended, beside the page that caused it."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tasks import task

from members.models import Member, Membership
from messaging import actions as talk

from . import delegating
from .models import Proposal
from .states import ProposalState

_NEWS = {
    "discussed": _("What do you think? %(title)s"),
    "opened": _("Your vote, please: %(title)s"),
    ProposalState.PASSED: _("Passed: %(title)s"),
    ProposalState.EXECUTED: _("Passed and carried out: %(title)s"),
    ProposalState.WAITING: _("Passed, and waits until it can be carried out: %(title)s"),
    ProposalState.REJECTED: _("Not passed: %(title)s"),
    ProposalState.WITHDRAWN: _("Taken back: %(title)s"),
    "paid": _("It could be done now; carried out: %(title)s"),
}


@task()
def announce(proposal_id: int, event: str) -> int:
    """Tell everyone who may vote (or talk it over); `event` is "discussed", "opened", "closed" or "paid".

    The talk about it gets a line too. Returns how many were told.
    """
    proposal = Proposal.objects.select_related("community").get(pk=proposal_id)
    news = _NEWS[proposal.state if event == "closed" else event]
    if proposal.conversation_id is not None and event != "discussed":
        said = proposal.state if event == "closed" else event
        talk.post_event(proposal.conversation_id, "decision.news", {"news": str(said), "title": proposal.title})
    people = _members(proposal) if event == "discussed" else _electors(proposal)
    return _tell(people, proposal, news, f"decision_{event}", event, needs_answer=event == "opened")


@task()
def remind(proposal_id: int) -> int:
    """A day before the close: those who have not voted, and for whom nobody else has. Returns how many were told."""
    proposal = Proposal.objects.select_related("community").get(pk=proposal_id)
    counted = delegating.represented(proposal, timezone.now())
    absent = proposal.electors.filter(ballot__isnull=True, voted__isnull=True).select_related("member").order_by("pk")
    people = (elector.member for elector in absent.iterator(chunk_size=500) if elector.pk not in counted)
    return _tell(people, proposal, _("Closes tomorrow, your vote is missing: %(title)s"), "decision_reminder",
                 "reminder", needs_answer=True)


def line(params: dict[str, Any]) -> object:
    """How news of a decision reads in the talk about it."""
    return _NEWS[params["news"]] % {"title": params["title"]}


def _electors(proposal: Proposal) -> Iterator[Member]:
    rows = proposal.electors.select_related("member").order_by("pk")
    return (elector.member for elector in rows.iterator(chunk_size=500))


def _members(proposal: Proposal) -> Iterator[Member]:
    rows = Membership.objects.active().filter(community=proposal.community).exclude(member=proposal.author_id)
    return (row.member for row in rows.select_related("member").order_by("pk").iterator(chunk_size=500))


def _tell(people: Iterable[Member], proposal: Proposal, news: Any, kind: str, event: str, *, needs_answer: bool) -> int:
    told = 0
    for member in people:
        told += talk.notify(
            member,
            kind=kind,
            title=lambda: news % {"title": proposal.title},
            body=proposal.community.name,
            url=proposal.get_absolute_url(),
            key=f"decision:{proposal.pk}:{event}",
            needs_answer=needs_answer,
        ) is not None
    return told
