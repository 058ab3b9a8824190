"""Telling: at once, or once a day in the morning of the member, each listing once, and only what they may see then."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone, translation
from django.utils.translation import ngettext

from members.models import Member
from messaging import actions as messaging
from messaging.notices import choices, letters
from messaging.notices.addresses import absolute
from messaging.notices.topics import Way

from .. import words
from ..models import Alerts, Listing, SavedHit, SavedSearch
from ..search.asking import Viewer
from .addresses import page_of
from .matching import fitting

log = logging.getLogger("commonshare.saved")
MORNING, EVENING = 8, 21  # local hours between which the daily letter may come
A_DAY = timedelta(hours=20)
AT_ONCE = 200
NAMED = 12  # listings in a letter for each search; the page has the others

Found = tuple[SavedSearch, list[Listing]]


def waiting(alerts: Alerts):
    """Searches of this sort with something to tell."""
    unsaid = SavedHit.objects.filter(search=OuterRef("pk"), state=SavedHit.State.WAITING)
    return SavedSearch.objects.filter(Exists(unsaid), alerts=alerts, deleted__isnull=True, member__is_active=True)


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
    found = []
    for search in waiting(alerts).filter(member=member).select_related("member").order_by("pk"):
        if listings := _take(search, now):
            found.append((search, listings))
            _notify(member, search, listings)
    if found and choices.wants(member, "alerts", Way.MAIL):
        _write(member, found)
    return sum(len(listings) for _search, listings in found)


def _take(search: SavedSearch, now: datetime) -> list[Listing]:
    """What waits and still fits, marked as told; what fits no more is forgotten, so that it may come again."""
    with transaction.atomic():
        search = SavedSearch.objects.select_for_update(no_key=True, of=("self",)).get(pk=search.pk)
        hits = SavedHit.objects.filter(search=search, state=SavedHit.State.WAITING)
        ids = list(hits.order_by("pk").values_list("listing", flat=True)[:AT_ONCE])
        fits = set(fitting(search, Viewer.of(search.member), ids, now))
        hits.filter(listing__in=[pk for pk in ids if pk not in fits]).delete()
        hits.filter(listing__in=fits).update(state=SavedHit.State.TOLD)
        SavedSearch.objects.filter(pk=search.pk).update(told=now)
    found = Listing.objects.filter(pk__in=fits).in_bulk()
    return [found[pk] for pk in ids if pk in found]


def _notify(member: Member, search: SavedSearch, listings: Sequence[Listing]) -> None:
    first, n = listings[0], len(listings)
    one = n == 1
    messaging.notify(
        member,
        kind="saved_search",
        title=lambda: (
            ngettext("New for “%(name)s”: %(title)s", "%(n)s new for “%(name)s”", n)
            % {"name": search.name, "title": first.title, "n": n}
        ),
        body=lambda: _line(first) if one else ", ".join(listing.title for listing in listings[:NAMED]),
        url=first.get_absolute_url() if one else page_of(search),
        key=f"saved:{search.pk}:{max(listing.pk for listing in listings)}:{n}",
    )


def _write(member: Member, found: list[Found]) -> None:
    with translation.override(member.language):
        n = sum(len(listings) for _search, listings in found)
        subject = ngettext("One new find for you", "%(n)s new finds for you", n) % {"n": n}
        letter = {
            "parts": [
                {
                    "name": search.name, "url": absolute(page_of(search)), "more": max(0, len(listings) - NAMED),
                    "lines": [(_line(one), absolute(one.get_absolute_url())) for one in listings[:NAMED]],
                }
                for search, listings in found
            ],
            "title": subject,
        }  # fmt: skip
        letter["manage"] = absolute("/settings/searches/")
    try:
        letters.send(member, subject, "listings/email/finds", letter, topic="alerts", name=_name(found))
    except (OSError, ValueError) as trouble:  # the notifications say the same
        log.warning("The letter of finds for member %s was not sent: %s", member.pk, trouble)


def _name(found: list[Found]) -> str:
    """What tells this letter from any other: the newest find of its first search."""
    search, listings = found[0]
    return f"finds{search.pk}-{max(listing.pk for listing in listings)}-{sum(len(some) for _search, some in found)}"


def _line(listing: Listing) -> str:
    return ", ".join(part for part in (listing.title, words.price(listing), listing.place) if part)


def _is_day(now: datetime, zone: str) -> bool:
    try:
        hour = now.astimezone(ZoneInfo(zone)).hour
    except (KeyError, ValueError, OSError):
        hour = now.hour
    return MORNING <= hour < EVENING
