"""Cards: what a link to a page of this house looks like in a conversation, for those who may see that page.

A higher room says how its addresses begin and how several of its things are drawn at once:

    cards.register("listing", "/listings/", lambda request, ids: {7: "<article …>"})

A message keeps the names ("listing:7"); whether a reader may see the thing is asked when they read.
"""

from collections.abc import Callable, Iterable

from django.http import HttpRequest

Draw = Callable[[HttpRequest, list[int]], dict[int, str]]

_registered: dict[str, tuple[str, Draw]] = {}


def register(kind: str, prefix: str, draw: Draw) -> None:
    """`draw(request, ids)` answers the HTML of those that the request's member may see, by id."""
    _registered[kind] = (prefix, draw)


def key_of(path: str) -> str:
    """The name of what lies under this address: "/listings/7/" → "listing:7"; "" where there is no card for it."""
    for kind, (prefix, _draw) in _registered.items():
        number = path.removeprefix(prefix).rstrip("/") if path.startswith(prefix) else ""
        if number.isascii() and number.isdigit() and len(number) < 19:
            return f"{kind}:{int(number)}"
    return ""


def drawn(request: HttpRequest, keys: Iterable[str]) -> dict[str, str]:
    """The cards of these names, each kind asked once; what may not be seen is left out."""
    wanted: dict[str, set[int]] = {}
    for key in keys:
        kind, _, number = key.partition(":")
        if kind in _registered:
            wanted.setdefault(kind, set()).add(int(number))
    found = {}
    for kind, ids in wanted.items():
        for pk, html in _registered[kind][1](request, sorted(ids)).items():
            found[f"{kind}:{pk}"] = html
    return found
