"""Presence: who is here, and which conversation is before whose eyes. Each sign fades by itself.

It lives in the cache (in the process, or Valkey), never in the database: it is a courtesy, and nothing
but the choice whether to ring for someone hangs on it. So a cache that is away is left alone for a
while and fails nothing: nobody seems to be here, and everybody is rung for.
"""

import logging
import time
from collections.abc import Callable, Iterable
from typing import TypeVar

from django.core.cache import cache

from .bus import channel

log = logging.getLogger("commonshare.messaging")
T = TypeVar("T")

SECONDS = 70
LEFT_ALONE = 5.0  # seconds a cache that did not answer is not asked again

_asked_again_at = 0.0


def arrive(member: int, conversation: int | None) -> None:
    signs = {_here(member): True}
    if conversation is not None:
        signs[_reading(member, conversation)] = True
    _ask(lambda: cache.set_many(signs, SECONDS), None)


def depart(member: int, conversation: int | None, *, gone: bool) -> None:
    """They look elsewhere, or (`gone`) their last tab has closed."""
    signs = []
    if conversation is not None:
        signs.append(_reading(member, conversation))
    if gone:
        signs.append(_here(member))
    if signs:
        _ask(lambda: cache.delete_many(signs), None)


def is_reading(member: int, conversation: int) -> bool:
    return _ask(lambda: bool(cache.get(_reading(member, conversation))), False)


def here(members: Iterable[int]) -> set[int]:
    """Which of these members have a tab open."""
    names = {_here(member): member for member in members}
    return _ask(lambda: {names[name] for name in cache.get_many(names)}, set())


def _ask(deed: Callable[[], T], otherwise: T) -> T:
    global _asked_again_at
    if time.monotonic() < _asked_again_at:
        return otherwise
    try:
        return deed()
    except Exception as failure:
        log.warning("The cache could not be asked who is here: %s", failure)
        _asked_again_at = time.monotonic() + LEFT_ALONE
        return otherwise


def _here(member: int) -> str:
    return f"{channel()}.here.{member}"


def _reading(member: int, conversation: int) -> str:
    return f"{channel()}.reading.{conversation}.{member}"
