"""All that may happen to a listing: one intention, one transaction, under the listing's lock.

Every action starts from what the member looks after (a stranger finds nothing: Http404), checks,
changes, raises the version and rewrites the postings that make the listing findable, all in one
transaction. A refusal is a sentence for the member, at the field that caused it.
"""

from .beginning import begin, come_to
from .facts import create, duplicate, update
from .history import restore_version
from .inventory import renumber
from .kits import add_part, remove_part
from .knowledge import (
    bring_back_document,
    copy_document,
    revise_document,
    withdraw_document,
    write_document,
)
from .life import archive, delete, pause, pause_all_of, publish, put_away_all_of, restore
from .photos import add_photo, describe_photo, edit_photo, move_photo, order_photos, put_back_photo, remove_photo
from .rates import drop_rate, set_rate
from .returns import make_return
from .rides import set_departures, set_stops
from .schedules import end_schedule, make_ahead, set_schedule
from .shelves import add_attribute, add_category, remove_attribute, remove_category
from .synonyms import MOST as MOST_SYNONYMS
from .synonyms import add_synonym, remove_synonym

__all__ = [
    "MOST_SYNONYMS",
    "add_attribute",
    "add_category",
    "add_part",
    "add_photo",
    "add_synonym",
    "archive",
    "begin",
    "bring_back_document",
    "come_to",
    "copy_document",
    "create",
    "delete",
    "describe_photo",
    "drop_rate",
    "duplicate",
    "end_schedule",
    "edit_photo",
    "make_ahead",
    "make_return",
    "move_photo",
    "order_photos",
    "pause",
    "pause_all_of",
    "publish",
    "put_away_all_of",
    "put_back_photo",
    "remove_attribute",
    "remove_category",
    "remove_part",
    "remove_photo",
    "remove_synonym",
    "renumber",
    "restore",
    "restore_version",
    "revise_document",
    "set_departures",
    "set_rate",
    "set_schedule",
    "set_stops",
    "update",
    "withdraw_document",
    "write_document",
]
