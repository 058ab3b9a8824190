"""The history of a commons listing, for the members of its community."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from listings import actions, changes, history
from listings.models import Listing
from sharing.web.api.pagination import encode_cursor
from sharing.web.refusals import Refusal

from .pages import cursor_of, looks_after

PAGE = 20


@require_safe
@login_required
def listing_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Who changed what and when, the latest first; stewards may go back."""
    listing = read_by(request.user, pk)
    rows = listing.changes.select_related("by").order_by("-version")
    if (after := cursor_of(request.GET.get("after", ""))) is not None:
        rows = rows.filter(version__lt=after[0])
    found = list(rows[: PAGE + 1])
    shown = found[:PAGE]
    for row in shown:
        row.headline, row.said = changes.headline(row), list(changes.said(row, listing))
    context = {
        "listing": listing,
        "rows": shown,
        "after": encode_cursor([shown[-1].version]) if len(found) > PAGE else None,
        "latest": after is None,
        "cared": looks_after(request.user, listing),
    }
    return render(request, "listings/history.html", context)


@require_POST
@login_required
def restore_version(request: HttpRequest, pk: int, version: int) -> HttpResponse:
    try:
        actions.restore_version(pk, version, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It says again what it said then."))
    return redirect("listing_history", pk)


def read_by(member, pk: int) -> Listing:
    """The commons listing whose history the member may read; a stranger finds nothing."""
    rows = Listing.objects.filter(owner__isnull=True).select_related("community", "tool", "room", "ride")
    listing = get_object_or_404(rows, pk=pk)
    if not history.may_read(member, listing):
        raise Http404
    return listing
