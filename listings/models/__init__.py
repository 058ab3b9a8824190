"""What: offers of access, with their facts, photos, places and the postings that make them findable.

A listing belongs to one community, whose currency, house rules and fee policy apply. Its owner
is a member, or nobody: then it is the community's own (a commons listing) and stewards look
after it. `lat`/`lon` are the exact place and never leave the server before a booking is accepted;
`public_lat`/`public_lon`, `x`/`y`/`z` and `tile` are of the stored, blurred point.
"""

from .attributes import Attribute, AttributeValue
from .categories import Category
from .facts import RideFacts, RoomFacts, ToolFacts
from .history import ListingChange
from .imports import AT_WORK, CatalogueImport, ImportedItem, ImportProblem, ImportState
from .inventory import Label
from .kits import KitPart
from .knowledge import Document, DocumentVersion
from .listing import Listing, ListingQuerySet
from .photos import Photo
from .postings import Cluster, Spot, StaleTile, Term, TermFrequency
from .purchases import Purchase
from .rates import CommunityRate
from .rides import Departure, ReturnTrip, Schedule, ScheduleException, Stop, coming_departures
from .saved import Alerts, SavedCell, SavedHit, SavedNote, SavedSearch
from .synonyms import Synonym
from .wants import Want, WantAnswer, WantState, WantTold

__all__ = [
    "AT_WORK",
    "Alerts",
    "Attribute",
    "AttributeValue",
    "CatalogueImport",
    "Category",
    "Cluster",
    "CommunityRate",
    "Departure",
    "Document",
    "DocumentVersion",
    "ImportProblem",
    "ImportState",
    "ImportedItem",
    "KitPart",
    "Label",
    "Listing",
    "ListingChange",
    "ListingQuerySet",
    "Photo",
    "Purchase",
    "ReturnTrip",
    "RideFacts",
    "RoomFacts",
    "SavedCell",
    "SavedHit",
    "SavedNote",
    "SavedSearch",
    "Schedule",
    "ScheduleException",
    "Spot",
    "StaleTile",
    "Stop",
    "Synonym",
    "Term",
    "TermFrequency",
    "ToolFacts",
    "Want",
    "WantAnswer",
    "WantState",
    "WantTold",
    "coming_departures",
]
