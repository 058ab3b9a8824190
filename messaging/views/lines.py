"""One line of a conversation: what one can do with it, and what one does. Each works by itself, without script."""

from django.contrib import messages as flash
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members import queries
from members.models import Community
from members.views.frame import refused_at
from sharing.web import formats
from sharing.web.refusals import Refusal

from .. import actions, threads
from ..forms import ReportForm, WordsForm
from ..models import MessagePhoto, Participant, Reaction
from ..states import SIGNS
from .parts import asks_for, drawn, in_a_sentence, lines_of, number

MOST = 50
TYPES = {"webp": "image/webp", "avif": "image/avif"}


@require_safe
@login_required
def lines(request: HttpRequest, pk: int) -> HttpResponse:
    """`?of=12,15`: these lines as they stand in a page, for the browser's own script."""
    asked = [number(each) for each in request.GET.get("of", "").split(",")[:MOST]]
    found = lines_of(request, pk, [each for each in asked if each is not None])
    return drawn(request, found) if found else HttpResponse("")


@require_safe
@login_required
def message(request: HttpRequest, pk: int, sequence: int) -> HttpResponse:
    """The line by itself, with all one can do with it."""
    line = _line(request, pk, sequence)
    seat = actions.seat_of(pk, request.user)
    mine = Reaction.objects.filter(message=line.message, member=request.user).values_list("sign", flat=True)
    channel = threads.Surroundings.of(line.message.conversation, request.user).channel
    context = {
        "line": line, "signs": SIGNS, "mine": set(mine), "speaks": seat.speaks,
        "reacts": seat.speaks or (channel is not None and channel.closed is None),
    }
    return render(request, "messaging/_acts.html" if asks_for(request, "acts") else "messaging/message.html", context)


@require_POST
@login_required
def react(request: HttpRequest, pk: int, sequence: int) -> HttpResponse:
    """`sign`: put it there; `off`: take it away."""
    on = "off" not in request.POST
    sign = request.POST.get("sign" if on else "off", "")
    return _do(request, pk, sequence, actions.react, sign=sign, on=on)


@require_POST
@login_required
def answer(request: HttpRequest, pk: int, sequence: int) -> HttpResponse:
    """Accept, decline or withdraw proposed dates."""
    return _do(request, pk, sequence, actions.answer_offer, request.POST.get("answer", ""))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request: HttpRequest, pk: int, sequence: int) -> HttpResponse:
    """Other words for a line of one's own."""
    line = _line(request, pk, sequence)
    if not line.mine:
        raise Http404
    form = WordsForm(request.POST or None, initial={"body": line.message.body})
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit(pk, sequence, by=request.user, body=form.cleaned_data["body"])
        except Refusal as refusal:
            refused_at(form, refusal)
            if asks_for(request, "line"):
                return in_a_sentence(refusal, 409)
        else:
            return _done(request, pk, sequence)
    until = line.editable_until
    if until is None and not form.is_bound:
        flash.error(request, _("A message can be changed for 15 minutes. Write another one, or delete this one."))
        return redirect("message", pk, sequence)
    context = {"line": line, "form": form, "until": formats.moment(until, style="time") if until else ""}
    return render(request, "messaging/message_edit.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def delete(request: HttpRequest, pk: int, sequence: int) -> HttpResponse:
    """Take a line of one's own back, once one has said that one means it."""
    line = _line(request, pk, sequence)
    if not line.mine or line.message.deleted is not None:
        raise Http404
    if request.method == "POST":
        return _do(request, pk, sequence, actions.take_back)
    return render(request, "messaging/message_delete.html", {"line": line})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def report(request: HttpRequest, pk: int, sequence: int) -> HttpResponse:
    """Show a line to the stewards, with what was said around it."""
    line = _line(request, pk, sequence)
    if line.mine or line.message.author is None:
        raise Http404
    concerned = line.message.conversation.community
    shared = [] if concerned else list(queries.shared_communities(request.user, line.message.author)[:50])
    form = ReportForm(request.POST or None, communities=shared)
    if request.method == "POST" and form.is_valid():
        try:
            actions.report(pk, sequence, by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            refused_at(form, refusal)
        else:
            flash.success(request, _("Thank you. The stewards have been told, and you will hear what they did."))
            return redirect("conversation", pk)
    community = concerned or (shared[0] if len(shared) == 1 else None)
    named = community and Community.objects.known_to(request.user).filter(pk=community.pk).exists()
    context = {"line": line, "form": form, "community": community, "named": named}
    return render(request, "messaging/message_report.html", context, status=422 if form.errors else 200)


@require_safe
@login_required
def photo(request: HttpRequest, pk: int, width: int, fmt: str) -> FileResponse:
    """A photo of a conversation, to those who may read its line."""
    return photo_file(request.user, pk, width, fmt)


def photo_file(member, pk: int, width: int, fmt: str) -> FileResponse:
    """The file, for pages and API alike; 404 to everyone else, and once the line was deleted."""
    photo = get_object_or_404(MessagePhoto.objects.select_related("message"), pk=pk, message__deleted__isnull=True)
    seats = Participant.objects.present().filter(member=member, conversation=photo.message.conversation_id)
    if not seats.filter(from_seq__lt=photo.message.sequence).exists():
        raise Http404
    return file_of(photo, width, fmt)


def file_of(photo: MessagePhoto, width: int, fmt: str) -> FileResponse:
    try:
        file = photo.open(width, fmt)
    except (FileNotFoundError, OSError):
        raise Http404 from None
    response = FileResponse(file, content_type=TYPES[fmt])
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _line(request: HttpRequest, pk: int, sequence: int) -> threads.Line:
    found = lines_of(request, pk, [sequence])
    if not found or found[0].is_event:
        raise Http404
    return found[0]


def _do(request: HttpRequest, pk: int, sequence: int, deed, *args, **kwargs) -> HttpResponse:
    """Do it and come back to the line; a refusal is said there, or to the browser's own script."""
    try:
        deed(pk, sequence, *args, by=request.user, **kwargs)
    except actions.NotInside:
        raise Http404 from None
    except Refusal as refusal:
        if asks_for(request, "line"):
            return in_a_sentence(refusal, 409)
        flash.error(request, str(refusal))
        return redirect(f"{reverse('conversation', args=[pk])}#line-{sequence}")
    return _done(request, pk, sequence)


def _done(request: HttpRequest, pk: int, sequence: int) -> HttpResponse:
    if asks_for(request, "line"):
        return drawn(request, lines_of(request, pk, [sequence]))
    return redirect(f"{reverse('conversation', args=[pk])}#line-{sequence}")
