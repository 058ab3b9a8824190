"""A story as deeds in the order of time: each is done when its moment comes, and may lead to further ones."""

import heapq
from collections.abc import Callable
from datetime import datetime
from itertools import count

from django.db import transaction

from .clock import StoryClock

Deed = Callable[[], object]


class Story:
    """Deeds wait for their moment; what would happen after the story's end has not happened yet."""

    def __init__(self, clock: StoryClock) -> None:
        self.clock = clock
        self._waiting: list[tuple[datetime, int, Deed]] = []
        self._order = count()

    def at(self, moment: datetime, deed: Deed) -> None:
        heapq.heappush(self._waiting, (moment, next(self._order), deed))

    def tell(self) -> int:
        """Do every deed up to the end, each in its own transaction, at its own time. Returns how many."""
        told = 0
        while self._waiting and self._waiting[0][0] <= self.clock.end:
            self.clock.now, _order, deed = heapq.heappop(self._waiting)
            with transaction.atomic():
                deed()
            told += 1
        self._waiting.clear()
        self.clock.now = self.clock.end
        return told
