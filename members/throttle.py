"""How often someone may be wrong: failures are counted by where they come from and by whom they are about.

Right answers cost nothing, so a house behind one address, or a program that asks often, is never
shut out by its own success. What one counts is hashed: the cache learns no address.
"""

import hashlib

from allauth.account.adapter import get_adapter
from django.core.cache import cache

MINUTE, DAY = 60, 24 * 60 * 60
FROM_ONE_PLACE, ABOUT_ONE_ADDRESS = 20, 5
WINDOW_PLACE, WINDOW_ADDRESS = MINUTE, 5 * MINUTE


def shut_out(request, address: str) -> int:
    """Seconds to wait before trying again; 0 when one may."""
    place, about = _keys(request, address)
    counts = cache.get_many([place, about])
    if counts.get(about, 0) >= ABOUT_ONE_ADDRESS:
        return WINDOW_ADDRESS
    if counts.get(place, 0) >= FROM_ONE_PLACE:
        return WINDOW_PLACE
    return 0


def wrong(request, address: str) -> None:
    """One more failure; each window begins with its first."""
    for key, window in zip(_keys(request, address), (WINDOW_PLACE, WINDOW_ADDRESS), strict=True):
        if not cache.add(key, 1, window):
            try:
                cache.incr(key)
            except ValueError:  # it ran out in between
                cache.add(key, 1, window)


def too_often(what: str, most: int, seconds: int) -> bool:
    """Count once more; whether that is more than `most` since the first in so many seconds."""
    key = f"often:{_hash(what)}"
    cache.add(key, 0, seconds)
    try:
        return cache.incr(key) > most
    except ValueError:  # it ran out this moment
        return False


def _keys(request, address: str) -> tuple[str, str]:
    place = get_adapter().get_client_ip(getattr(request, "_request", request))
    return f"wrong:from:{_hash(place)}", f"wrong:about:{_hash(address.strip().lower())}"


def _hash(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
