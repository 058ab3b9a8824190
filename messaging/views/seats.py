"""One's own seat in a conversation: who else is there, peace from it, putting it away, leaving."""

from collections import Counter

from django.contrib import messages as flash
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members.models import Member
from sharing.web.api.pagination import decode_cursor, keyset
from sharing.web.refusals import Refusal

from .. import actions, blocks, coming_back, threads
from ..models import Participant

PAGE = 50
MOST_NAMES = 8


@require_safe
@login_required
def people(request: HttpRequest, pk: int) -> HttpResponse:
    """Who takes part, and what one can set for oneself."""
    seat = _seat(request, pk)
    seats = Participant.objects.present().filter(conversation=pk).select_related("member")
    cursor = request.GET.get("cursor", "")
    try:
        after = decode_cursor(cursor, 2) if cursor else None
        rows, following = keyset(seats.prefetch_related("member__portraits"), ("role", "id"), after, PAGE)
    except (ValueError, TypeError):
        raise Http404 from None
    near = threads.Surroundings.of(seat.conversation, request.user)
    others = [row.member for row in rows if row.member_id != request.user.pk]
    context = {
        "seat": seat, "rows": rows, "more": f"{request.path}?cursor={following}" if following else "",
        "title": threads.title_of(seat.conversation, others), "channel": near.channel,
        "archived": seat.archived_seq >= seat.conversation.last_seq > 0,
        "may_leave": actions.may_leave(seat.conversation.kind), "apart": blocks.around(request.user.pk),
        "alone_with": others[0] if near.other and len(others) == 1 else None,
    }
    return render(request, "messaging/people.html", context)


@require_safe
@login_required
def names(request: HttpRequest, pk: int) -> JsonResponse:
    """Who can be called by name here: a few whose name begins so, and what to write for each."""
    _seat(request, pk)
    asked = request.GET.get("q", "").strip()[:40]
    seats = Participant.objects.present().filter(conversation=pk).exclude(member=request.user)
    if asked:
        seats = seats.filter(Q(member__name__istartswith=asked) | Q(member__name__icontains=f" {asked}"))
    found = list(seats.order_by("member__name", "pk").values_list("member_id", "member__name")[: MOST_NAMES * 3])
    first = Counter(name.split(" ")[0].casefold() for _pk, name in found)
    results = []
    for member, name in found[:MOST_NAMES]:
        short = name.split(" ")[0]
        results.append({"id": member, "name": name, "handle": short if first[short.casefold()] == 1 else name})
    return JsonResponse({"results": results})


@require_POST
@login_required
def mute(request: HttpRequest, pk: int) -> HttpResponse:
    return _do(request, pk, actions.mute, span=request.POST.get("span", ""))


@require_POST
@login_required
def archive(request: HttpRequest, pk: int) -> HttpResponse:
    """Out of the list until something new is said; `off` brings it back."""
    on = "off" not in request.POST
    answer = _do(request, pk, actions.archive, on=on)
    if on:
        return redirect(f"{reverse('messages')}?away={pk}")
    if "undo" in request.POST:
        return redirect("messages")
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Take part no longer, once one has said so twice."""
    seat = _seat(request, pk)
    if not actions.may_leave(seat.conversation.kind):
        raise Http404
    if request.method == "POST":
        actions.leave(pk, by=request.user)
        return redirect(f"{reverse('messages')}?left={coming_back.ticket(seat)}")
    return render(request, "messaging/leave.html", {"seat": seat})


@require_POST
@login_required
def come_back(request: HttpRequest) -> HttpResponse:
    """Take part again in what one has just left."""
    try:
        seat = coming_back.come_back(request.POST.get("ticket", ""), by=request.user)
    except Refusal as refusal:
        flash.error(request, str(refusal))
        return redirect("messages")
    return redirect("conversation", seat.conversation_id)


def _seat(request: HttpRequest, pk: int) -> Participant:
    if pk > threads.LARGEST_ID:
        raise Http404
    try:
        return actions.seat_of(pk, request.user)
    except actions.NotInside:
        raise Http404 from None


def _do(request: HttpRequest, pk: int, deed, **facts) -> HttpResponse:
    try:
        deed(pk, by=request.user, **facts)
    except actions.NotInside:
        raise Http404 from None
    except Refusal as refusal:
        flash.error(request, str(refusal))
    return redirect("conversation_people", pk)


# --- members one wants nothing to do with ------------------------------------------------------------


@require_safe
@login_required
def blocked(request: HttpRequest) -> HttpResponse:
    """Whom one has blocked, and how to take it back."""
    cursor = request.GET.get("cursor", "")
    try:
        after = decode_cursor(cursor, 1) if cursor else None
        rows, following = keyset(blocks.of(request.user).prefetch_related("other__portraits"), ("-id",), after, PAGE)
    except (ValueError, TypeError):
        raise Http404 from None
    more = f"{request.path}?cursor={following}" if following else ""
    return render(request, "messaging/blocked.html", {"rows": rows, "more": more})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def block(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the door to a member, once one has read what that means."""
    other = Member.objects.filter(pk=pk, is_active=True).exclude(pk=request.user.pk).first() if pk < 2**63 else None
    if other is None:
        raise Http404
    if request.method == "POST":
        actions.block(request.user, other)
        flash.success(request, _("You and %(name)s no longer reach each other.") % {"name": other.first_name})
        return redirect("settings_blocked")
    return render(request, "messaging/block.html", {"other": other})


@require_POST
@login_required
def unblock(request: HttpRequest, pk: int) -> HttpResponse:
    """Open one's own side of the door again."""
    if pk < 2**63 and actions.unblock(request.user, pk):
        flash.success(request, _("The door is open again."))
    return redirect("settings_blocked")
