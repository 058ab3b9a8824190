"""Who votes for me, and for whom I vote."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cooperative import actions
from cooperative.models import Delegation
from cooperative.proposal_forms import DelegateForm
from members.models import Member
from sharing.web.refusals import Refusal

from . import frame

MOST = 100


@login_required
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """My delegates, and those who trust me; the form gives a new one."""
    membership = frame.inside(request, slug)
    community = membership.community
    form = DelegateForm(request.POST if request.method == "POST" else None, community=community, by=request.user.pk)
    if request.method == "POST" and form.is_valid():
        to = get_object_or_404(Member, pk=form.cleaned_data["to"])
        try:
            actions.delegate(community, by=request.user, to=to, topic=form.cleaned_data["topic"])
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("%(name)s votes for you where you do not vote yourself.") % {"name": to.name})
            return redirect("delegates", slug)
    standing = Delegation.objects.standing().filter(community=community)
    context = {
        "community": community, "membership": membership, "form": form,
        "mine": standing.filter(member=request.user).select_related("delegate").order_by("topic"),
        "trusting": standing.filter(delegate=request.user).select_related("member").order_by("member__name")[:MOST],
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "cooperative/delegates.html", context, status=status)


@login_required
@require_POST
def revoke(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    membership = frame.inside(request, slug)
    row = get_object_or_404(Delegation, pk=pk, member=request.user, community=membership.community)
    actions.revoke(row.pk, by=request.user)
    messages.success(request, _("You vote for yourself again."))
    return redirect("delegates", slug)
