"""Deciding together: what the fee is, and what the pool pays for. An idea in each file."""

from .care import CareSeat, CareTask, CareThanks
from .charter import Charter
from .checks import BooksCheck
from .delegations import Delegation, Proxy
from .dividends import LeftInPool, Share
from .evidence import Evidence
from .fees import FeePolicy
from .proposals import Ballot, Elector, Proposal
from .secret import Urn, Voted

__all__ = [
    "Ballot", "BooksCheck", "CareSeat", "CareTask", "CareThanks", "Charter", "Delegation", "Elector", "Evidence",
    "FeePolicy", "LeftInPool", "Proposal", "Proxy", "Share", "Urn", "Voted",
]
