"""One booking of the demo as data: who asks for what, when, what is said, and how far it comes."""

from typing import NamedTuple


class Line(NamedTuple):
    """Something said, so many minutes after a moment of the booking: asked, answered, pickup, back or now (negative: before)."""

    after: str
    minutes: int
    side: str  # "b" borrower, "l" lender, "s" a steward who mediates
    text: str


class Tale(NamedTuple):
    """`asked`, `first` and `last` are days as `StoryDays` reads them: "-20", "+3", "tue1" (Tuesday next week).

    `end` is the last step taken: request, accept, picked_one (one side has confirmed), pick, back_one, back, close,
    decline, withdraw, expire, cancel, no_show, dispute, resolve. `paid`: nobody, borrower, lender or both.
    """

    offer: str
    borrower: str
    asked: str
    first: str
    last: str = ""
    end: str = "close"
    note: str = ""
    word: str = ""  # what goes with the last step
    talk: tuple[Line, ...] = ()
    quantity: int = 1
    hours: tuple[str, str] = ("", "")  # by the hour: from, until
    clock: str = "18:10"  # when it was asked
    hours_ago: float = 0  # asked so long ago, instead of a clock time
    patience: int = 47  # minutes until the lender answers
    paid: str = "both"
    photos: tuple[str, ...] = ()  # at the pick-up by the borrower
    photos_back: tuple[str, ...] = ()  # at the return by the lender
    way: tuple[int, int] = (0, -1)  # rides: index of the stop to get on and off
    solidarity: int = 0
    kept: int = 0
    unread: str = ""  # who has not read the last lines: "b", "l" or "bl"


def b(after: str, minutes: int, text: str) -> Line:
    return Line(after, minutes, "b", text)


def l(after: str, minutes: int, text: str) -> Line:  # noqa: E743
    return Line(after, minutes, "l", text)


def s(after: str, minutes: int, text: str) -> Line:
    return Line(after, minutes, "s", text)
