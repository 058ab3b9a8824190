"""Unread counts for the header of every page: asked for only by a page that shows them, both at once."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from .unread import Unread


def unread(request: HttpRequest) -> dict[str, Any]:
    member = getattr(request, "user", None)
    if member is None:
        return {}
    counts = SimpleLazyObject(lambda: Unread(member.pk) if member.is_authenticated else _Nothing())
    return {
        "unread_messages": SimpleLazyObject(lambda: counts.messages),
        "unread_notifications": SimpleLazyObject(lambda: counts.notifications),
        "letters_parked": SimpleLazyObject(lambda: counts.letters_parked),
    }


class _Nothing:
    messages = notifications = 0
    letters_parked = False
