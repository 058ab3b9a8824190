"""When a listing can be had: one page for its owner, a form for each thing to set; htmx swaps its one section."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from listings.models import Listing
from listings.states import Kind
from sharing.web.refusals import Refusal

from .. import actions, agenda, closed_days, plans
from ..models import DayPrice, FairUse
from ..rule_forms import DayPriceForm, FairUseForm, HolidaysForm, TermsForm, UnderPolicyForm

AHEAD = timedelta(days=365)
# Which part of the page a deed belongs to: it stays open, the others stay folded.
SECTIONS = {
    "listing_week": "week", "listing_exception": "days", "exception_remove": "days", "listing_block": "kept",
    "claim_remove": "kept", "listing_terms": "terms", "listing_holidays": "holidays", "listing_day_price": "prices",
    "day_price_remove": "prices", "listing_fair_use": "fair-use", "listing_policy": "approval",
    "listing_late_fee": "late-fee",
}
SHOWN = 60


@require_safe
@login_required
def listing_times(request: HttpRequest, pk: int) -> HttpResponse:
    return answer(request, cared_for(request, pk), shown=True)


@require_POST
@login_required
def listing_terms(request: HttpRequest, pk: int) -> HttpResponse:
    """Lengths, notices, horizon, buffers, changeover days."""
    listing = cared_for(request, pk)
    form = TermsForm(listing, request.POST)
    return _done(request, listing, "terms", form, _("That is set."), lambda: actions.set_terms(
        pk, by=request.user, facts=form.facts()
    ))  # fmt: skip


@require_POST
@login_required
def listing_holidays(request: HttpRequest, pk: int) -> HttpResponse:
    listing = cared_for(request, pk)
    form = HolidaysForm(listing, request.POST)
    return _done(request, listing, "holidays", form, _("The holidays are set."), lambda: actions.set_terms(
        pk, by=request.user, facts=form.cleaned_data
    ))  # fmt: skip


@require_POST
@login_required
def listing_day_price(request: HttpRequest, pk: int) -> HttpResponse:
    listing = cared_for(request, pk)
    form = DayPriceForm(listing, request.POST)
    return _done(request, listing, "price", form, _("These days have their price."), lambda: actions.add_day_price(
        pk, by=request.user, **form.cleaned_data
    ))  # fmt: skip


@require_POST
@login_required
def day_price_remove(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        listing = actions.drop_day_price(pk, by=request.user)
    except DayPrice.DoesNotExist:
        raise Http404 from None
    return answer(request, listing)


@require_POST
@login_required
def listing_fair_use(request: HttpRequest, pk: int) -> HttpResponse:
    listing = cared_for(request, pk)
    form = FairUseForm(None, listing.currency, request.POST)
    return _done(request, listing, "fair", form, _("The rule is set."), lambda: actions.set_fair_use(
        by=request.user, listing_id=pk, facts=form.facts()
    ))  # fmt: skip


@require_POST
@login_required
def listing_policy(request: HttpRequest, pk: int) -> HttpResponse:
    listing = cared_for(request, pk)
    form = UnderPolicyForm(listing, request.POST)
    return _done(request, listing, "under", form, _("That is set."), lambda: actions.set_policy(
        pk, int(form.cleaned_data["policy"] or 0) or None, by=request.user
    ))  # fmt: skip


def cared_for(request: HttpRequest, pk: int) -> Listing:
    rows = Listing.objects.looked_after_by(request.user).select_related("community", "owner", "tool", "room")
    return get_object_or_404(rows, pk=pk)


def answer(request: HttpRequest, listing: Listing, *, shown: bool = False, **forms: object) -> HttpResponse:
    """The page anew; htmx gets its section alone, and so does a form that must be mended."""
    opened = SECTIONS.get(request.resolver_match.url_name if request.resolver_match else "", "")
    if not forms and not request.htmx and not shown:
        return redirect(f"{reverse('listing_times', args=[listing.pk])}?open={opened}#{opened}")
    opened = opened or request.GET.get("open", "") or ("week" if listing.kind != Kind.RIDE else "terms")
    own = {name: forms.pop(name) for name in list(forms) if name in ("week", "exception", "keep", "late")}
    context = agenda.availability(listing, **own) | _rules(listing, forms) | {"opened": opened}
    template = "bookings/_availability.html" if request.htmx else "bookings/availability.html"
    return render(request, template, context, status=422 if forms or own else 200)


def _done(request: HttpRequest, listing: Listing, name: str, form, said: str, act) -> HttpResponse:
    if form.is_valid():
        try:
            act()
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, said)
            return answer(request, cared_for(request, listing.pk))
    return answer(request, listing, **{name: form})


def _rules(listing: Listing, forms: dict) -> dict:
    """What the page shows beyond week, days and blocks."""
    today = timezone.now().astimezone(ZoneInfo(listing.time_zone)).date()
    rule = FairUse.objects.filter(listing=listing.pk).first()
    things = listing.kind != Kind.RIDE
    plans.forget(listing)
    return {
        "terms": forms.get("terms") or TermsForm(listing),
        "holidays": forms.get("holidays") or (HolidaysForm(listing) if things else None),
        "coming": closed_days.between(listing.holiday_region, today, today + AHEAD),
        "price": forms.get("price") or (DayPriceForm(listing) if things and listing.price_minor else None),
        "prices": list(listing.day_prices.filter(last__gte=today)[:SHOWN]),
        "fair": forms.get("fair") or (FairUseForm(rule, listing.currency) if things else None),
        "under": forms.get("under") or (UnderPolicyForm(listing) if things else None),
    }
