"""What neighbours look for: the board of wants, one's own, asking, and answering."""

import uuid

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from listings import discretion
from listings.actions import wants as deeds
from listings.forms.wants import AnswerForm, WantForm
from listings.models import Want
from listings.search.headings import plural
from listings.states import Kind
from listings.wants import matching
from sharing.values.place import BLUR_FARTHEST_M, Point, metres_between
from sharing.web.api.pagination import keyset
from sharing.web.refusals import Refusal

from .pages import cursor_of

PAGE = 24
AROUND_M = 30_000.0
RADIUS = round(BLUR_FARTHEST_M) + 120


@require_safe
def wants(request: HttpRequest) -> HttpResponse:
    """Open wants, the newest first: around the member, in a community (`community`), or one's own (`mine`)."""
    rows: QuerySet = Want.objects.visible_to(request.user).select_related("member", "community")
    mine = bool(request.GET.get("mine")) and request.user.is_authenticated
    kind = request.GET.get("kind", "")
    around = None
    if mine:
        rows = rows.filter(member=request.user)
    else:
        rows = rows.open()
        rows = rows.filter(kind=kind) if kind in Kind.values else rows
        around = _here(request.user) if not request.GET.get("all") else None
        rows = matching.near(around, AROUND_M, rows) if around else rows
    page, following = keyset(rows, ("-id",), cursor_of(request.GET.get("after", "")), PAGE)
    for want in page:
        want.distance_m = _from(request.user, want)
    context = {
        "page": page, "after": following, "mine": mine, "kind": kind, "around": around,
        "kinds": [(value, plural(value)) for value in Kind.values],
    }  # fmt: skip
    return render(request, "listings/wants.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Ask; an empty search brings its words, place and dates along."""
    form = WantForm(request.POST or None, member=request.user, initial=_from_search(request))
    if request.method == "POST" and form.is_valid():
        try:
            want = deeds.ask(by=request.user, **form.facts())
            messages.success(request, _("It is on the board. Neighbours who have such things are told."))
            return redirect("want", want.pk)
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    return render(request, "listings/want_new.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def want(request: HttpRequest, pk: int) -> HttpResponse:
    """One want; a POST answers it."""
    rows: QuerySet = Want.objects.visible_to(request.user).select_related("member", "community")
    shown = get_object_or_404(rows.prefetch_related("member__portraits"), pk=pk)
    own, form = shown.member_id == request.user.pk, None
    if request.user.is_authenticated and not own and shown.is_open:
        sent = request.POST if request.method == "POST" else None
        form = AnswerForm(sent, offers=matching.offers(shown, request.user), initial={"client_id": uuid.uuid4().hex})
        if sent is not None and form.is_valid():
            try:
                said = {"listing": None} | form.cleaned_data
                _answer, conversation = deeds.answer(pk, by=request.user, **said)
                return redirect("conversation", conversation.pk)
            except Refusal as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    elif request.method == "POST":
        if not request.user.is_authenticated:
            return redirect(f"{settings.LOGIN_URL}?next={shown.get_absolute_url()}")
        messages.error(request, _("This is no longer looked for."))
        return redirect("want", pk)
    if not own:
        shown.community = discretion.told(shown.community, request.user)
    context = {
        "want": shown, "own": own, "form": form, "radius": RADIUS, "distance_m": _from(request.user, shown),
        "answers": shown.answers.select_related("member", "listing")[:50] if own else [],
        "tile_url": settings.TILE_URL, "tile_attribution": settings.TILE_ATTRIBUTION,
    }  # fmt: skip
    return render(request, "listings/want.html", context, status=422 if form is not None and form.is_bound else 200)


@require_POST
@login_required
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """`found`, `close` or `renew`."""
    try:
        if verb == "renew":
            deeds.renew(pk, by=request.user)
            messages.success(request, _("It is on the board again."))
        elif verb in ("found", "close"):
            deeds.close(pk, by=request.user, found=verb == "found")
            messages.success(request, _("Taken off the board."))
        else:
            raise Http404
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("want", pk)


def _from_search(request: HttpRequest) -> dict:
    """What an empty search was about."""
    said = {"title": request.GET.get("q", "")[:80], "kind": request.GET.get("kind", "") or Kind.TOOL}
    for name, given in (("starts", "from"), ("ends", "to")):
        said[name] = request.GET.get(given, "")[:10]
    if near := request.GET.get("near", "")[:120]:
        said |= {"place": near, "lat": request.GET.get("lat", ""), "lon": request.GET.get("lon", "")}
    return {name: value for name, value in said.items() if value}


def _here(member) -> Point | None:
    if not member.is_authenticated or member.lat is None:
        return None
    return Point(member.lat, member.lon)


def _from(member, shown: Want) -> float | None:
    """Metres from the member's own place to the stand-in of the other's."""
    here = _here(member)
    if here is None or shown.member_id == member.pk:
        return None
    return metres_between(here, Point(shown.public_lat, shown.public_lon))
