"""Where a scanned label leads, as the rooms above know: the agreement that a member is about to begin or to end.

A room that makes agreements registers a finder when it loads: from a listing and a member to the address of
what they do next with it here and now, or "".
"""

from collections.abc import Callable

from members.models import Member

from .models import Listing

Finder = Callable[[Listing, Member], str]
_finders: list[Finder] = []


def register(finder: Finder) -> None:
    if finder not in _finders:
        _finders.append(finder)


def next_step(listing: Listing, member: Member) -> str:
    return next((url for finder in _finders if (url := finder(listing, member))), "")
