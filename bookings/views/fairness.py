"""Approvals and fair use: one's own and those one gives; a community's rule and policies, for its stewards."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from listings import discretion
from listings.models import Listing
from members.models import Community
from sharing.web.refusals import Refusal

from .. import actions
from ..driving import rates as driving
from ..models import Approval, ApprovalState, FairUse, Policy
from ..rule_forms import AnswerForm, FairUseForm, PolicyForm

SHOWN = 60
ANSWERS = {"give": ApprovalState.GIVEN, "decline": ApprovalState.DECLINED, "withdraw": ApprovalState.WITHDRAWN}


@require_safe
@login_required
def approvals(request: HttpRequest) -> HttpResponse:
    return _page(request)


@require_POST
@login_required
def approval_ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for what a listing needs; back to the listing."""
    try:
        actions.ask_approval(pk, by=request.user, note=request.POST.get("note", "").replace("\x00", ""))
    except Listing.DoesNotExist:
        raise Http404 from None
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("You have asked. You will hear as soon as there is an answer."))
    return redirect("listing", pk)


@require_POST
@login_required
def approval_answer(request: HttpRequest, pk: int, answer: str) -> HttpResponse:
    if answer not in ANSWERS:
        raise Http404
    form = AnswerForm(request.POST)
    if form.is_valid():
        try:
            actions.answer_approval(pk, by=request.user, state=ANSWERS[answer], **form.cleaned_data)
        except Approval.DoesNotExist:
            raise Http404 from None
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("They know now."))
            return redirect("approvals")
    return _page(request, answering=pk, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def community_fair_use(request: HttpRequest, slug: str) -> HttpResponse:
    """The rule for everything a community shares, and what its risky things ask for."""
    community = get_object_or_404(Community.objects.looked_after_by(request.user), slug=slug)
    sent = request.POST if request.method == "POST" else None
    rule = FairUse.objects.filter(community=community.pk).first()
    fair = FairUseForm(rule, community.currency, sent if sent and "rule" in sent else None)
    policy = PolicyForm(sent if sent and "policy" in sent else None)
    rate = driving.RateForm(community, sent if sent and "driving" in sent else None)
    for form, act in ((fair, _set_rule), (policy, _set_policy), (rate, driving.save)):
        if form.is_bound and form.is_valid():
            try:
                act(request, community, form)
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                return redirect("community_fair_use", slug)
    policies = Policy.objects.filter(community=community, owner__isnull=True).prefetch_related("tools__listing")
    context = {"community": community, "fair": fair, "policy": policy, "policies": list(policies[:SHOWN]), "rate": rate}
    context |= driving.shown(community)
    status = 422 if fair.errors or policy.errors or rate.errors else 200
    return render(request, "bookings/fair_use.html", context, status=status)


@require_POST
@login_required
def policy_remove(request: HttpRequest, pk: int) -> HttpResponse:
    policy = get_object_or_404(Policy.objects.looked_after_by(request.user), pk=pk)
    actions.drop_policy(pk, by=request.user)
    messages.success(request, _("Nothing asks for it any more."))
    return redirect("approvals") if policy.owner_id else redirect("community_fair_use", policy.community.slug)


def _set_rule(request: HttpRequest, community: Community, form: FairUseForm) -> None:
    actions.set_fair_use(by=request.user, community_id=community.pk, facts=form.facts())
    messages.success(request, _("The rule is set."))


def _set_policy(request: HttpRequest, community: Community, form: PolicyForm) -> None:
    actions.write_policy(by=request.user, community=community, **form.cleaned_data)
    messages.success(request, _("Now put under it what needs it: in each listing, at “When it can be had”."))


def _page(request: HttpRequest, answering: int | None = None, form: AnswerForm | None = None) -> HttpResponse:
    rows = Approval.objects.select_related("policy__community", "member")
    looked_after = rows.filter(policy__in=Policy.objects.looked_after_by(request.user).values("pk"))
    waiting = list(looked_after.filter(state=ApprovalState.ASKED).order_by("asked", "pk")[:SHOWN])
    for row in waiting:
        row.form = form if row.pk == answering and form else AnswerForm(auto_id=f"approval_{row.pk}_%s")
    mine = list(rows.filter(member=request.user)[:SHOWN])
    for row in mine:
        row.home = discretion.told(row.policy.community, request.user)
    context = {
        "waiting": waiting, "given": list(looked_after.filter(state=ApprovalState.GIVEN)[:SHOWN]),
        "mine": mine,
    }
    return render(request, "bookings/approvals.html", context, status=422 if form else 200)
