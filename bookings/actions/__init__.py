"""All that may happen to bookings and calendars: one intention, one transaction.

Pages, API, tasks and commands call these and nothing else writes. Each returns what it made or
changed, or raises a Refusal with a sentence for the person who asked; a stranger gets DoesNotExist.
"""

from .calendar import block, close_day, open_day, set_weekly, unblock
from .feeds import add_feed, close_calendar, drop_feed, look_now, open_calendar
from .paying import confirm_payment
from .requests import request
from .steps import take

__all__ = [
    "add_feed", "block", "close_calendar", "close_day", "confirm_payment", "drop_feed", "look_now", "open_calendar",
    "open_day", "request", "set_weekly", "take", "unblock",
]
