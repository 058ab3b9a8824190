"""To Stripe and back, for one who pays and for one who is paid; Stripe's letters; and what a treasurer looks at."""

import stripe
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members.models import Community
from members.views import frame
from payments import causes
from payments.models import CardAccount, CardCharge
from payments.states import ChargeState, DisputeState
from sharing.web.refusals import Refusal

from . import checkout, client, letters, onboarding, reconciler, stuck

LARGEST_LETTER = 512 * 1024
MOST = 50


@require_POST
@login_required
def pay(request: HttpRequest, pk: int) -> HttpResponse:
    """Off to the page where the card is given."""
    return go(request, pk)


def go(request: HttpRequest, pk: int) -> HttpResponse:
    charge = get_object_or_404(CardCharge, pk=pk, payer=request.user)
    back = request.build_absolute_uri(reverse("card_back", args=[pk]))
    try:
        url = checkout.address(pk, by=request.user, success_url=back, cancel_url=back)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(_home(charge))
    answer = HttpResponseRedirect(url)
    answer.status_code = 303
    return answer


@require_safe
@login_required
def back(request: HttpRequest, pk: int) -> HttpResponse:
    """Back from Stripe's page: what has become of it is read at once, and said where one came from."""
    charge = checkout.back(get_object_or_404(CardCharge, pk=pk, payer=request.user))
    match charge.state:
        case ChargeState.HELD:
            messages.success(request, _("The amount is held on your card. It is charged when the lender says yes."))
        case ChargeState.SAVED:
            messages.success(request, _("Your card is kept. It is charged later, once the lender has said yes."))
        case ChargeState.TAKEN:
            messages.success(request, _("Paid. Thank you."))
        case ChargeState.CANCELLED:
            messages.info(request, _("Nothing is to be paid here any more."))
        case _:
            messages.info(request, _("Nothing has been paid yet."))
    return redirect(_home(charge))


def _home(charge: CardCharge) -> str:
    reference = causes.reference(charge.about, charge.community)
    return reference.url if reference else reverse("wallet")


@csrf_exempt
@require_POST
def letter(request: HttpRequest) -> HttpResponse:
    """A letter of Stripe's: kept, and answered before it is read."""
    if not client.configured():
        raise Http404
    if len(request.body) > LARGEST_LETTER:
        return HttpResponse(status=413)
    try:
        letters.receive(request.body, request.headers.get("Stripe-Signature", ""))
    except letters.NotGenuine:
        return HttpResponse(status=400)
    return HttpResponse(status=200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def account(request: HttpRequest) -> HttpResponse:
    """How I am paid by card: my account at Stripe, what it still asks for, and the way there."""
    if not client.configured():
        raise Http404
    mine = onboarding.account_of(request.user)
    if request.method == "POST":
        here = request.build_absolute_uri(reverse("card_account"))
        try:
            url = onboarding.begin(request.user, return_url=f"{here}?back=1", refresh_url=f"{here}?again=1")
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect("card_account")
        return HttpResponseRedirect(url, status=303)
    if mine is not None and mine.account and _is_stale(mine, back="back" in request.GET):
        try:
            onboarding.refresh(mine)
        except (client.Unsure, stripe.StripeError):
            messages.warning(request, _("The card service does not answer; this is how it was when we last asked."))
    context = {
        "account": mine, "missing": onboarding.in_words(mine.missing) if mine else [], "again": "again" in request.GET,
    }
    return render(request, "payments/cards/account.html", context)


def _is_stale(account: CardAccount, *, back: bool) -> bool:
    return back or account.refreshed is None or timezone.now() - account.refreshed > onboarding.STALE


@require_safe
@login_required
def desk(request: HttpRequest, slug: str) -> HttpResponse:
    """For treasurers: what does not fit between the books and Stripe, what is stuck, what is disputed."""
    community, membership = frame.inside(request, slug)
    if not membership.is_treasurer:
        raise Http404
    context = {
        "community": community, "membership": membership, "latest": reconciler.latest(),
        "broken_off": reconciler.broken_off(),
        "differences": [(row, reconciler.in_words(row.kind)) for row in reconciler.open_for(community)],
        "stuck": [
            (errand, stuck.what_to_do(errand), stuck.may_be_stood_in(errand)) for errand in stuck.of(community)[:MOST]
        ],
        "disputed": _disputed(community),
    }
    return render(request, "payments/cards/desk.html", context)


@require_POST
@login_required
def retry(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """For treasurers: try what is stuck now."""
    community, membership = frame.inside(request, slug)
    if not membership.is_treasurer:
        raise Http404
    if stuck.try_again(community, pk, by=request.user):
        messages.success(request, _("Done. Stripe has answered."))
    else:
        messages.warning(request, _("Not yet. It stays here until it is done."))
    return redirect("card_desk", slug)


@require_POST
@login_required
def stand_in(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """For treasurers: let a refund go on that waits for a lender's part."""
    community, membership = frame.inside(request, slug)
    if not membership.is_treasurer:
        raise Http404
    try:
        done = stuck.stand_in(community, pk, by=request.user)
    except Refusal as refusal:
        return frame.said(request, refusal, "card_desk", slug)
    if done:
        messages.success(request, _("Done. The borrower gets theirs."))
    else:
        messages.warning(request, _("Not yet. It stays here until it is done."))
    return redirect("card_desk", slug)


def _disputed(community: Community) -> list[CardCharge]:
    open_ones = CardCharge.objects.filter(community=community, disputed__in=[DisputeState.OPEN, DisputeState.LOST])
    return list(open_ones.select_related("payer", "payee").order_by("-pk")[:MOST])
