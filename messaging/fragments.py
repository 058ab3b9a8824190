"""What this room puts on other rooms' pages, through slots."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from members.models import Community, Member
from members.views.frame import standing
from sharing.web import slots

from . import dressing, threads
from .models import Conversation, Report
from .states import Ruling
from .writer import NotInside

MOST_COUNTED = 10


def fill() -> None:
    slots.fill("profile.talk", talk_button)
    slots.fill("conversation.thread", thread)
    slots.fill("settings.people", blocked)
    slots.fill("community.tabs", channels, order=50)
    slots.fill("settings.news", settings_link, order=50)


def settings_link(request: HttpRequest, **_more: object) -> SafeString:
    return render_to_string("messaging/_settings_link.html", {}, request)


def talk_button(request: HttpRequest, *, member: Member, **_more: object) -> SafeString | str:
    """ "Write to NAME", for everyone but themselves."""
    if not request.user.is_authenticated or member.pk == request.user.pk or not member.is_active:
        return ""
    return render_to_string("messaging/_talk_button.html", {"member": member}, request)


def blocked(request: HttpRequest, **_more: object) -> SafeString:
    """A link in the menu of settings."""
    return render_to_string("messaging/_blocked_menu.html", {}, request)


def channels(request: HttpRequest, *, community: Community, current: str = "") -> SafeString | str:
    """Channels among a community's tabs for its members, reports for its stewards."""
    mine = standing(request, community)
    if mine is None or not mine.is_active:
        return ""
    waiting = 0
    if mine.is_steward:
        waiting = Report.objects.filter(community=community, ruling=Ruling.OPEN)[:MOST_COUNTED].count()
    context = {"community": community, "current": current, "steward": mine.is_steward, "open": waiting}
    return render_to_string("messaging/_channels_tab.html", context, request)


def thread(request: HttpRequest, *, conversation: Conversation | None, **_more: object) -> SafeString | str:
    """The conversation itself, beside what it is about (a booking)."""
    if conversation is None or not request.user.is_authenticated:
        return ""
    try:
        loaded = dressing.dressed(threads.load(conversation, request.user), request)
    except NotInside:
        return ""
    return render_to_string("messaging/_thread.html", {"thread": loaded, "embedded": True}, request)
