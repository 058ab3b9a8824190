"""Pages of talk: the list of conversations, and one conversation."""

from typing import Any

from django.contrib import messages as flash
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members.models import Member
from members.views.frame import refused_at
from sharing.web import slots
from sharing.web.refusals import Refusal

from .. import actions, coming_back, inbox, threads
from ..forms import MessageForm
from ..models import Conversation, Message, Participant
from .parts import asks_for, drawn, in_a_sentence, lines_of, number, thread_of


@require_safe
@login_required
def messages(request: HttpRequest) -> HttpResponse:
    """All conversations; htmx asks for the rows alone, to show more or to bring the list up to date."""
    archived = "archived" in request.GET
    rows, more = _rows(request, archived=archived)
    context = {"rows": rows, "more": more, "current": number(request.GET.get("open", "")), "archived": archived}
    context["continued"] = "cursor" in request.GET
    context["put_away"] = not rows and not archived and inbox.has_put_away(request.user)
    context |= {} if request.htmx else _just_done(request)
    return render(request, "messaging/_rows.html" if request.htmx else "messaging/messages.html", context)


def _just_done(request: HttpRequest) -> dict[str, Any]:
    """What was put away or left a moment ago, with the way to take it back."""
    done: dict[str, Any] = {}
    if (away := number(request.GET.get("away", ""))) is not None:
        seats = Participant.objects.present().filter(member=request.user, conversation=away)
        done["away"] = seats.filter(inbox.AWAY).values_list("conversation", flat=True).first()
    if (ticket := request.GET.get("left")) is not None:
        done["left"], done["ticket"] = True, ticket if coming_back.read(ticket, request.user) else ""
    return done


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def conversation(request: HttpRequest, pk: int) -> HttpResponse:
    """One conversation beside the list and what it is about; a POST says something without any script."""
    mine = get_object_or_404(Conversation.objects.open_to(request.user), pk=pk)
    if request.method == "POST":
        return _say(request, mine)
    if asks_for(request, "about"):
        return HttpResponse(slots.render("conversation.aside", request, conversation=mine))
    before, after = (number(request.GET.get(name, "")) for name in ("before", "after"))
    thread = thread_of(request, mine, before, after)
    if request.htmx or asks_for(request, "lines"):
        return render(request, "messaging/_lines.html", {"thread": thread})
    if thread.later is None and thread.newest > thread.seat.seen_seq:
        actions.mark_seen(mine.pk, request.user.pk, thread.newest)
        actions.mark_read_at(request.user, mine.get_absolute_url())
    return _page(request, thread)


def _page(request: HttpRequest, thread: threads.Thread, form: MessageForm | None = None) -> HttpResponse:
    rows, more = _rows(request)
    context: dict[str, Any] = {"thread": thread, "form": form, "rows": rows, "more": more}
    context["current"] = thread.conversation.pk
    context["follows"] = "follow" in request.GET and thread.later is None  # without script the page asks anew by itself
    context["replying"] = _replying(request, thread, form)
    return render(request, "messaging/conversation.html", context, status=422 if form else 200)


def _replying(request: HttpRequest, thread: threads.Thread, form: MessageForm | None) -> Message | None:
    """The line that is being answered, when one came here by "Answer this"."""
    wanted = number((form.data if form else request.GET).get("reply_to" if form else "reply", ""))
    if wanted is None:
        return None
    known = next((line.message for line in thread.lines if line.message.sequence == wanted), None)
    found = [known] if known else threads.some(thread.conversation.pk, request.user.pk, [wanted])
    return next((line for line in found if not line.is_event and line.deleted is None), None)


def _say(request: HttpRequest, mine: Conversation) -> HttpResponse:
    form = MessageForm(request.POST, request.FILES)
    onward = _onward(request, mine)
    if form.is_valid():
        try:
            line = actions.post(mine.pk, by=request.user, **form.given())
        except actions.NotInside:
            raise Http404 from None
        except Refusal as refusal:
            refused_at(form, refusal)
        else:
            if asks_for(request, "line"):
                return drawn(request, lines_of(request, mine.pk, [line.sequence]), status=201)
            return redirect(f"{onward}#latest")
    if asks_for(request, "line"):
        return in_a_sentence(" ".join(error for errors in form.errors.values() for error in errors), 422)
    if onward != mine.get_absolute_url():
        flash.error(request, " ".join(error for errors in form.errors.values() for error in errors))
        return redirect(onward)
    return _page(request, thread_of(request, mine), form)


def _onward(request: HttpRequest, mine: Conversation) -> str:
    """Back to the page the form stood on."""
    onward = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(onward, {request.get_host()}, require_https=request.is_secure())
    return onward if ours and onward.startswith("/") and "#" not in onward else mine.get_absolute_url()


def _rows(request: HttpRequest, *, archived: bool = False) -> tuple[list[inbox.Row], str]:
    try:
        rows, cursor = inbox.page(request.user, request.GET.get("cursor", ""), archived=archived)
    except ValueError:
        raise Http404 from None
    return rows, f"{reverse('messages')}?{'archived&' if archived else ''}cursor={cursor}" if cursor else ""


@require_POST
@login_required
def talk_to(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the direct conversation with a member and go there."""
    other = get_object_or_404(Member, pk=pk, is_active=True)
    try:
        mine = actions.direct(request.user, other)
    except Refusal as refusal:
        flash.error(request, str(refusal))
        return redirect(other)
    return redirect(mine)
