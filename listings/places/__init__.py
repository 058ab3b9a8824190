"""Places: from the words people use to points and time zones, offline first."""

from .finder import FoundPlace, find, resolve, zone_at

__all__ = ["FoundPlace", "find", "resolve", "zone_at"]
