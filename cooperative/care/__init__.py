"""Care for the commons: tasks that members take upon themselves, from the idea to the thanks.

A steward writes a task down, or agrees to one that a member suggests. Members take its places; who comes later
waits in line. One of them says that it is done and how long it took, somebody who took no part confirms it. Then
the hours stand, the thanks from the pool are paid (once, within what the members have decided for a month), a
task that comes back is written down anew, and what it kept closed opens again.
"""

from .doing import confirm, give_up, minutes_of, not_yet, note, say_done, take, thank
from .paying import left_this_month, pay, pay_what_waits
from .planning import agree, cancel, change, create
from .reminding import remind

__all__ = [
    "agree", "cancel", "change", "confirm", "create", "give_up", "left_this_month", "minutes_of", "not_yet", "note",
    "pay", "pay_what_waits", "remind", "say_done", "take", "thank",
]
