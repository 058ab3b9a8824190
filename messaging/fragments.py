"""What this room puts on other rooms' pages, through slots."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from members.models import Member
from sharing.web import slots

from . import threads
from .models import Conversation
from .writer import NotInside


def fill() -> None:
    slots.fill("profile.talk", talk_button)
    slots.fill("conversation.thread", thread)


def talk_button(request: HttpRequest, *, member: Member, **_more: object) -> SafeString | str:
    """ "Write to NAME", for everyone but themselves."""
    if not request.user.is_authenticated or member.pk == request.user.pk or not member.is_active:
        return ""
    return render_to_string("messaging/_talk_button.html", {"member": member}, request)


def thread(request: HttpRequest, *, conversation: Conversation | None, **_more: object) -> SafeString | str:
    """The conversation itself, beside what it is about (a booking)."""
    if conversation is None or not request.user.is_authenticated:
        return ""
    try:
        loaded = threads.load(conversation, request.user)
    except NotInside:
        return ""
    return render_to_string("messaging/_thread.html", {"thread": loaded, "embedded": True}, request)
