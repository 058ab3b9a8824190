"""What cards of a search carry: the days asked for, and the times that are free."""

from typing import NamedTuple

from django import template
from django.utils.translation import ngettext

from ..search import when

register = template.Library()
SHOWN = 3


class Time(NamedTuple):
    label: str
    short: str
    url: str


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
