"""What a reader missed: the lines after a number, and what changed since in the lines up to it.

Both come a window at a time. How far a reader knows the changes is said by what they were given: where changes were
left over, no further than the last of them, however high the numbers in newer lines are.
"""

from typing import NamedTuple

from . import threads
from .models import Message


class Missed(NamedTuple):
    """One answer. `more`: ask again after `sequence` and `change`, which is None where no changes were asked for."""

    lines: list[Message]
    changed: list[Message]
    sequence: int
    change: int | None
    more: bool


def missed(conversation: int, member: int, after: int, changes: int | None, most: int) -> Missed:
    """At most so many lines, and so many changes; NotInside for a stranger."""
    lines, more = threads.since(conversation, member, after, most)
    newest = lines[-1].sequence if lines else after
    if changes is None:
        return Missed(lines, [], newest, None, more)
    changed, left_over = threads.changed_since(conversation, member, changes, after, most)
    told = changed if left_over else [*lines, *changed]
    return Missed(lines, changed, newest, max([changes, *(line.change or 0 for line in told)]), more or left_over)
