"""Asking about a listing."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from members.views.frame import said
from sharing.web.refusals import Refusal

from .. import talk


@require_POST
@login_required
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """To the conversation about it, opened now if there is none."""
    try:
        conversation = talk.ask_about(pk, by=request.user)
    except Refusal as refusal:
        return said(request, refusal, "listing", pk)
    return redirect(conversation)
