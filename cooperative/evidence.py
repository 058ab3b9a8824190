"""Papers that speak for a spend: offers, quotes, invoices. Every member may read them."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.validators import URLValidator
from django.db import transaction
from django.utils.translation import gettext as _

from members.models import Member
from members.queries import membership
from sharing.photos import papers
from sharing.web.refusals import Refusal

from .models import Evidence, Proposal
from .states import ProposalKind, ProposalState

MOST = 20


def add(proposal_id: int, *, by: Member, title: str, url: str = "", file: Any = None) -> Evidence:
    """Lay a paper beside a spend: its author, a steward or a treasurer; an invoice may follow when it was paid."""
    title = " ".join(str(title).split())[:120]
    if not title or "\0" in title:
        raise Refusal(_("Say in a few words what it is."), field="title", code="invalid")
    if bool(url) == bool(file):
        raise Refusal(_("Give either a link or a file."), field="url", code="invalid")
    if url:
        _check_link(url)
    with papers.kept(file, f"evidence/{proposal_id}") as paper, transaction.atomic():
        proposal = Proposal.objects.select_related("community").select_for_update(of=("self",), no_key=True).get(
            pk=proposal_id
        )
        _check_may(proposal, by)
        if Evidence.objects.filter(proposal=proposal).count() >= MOST:
            raise Refusal(_("That is enough paper for one decision."), code="too_many")
        kept = paper._asdict() if paper else {}
        return Evidence.objects.create(proposal=proposal, title=title, url=url, added_by=by, **kept)


def take_away(evidence_id: int, *, by: Member) -> None:
    """Before the vote, its author may take a paper back; once it is voted on it stays."""
    with transaction.atomic():
        paper = Evidence.objects.select_related("proposal").get(pk=evidence_id)
        if by.pk != paper.proposal.author_id:
            raise Refusal(_("Only the one who proposed this can do that."), code="not_yours")
        if not paper.proposal.is_undecided:
            raise Refusal(_("It is voted on with its papers; they stay."), code="closed")
        name = paper.file
        paper.delete()
        if name:
            transaction.on_commit(lambda: default_storage.delete(name), robust=True)


def may_add(proposal: Proposal, mine: Any) -> bool:
    """Whether the holder of this membership may lay a paper beside it."""
    if proposal.kind != ProposalKind.SPEND or proposal.state in (ProposalState.WITHDRAWN, ProposalState.REJECTED):
        return False
    if proposal.is_draft:
        return proposal.author_id == mine.member_id
    return proposal.author_id == mine.member_id or mine.is_officer


def _check_may(proposal: Proposal, by: Member) -> None:
    mine = membership(by, proposal.community)
    if mine is None or not may_add(proposal, mine):
        raise Refusal(_("Only who proposed it, a steward or a treasurer adds papers to a spend."), code="not_yours")


def _check_link(url: str) -> None:
    try:
        URLValidator(schemes=["http", "https"])(url)
    except ValidationError:
        raise Refusal(_("This is no link."), field="url", code="invalid") from None
    if len(url) > 500:
        raise Refusal(_("At most %(count)s characters.") % {"count": 500}, field="url", code="invalid")
