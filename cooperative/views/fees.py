"""The fee: what holds, how it came about, and what another one would have brought."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cooperative import actions, previews, queries, words
from cooperative.forms import FeeFields, FirstFeeForm
from cooperative.models import FeePolicy
from cooperative.states import ProposalKind
from members.models import Community
from sharing.web.refusals import Refusal

from . import frame

VERSIONS = 50


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def fee(request: HttpRequest, slug: str) -> HttpResponse:
    """The fee in words and its history; the first one is set here by a steward."""
    membership = frame.inside(request, slug)
    community = membership.community
    versions = FeePolicy.objects.filter(community=community).select_related("decided_by__community")
    policies = list(versions.order_by("-version")[:VERSIONS])
    form = None
    if not policies and membership.is_steward:
        form = FirstFeeForm(request.POST if request.method == "POST" else None, currency=community.currency)
        if request.method == "POST" and form.is_valid():
            try:
                actions.set_first_policy(community, by=request.user, **form.facts())
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, _("The fee is set. From now on it changes by decision."))
                return redirect("fee_policy", slug)
    context: dict[str, object] = {
        "community": community, "membership": membership, "form": form,
        "policies": [(policy, words.fee(policy, community.currency)) for policy in policies],
    }
    if policies:
        context["try"] = FeeFields(currency=community.currency, policy=policies[0])
        context |= _reckoned(community, policies[0])
    return render(request, "cooperative/fee.html", context, status=422 if form and form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, slug: str) -> HttpResponse:
    """What a fee would have brought: one that is just being written, or (`?proposal=`) one that is proposed."""
    community = frame.inside(request, slug).community
    if request.method != "POST":
        number = request.GET.get("proposal", "")
        if not (number.isascii() and number.isdigit() and len(number) < 10):
            raise Http404
        seen = queries.seen_by(community, request.user).filter(kind=ProposalKind.FEE)
        proposal = get_object_or_404(seen, number=int(number))
        context = _reckoned(community, words.proposed_policy(proposal)) | {"proposal": proposal}
        return render(request, "cooperative/fee_preview.html", context | {"community": community})
    form = FeeFields(request.POST, currency=community.currency)
    if form.is_valid():
        context, status = _reckoned(community, FeePolicy(community=community, **form.facts())), 200
    else:
        context, status = {"errors": [field for field in form if field.errors]}, 422
    template = "cooperative/_preview.html" if request.htmx else "cooperative/fee_preview.html"
    return render(request, template, context | {"community": community}, status=status)


def _reckoned(community: Community, policy: FeePolicy) -> dict:
    return {
        "preview": previews.last_year(community, policy), "fee": words.fee(policy, community.currency),
    }
