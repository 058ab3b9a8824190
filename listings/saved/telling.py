"""Telling: at once, or once a day in the morning of the member, each listing once, and only what they may see then.

A notification for each search says so; letters, the digest and the device follow from it as from all others, with the
member's choices and quiet hours. Only the letter's words are ours, since we know the listings.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import ngettext

from members.models import Member
from messaging import actions as messaging
from messaging.models import Notification
from messaging.notices.addresses import absolute
from messaging.notices.topics import Written

from .. import words
from ..models import Alerts, Listing, SavedHit, SavedSearch
from ..search.asking import Viewer
from .addresses import page_of
from .matching import fitting

MORNING, EVENING = 8, 21  # local hours between which the daily letter may come
A_DAY = timedelta(hours=20)
AT_ONCE = 200
KEY = "finds"  # begins the keys of our notifications
NAMED = 12  # listings in a letter for each search; the page has the others

def waiting(alerts: Alerts):
    """Searches of this sort with something to tell."""
    unsaid = SavedHit.objects.filter(state=SavedHit.State.WAITING).values("search")
    return SavedSearch.objects.filter(pk__in=unsaid, alerts=alerts, deleted__isnull=True, member__is_active=True)


def due_at_once() -> list[int]:
    """Members to be told now."""
    return list(waiting(Alerts.AT_ONCE).values_list("member", flat=True).distinct().order_by("member")[:AT_ONCE])


def due_today(now: datetime | None = None) -> list[int]:
    """Members whose daily letter may be written now: it is day where they are, and the last is a day old."""
    now = now or timezone.now()
    rows = waiting(Alerts.DAILY).exclude(told__gt=now - A_DAY).values_list("member", "member__time_zone")
    due = [pk for pk, zone in rows.distinct().order_by("member")[: AT_ONCE * 5] if _is_day(now, zone)]
    return list(dict.fromkeys(due))[:AT_ONCE]


def tell(member_id: int, alerts: Alerts, now: datetime | None = None) -> int:
    """Tell the member what waits, in one notification a search and one letter; returns how many listings."""
    now = now or timezone.now()
    member = Member.objects.filter(pk=member_id, is_active=True).first()
    if member is None:
        return 0
    told = 0
    for search in waiting(alerts).filter(member=member).select_related("member").order_by("pk"):
        told += _tell(member, search, now)
    return told


def _tell(member: Member, search: SavedSearch, now: datetime) -> int:
    """One notification of what waits and still fits, now told; what fits no more is forgotten and may come again."""
    with transaction.atomic():
        search = SavedSearch.objects.select_for_update(no_key=True, of=("self",)).get(pk=search.pk)
        hits = SavedHit.objects.filter(search=search, state=SavedHit.State.WAITING)
        ids = list(hits.order_by("pk").values_list("listing", flat=True)[:AT_ONCE])
        fits = set(fitting(search, Viewer.of(search.member), ids, now))
        hits.filter(listing__in=[pk for pk in ids if pk not in fits]).delete()
        newest = hits.filter(listing__in=fits).aggregate(pk=Max("pk"))["pk"]
        hits.filter(listing__in=fits).update(state=SavedHit.State.TOLD)
        SavedSearch.objects.filter(pk=search.pk).update(told=now)
        found = Listing.objects.filter(pk__in=fits).in_bulk()
        if listings := [found[pk] for pk in ids if pk in found]:
            _notify(member, search, listings, newest)
    return len(listings)


def _notify(member: Member, search: SavedSearch, listings: Sequence[Listing], newest: int) -> None:
    """Its key says which these were: the last of them, and how many."""
    first, n = listings[0], len(listings)
    one = n == 1
    messaging.notify(
        member,
        kind="saved_search",
        title=lambda: (
            ngettext("New for “%(name)s”: %(title)s", "%(n)s new for “%(name)s”", n)
            % {"name": search.quoted, "title": first.title, "n": n}
        ),
        body=lambda: _line(first) if one else ", ".join(listing.title for listing in listings[:NAMED]),
        url=first.get_absolute_url() if one else page_of(search),
        key=f"{KEY}:{search.pk}:{newest}:{n}",
    )


def letter(member: Member, notes: Sequence[Notification]) -> Written | None:
    """All that was found for these searches and may still be seen; None when nothing is left of it."""
    now = timezone.now()
    parts, n = [], 0
    for note in notes:
        search, listings = _found_for(member, note, now)
        n += len(listings)
        if search is not None and listings:
            parts.append(
                {
                    "name": search.name, "url": absolute(page_of(search)), "more": max(0, len(listings) - NAMED),
                    "lines": [(_line(one), absolute(one.get_absolute_url())) for one in listings[:NAMED]],
                }
            )  # fmt: skip
    if not parts:
        return None
    subject = ngettext("One new find for you", "%(n)s new finds for you", n) % {"n": n}
    facts = {"parts": parts, "title": subject, "manage": absolute("/settings/searches/")}
    return Written(subject, "listings/email/finds", facts)


def _found_for(member: Member, note: Notification, now: datetime) -> tuple[SavedSearch | None, list[Listing]]:
    """What this notification was about, as far as it still fits; LookupError for one that was told otherwise."""
    name, *numbers = note.key.split(":")
    if name != KEY:
        raise LookupError(note.key)
    pk, newest, n = (int(number) for number in numbers)
    search = SavedSearch.objects.filter(pk=pk, member=member, deleted__isnull=True).select_related("member").first()
    if search is None:
        return None, []
    told = SavedHit.objects.filter(search=search, state=SavedHit.State.TOLD, pk__lte=newest).order_by("-pk")
    ids = list(told.values_list("listing", flat=True)[:n])[::-1]
    fits = set(fitting(search, Viewer.of(member), ids, now))
    found = Listing.objects.filter(pk__in=fits).in_bulk()
    return search, [found[pk] for pk in ids if pk in found]


def _line(listing: Listing) -> str:
    return ", ".join(part for part in (listing.title, words.price(listing), listing.place) if part)


def _is_day(now: datetime, zone: str) -> bool:
    try:
        hour = now.astimezone(ZoneInfo(zone)).hour
    except (KeyError, ValueError, OSError):
        hour = now.hour
    return MORNING <= hour < EVENING
