"""What this room does by itself: the jobs of search, and photos whose worker was killed."""

from sharing.clock import every
from sharing.photos import tasks as photos

from .actions import schedules
from .actions.photos import forget_removed
from .catalogue import tasks as _catalogue  # noqa: F401
from .saved import tasks as _saved  # noqa: F401
from .search import tasks as _search  # noqa: F401
from .wants import tasks as _wants  # noqa: F401


@every(minutes=30)
def make_departures() -> int:
    """Departures ahead from the weekly plans of rides."""
    return schedules.make_ahead()


@every(hours=1)
def finish_photos() -> None:
    photos.ask_again()


@every(hours=1)
def empty_the_bin() -> None:
    forget_removed()
