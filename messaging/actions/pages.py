"""Pages that are open and not so any more: each tab that shows one asks for it anew.

For what changes by itself and leaves no line in a conversation, as when a card is charged.
"""

from collections.abc import Iterable

from django.db import transaction

from .. import frames
from ..hub import hub


def stale(url: str, members: Iterable[int]) -> None:
    """Tell these members' tabs, after the commit, that the page at `url` has changed."""
    people, frame = tuple(members), frames.stale(url)
    transaction.on_commit(lambda: hub.tell(people, frame), robust=True)
