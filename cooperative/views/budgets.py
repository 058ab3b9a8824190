"""The budget of a year beside what really came and went; treasurers write it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cooperative import budgets
from cooperative.treasury_forms import BudgetLineForm
from payments.models import Transfer
from sharing.web.refusals import Refusal

from . import frame


@login_required
@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """For every member: this year's lines, or those of `?year=`."""
    return _page(request, frame.inside(request, slug))


@login_required
@require_POST
def write(request: HttpRequest, slug: str) -> HttpResponse:
    membership = frame.inside(request, slug)
    if not membership.is_treasurer:
        raise Http404
    community = membership.community
    form = BudgetLineForm(request.POST, currency=community.currency, decisions=budgets.decisions(community))
    if form.is_valid():
        try:
            line = budgets.write_line(membership.community, by=request.user, **form.facts())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Written into the budget."))
            return redirect(f"{reverse('budget', args=[slug])}?year={line.year}")
    return _page(request, membership, form, status=422)


@login_required
@require_POST
def allot(request: HttpRequest, slug: str, sequence: int) -> HttpResponse:
    """Say which line something that was spent belongs to."""
    membership = frame.inside(request, slug)
    if not membership.is_treasurer:
        raise Http404
    spent = get_object_or_404(Transfer, community=membership.community, sequence=sequence)
    line = request.POST.get("line", "")
    try:
        found = budgets.allot(
            spent.pk, int(line) if line.isascii() and line.isdigit() and len(line) < 18 else 0,
            community=membership.community, by=request.user,
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("budget", slug)
    messages.success(request, _("Noted."))
    return redirect(f"{reverse('budget', args=[slug])}?year={found.line.year}")


def _page(request: HttpRequest, membership, form: BudgetLineForm | None = None, status: int = 200) -> HttpResponse:
    community = membership.community
    current = budgets.year_of(community, timezone.now())
    asked = request.GET.get("year", "")
    known = asked.isascii() and asked.isdigit() and len(asked) == 4 and 2000 <= int(asked) <= 2200
    year = int(asked) if known else current
    rows = budgets.rows(community, year)
    treasurer = membership.is_treasurer
    if treasurer and form is None:
        decided = budgets.decisions(community)
        form = BudgetLineForm(initial={"year": year}, currency=community.currency, decisions=decided)
    context = {
        "community": community, "membership": membership, "year": year, "last_year": year - 1, "next_year": year + 1,
        "incoming": [row for row in rows if row.line.incoming],
        "outgoing": [row for row in rows if not row.line.incoming],
        "lines": [row.line for row in rows if row.line.kind == "spend" and not row.line.incoming],
        "unallotted": budgets.unallotted(community, year), "form": form if treasurer else None,
    }
    return render(request, "cooperative/budget.html", context, status=status)
