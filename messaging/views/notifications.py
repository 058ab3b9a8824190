"""What one should know of: the page, and what marks it read."""

from itertools import groupby

from django.contrib import messages as flash
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sharing.web.api.pagination import decode_cursor, keyset

from .. import actions
from ..models import Notification

NOTES = 24


@require_safe
@login_required
def notifications(request: HttpRequest) -> HttpResponse:
    """What one should know of, newest first, by days."""
    notes, cursor = _notes(request)
    dated = groupby(notes, key=lambda note: timezone.localtime(note.created).date())
    days = [(day, list(group)) for day, group in dated]
    more = f"{reverse('notifications')}?cursor={cursor}&day={days[-1][0].isoformat()}" if cursor else ""
    shown = request.GET.get("day", "")
    context = {"days": days, "more": more, "day_shown": shown, "unread": any(note.read is None for note in notes)}
    return render(request, "messaging/_notes.html" if request.htmx else "messaging/notifications.html", context)


def _notes(request: HttpRequest) -> tuple[list[Notification], str | None]:
    cursor = request.GET.get("cursor", "")
    try:
        after = decode_cursor(cursor, 1) if cursor else None
        return keyset(Notification.objects.filter(member=request.user), ("-id",), after, NOTES)
    except (ValueError, TypeError, ValidationError, OverflowError):
        raise Http404 from None


@require_safe
@login_required
def notification(request: HttpRequest, pk: int) -> HttpResponse:
    """Follow a notification: it is read now."""
    note = get_object_or_404(Notification, pk=pk, member=request.user)
    if note.read is None:
        actions.mark_read(request.user, [note.pk])
    ours = url_has_allowed_host_and_scheme(note.url, {request.get_host()}, require_https=request.is_secure())
    return redirect(note.url if ours else reverse("notifications"))


@require_POST
@login_required
def notifications_read(request: HttpRequest) -> HttpResponse:
    """Everything is read."""
    if actions.mark_read(request.user):
        flash.success(request, _("All read. Nothing waits for you here."))
    return redirect("notifications")
