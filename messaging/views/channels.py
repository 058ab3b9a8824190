"""A community's channels: the list for its members, what its stewards set, and what was reported to them."""

from datetime import datetime

from django.contrib import messages as flash
from django.contrib.auth.decorators import login_required
from django.db.models import Case, When
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members.models import Community
from members.views.frame import inside, looked_after, refused_at, said
from sharing.web.api.pagination import decode_cursor, keyset
from sharing.web.refusals import Refusal

from .. import actions, channels
from ..forms import ChannelForm, RulingForm
from ..models import Channel, MessagePhoto, Report
from ..states import Ruling
from .lines import file_of

PAGE = 24


@require_safe
@login_required
def community_channels(request: HttpRequest, slug: str) -> HttpResponse:
    """All channels; which one is in, and how to join."""
    community, mine = inside(request, slug)
    context = {"community": community, "channels": channels.of(community, request.user), "steward": mine.is_steward}
    return render(request, "messaging/channels.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def channel_new(request: HttpRequest, slug: str) -> HttpResponse:
    """A steward makes a channel."""
    community = looked_after(request, slug)
    form = ChannelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            channel = actions.make_channel(community, by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            refused_at(form, refusal)
        else:
            flash.success(request, _("The channel is open."))
            return redirect("conversation", channel.conversation_id)
    context = {"community": community, "form": form}
    return render(request, "messaging/channel_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def channel_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Another name or purpose; who may write; closing and opening again."""
    community, channel = _kept(request, slug, pk)
    known = {"name": channel.conversation.subject, "kind": channel.kind, "purpose": channel.purpose}
    form = ChannelForm(request.POST or None, initial=known | {"for_all": channel.for_all})
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_channel(channel.pk, by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            refused_at(form, refusal)
        else:
            flash.success(request, _("Saved."))
            return redirect("community_channels", community.slug)
    context = {"community": community, "channel": channel, "form": form}
    return render(request, "messaging/channel_form.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def channel_close(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Nobody writes there any more; `off` opens it again."""
    community, channel = _kept(request, slug, pk)
    on = "off" not in request.POST
    actions.close_channel(channel.pk, by=request.user, on=on)
    flash.success(request, _("The channel is closed. It can still be read.") if on else _("The channel is open again."))
    return redirect("community_channels", community.slug)


@require_POST
@login_required
def channel_join(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take part."""
    community, _mine = inside(request, slug)
    channel = get_object_or_404(Channel, pk=pk, community=community)
    try:
        actions.join_channel(channel.pk, by=request.user)
    except Refusal as refusal:
        return said(request, refusal, "community_channels", community.slug)
    return redirect("conversation", channel.conversation_id)


def _kept(request: HttpRequest, slug: str, pk: int) -> tuple[Community, Channel]:
    community = looked_after(request, slug)
    return community, get_object_or_404(Channel.objects.select_related("conversation"), pk=pk, community=community)


# --- reports ------------------------------------------------------------------------------------------


@require_safe
@login_required
def community_reports(request: HttpRequest, slug: str) -> HttpResponse:
    """What was shown to the stewards: what is open first."""
    return _reports(request, looked_after(request, slug))


@require_safe
@login_required
def house_reports(request: HttpRequest) -> HttpResponse:
    """The same for what belongs to no community, for those who run the house."""
    if not request.user.is_staff:
        raise Http404
    return _reports(request, None)


def _reports(request: HttpRequest, community: Community | None) -> HttpResponse:
    is_open = Case(When(ruling=Ruling.OPEN, then=0), default=1)
    rows = Report.objects.filter(community=community).select_related("author", "reporter").annotate(done=is_open)
    cursor = request.GET.get("cursor", "")
    try:
        after = decode_cursor(cursor, 2) if cursor else None
        found, following = keyset(rows, ("done", "-id"), after, PAGE)
    except (ValueError, TypeError):
        raise Http404 from None
    more = f"{request.path}?cursor={following}" if following else ""
    return render(request, "messaging/reports.html", {"community": community, "reports": found, "more": more})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def community_report(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One report: what was written, what was said around it, and what to do."""
    return _report(request, looked_after(request, slug), pk)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def house_report(request: HttpRequest, pk: int) -> HttpResponse:
    if not request.user.is_staff:
        raise Http404
    return _report(request, None, pk)


def _report(request: HttpRequest, community: Community | None, pk: int) -> HttpResponse:
    rows = Report.objects.filter(community=community).select_related("author", "reporter", "ruled_by", "message")
    row = get_object_or_404(rows, pk=pk)
    form = RulingForm(request.POST or None)
    if community is None:
        ruling = form.fields["ruling"]
        ruling.choices = [choice for choice in ruling.choices if choice[0] != Ruling.SENT_OFF]
    if request.method == "POST" and form.is_valid():
        try:
            actions.rule_on(row.pk, form.cleaned_data["ruling"], by=request.user, word=form.cleaned_data["word"])
        except Refusal as refusal:
            refused_at(form, refusal)
        else:
            flash.success(request, _("Done. Whoever reported it has been told."))
            return redirect("community_reports", community.slug) if community else redirect("house_reports")
    around, line = [_told(each) for each in row.evidence.get("around", [])], _told(row.evidence.get("line", {}))
    context = {
        "community": community, "report": row, "form": form, "line": line,
        "said_before": [each for each in around if each["sequence"] < line["sequence"]],
        "said_after": [each for each in around if each["sequence"] > line["sequence"]],
        "photos": MessagePhoto.objects.filter(pk__in=row.evidence.get("photos", [])),
        "about_me": row.author_id == request.user.pk,
    }
    return render(request, "messaging/report.html", context, status=422 if form.errors else 200)


def _told(kept: dict) -> dict:
    """A line of the evidence with the moment it was said, as a template reads it."""
    return kept | {"at": datetime.fromisoformat(kept["created"]) if "created" in kept else None}


@require_safe
@login_required
def report_photo(request: HttpRequest, pk: int, photo: int) -> FileResponse:
    """A picture of a reported message, to those who look at the report."""
    row = get_object_or_404(Report.objects.select_related("community"), pk=pk)
    allowed = request.user.is_staff if row.community is None else (
        Community.objects.looked_after_by(request.user).filter(pk=row.community_id).exists()
    )
    if not allowed or photo not in row.evidence.get("photos", []):
        raise Http404
    found = get_object_or_404(MessagePhoto, pk=photo)
    return file_of(found, max(wide for wide in found.widths if wide <= 800), "webp")
