"""The pages of listings; search has its own in `listings.search.views`."""

from .history import listing_history, restore_version
from .imports import import_act, import_page, import_wrong_rows, imports, take_out
from .kits import kit
from .knowledge import document, document_copy, document_file, document_new, document_revise, document_withdraw
from .labels import inventory, label, labels, scanned
from .offer import act, edit, new, step
from .pages import listing, mine, photos
from .pictures import order, picture, picture_edit
from .place import around
from .shelves import remove_category, remove_question, shelves
from .synonyms import remove_word, words

__all__ = [
    "act",
    "around",
    "document",
    "document_copy",
    "document_file",
    "document_new",
    "document_revise",
    "document_withdraw",
    "edit",
    "import_act",
    "import_page",
    "import_wrong_rows",
    "imports",
    "inventory",
    "kit",
    "label",
    "labels",
    "listing",
    "listing_history",
    "mine",
    "new",
    "order",
    "photos",
    "picture",
    "picture_edit",
    "remove_category",
    "remove_question",
    "remove_word",
    "shelves",
    "restore_version",
    "scanned",
    "step",
    "take_out",
    "words",
]
