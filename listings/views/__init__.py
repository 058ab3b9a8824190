"""The pages of listings; search has its own in `listings.search.views`."""

from .offer import act, edit, new, step
from .pages import listing, mine, photos
from .pictures import order, picture

__all__ = ["act", "edit", "listing", "mine", "new", "order", "photos", "picture", "step"]
