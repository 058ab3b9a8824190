"""Deciding together: what the fee is, and what the pool pays for. An idea in each file."""

from .budget import Allotment, BudgetLine
from .care import CareSeat, CareTask, CareThanks
from .charter import Charter
from .checks import BooksCheck
from .delegations import Delegation, Proxy
from .dividends import LeftInPool, Share
from .evidence import Evidence
from .fees import FeePolicy
from .grants import Grant
from .opening import OpenBooks
from .payouts import Payout
from .projects import Direction, Project
from .proposals import Ballot, Elector, Proposal
from .secret import Urn, Voted
from .statements import Statement, StatementSignature

__all__ = [
    "Allotment", "Ballot", "BooksCheck", "BudgetLine", "CareSeat", "CareTask", "CareThanks", "Charter", "Delegation",
    "Direction", "Elector", "Evidence", "FeePolicy", "Grant", "LeftInPool", "OpenBooks", "Payout", "Project",
    "Proposal", "Proxy", "Share", "Statement", "StatementSignature", "Urn", "Voted",
]
