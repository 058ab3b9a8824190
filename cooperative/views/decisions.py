"""Decisions: the list, one of them with its vote, and writing a new one."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cooperative import actions, evidence, funding, queries, showing
from cooperative.forms import BallotForm, ProposalForm
from cooperative.models import Ballot, Proposal
from cooperative.proposal_forms import EvidenceForm, MarksForm, form_for
from cooperative.queries import Card
from cooperative.states import METHODS, Choice, Method, ProposalKind, ProposalState
from payments import entries
from sharing.photos import papers
from sharing.web.api.pagination import keyset
from sharing.web.refusals import Refusal

from . import frame

PAGE, REASONS, ENTRIES = 24, 60, 60


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
    form = _ballot_form(proposal, request.POST)
    if form.is_valid():
        try:
            actions.vote(proposal.pk, by=request.user, **form.vote())
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(
                request,
                _("Your ballot is in the urn. Nobody can tell any more which one it is.") if proposal.secret
                else _("Your vote is noted. You can change it until the vote closes."),
            )
            return redirect(proposal)
    return _page(request, membership, proposal, form=form, status=422)


@login_required
@require_POST
def step(request: HttpRequest, slug: str, number: int, step: str) -> HttpResponse:
    """Show a draft to all, open the vote on it, or take the proposal back."""
    deeds = {"discuss": actions.discuss, "open": actions.open, "withdraw": actions.withdraw}
    said = {
        "discuss": _("Everyone can read it now and talk it over."), "open": _("The vote is open."),
        "withdraw": _("Taken back."),
    }
    proposal = _proposal(request, frame.inside(request, slug), number)
    if step not in deeds or proposal.author_id != request.user.pk:
        raise Http404
    try:
        deeds[step](proposal.pk, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(proposal)
    messages.success(request, said[step])
    return redirect(proposal)


@login_required
@require_POST
def talk(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Into the talk about it; who was not in it is from now on."""
    proposal = _proposal(request, frame.inside(request, slug), number)
    try:
        conversation = actions.join_discussion(proposal.pk, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(proposal)
    return redirect("conversation", pk=conversation)


@login_required
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """First what kind of decision, then its form; `?kind=` names it, `&method=` a choice among several things."""
    membership = frame.inside(request, slug)
    context = {"community": membership.community, "membership": membership}
    kind, method = request.GET.get("kind", ""), request.GET.get("method", "")
    if kind not in ProposalKind.values or (method and method not in METHODS[ProposalKind(kind)]):
        return render(request, "cooperative/proposal_kinds.html", context)
    rows = _number(request.GET.get("rows", ""))
    form = form_for(
        membership.community, kind, _typed(request), method=method, rows=rows,
        steward=membership.is_steward,
    )
    if (project := request.GET.get("project", "")).isdecimal():
        form.initial.setdefault("project", int(project[:18]))
    return _written(request, form, context | {"kind": ProposalKind(kind), "method": method})


@login_required
def edit(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    membership = frame.inside(request, slug)
    proposal = _proposal(request, membership, number)
    if not proposal.is_undecided or proposal.author_id != request.user.pk:
        raise Http404
    form = form_for(
        membership.community, proposal.kind, _typed(request), proposal=proposal, steward=membership.is_steward
    )
    context = {"community": membership.community, "membership": membership, "kind": ProposalKind(proposal.kind)}
    return _written(request, form, context | {"proposal": proposal, "method": proposal.method})


@login_required
@require_POST
def paper(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Lay a paper beside a spend; with `away`, take one back before the vote."""
    membership = frame.inside(request, slug)
    proposal = _proposal(request, membership, number)
    if away := _number(request.POST.get("away", "")):
        get_object_or_404(proposal.evidence, pk=away)
        try:
            evidence.take_away(away, by=request.user)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        return redirect(proposal)
    form = EvidenceForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            evidence.add(proposal.pk, by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Added."))
            return redirect(proposal)
    return _page(request, membership, proposal, paper_form=form, status=422)


@login_required
@require_safe
def paper_file(request: HttpRequest, slug: str, number: int, pk: int) -> FileResponse:
    """The file of a paper, to be saved."""
    proposal = _proposal(request, frame.inside(request, slug), number)
    found = get_object_or_404(proposal.evidence, pk=pk)
    return papers.given_out(found.file, found.file_name, found.media_type)


def _number(text: str) -> int:
    """0 for what is no number, or longer than any of ours."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


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


def _ballot_form(proposal: Proposal, data=None):
    if proposal.has_options:
        given = getattr(proposal, "my_marks", None) or []
        mine = {f"mark_{index}": mark for index, mark in enumerate(given)}
        mine |= {"abstain": proposal.my_choice == Choice.ABSTAIN, "reason": proposal.my_reason or ""}
        return MarksForm(data, proposal=proposal, initial=mine)
    mine = {"choice": proposal.my_choice or "", "reason": proposal.my_reason or ""}
    return BallotForm(data, method=proposal.method, secret=proposal.secret, initial=mine)


def _page(request: HttpRequest, membership, proposal: Proposal, form=None, paper_form=None, status: int = 200):
    community, now = membership.community, timezone.now()
    counted = showing.Counted(proposal, now, viewer=request.user.pk)
    card = Card(proposal, now, tally=counted.tally)
    reasons = Ballot.objects.filter(proposal=proposal).exclude(reason="").select_related("elector__member")
    booked = entries.with_names(proposal.transfers.order_by("sequence"))[:ENTRIES] if proposal.executed else []
    spends = proposal.kind == ProposalKind.SPEND
    context = {
        "community": community,
        "membership": membership,
        "card": card,
        "proposal": proposal,
        "counted": counted,
        "form": form or _ballot_form(proposal),
        "reasons": sorted(
            [] if proposal.secret else reasons.order_by("cast")[:REASONS],
            key=lambda said: said.choice not in (Choice.OBJECT, Choice.NO),
        ),
        "lines": entries.lines(booked, community, reader=request.user.pk, trusted=True),
        "policy": proposal.policies.first() if proposal.executed and proposal.kind == ProposalKind.FEE else None,
        "papers": proposal.evidence.order_by("pk") if spends else [],
        "paper_form": paper_form or (EvidenceForm() if evidence.may_add(proposal, membership) else None),
        "is_author": proposal.author_id == request.user.pk,
        "waiting": proposal.state == ProposalState.WAITING,
        "budget": proposal.method == Method.BUDGET,
        "too_little": funding.too_little(proposal),
        "grants": proposal.grants.select_related("project") if spends and proposal.executed else [],
    }
    return render(request, "cooperative/proposal.html", context, status=status)
