"""All that may happen to a listing: one intention, one transaction, under the listing's lock.

Every action starts from what the member looks after (a stranger finds nothing: Http404), checks,
changes, raises the version and rewrites the postings that make the listing findable, all in one
transaction. A refusal is a sentence for the member, at the field that caused it.
"""

from .facts import create, duplicate, update
from .life import archive, delete, pause, pause_all_of, publish, put_away_all_of, restore
from .photos import add_photo, describe_photo, move_photo, order_photos, remove_photo
from .rides import set_departures, set_stops

__all__ = [
    "add_photo",
    "archive",
    "create",
    "delete",
    "describe_photo",
    "duplicate",
    "move_photo",
    "order_photos",
    "pause",
    "pause_all_of",
    "publish",
    "put_away_all_of",
    "remove_photo",
    "restore",
    "set_departures",
    "set_stops",
    "update",
]
