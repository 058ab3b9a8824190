"""Statements: the list, one of them to read, print and sign, and making the next."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cooperative import statements
from cooperative.charts import label
from cooperative.models import Statement
from cooperative.models.statements import SIGNATURES
from cooperative.treasury_forms import StatementForm
from sharing.web.api.pagination import keyset
from sharing.web.refusals import Refusal

from . import frame

SHOWN = 36


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest, slug: str) -> HttpResponse:
    """All statements, for every member; a treasurer makes the next."""
    membership = frame.inside(request, slug)
    community = membership.community
    if request.method == "POST" and not membership.is_treasurer:
        raise Http404
    made = Statement.objects.filter(community=community)
    months = statements.months_over(community, made.order_by("-number").first())
    try:
        rows, cursor = keyset(made.prefetch_related("signatures"), ("-number",), frame.after(request, 1), SHOWN)
    except (ValueError, TypeError) as error:
        raise Http404 from error
    form = StatementForm(request.POST if request.method == "POST" else None, months=months)
    if request.method == "POST" and form.is_valid():
        try:
            statement = statements.prepare(community, by=request.user, until=form.cleaned_data["until"])
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("It stands, with your signature. Another officer has to sign it."))
            return redirect(statement)
    context = {
        "community": community, "membership": membership, "statements": rows, "needed": SIGNATURES,
        "more": frame.more(request, cursor), "form": form if membership.is_treasurer and months else None,
    }
    return render(request, "cooperative/statements.html", context, status=422 if form.is_bound else 200)


@login_required
@require_safe
def page(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One statement, as it is read and printed."""
    membership = frame.inside(request, slug)
    statement = _statement(membership, number)
    signatures = list(statement.signatures.select_related("member"))
    signed = any(each.member_id == request.user.pk for each in signatures)
    officer = membership.is_officer
    context = {
        "community": membership.community, "membership": membership, "statement": statement,
        "flows": [(label(flow["kind"], flow["incoming"]), flow) for flow in statement.flows],
        "signatures": signatures, "missing": max(0, SIGNATURES - len(signatures)),
        "may_sign": officer and not signed, "fits": statement.seal == statement.sealed(),
    }
    return render(request, "cooperative/statement.html", context)


@login_required
@require_POST
def sign(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """An officer's word that it is right."""
    membership = frame.inside(request, slug)
    statement = _statement(membership, number)
    if not membership.is_officer:
        raise Http404
    try:
        statements.sign(statement.pk, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Signed."))
    return redirect(statement)


def _statement(membership, number: int) -> Statement:
    rows = Statement.objects.filter(community=membership.community).select_related("community", "prepared_by")
    return get_object_or_404(rows, number=number)
