"""One project: what decisions have put into it, what was paid out of it and by whom, and each entry in between."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cooperative import payouts, projects
from cooperative.granted import decided
from cooperative.models import Payout, Project
from cooperative.treasury_forms import ProjectPayoutForm
from members.models import Membership
from payments import entries
from payments.models import Account
from payments.states import AccountKind
from sharing.web.refusals import Refusal

from . import frame

PAGE = 24
SHOWN = 24
# By the name of its cursor: the rows of each list on the page, and the way to more of them.
LISTS = {
    "after": "cooperative/_entries.html", "granted": "cooperative/_grants.html",
    "paid": "cooperative/_project_payouts.html",
}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """For members of the community; treasurers ask here for what is to be paid out of it."""
    membership = frame.inside(request, slug)
    community = membership.community
    project = get_object_or_404(Project.objects.select_related("opened_by"), pk=pk, community=community)
    project.community = community
    if request.method == "POST" and not membership.is_treasurer:
        raise Http404
    form = ProjectPayoutForm(request.POST if request.method == "POST" else None, currency=community.currency)
    if request.method == "POST" and form.is_valid():
        try:
            payouts.ask(community, by=request.user, project=project, **form.facts())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Asked for. A second person has to approve it."))
            return redirect(project)
    status, shown = 422 if form.is_bound else 200, _shown(request, membership, project, form)
    more = next((name for name in LISTS if request.GET.get(name)), "") if request.htmx else ""
    return render(request, LISTS.get(more, "cooperative/project.html"), shown, status=status)


def _shown(request: HttpRequest, membership: Membership, project: Project, form: ProjectPayoutForm) -> dict:
    community, sums = membership.community, decided([project])[project.pk]
    account = Account.objects.filter(
        community=community, kind=AccountKind.POOL, label=project.label, currency=community.currency
    ).first()
    saved = account.balance_minor if account else 0
    try:
        rows, cursor = entries.page(account, after=frame.after(request, 2), size=PAGE) if account else ([], None)
    except ValueError as error:  # the cursor of another list
        raise Http404 from error
    asked = Payout.objects.filter(project=project).select_related(
        "requested_by", "decided_by", "line", "project", "transfer"
    )
    paid, paid_cursor = frame.listed(request, asked, ("-created", "-pk"), SHOWN, "paid")
    given = project.grants.select_related("proposal")
    grants, granted_cursor = frame.listed(request, given, ("created", "pk"), SHOWN, "granted")
    return {
        "community": community, "membership": membership, "project": project, "decided": sums, "saved_minor": saved,
        "percent": projects.percent_of(project, saved + sums.paid_minor),
        "grants": grants, "granted_cursor": granted_cursor, "paid_cursor": paid_cursor,
        "payouts": [(row, row.is_waiting and payouts.may_approve(row, membership)) for row in paid],
        "lines": entries.lines(
            rows, community, account=account.pk if account else None, reader=request.user.pk,
            trusted=membership.is_treasurer,
        ),
        "cursor": cursor,
        "form": form if membership.is_treasurer and project.is_open and (sums.free_minor or form.is_bound) else None,
    }
