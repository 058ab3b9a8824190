"""The books as everyone may see them, and the stewards' switch for that."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cooperative import opening, words
from cooperative.fees import current
from cooperative.models import OpenBooks
from cooperative.treasury_forms import OpenBooksForm

from . import frame


@require_safe
def public(request: HttpRequest, slug: str) -> HttpResponse:
    """For anyone, if the community wishes: no name, nothing to click through to a person."""
    choice = get_object_or_404(OpenBooks.objects.select_related("community"), community__slug=slug, public=True)
    community = choice.community
    context = {
        "community": community, "indexed": choice.indexed, "fee": words.fee(current(community), community.currency),
        **opening.shown(community, choice),
    }
    response = render(request, "cooperative/open_books.html", context)
    if not choice.indexed:
        response["X-Robots-Tag"] = "noindex, nofollow"
    if not request.user.is_authenticated:
        patch_cache_control(response, public=True, max_age=opening.KEPT)
    return response


@login_required
@require_POST
def switch(request: HttpRequest, slug: str) -> HttpResponse:
    """Show them, or to members alone again; for stewards."""
    membership = frame.inside(request, slug)
    if not membership.is_steward:
        raise Http404
    form = OpenBooksForm(request.POST)
    form.is_valid()
    row = opening.set_openness(membership.community, by=request.user, **form.cleaned_data)
    said = _("Anyone may look into the books now.") if row.public else _("The books are for members alone now.")
    messages.success(request, said)
    return redirect("community_settings", slug)
