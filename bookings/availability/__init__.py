"""Is it free, when is it free, and what of each day of a month: the one place that knows.

What decides: the state of the listing, notice and horizon, shortest and longest stay, the weekdays one
arrives and leaves on, opening windows, holidays and the days that differ, and what is already taken, buffers
included. Search, calendar, form, API and actions all ask here; the database has the last word when a claim
goes in. What one member may have (fair use, approvals) is asked of `bookings.fairness`.
"""

from .answers import FREE, Answer, is_free
from .batch import Choice, all_fits
from .claimed import buffers, cell, leave_to_the_guard, look_once, taken, widened
from .months import Day, Month, days_between, month
from .notices import bounds, cancel_until, change_until
from .spans import free_periods

__all__ = [
    "FREE",
    "Answer",
    "Choice",
    "Day",
    "Month",
    "all_fits",
    "bounds",
    "buffers",
    "cancel_until",
    "cell",
    "change_until",
    "days_between",
    "free_periods",
    "is_free",
    "leave_to_the_guard",
    "look_once",
    "month",
    "taken",
    "widened",
]
