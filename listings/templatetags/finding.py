"""What the page of search draws again and again: chips, and on cards the days asked for and the times that are free."""

from collections.abc import Iterable
from typing import NamedTuple

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sharing.web.templatetags.shell import icon

from ..search import when

register = template.Library()
SHOWN = 3


class Time(NamedTuple):
    label: str
    short: str
    url: str


@register.simple_tag
def chips(found: Iterable) -> SafeString:
    """Chips as links, one after the other; what is on is marked, and about how many there are is said behind."""
    return mark_safe("".join([_chip(chip) for chip in found]))  # noqa: S308 - each escaped


def _chip(chip) -> SafeString:
    on = mark_safe(' aria-current="true"') if chip.on else ""
    drawing, about = icon(chip.icon) if chip.icon else "", ""
    if chip.about:
        title = _("about so many around here")
        about = format_html(' <span class="chip__count" title="{}">{}</span>', title, chip.about)
    return format_html('<a class="chip" href="{}"{}>{}{}{}</a>', chip.url, on, drawing, chip.label, about)


@register.simple_tag
def address(listing, hit="", page="") -> str:
    """The listing's page, with the days of the search that led to it."""
    carried = page.when.carried(listing, hit.times if hit else ()) if page else ""
    return f"{listing.get_absolute_url()}{carried}"


@register.filter
def times(hit) -> list[Time]:
    """The first times it can be had, as links that carry them to its page."""
    home = hit.listing.get_absolute_url()
    return [Time(when.span(*time), when.days(*time), f"{home}{when.query(*time)}") for time in hit.times[:SHOWN]]


@register.filter
def more_times(hit) -> str:
    n = len(hit.times) - SHOWN
    return ngettext("and %(n)s more", "and %(n)s more", n) % {"n": n} if n > 0 else ""
