"""Voting: one ballot each, in the open and changeable until the close, or secret and for good."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.models import Member
from members.queries import membership

from .. import urn
from ..counting import BEST
from ..models import Ballot, Elector, Proposal, Voted
from ..states import CHOICES, Choice, Method
from .parts import DecisionError, locked, plain


def vote(
    proposal_id: int, *, by: Member, choice: str, reason: str = "", marks: Sequence[int] | None = None,
    now: datetime | None = None,
) -> Ballot | Voted:
    """Cast or change one's ballot while the vote is open. A secret one is put in once.

    marks: points or tokens for each option, where one gives some (choice "marked").
    """
    now, reason = now or timezone.now(), plain(reason, "reason", 2000).strip()
    with locked(proposal_id) as proposal:
        if not proposal.is_open or proposal.is_due(now):
            raise DecisionError(_("The vote is closed."), code="closed")
        _check_answer(proposal, choice, reason)
        given = _marks(proposal, marks) if choice == Choice.MARKED else []
        elector = Elector.objects.filter(proposal=proposal, member=by).first()
        if elector is None or membership(by, proposal.community) is None:
            raise DecisionError(
                _("Who may vote was settled when this opened. Your vote counts in the next decision."),
                code="no_elector",
            )
        if proposal.secret:
            if urn.has_voted(elector):
                raise DecisionError(
                    _("Your ballot is in the urn. Nobody can tell which one it is, so it cannot be changed."),
                    code="in_the_urn",
                )
            return urn.put_in(proposal, elector, choice, given)
        cast = {"proposal": proposal, "choice": choice, "marks": given, "reason": reason, "cast": now}
        return Ballot.objects.update_or_create(elector=elector, defaults=cast)[0]


def _check_answer(proposal: Proposal, choice: str, reason: str) -> None:
    if choice not in CHOICES[Method(proposal.method)]:
        raise DecisionError(_("Choose one of the answers."), field="choice")
    if choice == Choice.OBJECT and not reason:
        raise DecisionError(_("An objection needs a reason that the others can answer."), field="reason")
    if proposal.secret and reason:
        raise DecisionError(_("A secret ballot takes no reason: your words would say who you are."), field="reason")


def _marks(proposal: Proposal, marks: Any) -> list[int]:
    options = len(proposal.options)
    whole = isinstance(marks, (list, tuple)) and all(isinstance(m, int) and not isinstance(m, bool) for m in marks)
    if not whole or len(marks) != options or min(marks) < 0:
        raise DecisionError(
            _("Give each of the %(n)d options a whole number.") % {"n": options}, field="marks"
        )
    if proposal.method == Method.SCORE:
        if max(marks) > BEST:
            raise DecisionError(_("From 0 to %(most)d points for each.") % {"most": BEST}, field="marks")
        return list(marks)
    tokens = proposal.terms["tokens"]
    if not 1 <= sum(marks) <= tokens:
        raise DecisionError(
            ngettext("Share out 1 token.", "Share out 1 to %(n)d tokens.", tokens) % {"n": tokens}, field="marks"
        )
    return list(marks)
