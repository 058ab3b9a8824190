"""Deeds as data, so that threads and other processes can do the very same ones at the same moment."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import NamedTuple
from unittest import mock

from django.db import IntegrityError

from bookings import actions, availability, breakage, changes, waiting
from bookings.breakage import Clash
from listings import actions as listings
from members.models import Member
from sharing.web.refusals import Refusal


class Deed(NamedTuple):
    """An action by its name, its arguments, and by whom (a member's id)."""

    name: str
    args: list
    by: int | None = None
    given: dict | None = None


def do(deed: Deed) -> bool:
    """Whether it was granted."""
    given = dict(deed.given or {})
    if deed.by is not None:
        given["by"] = Member.objects.get(pk=deed.by)
    for name in ("now",):
        if name in given:
            given[name] = datetime.fromisoformat(given[name])
    act = listings.update if deed.name == "listings.update" else getattr(actions, deed.name)
    try:
        done = act(*deed.args, **given)
        return not isinstance(done, int) or done > 0  # the clock says how many it did
    except (Refusal, IntegrityError):
        return False


@contextmanager
def blinded() -> Iterator[None]:
    """Whoever looks finds everything free, so that only the engine's word stands between two deeds."""
    free = lambda *args, **kwargs: availability.FREE  # noqa: E731
    with ExitStack() as patches:
        for module in (availability, changes.availability, availability.answers):
            patches.enter_context(mock.patch.object(module, "is_free", free))
        patches.enter_context(mock.patch.object(waiting, "is_waited_for", lambda listing: False))
        patches.enter_context(mock.patch.object(breakage, "clash", lambda *args, **kwargs: Clash([], True)))
        yield
