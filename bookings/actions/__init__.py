"""All that may happen to bookings and calendars: one intention, one transaction.

Pages, API, tasks and commands call these and nothing else writes. Each returns what it made or
changed, or raises a Refusal with a sentence for the person who asked; a stranger gets DoesNotExist.
"""

from .approving import answer_approval, ask_approval, drop_policy, set_policy, write_policy
from .breaking import StillBooked, break_down, would_break
from .calendar import block, close_day, open_day, set_weekly, unblock
from .cards import card_given, card_holds_more, card_troubled, deposit_held
from .changes import answer_change, change, preview_change
from .damages import forgive_damage
from .departures import cancel_departure, let_off, move_departure, restore_departure, take_aboard
from .fairness import set_fair_use
from .feeds import add_feed, close_calendar, drop_feed, look_now, open_calendar
from .handover import confirm_by_code, pick_time, propose_times, set_handover_plan
from .late import keep_what_is_out, mark_late, set_late_fee, waive_late_fee
from .offering import offer_next
from .paying import confirm_payment
from .requests import request, request_both
from .series import accept_series, end_series, preview_series, request_series
from .steps import NotNow, check, take
from .terms import add_day_price, drop_day_price, set_terms
from .waiting import end_offers, join_line, leave_line, take_offer

__all__ = [
    "NotNow", "StillBooked", "accept_series", "add_day_price", "add_feed", "answer_approval", "answer_change",
    "ask_approval", "block", "break_down", "cancel_departure", "change", "check", "close_calendar", "close_day",
    "card_given", "card_holds_more", "card_troubled", "confirm_by_code", "confirm_payment", "deposit_held",
    "drop_day_price",
    "drop_feed", "drop_policy", "end_offers", "end_series", "forgive_damage",
    "join_line", "keep_what_is_out", "leave_line", "let_off", "look_now", "mark_late", "move_departure", "offer_next",
    "open_calendar", "open_day", "pick_time", "preview_change", "preview_series", "propose_times", "request",
    "request_both", "request_series", "restore_departure", "set_fair_use", "set_handover_plan", "set_late_fee",
    "set_policy", "set_terms", "set_weekly", "take", "take_aboard", "take_offer", "unblock", "waive_late_fee",
    "would_break", "write_policy",
]
