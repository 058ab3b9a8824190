"""Words that find each other: a few that everyone uses alike, and those a community has said of its own."""

import threading
import time
from collections.abc import Iterable, Sequence

from ..models import Synonym
from . import terms

KEPT_S = 30.0
EVERYWHERE = (
    ("bike", "bicycle"), ("hoover", "vacuum"), ("torch", "flashlight"), ("couch", "sofa"), ("caravan", "camper"),
    ("fahrrad", "velo"), ("beamer", "projektor"), ("leiter", "stehleiter"), ("rasenmaher", "mahmaschine"),
)  # fmt: skip

_kept: dict[int, tuple[float, dict[str, tuple[str, ...]]]] = {}
_lock = threading.Lock()


def widened(words: Sequence[str], communities: Sequence[int]) -> list[tuple[str, ...]]:
    """For each word the stems that will do: its own, and those of what it also means."""
    if not words:
        return []
    said = [_EVERYWHERE, *_of(communities)]
    return [_stems([word, *(other for each in said for other in each.get(word, ()))]) for word in words]


def forget(community_id: int) -> None:
    """After a change; other processes hear of it within `KEPT_S`."""
    with _lock:
        _kept.pop(community_id, None)


def _stems(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(stem for word in words for stem in terms.variants(word)))


def _of(communities: Sequence[int]) -> list[dict[str, tuple[str, ...]]]:
    """What they have said, one statement for those not known or known too long."""
    now = time.monotonic()
    missing = [pk for pk in communities if _kept.get(pk, (0.0,))[0] < now]
    if missing:
        said: dict[int, dict[str, tuple[str, ...]]] = {pk: {} for pk in missing}
        rows = Synonym.objects.filter(community__in=missing).values_list("community_id", "word", "means")
        for pk, word, means in rows:
            said[pk][word] = (*said[pk].get(word, ()), means)
        with _lock:
            _kept.update((pk, (now + KEPT_S, words)) for pk, words in said.items())
    return [_kept[pk][1] for pk in communities if pk in _kept]


def _everywhere() -> dict[str, tuple[str, ...]]:
    pairs = [*EVERYWHERE, *((means, word) for word, means in EVERYWHERE)]
    return {word: tuple(means for said, means in pairs if said == word) for word, _means in pairs}


_EVERYWHERE = _everywhere()
