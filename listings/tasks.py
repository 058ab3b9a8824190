"""What this room does by itself: the jobs of search."""

from .search import tasks as _search  # noqa: F401
