"""When something may fit anew: notes made in the transaction of the change, looked at by a task.

A note says that a listing was published, changed, shown to others, or that some of its days are free again.
The task finds the searches that may want it by their tiles and keys (`cells`), and asks each search's own
question of that listing alone: so what is told is what the search would find, for that member, now.
"""

import logging
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from members.models import Member
from sharing.db.inserts import insert

from ..models import Alerts, Listing, SavedHit, SavedNote, SavedSearch
from ..search import query
from ..search.asking import Asking, Viewer
from . import cells
from .keeping import KNOWN_AT_MOST, criteria_of

log = logging.getLogger("commonshare.saved")
NOTES_AT_ONCE = 100
SEARCHES_AT_ONCE = 500
LISTINGS_OF_A_COMMUNITY = 500


def note(listing_ids: Iterable[int], *, dates: bool = False) -> None:
    """Call it in the transaction of the change; costs one insert."""
    insert("listings_savednote", ["listing_id", "dates"], [(pk, dates) for pk in sorted(set(listing_ids))])


def match(now: datetime | None = None) -> int:
    """Look at the oldest notes; returns how many listings newly fit a search."""
    notes = list(SavedNote.objects.order_by("pk")[:NOTES_AT_ONCE])
    asked: dict[int, bool] = {}  # listing → only its days changed
    for row in notes:
        asked[row.listing_id] = asked.get(row.listing_id, True) and row.dates
    found = 0
    for listing in Listing.objects.published().filter(pk__in=asked).select_related("community").order_by("pk"):
        try:
            found += _match_one(listing, dates=asked[listing.pk], now=now)
        except Exception:  # one that cannot be matched must not keep the others waiting
            log.exception("Listing %s could not be matched with kept searches.", listing.pk)
    SavedNote.objects.filter(pk__in=[row.pk for row in notes]).delete()
    return found


def match_for(member: Member, listing_ids: list[int]) -> int:
    """What the member may see only now, against their own searches."""
    found = 0
    viewer = Viewer.of(member)
    rows = SavedSearch.objects.filter(member=member, deleted__isnull=True).exclude(alerts="off")
    for search in rows.select_related("member").order_by("pk"):
        found += _keep(search, fitting(search, viewer, listing_ids))
    return found


def look_further(after: int, most: int, now: datetime | None = None) -> int | None:
    """Days that came within reach today because things are booked so far ahead, for searches that ask for them.

    Goes on after the id `after`; returns where to go on, None at the end.
    """
    now = now or timezone.now()
    rows = SavedSearch.objects.filter(pk__gt=after, dated=True, deleted__isnull=True, member__is_active=True)
    searches = list(rows.exclude(alerts=Alerts.OFF).select_related("member").order_by("pk")[:most])
    for search in searches:
        viewer = Viewer.of(search.member)
        criteria = criteria_of(search, viewer, now)
        ahead = {(window.by_day.starts - now).days for window in criteria.times} if criteria else set()
        if criteria is None or not ahead or max(ahead) < 0:
            continue
        found, _totals = query.find(Asking(criteria, viewer), None, KNOWN_AT_MOST)
        ids = [pk for pk, _key in found.rows]
        near = {days + more for days in ahead for more in (-1, 0, 1)}  # days begin otherwise in other zones
        newly = Listing.objects.filter(pk__in=ids, horizon_days__in=near).exclude(owner=search.member_id)
        _keep(search, fitting(search, viewer, list(newly.order_by("pk").values_list("pk", flat=True)), now))
    return searches[-1].pk if len(searches) == most else None


def fitting(search: SavedSearch, viewer: Viewer, listing_ids: list[int], now: datetime | None = None) -> list[int]:
    """Which of the listings the search finds for this viewer now."""
    criteria = criteria_of(search, viewer, now)
    return query.among(criteria, viewer, listing_ids, now) if criteria and listing_ids else []


def _match_one(listing: Listing, *, dates: bool, now: datetime | None) -> int:
    found, after = 0, 0
    while ids := cells.meeting(listing, after, SEARCHES_AT_ONCE, dated=dates):
        after = ids[-1]
        known = set(SavedHit.objects.filter(listing=listing, search__in=ids).values_list("search", flat=True))
        rows = SavedSearch.objects.filter(pk__in=set(ids) - known, deleted__isnull=True, member__is_active=True)
        rows = rows.exclude(member=listing.owner_id or 0)
        viewers: dict[int, Viewer] = {}
        for search in rows.select_related("member").order_by("member", "pk"):
            if search.member_id not in viewers:
                viewers = {search.member_id: Viewer.of(search.member)}
            found += _keep(search, fitting(search, viewers[search.member_id], [listing.pk], now))
        if len(ids) < SEARCHES_AT_ONCE:
            break
    return found


def _keep(search: SavedSearch, listing_ids: list[int]) -> int:
    """Each listing once, whoever matches it at the same moment."""
    known = set(SavedHit.objects.filter(search=search, listing__in=listing_ids).values_list("listing", flat=True))
    new = [pk for pk in listing_ids if pk not in known]
    with transaction.atomic():
        SavedHit.objects.bulk_create(
            [SavedHit(search=search, listing_id=pk, created=timezone.now()) for pk in new], ignore_conflicts=True
        )
    return len(new)
