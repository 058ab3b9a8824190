"""What is kept in memory because it was dear to make: so many things and no more, the oldest making room."""

import threading
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Memory(dict[K, V]):
    """A dict that keeps at most `most`. Reading takes no lock; `keep` puts in and answers what it put."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most
        self._lock = threading.Lock()

    def keep(self, key: K, value: V) -> V:
        with self._lock:
            if key not in self and len(self) >= self.most:
                for oldest in list(self)[: max(1, self.most // 4)]:
                    del self[oldest]
            self[key] = value
        return value
