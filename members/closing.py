"""What keeps an account from being closed just now.

Higher rooms register a check when they load: it gets the member and answers a kind sentence
("You still have a drill from Bo.") or None. The first sentence is what the member reads.
"""

from collections.abc import Callable

from .models import Member

Check = Callable[[Member], str | None]

_checks: list[Check] = []


def register(check: Check) -> None:
    if check not in _checks:
        _checks.append(check)


def obstacle(member: Member) -> str | None:
    """Why this account cannot be closed now, or None."""
    return next((reason for check in _checks if (reason := check(member))), None)
