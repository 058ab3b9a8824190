"""What a community saves for: the open projects with what is set aside, and opening and closing them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cooperative import projects
from cooperative.fees import current
from cooperative.models import Project
from cooperative.treasury_forms import ProjectForm
from cooperative.treasury_states import ProjectState
from sharing.web.refusals import Refusal

from . import frame

CLOSED = 20


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest, slug: str) -> HttpResponse:
    """All open projects; a steward opens another."""
    membership = frame.inside(request, slug)
    community = membership.community
    if request.method == "POST" and not membership.is_steward:
        raise Http404
    form = ProjectForm(request.POST if request.method == "POST" else None, currency=community.currency)
    if request.method == "POST" and form.is_valid():
        try:
            project = projects.start(community, by=request.user, **form.facts())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("It is open. Borrowers can direct a share of their fee to it."))
            return redirect(project)
    gone = Project.objects.filter(community=community, state=ProjectState.CLOSED)
    closed, cursor = frame.listed(request, gone, ("-closed", "-pk"), CLOSED)
    if request.htmx and request.GET.get("after"):
        rows = {"community": community, "closed": closed, "cursor": cursor}
        return render(request, "cooperative/_closed_projects.html", rows)
    opened = list(projects.open_in(community))
    saved = projects.saved(opened) if opened else {}
    policy = current(community)
    context = {
        "community": community, "membership": membership, "form": form if membership.is_steward else None,
        "projects": [_shown(project, saved.get(project.pk, 0)) for project in opened],
        "closed": closed, "cursor": cursor, "share_bp": policy.earmark_bp if policy and policy.enabled else 0,
    }
    return render(request, "cooperative/projects.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def close(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Direct nothing more to it; for stewards."""
    membership = frame.inside(request, slug)
    project = get_object_or_404(Project, pk=pk, community=membership.community)
    if not membership.is_steward:
        raise Http404
    try:
        projects.close(project.pk, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It is closed. What was set aside for it is in the pool again."))
    return redirect("projects", slug)


def _shown(project: Project, saved_minor: int) -> dict:
    return {"project": project, "saved_minor": saved_minor, "percent": projects.percent_of(project, saved_minor)}
