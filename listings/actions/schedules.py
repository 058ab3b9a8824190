"""A ride's weekly plan, and the departures made ahead from it.

A departure somebody has booked, and one that was changed for its day alone, stay as they are when the
plan changes; the rest follows the plan. Making ahead may be repeated as often as one likes: a plan makes
one departure a local day, and the database holds it to that.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from listings.driving import booked, cars, costs, plan
from listings.models import Departure, Listing, Schedule, ScheduleException
from listings.saved import matching as kept_searches
from listings.search import index
from listings.states import Kind, ListingState
from members.models import Member
from sharing.db.retry import retrying
from sharing.web import formats

from .desk import ListingRefused, locked, put_back
from .rides import clash_sentence

MOST_AHEAD = 200  # departures of one ride that wait to be driven
MOST_EXCEPTIONS = 120
AT_ONCE = 500


@dataclass(frozen=True)
class Planned:
    """What a change of the plan came to: `kept` are departures that stay although the plan says otherwise."""

    listing: Listing
    made: int
    kept: list[Departure]

    @property
    def sentence(self) -> str:
        """What to tell the driver of those that stay; "" when none does."""
        n = len(self.kept)
        if not n:
            return ""
        when = ", ".join(formats.moment(row.leaves, self.listing.time_zone) for row in self.kept[:3])
        return ngettext(
            "%(n)d departure stays as it is, because somebody has a seat or you changed it for that day: %(when)s.",
            "%(n)d departures stay as they are, because somebody has a seat or you changed them: %(when)s.", n,
        ) % {"n": n, "when": when if n <= 3 else f"{when} …"}  # fmt: skip


@retrying
def set_schedule(
    listing_id: int, *, by: Member, weekdays: Iterable[int], at: time, starts: date | None = None,
    until: date | None = None, exceptions: Iterable[tuple[date, time | None]] = (), now: datetime | None = None,
) -> Planned:  # fmt: skip
    """Run every week on these days (Monday is 0) at this local time. `exceptions`: (day, time; None for not at all)."""
    now = now or timezone.now()
    with locked(listing_id, by) as listing:
        _a_ride(listing)
        today = now.astimezone(ZoneInfo(listing.time_zone)).date()
        schedule = Schedule(
            listing=listing, weekdays=_weekdays(weekdays), at=at.replace(second=0, microsecond=0),
            starts=starts or today, until=until,
        )  # fmt: skip
        if until is not None and until < schedule.starts:
            raise ListingRefused(_("The last day comes after the first."), field="until")
        differs = dict(exceptions)
        if len(differs) > MOST_EXCEPTIONS:
            raise ListingRefused(
                _("At most %(most)s days may differ.") % {"most": MOST_EXCEPTIONS}, field="exceptions"
            )
        costs.check(listing, list(listing.stops.all()))
        schedule.save(force_insert=not Schedule.objects.filter(pk=listing.pk).exists())
        schedule.exceptions.all().delete()
        ScheduleException.objects.bulk_create(
            ScheduleException(schedule=schedule, day=day, at=when) for day, when in sorted(differs.items())
        )
        planned = _follow(listing, schedule, differs, now)
        put_back(listing)
    return planned


@retrying
def end_schedule(listing_id: int, *, by: Member, now: datetime | None = None) -> Planned:
    """No plan any more: departures nobody has booked fall out."""
    now = now or timezone.now()
    with locked(listing_id, by) as listing:
        _a_ride(listing)
        kept = _drop(_coming(listing, now), now)
        Schedule.objects.filter(pk=listing.pk).delete()
        put_back(listing)
    return Planned(listing, 0, [row for row in kept if not row.cancelled])


def make_ahead(now: datetime | None = None) -> int:
    """Departures of all plans up to each ride's horizon; returns how many were made. Safe to repeat at any time."""
    now, made = now or timezone.now(), 0
    rows = Schedule.objects.filter(listing__state__in=[ListingState.PUBLISHED, ListingState.PAUSED])
    rows = rows.filter(Q(until__isnull=True) | Q(made_until__isnull=True) | Q(made_until__lt=F("until")))
    last = 0
    while keys := list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", "made_until")[:AT_ONCE]):
        last = keys[-1][0]
        for pk, made_until in keys:
            if made_until is None or made_until < now.date() + timedelta(days=730):
                made += _extend(pk, now)
    return made


@retrying
def _extend(listing_id: int, now: datetime) -> int:
    with transaction.atomic():
        rows = Listing.objects.select_for_update(of=("self",), no_key=True).select_related("schedule", "community")
        listing = rows.filter(pk=listing_id, schedule__isnull=False).first()
        if listing is None or (listing.schedule.made_until or date.min) >= _horizon(listing, now):
            return 0
        differs = dict(listing.schedule.exceptions.values_list("day", "at"))
        made = _make(listing, listing.schedule, _wanted(listing, listing.schedule, differs, now), now)
        if made:
            index.rewrite(listing)
            kept_searches.note([listing.pk], dates=True)
    return made


def _follow(listing: Listing, schedule: Schedule, differs: dict, now: datetime) -> Planned:
    """Bring the coming departures in line with the plan, but for those that stay."""
    wanted = _wanted(listing, schedule, differs, now)
    cars.at_the_wheel(listing)
    if clash := cars.clashes(listing, wanted.values(), _minutes(listing)):
        raise ListingRefused(clash_sentence(listing, clash[0]), field="at")
    wrong = [row for row in _coming(listing, now) if row.cancelled or (row.day, row.leaves) not in wanted.items()]
    kept = _drop(wrong, now)
    return Planned(listing, _make(listing, schedule, wanted, now), [row for row in kept if not row.cancelled])


def _make(listing: Listing, schedule: Schedule, wanted: dict[date, datetime], now: datetime) -> int:
    """Write the departures that are not there yet; those that would need a second car are left out."""
    first = min(wanted, default=None)
    rows = listing.departures.filter(Q(leaves__gt=now) | Q(day__gte=first)) if first else Departure.objects.none()
    days, moments = set(), {}
    for row in rows:
        days.add(row.day)
        moments[row.leaves] = row
    new = {day: leaves for day, leaves in wanted.items() if day not in days}
    cars.at_the_wheel(listing)
    twice = {clash.leaves for clash in cars.clashes(listing, new.values(), _minutes(listing))}
    room = MOST_AHEAD - sum(not row.cancelled for row in moments.values())
    fresh: list[Departure] = []
    for day, leaves in sorted(new.items()):
        if leaves in twice:
            continue
        if (standing := moments.get(leaves)) is not None:  # made by hand for that very moment
            Departure.objects.filter(pk=standing.pk, day=None).update(day=day)
        elif len(fresh) < max(0, room):
            fresh.append(Departure(listing=listing, leaves=leaves, day=day))
    Departure.objects.bulk_create(fresh)
    Schedule.objects.filter(pk=schedule.pk).update(made_until=_horizon(listing, now))
    return len(fresh)


def _wanted(listing: Listing, schedule: Schedule, differs: dict, now: datetime) -> dict[date, datetime]:
    today = now.astimezone(ZoneInfo(listing.time_zone)).date()
    found = plan.leaves(schedule, differs, listing.time_zone, today, _horizon(listing, now))
    return {day: leaves for day, leaves in found.items() if leaves > now}


def _horizon(listing: Listing, now: datetime) -> date:
    return now.astimezone(ZoneInfo(listing.time_zone)).date() + timedelta(days=listing.horizon_days)


def _coming(listing: Listing, now: datetime) -> list[Departure]:
    """What the plan has made and is still to come."""
    return list(listing.departures.filter(leaves__gt=now, day__isnull=False))


def _drop(rows: list[Departure], now: datetime) -> list[Departure]:
    """Take the departures out, but for those that stay; returns these."""
    taken = booked.among(row.pk for row in rows)
    kept = [row for row in rows if row.alone or row.pk in taken]
    going = [row.pk for row in rows if row not in kept]
    remembered = set(Departure.objects.filter(pk__in=going, bookings__isnull=False).values_list("pk", flat=True))
    Departure.objects.filter(pk__in=set(going) - remembered).delete()
    # Somebody once had a seat there: it stays on record, out of the plan's way.
    Departure.objects.filter(pk__in=remembered).update(cancelled=True, day=None)
    return kept


def _minutes(listing: Listing) -> int:
    return max(listing.stops.values_list("minutes", flat=True), default=0)


def _weekdays(given: Iterable[int]) -> list[int]:
    days = sorted(set(given))
    if not days or not all(isinstance(day, int) and 0 <= day <= 6 for day in days):
        raise ListingRefused(_("Choose at least one weekday."), field="weekdays")
    return days


def _a_ride(listing: Listing) -> None:
    if listing.kind != Kind.RIDE:
        raise ListingRefused(_("Only rides have stops and departures."), field="schedule")
    if listing.stops.count() < 2:
        raise ListingRefused(_("Say where the ride begins and where it ends."), field="stops")

