"""Presence: who is here, and which conversation is before whose eyes. Each sign fades by itself.

It lives in the cache (in the process, or Valkey), never in the database: it is a courtesy, and nothing
but the choice whether to ring for someone hangs on it. While Valkey is away, each process knows of those
who sit at it, and the others are rung for.
"""

from collections.abc import Iterable

from django.core.cache import cache

from .bus import channel

SECONDS = 70


def arrive(member: int, conversation: int | None) -> None:
    signs = {_here(member): True}
    if conversation is not None:
        signs[_reading(member, conversation)] = True
    cache.set_many(signs, SECONDS)


def depart(member: int, conversation: int | None, *, gone: bool) -> None:
    """They look elsewhere, or (`gone`) their last tab has closed."""
    signs = []
    if conversation is not None:
        signs.append(_reading(member, conversation))
    if gone:
        signs.append(_here(member))
    if signs:
        cache.delete_many(signs)


def is_reading(member: int, conversation: int) -> bool:
    return bool(cache.get(_reading(member, conversation)))


def here(members: Iterable[int]) -> set[int]:
    """Which of these members have a tab open."""
    names = {_here(member): member for member in members}
    return {names[name] for name in cache.get_many(names)}


def _here(member: int) -> str:
    return f"{channel()}.here.{member}"


def _reading(member: int, conversation: int) -> str:
    return f"{channel()}.reading.{conversation}.{member}"
