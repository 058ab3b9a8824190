"""Pages of talk: the list of conversations, and one conversation."""

from django.contrib import messages as flash
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members.models import Member
from sharing.web.refusals import Refusal

from .. import actions, inbox, threads
from ..forms import MessageForm
from ..models import Conversation


@require_safe
@login_required
def messages(request: HttpRequest) -> HttpResponse:
    """All conversations; htmx asks for the rows alone, to show more or to bring the list up to date."""
    rows, more = _rows(request)
    context = {"rows": rows, "more": more, "current": _number(request.GET.get("open", ""))}
    return render(request, "messaging/_rows.html" if request.htmx else "messaging/messages.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def conversation(request: HttpRequest, pk: int) -> HttpResponse:
    """One conversation beside the list and what it is about; a POST says something without any script."""
    mine = get_object_or_404(Conversation.objects.open_to(request.user), pk=pk)
    if request.method == "POST":
        return _say(request, mine)
    before = _number(request.GET.get("before", ""))
    thread = _thread(mine, request.user, before)
    if request.htmx or request.headers.get("X-Part") == "lines":
        return render(request, "messaging/_lines.html", {"thread": thread})
    if before is None and thread.newest > thread.seat.seen_seq:
        actions.mark_seen(mine.pk, request.user.pk, thread.newest)
        actions.mark_read_at(request.user, mine.get_absolute_url())
    return _page(request, thread)


def _page(request: HttpRequest, thread: threads.Thread, form: MessageForm | None = None) -> HttpResponse:
    rows, more = _rows(request)
    context = {"thread": thread, "form": form, "rows": rows, "more": more, "current": thread.conversation.pk}
    return render(request, "messaging/conversation.html", context, status=422 if form else 200)


def _say(request: HttpRequest, mine: Conversation) -> HttpResponse:
    form = MessageForm(request.POST)
    onward = _onward(request, mine)
    if form.is_valid():
        facts = form.cleaned_data
        try:
            actions.post(mine.pk, by=request.user, body=facts["body"], client_id=facts["client_id"])
        except actions.NotInside:
            raise Http404 from None
        except Refusal as refusal:
            form.add_error("body", str(refusal))
        else:
            return redirect(f"{onward}#latest")
    if onward != mine.get_absolute_url():
        flash.error(request, " ".join(error for errors in form.errors.values() for error in errors))
        return redirect(onward)
    return _page(request, _thread(mine, request.user), form)


def _onward(request: HttpRequest, mine: Conversation) -> str:
    """Back to the page the form stood on."""
    onward = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(onward, {request.get_host()}, require_https=request.is_secure())
    return onward if ours and onward.startswith("/") and "#" not in onward else mine.get_absolute_url()


def _thread(mine: Conversation, member: Member, before: int | None = None) -> threads.Thread:
    try:
        return threads.load(mine, member, before=before)
    except actions.NotInside:
        raise Http404 from None


def _rows(request: HttpRequest) -> tuple[list[inbox.Row], str]:
    try:
        rows, cursor = inbox.page(request.user, request.GET.get("cursor", ""))
    except ValueError:
        raise Http404 from None
    return rows, f"{reverse('messages')}?cursor={cursor}" if cursor else ""


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


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
