"""The pages of listings; search has its own in `listings.search.views`."""

from .imports import import_act, import_page, import_wrong_rows, imports, take_out
from .offer import act, edit, new, step
from .pages import listing, mine, photos
from .pictures import order, picture
from .synonyms import remove_word, words

__all__ = [
    "act",
    "edit",
    "import_act",
    "import_page",
    "import_wrong_rows",
    "imports",
    "listing",
    "mine",
    "new",
    "order",
    "photos",
    "picture",
    "remove_word",
    "step",
    "take_out",
    "words",
]
