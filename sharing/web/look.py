"""Light, dark, or as the device: how the pages look in this browser.

Kept in a cookie rather than with the member: one and the same person reads by the window on the laptop and in bed
on the phone, and a guest may choose as well. The page is sent in the look that was chosen, so that none flashes up
in the other one first, and no script is needed.
"""

from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

COOKIE = "look"
A_YEAR = 365 * 24 * 60 * 60


class Choice(NamedTuple):
    value: str
    label: Promise
    icon: str


CHOICES = [
    Choice("", gettext_lazy("As the device"), "monitor-smartphone"),
    Choice("light", gettext_lazy("Light"), "sun"),
    Choice("dark", gettext_lazy("Dark"), "moon"),
]
_KEPT = frozenset(choice.value for choice in CHOICES if choice.value)


def of(request: HttpRequest) -> str:
    """ "light", "dark", or "" for as the device says."""
    kept = request.COOKIES.get(COOKIE, "")
    return kept if kept in _KEPT else ""


def keep(response: HttpResponse, look: str) -> None:
    """Let this browser ask for its pages so; anything else than a look is as the device says."""
    if look not in _KEPT:
        response.delete_cookie(COOKIE, samesite="Lax")
        return
    response.set_cookie(
        COOKIE, look, max_age=A_YEAR, samesite="Lax", httponly=True, secure=settings.SESSION_COOKIE_SECURE
    )
