"""What every deed about a proposal needs: its row held, its author asked for, its state looked at."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from members.models import Member
from sharing.web.refusals import Refusal

from ..models import Proposal


class DecisionError(Refusal):
    """Something that is not possible with this proposal now."""

    code = "decision"


def plain(value: Any, field: str, longest: int) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise DecisionError(_("This is not a text."), field=field)
    value = value.replace("\r\n", "\n")
    if len(value) > longest:
        raise DecisionError(_("At most %(count)s characters.") % {"count": longest}, field=field)
    return value


def check_author(proposal: Proposal, by: Member) -> None:
    if proposal.author_id != by.pk:
        raise DecisionError(_("Only the one who proposed this can do that."), code="not_yours")


def check_state(proposal: Proposal, *states: str) -> None:
    if proposal.state not in states:
        raise DecisionError(_("This is %(state)s; that is not possible any more.") % {
            "state": proposal.get_state_display().lower()
        }, code="closed")


@contextmanager
def locked(proposal_id: int, *, against_ballots: bool = False) -> Iterator[Proposal]:
    """Hold the proposal's row; the close holds it so firmly that no ballot can be written to it meanwhile."""
    with transaction.atomic():
        rows = Proposal.objects.select_related("community").select_for_update(of=("self",), no_key=not against_ballots)
        yield rows.get(pk=proposal_id)
