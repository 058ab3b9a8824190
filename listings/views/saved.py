"""Kept searches: kept from the results, listed and changed in the settings."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from listings.models import Alerts, SavedSearch
from listings.saved import keeping
from listings.saved.addresses import page_of
from listings.search.asking import Viewer
from listings.search.when import When
from members.models import Member
from sharing.web.refusals import Refusal


@require_POST
@login_required
def save(request: HttpRequest) -> HttpResponse:
    """`query`: the part of the search's address after the question mark."""
    query = request.POST.get("query", "")[:2000]
    facts = {"name": request.POST.get("name", ""), "alerts": request.POST.get("alerts", Alerts.DAILY.value)}
    try:
        search = keeping.keep(request.user, QueryDict(query), **facts)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{reverse('search')}?{query}")
    messages.success(request, _("“%(name)s” is kept. It is among your saved searches.") % {"name": search.quoted})
    return redirect(page_of(search))


@require_safe
@never_cache
@login_required
def saved(request: HttpRequest) -> HttpResponse:
    member = cast(Member, request.user)
    rows = SavedSearch.objects.filter(member=member).order_by("-pk")[: keeping.MOST * 2]
    viewer = Viewer.of(member)
    kept, gone = [], []
    for search in rows:
        search.member = member
        search.page = page_of(search)
        if search.deleted:
            gone.append(search)
            continue
        parsed = keeping.parsed_of(search, viewer)
        search.over = bool(parsed.errors)
        search.when = When(parsed).words
        kept.append(search)
    context = {"kept": kept, "gone": gone, "alerts": Alerts.choices, "most": keeping.MOST}
    return render(request, "listings/saved/list.html", context)


@require_POST
@login_required
def change(request: HttpRequest, pk: int) -> HttpResponse:
    _mine(request, pk)
    facts = {name: request.POST[name] for name in ("name", "alerts") if name in request.POST}
    try:
        keeping.change(pk, by=request.user, **facts)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Saved."))
    return redirect("saved_searches")


@require_POST
@login_required
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Gone from the list and from the alerts; the list offers to put it back."""
    _mine(request, pk)
    search = keeping.delete(pk, by=request.user)
    messages.success(request, _("“%(name)s” is deleted. You can put it back below.") % {"name": search.quoted})
    return redirect("saved_searches")


@require_POST
@login_required
def put_back(request: HttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(SavedSearch, pk=pk, member=request.user)
    try:
        keeping.put_back(pk, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It is back."))
    return redirect("saved_searches")


def _mine(request: HttpRequest, pk: int) -> SavedSearch:
    return get_object_or_404(SavedSearch, pk=pk, member=request.user, deleted__isnull=True)
