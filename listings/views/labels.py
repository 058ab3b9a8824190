"""The inventory of a community and its labels: numbers, sheets to print, and where a scanned one leads."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from listings import actions, scanning
from listings.forms.knowledge import NumberForm
from listings.models import Label, Listing
from listings.states import ListingState
from members.models import Community
from members.queries import membership
from sharing.web import qr
from sharing.web.api.pagination import encode_cursor
from sharing.web.refusals import Refusal

from .pages import cursor_of, looks_after

PAGE, MOST_PRINTED = 60, 240
SIZES = {
    "small": gettext_lazy("38 × 21 mm, 65 on a sheet"),
    "middle": gettext_lazy("63 × 38 mm, 21 on a sheet"),
    "large": gettext_lazy("99 × 57 mm, 10 on a sheet"),
}


@dataclass(frozen=True)
class Printed:
    """A label as it is printed."""

    label: Label
    code: qr.Code
    url: str

    @property
    def address(self) -> str:
        """As it stands below the code, to be typed by who cannot scan it."""
        return self.url.partition("://")[2]


@require_safe
def scanned(request: HttpRequest, code: str) -> HttpResponse:
    """A label's short address: to one's handover, to the stewards' desk, or to the page of the thing."""
    label = get_object_or_404(Label.objects.select_related("listing__community"), code=code)
    listing, member = label.listing, request.user
    if not Listing.objects.visible_to(member).filter(pk=listing.pk).exists():
        if member.is_authenticated:
            raise Http404
        return redirect_to_login(request.get_full_path())
    if not member.is_authenticated:
        return redirect(listing)
    if url := scanning.next_step(listing, member):
        return redirect(url)
    if not looks_after(member, listing):
        return redirect(listing)
    return render(request, "listings/desk.html", {"label": label, "listing": listing})


@require_safe
@login_required
def inventory(request: HttpRequest, slug: str) -> HttpResponse:
    """All that belongs to a community, by number: choose and print."""
    community = stewarded(request.user, slug)
    rows = Label.objects.filter(community=community).exclude(listing__state=ListingState.ARCHIVED)
    rows = rows.select_related("listing").order_by("pk")
    if (after := cursor_of(request.GET.get("after", ""))) is not None:
        rows = rows.filter(pk__gt=after[0])
    found = list(rows[: PAGE + 1])
    shown = found[:PAGE]
    context = {
        "community": community, "labels": shown, "sizes": SIZES,
        "after": encode_cursor([shown[-1].pk]) if len(found) > PAGE else None,
    }
    return render(request, "listings/inventory.html", context)


@require_safe
@login_required
def labels(request: HttpRequest, slug: str) -> HttpResponse:
    """A sheet to print: `thing` (ids, or none for all), `size`, `copies`, `skip` places used already."""
    community = stewarded(request.user, slug)
    size = request.GET.get("size", "middle")
    if size not in SIZES:
        raise Http404
    rows = Label.objects.filter(community=community).exclude(listing__state=ListingState.ARCHIVED)
    chosen = [int(value) for value in request.GET.getlist("thing") if value.isdecimal() and len(value) < 19]
    if chosen:
        rows = rows.filter(listing__in=chosen[:MOST_PRINTED])
    copies = _figure(request, "copies", 1, 20)
    found = [label for label in rows.select_related("listing").order_by("pk")[:MOST_PRINTED] for _copy in range(copies)]
    context = {
        "community": community, "size": size, "skip": range(_figure(request, "skip", 0, 64)),
        "printed": [printed(request, label) for label in found[:MOST_PRINTED]],
    }
    return render(request, "listings/labels.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def label(request: HttpRequest, pk: int) -> HttpResponse:
    """The label of one thing: its number, changed here, and the code as it will be printed."""
    listing = get_object_or_404(
        Listing.objects.looked_after_by(request.user).select_related("community"), pk=pk, label__isnull=False
    )
    form = NumberForm(request.POST if request.method == "POST" else None, initial={"number": listing.label.number})
    if request.method == "POST" and form.is_valid():
        try:
            changed = actions.renumber(pk, form.cleaned_data["number"], by=request.user)
            messages.success(request, _("It is number %(number)s now.") % {"number": changed.number})
            return redirect("listing_label", pk)
        except Refusal as refusal:
            form.add_error("number", str(refusal))
    context = {"listing": listing, "form": form, "one": printed(request, listing.label), "sizes": SIZES}
    return render(request, "listings/label.html", context, status=422 if form.is_bound else 200)


def printed(request: HttpRequest, label: Label) -> Printed:
    """With the address as phones will read it; of the installation's own name where it has one."""
    base = settings.PUBLIC_URL.rstrip("/") if settings.PUBLIC_URL else ""
    url = f"{base}{label.get_absolute_url()}" if base else request.build_absolute_uri(label.get_absolute_url())
    return Printed(label, qr.code(url), url)


def stewarded(member, slug: str) -> Community:
    community = get_object_or_404(Community.objects.of(member), slug=slug)
    belongs = membership(member, community)
    if belongs is None or not belongs.is_steward:
        raise Http404
    return community


def _figure(request: HttpRequest, name: str, least: int, most: int) -> int:
    given = request.GET.get(name, "")
    return min(most, max(least, int(given))) if given.isdecimal() and len(given) < 6 else least
