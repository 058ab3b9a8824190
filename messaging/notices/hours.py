"""Quiet hours and the hour of the digest, in the zone of whoever is told.

Hours are those of the clock on their wall: a night that has 23 or 25 hours is as quiet as any other, and an
hour that a clock leaps over is the one it leaps to.
"""

import zoneinfo
from datetime import UTC, datetime, timedelta

from django.utils import timezone

from members.models import Member

from ..models import Letterbox


def now() -> datetime:
    return timezone.now()


def zone_of(member: Member) -> zoneinfo.ZoneInfo:
    try:
        return zoneinfo.ZoneInfo(member.time_zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return zoneinfo.ZoneInfo("UTC")


def quiet_until(member: Member, box: Letterbox | None, at: datetime | None = None) -> datetime | None:
    """When the quiet that reigns at the member's ends; None when it is not quiet there."""
    at, box = at or now(), box or Letterbox(member=member)
    if not box.quiet or box.quiet_from == box.quiet_until:
        return None
    hour = at.astimezone(zone_of(member)).hour
    inside = (hour - box.quiet_from) % 24 < (box.quiet_until - box.quiet_from) % 24
    return next_hour(member, box.quiet_until, at) if inside else None


def next_digest(member: Member, box: Letterbox | None, at: datetime | None = None) -> datetime:
    return next_hour(member, (box or Letterbox(member=member)).digest_hour, at or now())


def next_hour(member: Member, hour: int, at: datetime) -> datetime:
    """The next instant after `at` when the member's clock strikes this hour."""
    zone = zone_of(member)
    day = at.astimezone(zone).date()
    for _try in range(3):  # today, tomorrow; and the day after, where a country left one out
        # In UTC an hour that is leapt over becomes the one the clock leaps to.
        moment = datetime(day.year, day.month, day.day, hour, tzinfo=zone).astimezone(UTC)
        if moment > at:
            return moment
        day += timedelta(days=1)
    return at + timedelta(days=1)
