"""Payouts: what waits for a second person, and what a member asks for of their own."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cooperative import payouts
from cooperative.models import BudgetLine, Payout
from cooperative.treasury_forms import PayoutForm
from payments.models import Account
from payments.states import AccountKind
from sharing.web.api.pagination import keyset
from sharing.web.refusals import Refusal

from . import frame

SHOWN = 50


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest, slug: str) -> HttpResponse:
    """One's own payouts, and for officers everyone's; and asking for one."""
    membership = frame.inside(request, slug)
    community = membership.community
    lines = []
    if membership.is_treasurer:
        decided = BudgetLine.objects.filter(community=community, decided_by__isnull=False)
        lines = list(decided.order_by("-year", "label")[:SHOWN])
    form = PayoutForm(
        request.POST if request.method == "POST" else None, currency=community.currency, lines=lines
    )
    if request.method == "POST" and form.is_valid():
        try:
            payouts.ask(community, by=request.user, **form.facts(request.user))
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Asked for. A second person has to approve it."))
            return redirect("payouts", slug)
    wallet = Account.objects.filter(
        kind=AccountKind.WALLET, community=community, member=request.user, currency=community.currency, label=""
    ).first()
    rows, more = _page(request, membership)
    context: dict[str, object] = {
        "community": community, "membership": membership, "form": form, "lines": lines, "more": more,
        "free_minor": max(wallet.free_minor, 0) if wallet else 0,
        "payouts": [(row, row.is_waiting and payouts.may_approve(row, membership)) for row in rows],
    }
    return render(request, "cooperative/payouts.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def step(request: HttpRequest, slug: str, pk: int, step: str) -> HttpResponse:
    """Approve, refuse, or take back."""
    membership = frame.inside(request, slug)
    payout = get_object_or_404(_seen(membership), pk=pk)
    deeds = {"approve": payouts.approve, "refuse": payouts.refuse}
    if step not in deeds:
        raise Http404
    try:
        done = deeds[step](payout.pk, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done.get_state_display())
    if payout.project_id is not None:
        return redirect("project", slug, payout.project_id)
    return redirect("desk" if membership.is_treasurer else "payouts", slug)


def _page(request: HttpRequest, membership) -> tuple[list[Payout], str]:
    """The newest, or what follows the address's cursor; and the address of what is older."""
    try:
        rows, cursor = keyset(_seen(membership), ("-created", "-pk"), frame.after(request, 2), SHOWN)
    except (ValueError, TypeError) as error:
        raise Http404 from error
    return rows, frame.more(request, cursor)


def _seen(membership):
    """An officer sees all of the community's, a member those they asked for or are paid by."""
    rows = Payout.objects.filter(community=membership.community)
    if not membership.is_officer:
        mine = membership.member_id
        rows = rows.filter(Q(requested_by=mine) | Q(member=mine))
    return rows.select_related("requested_by", "decided_by", "line", "project", "transfer")
