"""Decisions: the list, one of them with its vote, and writing a new one."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cooperative import actions, queries
from cooperative.forms import BallotForm, ProposalForm, form_for
from cooperative.models import Ballot, Proposal
from cooperative.queries import Card
from cooperative.states import Choice, ProposalKind, ProposalState
from payments import entries
from sharing.web.api.pagination import keyset
from sharing.web.refusals import Refusal

from . import frame

PAGE, REASONS = 24, 60


@login_required
@require_safe
def index(request: HttpRequest, slug: str) -> HttpResponse:
    membership = frame.inside(request, slug)
    community, now = membership.community, timezone.now()
    past = queries.past(community, request.user)
    try:
        rows, cursor = keyset(past, ("-number",), frame.after(request, 1), PAGE)
    except (ValueError, TypeError) as error:
        raise Http404 from error
    context = {
        "community": community, "membership": membership, "past": [Card(row, now) for row in rows], "cursor": cursor
    }
    if request.htmx and request.GET.get("after"):
        return render(request, "cooperative/_past.html", context)
    return render(request, "cooperative/proposals.html", context | queries.current(community, request.user, now))


@login_required
@require_safe
def page(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    membership = frame.inside(request, slug)
    return _page(request, membership, _proposal(request, membership, number))


@login_required
@require_POST
def ballot(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Vote, or change one's vote."""
    membership = frame.inside(request, slug)
    proposal = _proposal(request, membership, number)
    form = BallotForm(request.POST, method=proposal.method)
    if form.is_valid():
        try:
            actions.vote(proposal.pk, by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("Your vote is noted. You can change it until the vote closes."))
            return redirect(proposal)
    return _page(request, membership, proposal, form=form, status=422)


@login_required
@require_POST
def step(request: HttpRequest, slug: str, number: int, step: str) -> HttpResponse:
    """Open the vote on a draft, or take the proposal back."""
    deeds = {"open": actions.open, "withdraw": actions.withdraw}
    proposal = _proposal(request, frame.inside(request, slug), number)
    if step not in deeds or proposal.author_id != request.user.pk:
        raise Http404
    try:
        done = deeds[step](proposal.pk, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(proposal)
    messages.success(request, _("The vote is open.") if done.is_open else _("Taken back."))
    return redirect(proposal)


@login_required
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """First what kind of decision, then its form; `?kind=` names it."""
    membership = frame.inside(request, slug)
    context = {"community": membership.community, "membership": membership}
    kind = request.GET.get("kind", "")
    if kind not in ProposalKind.values:
        return render(request, "cooperative/proposal_kinds.html", context)
    form = form_for(membership.community, kind, _typed(request))
    return _written(request, form, context | {"kind": ProposalKind(kind)})


@login_required
def edit(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    membership = frame.inside(request, slug)
    proposal = _proposal(request, membership, number)
    if not proposal.is_draft:
        raise Http404
    form = form_for(membership.community, proposal.kind, _typed(request), proposal=proposal)
    context = {"community": membership.community, "membership": membership, "kind": ProposalKind(proposal.kind)}
    return _written(request, form, context | {"proposal": proposal})


def _typed(request: HttpRequest):
    """What was sent, even if it was nothing."""
    return request.POST if request.method == "POST" else None


def _written(request: HttpRequest, form: ProposalForm, context: dict) -> HttpResponse:
    """Keep what the form says as a draft, and open it at once if asked to."""
    if request.method == "POST" and form.is_valid():
        try:
            proposal = form.save(by=request.user)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return _opened(request, proposal) if "open" in request.POST else redirect(proposal)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "cooperative/proposal_new.html", context | {"form": form}, status=status)


def _opened(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    try:
        actions.open(proposal.pk, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The vote is open, and the members are told."))
    return redirect(proposal)


def _proposal(request: HttpRequest, membership, number: int) -> Proposal:
    """The proposal as the viewer may see it. One whose time is over is counted first."""
    seen = queries.seen_by(membership.community, request.user)
    proposal = get_object_or_404(seen, number=number)
    if proposal.is_due(timezone.now()):
        actions.close(proposal.pk)
        proposal = seen.get(pk=proposal.pk)
    return proposal


def _page(request: HttpRequest, membership, proposal: Proposal, form: BallotForm | None = None, status: int = 200):
    community, now = membership.community, timezone.now()
    card = Card(proposal, now)
    mine = {"choice": proposal.my_choice or "", "reason": proposal.my_reason or ""}
    reasons = Ballot.objects.filter(proposal=proposal).exclude(reason="").select_related("elector__member")
    booked = entries.with_names(proposal.transfers.order_by("sequence")) if proposal.executed else []
    context = {
        "community": community,
        "membership": membership,
        "card": card,
        "proposal": proposal,
        "form": form or BallotForm(method=proposal.method, initial=mine),
        "reasons": sorted(
            reasons.order_by("cast")[:REASONS], key=lambda said: said.choice not in (Choice.OBJECT, Choice.NO)
        ),
        "lines": entries.lines(booked, community, reader=request.user.pk, trusted=True),
        "policy": proposal.policies.first() if proposal.executed and proposal.kind == ProposalKind.FEE else None,
        "is_author": proposal.author_id == request.user.pk,
        "waiting": proposal.state == ProposalState.WAITING,
    }
    return render(request, "cooperative/proposal.html", context, status=status)
