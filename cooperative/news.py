"""News of decisions: every elector is told when a vote opens and how it ended, beside the page that caused it."""

from django.utils.translation import gettext_lazy as _
from django_tasks import task

from messaging.actions import notify

from .models import Proposal
from .states import ProposalState

_NEWS = {
    "opened": _("Your vote, please: %(title)s"),
    ProposalState.PASSED: _("Passed: %(title)s"),
    ProposalState.EXECUTED: _("Passed and carried out: %(title)s"),
    ProposalState.WAITING: _("Passed, and waits until the pool holds enough: %(title)s"),
    ProposalState.REJECTED: _("Not passed: %(title)s"),
    ProposalState.WITHDRAWN: _("Taken back: %(title)s"),
    "paid": _("The pool held enough; carried out: %(title)s"),
}


@task()
def announce(proposal_id: int, event: str) -> int:
    """Tell everyone who may vote; `event` is "opened", "closed" or "paid". Returns how many were told."""
    proposal = Proposal.objects.select_related("community").get(pk=proposal_id)
    news = _NEWS[proposal.state if event == "closed" else event]
    told = 0
    electors = proposal.electors.select_related("member").order_by("pk")
    for elector in electors.iterator(chunk_size=500):
        told += notify(
            elector.member,
            kind=f"decision_{event}",
            title=lambda: news % {"title": proposal.title},
            body=proposal.community.name,
            url=proposal.get_absolute_url(),
            key=f"decision:{proposal.pk}:{event}",
            needs_answer=event == "opened",
        ) is not None
    return told
