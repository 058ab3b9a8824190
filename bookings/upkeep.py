"""What care that is due keeps closed: from its due time on nobody books the thing until the task is done.

Bookings that were agreed before keep their time; all that is free beside and between them is closed, for half a
year ahead, and the clock moves that on. When the task is confirmed or called off, the thing is open again at once.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from cooperative.models import CareTask
from cooperative.states import TaskState
from listings.models import Listing
from sharing.values.period import Period

from . import claims
from .availability import taken
from .load import Load
from .models import Claim, Upkeep
from .states import ClaimKind

AHEAD = timedelta(days=183)
SHORTEST = timedelta(minutes=1)


def follow(sender: object, *, task: CareTask, **_more: object) -> None:
    """A task stands differently; runs in the same transaction."""
    renew(task)


def renew(task: CareTask, now: datetime | None = None) -> int:
    """Close what the task keeps closed now, and open all else it did; returns how many stretches are closed."""
    now = now or timezone.now()
    with transaction.atomic():
        claimed = Claim.objects.filter(upkeep__task=task)
        before = _spans(claimed)
        Claim.objects.filter(pk__in=list(claimed.values_list("pk", flat=True))).delete()
        listing = _closed_by(task)
        closed = _close(task, listing, now) if listing is not None else 0
        after = _spans(claimed) if before else []
        claims.freed(row for row in before if row[1].ends > now and not any(_still(row, one, now) for one in after))
    return closed


def _spans(rows: QuerySet[Claim]) -> list[tuple[int, Period]]:
    found = rows.values_list("listing", "starts", "ends")
    return [(listing, Period(starts, ends)) for listing, starts, ends in found]


def _still(before: tuple[int, Period], after: tuple[int, Period], now: datetime) -> bool:
    """Whether what was closed is, as far as it is not over."""
    (listing, was), (same, span) = before, after
    return listing == same and span.starts <= max(was.starts, now) and was.ends <= span.ends


def renew_all(now: datetime | None = None) -> int:
    """Move on how far ahead is closed; returns how many tasks keep something closed."""
    standing = CareTask.objects.to_do().filter(blocks=True, thing__isnull=False).select_related("community")
    return sum(renew(task, now) > 0 for task in standing.order_by("pk")[:1000])


def _closed_by(task: CareTask) -> Listing | None:
    if not task.blocks or task.thing is None or task.state not in (TaskState.OPEN, TaskState.DONE):
        return None
    rows = Listing.objects.filter(pk=task.thing, community=task.community_id)
    return rows.select_for_update(no_key=True).first()


def _close(task: CareTask, listing: Listing, now: datetime) -> int:
    starts = max(task.due, now)
    within = Period(starts, now + AHEAD) if starts < now + AHEAD else None
    if within is None:
        return 0
    rest = [(span, listing.capacity - load) for span, load in Load(taken(listing, within, now)).segments(within)]
    found = [(span, copies) for span, copies in rest if copies > 0 and span.ends - span.starts >= SHORTEST]
    for span, copies in found:
        claim = claims.take(listing, span, copies, now=now, kind=ClaimKind.REPAIR, note=task.title[:200])
        Upkeep.objects.create(task=task, claim=claim)
    return len(found)
