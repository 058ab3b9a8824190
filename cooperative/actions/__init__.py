"""All that may happen to proposals and to the care of the commons. An intention in each function, one transaction.

A draft is its author's. Opening freezes the electorate and what is voted on. Votes and the close lock
the proposal's row, so that a ballot is either counted or refused. The outcome is what the count says; carrying
it out is in `cooperative.execution`.
"""

from ..delegating import delegate, revoke
from ..execution import execute
from .beginning import set_first_policy
from .choosing import vote
from .closing import close, close_what_is_due, remind_of_votes, retry_what_waits
from .drafts import LEAST_QUORUM, LONGEST, SHORTEST, amend, propose
from .opening import closing_time, discuss, join_discussion, open, withdraw
from .parts import DecisionError

__all__ = [
    "LEAST_QUORUM", "LONGEST", "SHORTEST", "DecisionError", "amend", "close", "close_what_is_due", "closing_time",
    "delegate", "discuss", "execute", "join_discussion", "open", "propose", "remind_of_votes", "retry_what_waits",
    "revoke", "set_first_policy", "vote", "withdraw",
]
