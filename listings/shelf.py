"""What a community added and still offers, kept in memory for a moment: every search within it asks for this.

Its own categories and questions are few and seldom change; the process that changes them knows at once,
others hear of it within `KEPT_S`. Where one changes them, they are read from the table.
"""

import threading
import time
from typing import NamedTuple

from django.db import transaction

from . import categories
from .models import Attribute

KEPT_S = 30.0
MOST_KEPT = 2000


class Shelf(NamedTuple):
    categories: list[categories.Own]
    questions: list[Attribute]

    def asked_of(self, category: str) -> list[Attribute]:
        """The questions about what lies in a category."""
        lineage = set(categories.lineage(category))
        return [question for question in self.questions if categories.slug_of(question.category_id) in lineage]


_kept: dict[int, tuple[float, Shelf]] = {}
_lock = threading.Lock()


def of(community_id: int) -> Shelf:
    """Two statements when it is not known, or known too long."""
    until, shelf = _kept.get(community_id, (0.0, None))
    now = time.monotonic()
    if shelf is None or until < now:
        asked = Attribute.objects.filter(community=community_id, retired=False)
        shelf = Shelf(categories.own_of(community_id), list(asked))
        with _lock:
            if len(_kept) >= MOST_KEPT:
                _kept.clear()
            _kept[community_id] = (now + KEPT_S, shelf)
    return shelf


def forget(community_id: int | None = None) -> None:
    """After a change; at once, and again when it is committed, in case somebody read in between."""
    _drop(community_id)
    transaction.on_commit(lambda: _drop(community_id))


def _drop(community_id: int | None) -> None:
    with _lock:
        if community_id is None:
            _kept.clear()
        else:
            _kept.pop(community_id, None)
