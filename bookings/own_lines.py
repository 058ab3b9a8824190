"""A member's own deed in the list of their conversations, told to them as theirs: "You said yes"."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from messaging import lines

from . import news, words


def register() -> None:
    """Called when the app loads: how each line reads to whoever did it."""
    for step, render in _LINES.items():
        lines.register_own(f"booking.{step}", render)


def _asked(params: dict[str, Any]) -> str:
    return " · ".join([_("You asked"), news.when(params)])


def _confirmed(names: dict[str, words.Words]) -> Callable[[dict[str, Any]], str]:
    def render(params: dict[str, Any]) -> str:
        return _("%(what)s: confirmed by you") % {"what": names[words.manner(params["kind"], params["unit"])]}

    return render


_LINES: dict[str, Callable[[dict[str, Any]], str]] = {
    "request": _asked,
    "book": _asked,
    "accept": lambda params: _("You said yes"),
    "decline": lambda params: _("You said no"),
    "withdraw": lambda params: _("You took the request back"),
    "cancel": lambda params: _("You cancelled"),
    "hand_over_one": _confirmed(words.PICKUP),
    "return_one": _confirmed(words.RETURN),
    "pay_one": lambda params: _("Payment: confirmed by you"),
    "no_show": lambda params: _("You waited, nobody came"),
    "dispute": lambda params: _("You said that something is wrong"),
    "agree_one": lambda params: _("You say that it is settled"),
    "resolve": lambda params: _("Settled by you"),
    "change": lambda params: _("You changed the dates"),
    "change_ask": lambda params: _("You proposed other dates"),
    "change_decline": lambda params: _("You kept the dates as they are"),
    "change_withdraw": lambda params: _("You took the proposal back"),
    "waive": lambda params: _("You forgave the late fee"),
    "forgive": lambda params: _("You let go of what was owed"),
}
