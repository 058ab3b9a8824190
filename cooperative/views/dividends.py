"""Dividends: what each gets and why, the CSV anyone can work it out again from, and leaving one's share in the pool."""

import csv
from collections.abc import Iterator
from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cooperative import dividends, queries, words
from cooperative.models import Proposal, Share
from cooperative.states import ProposalKind, ProposalState
from members.models import Member
from sharing.web.api.pagination import keyset
from sharing.web.refusals import Refusal

from . import frame

PAGE = 50


class _Echo:
    """What csv.writer writes to when each line shall be sent at once."""

    def write(self, line: str) -> str:
        return line


@login_required
@require_safe
def page(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The shares as they are voted on; before the vote, as they would be today, in a draft for its author alone."""
    membership = frame.inside(request, slug)
    proposal = _dividend(request, membership, number)
    community = membership.community
    context = {
        "community": community, "proposal": proposal, "formula": words.formula(proposal.terms, community.currency),
        "first": date.fromisoformat(proposal.terms["from"]), "last": date.fromisoformat(proposal.terms["until"]),
        "choosing": proposal.state in dividends.PAID_OUT,
    }
    if proposal.is_undecided:
        is_draft = proposal.state == ProposalState.DRAFT
        if is_draft:
            found = dividends.tried(community, proposal.terms, by=membership)
        else:
            found = dividends.parts(community, proposal.terms)
        names = Member.objects.in_bulk([part.member for part in found[:PAGE]])
        context |= {
            "shares": [{"member": names[part.member], "part": part} for part in found[:PAGE]],
            "more": max(len(found) - PAGE, 0),
            "alone": is_draft and not membership.is_officer,
            "mine": next((p for p in found if p.member == request.user.pk), None),
        }
    else:
        rows = proposal.shares.select_related("member", "left_in_pool")
        try:
            shares, cursor = keyset(rows, ("member",), frame.after(request, 1), PAGE)
        except (ValueError, TypeError) as error:
            raise Http404 from error
        context |= {
            "shares": [{"member": row.member, "part": row, "left": _is_left(row)} for row in shares], "cursor": cursor,
            "mine": rows.filter(member=request.user).first(),
        }
    context["mine_is_left"] = isinstance(context["mine"], Share) and _is_left(context["mine"])
    if request.htmx and request.GET.get("after"):
        return render(request, "cooperative/_shares.html", context)
    return render(request, "cooperative/dividend.html", context)


@login_required
@require_safe
def as_csv(request: HttpRequest, slug: str, number: int) -> StreamingHttpResponse:
    """Every figure of it."""
    proposal = _dividend(request, frame.inside(request, slug), number)
    if proposal.is_undecided:
        raise Http404
    response = StreamingHttpResponse(_lines(proposal), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="dividend-{slug}-{number}.csv"'
    return response


@login_required
@require_POST
def leave(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Leave my share in the pool, or have it paid after all."""
    proposal = _dividend(request, frame.inside(request, slug), number)
    left = request.POST.get("left") == "1"
    try:
        dividends.leave(proposal.pk, by=request.user, left=left)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, _("Your share stays in the pool.") if left else _("Your share will be paid into your wallet.")
        )
    return redirect("dividend", slug, number)


def _dividend(request: HttpRequest, membership, number: int) -> Proposal:
    seen = queries.seen_by(membership.community, request.user).filter(kind=ProposalKind.DIVIDEND)
    return get_object_or_404(seen, number=number)


def _is_left(share: Share) -> bool:
    return hasattr(share, "left_in_pool")


def _lines(proposal: Proposal) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(dividends.COLUMNS)
    for row in dividends.rows(proposal):
        yield writer.writerow(row)
