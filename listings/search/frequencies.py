"""How common each thing asked for is, so that the rarest leads. Kept in memory for a while: it need not be exact."""

import threading
import time
from collections.abc import Iterable

from ..models import TermFrequency
from . import terms

KEPT_S = 300
MOST_KEPT = 50_000

_kept: dict[int, tuple[int, float]] = {}
_lock = threading.Lock()


def rarest_first(kinds: Iterable[str], needs: list[tuple[str, ...]]) -> list[tuple[tuple[str, ...], int]]:
    """The needs (each: keys of which any will do) with about how many listings meet them, fewest first."""
    if len(needs) < 2:
        return [(keys, 0) for keys in needs]
    _read({terms.tid(kind, key) for keys in needs for kind in kinds for key in keys})
    return sorted(((keys, total(kinds, keys)) for keys in needs), key=lambda need: need[1])


def total(kinds: Iterable[str], keys: tuple[str, ...]) -> int:
    """About how many public listings of these kinds carry any of the keys; 0 when never counted."""
    tids = {terms.tid(kind, key) for kind in kinds for key in keys}
    _read(tids)
    return sum(_kept.get(tid, (0, 0.0))[0] for tid in tids)


def forget() -> None:
    with _lock:
        _kept.clear()


def _read(tids: set[int]) -> None:
    """One statement for what is not known, or known too long."""
    now = time.monotonic()
    missing = [tid for tid in tids if _kept.get(tid, (0, 0.0))[1] < now]
    if not missing:
        return
    counted = dict(TermFrequency.objects.filter(tid__in=missing).values_list("tid", "n"))
    with _lock:
        if len(_kept) > MOST_KEPT:
            _kept.clear()
        _kept.update((tid, (counted.get(tid, 0), now + KEPT_S)) for tid in missing)
