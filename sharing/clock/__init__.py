"""The clock: what happens by itself, each thing at most once per tick, whoever runs it."""

from .schedule import every

__all__ = ["every"]
