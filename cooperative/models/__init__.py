"""Deciding together: what the fee is, and what the pool pays for. An idea in each file."""

from .checks import BooksCheck
from .fees import FeePolicy
from .proposals import Ballot, Elector, Proposal

__all__ = ["Ballot", "BooksCheck", "Elector", "FeePolicy", "Proposal"]
