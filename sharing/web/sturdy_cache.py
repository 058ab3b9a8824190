"""The cache, which may go away: Valkey as long as it answers, else a small memory of this process.

Nothing that is kept in it is worth failing a page for: tries that are counted, letters sent once, what a place is
called. While Valkey is away each process counts for itself (so a limit is looser, never gone), says so in the log,
and asks again after a moment. What was kept meanwhile is not carried over.
"""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger("commonshare.cache")

LEFT_ALONE = 5.0  # seconds a Valkey that did not answer is not asked again
MOST_MEANWHILE = 5_000  # entries of this process


def _sturdy(name: str) -> Callable[..., Any]:
    asked = getattr(RedisCache, name)

    def ask(self: "SturdyCache", *given: Any, **more: Any) -> Any:
        if time.monotonic() >= SturdyCache.asked_again_at:
            try:
                return asked(self, *given, **more)
            except (RedisError, OSError) as trouble:
                log.warning("The cache is away, this process remembers for itself meanwhile: %s", trouble)
                SturdyCache.asked_again_at = time.monotonic() + LEFT_ALONE
        return getattr(self.meanwhile, name)(*given, **more)

    return ask


class SturdyCache(RedisCache):
    """Django's cache on Valkey, whose questions never fail because it is away."""

    asked_again_at = 0.0  # of the process: one thread's trouble spares the others the wait

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        few = {**params, "OPTIONS": {"MAX_ENTRIES": MOST_MEANWHILE}}
        self.meanwhile = LocMemCache(f"meanwhile:{server}", few)

    def reach(self) -> None:
        """Ask Valkey itself; raises when it is away."""
        RedisCache.has_key(self, "reached")

    for _name in ("add", "get", "set", "touch", "delete", "get_many", "has_key", "incr", "set_many", "delete_many"):
        locals()[_name] = _sturdy(_name)
    del _name
