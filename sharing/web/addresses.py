"""Addresses found by their first word: a request is held against the few that begin like it, not against hundreds.

Django tries one pattern after the other, and what lies in the last room pays for all rooms before it, on each
request. Names, arguments and what is matched stay as the rooms wrote them.
"""

from collections.abc import Iterable, Sequence
from importlib import import_module
from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path
from django.urls.resolvers import RoutePattern

Address = URLPattern | URLResolver


def of_rooms(rooms: Iterable[str], module: str) -> list[Address]:
    """The addresses in `room.module` of each room that has such a module, by their first word."""
    found = [f"{room}.{module}" for room in rooms if find_spec(f"{room}.{module}")]
    return by_first_word([address for name in found for address in import_module(name).urlpatterns])


def by_first_word(addresses: Sequence[Address]) -> list[Address]:
    """The same addresses, those with one first word together, in their order; last what begins otherwise."""
    words: dict[str, list[Address]] = {}
    others: list[Address] = []
    for address in addresses:
        word, rest = _split(address)
        if word and isinstance(address, URLPattern):
            words.setdefault(word, []).append(path(rest, address.callback, address.default_args, address.name))
        else:
            others.append(address)
    return [*(path(word, include(those)) for word, those in words.items()), *others]


def _split(address: Address) -> tuple[str, str]:
    """ "search/" and "facets/" of "search/facets/"; "" first where that is no plain word."""
    if not isinstance(address.pattern, RoutePattern):
        return "", ""
    word, slash, rest = str(address.pattern).partition("/")
    return (f"{word}/", rest) if slash and "<" not in word else ("", "")
