"""Where a kept search is looked at."""

from django.urls import reverse

from ..models import SavedSearch


def page_of(search: SavedSearch) -> str:
    """The page of its results today."""
    return f"{reverse('search')}?{search.query}" if search.query else f"{reverse('search')}?near="
