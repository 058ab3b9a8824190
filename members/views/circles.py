"""A member's circles in their settings: made, renamed, filled by name, deleted. Only their owner ever sees them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from members import actions, queries
from members.forms import CircleForm
from members.models import Circle
from sharing.web.refusals import Refusal

from .frame import page, refused_at, said

SHOWN = 24  # people offered at once; more letters of a name find the others


@never_cache
@login_required
def circles(request: HttpRequest) -> HttpResponse:
    form = CircleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            circle = actions.make_circle(request.user, form.cleaned_data["name"])
        except Refusal as refusal:
            refused_at(form, refusal)
        else:
            messages.success(request, _("Now choose who is in it."))
            return redirect("settings_circle", circle.pk)
    context = {"form": form, "circles": queries.circles_of(request.user)}
    return page(request, "members/settings/circles.html", context, form)


@never_cache
@login_required
def circle(request: HttpRequest, pk: int) -> HttpResponse:
    """One circle: who is in it, and whom one may choose."""
    mine = get_object_or_404(Circle, pk=pk, owner=request.user)
    form = CircleForm(request.POST or None, initial={"name": mine.name})
    if request.method == "POST" and form.is_valid():
        try:
            actions.rename_circle(pk, form.cleaned_data["name"], by=request.user)
        except Refusal as refusal:
            refused_at(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("settings_circle", pk)
    words = " ".join(request.GET.get("q", "").split())[:80]
    people = mine.people.order_by("name", "pk").prefetch_related("portraits")
    others = queries.neighbours_of(request.user).exclude(circle_seats__circle=mine)
    if words:
        others = others.filter(name__icontains=words)
    shown = list(others.order_by("name", "pk").prefetch_related("portraits")[: SHOWN + 1])
    context = {
        "form": form, "circle": mine, "people": people, "words": words, "others": shown[:SHOWN],
        "more": len(shown) > SHOWN,
    }  # fmt: skip
    return page(request, "members/settings/circle.html", context, form)


def _id(value: str) -> int:
    """Raises ValueError for what is no number, or longer than any id."""
    if not (value.isascii() and value.isdigit() and len(value) < 19):
        raise ValueError(value)
    return int(value)


@require_POST
@login_required
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """`add` or `leave_out`: one member, or several."""
    get_object_or_404(Circle, pk=pk, owner=request.user)
    try:
        add, out = ([_id(value) for value in request.POST.getlist(name)[:200]] for name in ("add", "leave_out"))
    except ValueError:
        return HttpResponseBadRequest()
    try:
        actions.change_circle(pk, by=request.user, add=add, leave_out=out)
    except Refusal as refusal:
        return said(request, refusal, "settings_circle", pk)
    messages.success(request, _("Chosen. Nobody is told.") if add else _("Left out. Nobody is told."))
    return redirect("settings_circle", pk)


@require_POST
@login_required
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(Circle, pk=pk, owner=request.user)
    try:
        actions.delete_circle(pk, by=request.user)
    except Refusal as refusal:
        return said(request, refusal, "settings_circle", pk)
    messages.success(request, _("The circle is gone."))
    return redirect("settings_circles")
