"""Slots: places on a lower room's page that a higher room fills, on the server, in the same request.

A listing's page shows a calendar without `listings` knowing of `bookings`: the template says
{% slot "listing.calendar" listing=listing %}, and `bookings` has filled that slot when it loaded.
Imports keep pointing one way, the page works without script, and nothing shifts on arrival.
"""

from collections import defaultdict
from collections.abc import Callable

from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

Filler = Callable[..., str]

_fillers: dict[str, list[tuple[int, Filler]]] = defaultdict(list)


def fill(name: str, filler: Filler, *, order: int = 100) -> None:
    """Let `filler(request, **context)` add its HTML (or "") to the slot; lower `order` comes first."""
    if (order, filler) not in _fillers[name]:
        _fillers[name].append((order, filler))
        _fillers[name].sort(key=lambda entry: entry[0])


def render(name: str, request: HttpRequest, **context: object) -> SafeString:
    return format_html_join("", "{}", ((filler(request, **context),) for _, filler in _fillers[name]))
