"""Places: from the words people use to points and time zones, offline first."""

from .finder import FoundPlace, find, lookup, name_at, resolve, zone_at

__all__ = ["FoundPlace", "find", "lookup", "name_at", "resolve", "zone_at"]
