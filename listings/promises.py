"""What is still promised about a listing, told by the rooms above.

The rooms that make promises about listings register a teller when they load: a function from a
listing to a sentence ("Two bookings are still running.") or "", so that a booked ride keeps its way;
and a lister of what is still to come, which keeps a listing out of the archive.
"""

from collections.abc import Callable
from typing import NamedTuple

from .models import Listing

Teller = Callable[[Listing], str]
_tellers: list[Teller] = []


class Promise(NamedTuple):
    """Something agreed that is still to come: in words, and where one reads on."""

    text: str
    url: str


Reviewer = Callable[[Listing, int], str]
_reviewers: list[Reviewer] = []

Lister = Callable[[Listing], list[Promise]]
_listers: list[Lister] = []


def register(teller: Teller) -> None:
    if teller not in _tellers:
        _tellers.append(teller)


def of(listing: Listing) -> list[str]:
    """The sentences about promises that still bind this listing, in the active language."""
    return [sentence for teller in _tellers if (sentence := teller(listing))]


def register_review(reviewer: Reviewer) -> None:
    """`reviewer`: from a listing and how many of it there are to be, to the page that shows what no longer fits."""
    if reviewer not in _reviewers:
        _reviewers.append(reviewer)


def review(listing: Listing, capacity: int) -> str:
    """Where one sees which promises would have to be taken back, were there only so many; "" where nobody shows it."""
    return next((url for reviewer in _reviewers if (url := reviewer(listing, capacity))), "")


def register_list(lister: Lister) -> None:
    if lister not in _listers:
        _listers.append(lister)


def coming(listing: Listing) -> list[Promise]:
    """What is agreed and not over yet, the next first; never more than a few."""
    return [promise for lister in _listers for promise in lister(listing)]
