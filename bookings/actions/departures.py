"""One departure of a ride on its own: another time, called off, seats kept for riders from elsewhere.

Everything happens under the ride's own row, which a new claim takes too; so nobody gets a seat on a
departure while it is called off or moved, and whoever has one is told in the same transaction.
"""

from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from listings.actions.desk import locked, put_back
from listings.actions.rides import clash_sentence
from listings.driving import cars
from listings.models import Departure, Listing
from members.models import Member
from messaging import lines
from sharing.db.retry import retrying
from sharing.values.period import Period
from sharing.web.refusals import Refusal

from .. import alternatives, claims, news
from ..models import Aboard, Booking, BookingEvent, Claim, WaitEntry
from ..states import ENDED, ClaimKind
from . import steps, waiting

MOST_ABOARD = 12
FARTHEST = timedelta(days=400)


@retrying
def cancel_departure(departure_id: int, *, by: Member, note: str = "", now: datetime | None = None) -> int:
    """Call it off. Everybody with a seat is told, and gets back what they paid; returns how many."""
    now = now or timezone.now()
    with transaction.atomic():
        listing, departure = _mine(departure_id, by)
        _still_to_come(departure, now)
        riders = list(_running(departure))
        if any(booking.state not in steps.CALLED_OFF_BY for booking in riders):
            raise Refusal(_("Somebody is on board already."), code="on_board")
        departure.cancelled, departure.alone = True, True
        departure.save(update_fields=["cancelled", "alone"])
        for booking in riders:
            told = {"others": alternatives.of(booking, now=now)}
            steps.call_off(booking, by=by, note=note, now=now, told=told)
        for row in departure.aboard.select_related("claim"):
            row.claim.delete()
        line = list(_in_line(departure))
        waiting.call_off(line)
        waiting.tell_called_off(line, listing)
        put_back(listing)
    return len(riders)


@retrying
def restore_departure(departure_id: int, *, by: Member, now: datetime | None = None) -> Departure:
    """Run it after all. Who had a seat has none any more: they may ask again."""
    now = now or timezone.now()
    with transaction.atomic():
        listing, departure = _mine(departure_id, by)
        if departure.leaves <= now:
            raise Refusal(_("That time has passed."), field="leaves", code="past")
        _one_car(listing, departure, departure.leaves)
        departure.cancelled = False
        departure.save(update_fields=["cancelled"])
        put_back(listing)
    return departure


@retrying
def move_departure(departure_id: int, leaves: datetime, *, by: Member, now: datetime | None = None) -> int:
    """Set off at another time. Who has a seat keeps it, is told, and may leave at no cost; returns how many."""
    now = now or timezone.now()
    if leaves.tzinfo is None:
        raise Refusal(_("A departure needs its time zone."), field="leaves", code="naive")
    leaves = leaves.astimezone(UTC).replace(microsecond=0)
    if not now < leaves < now + FARTHEST:
        raise Refusal(
            _("A departure lies in the next %(days)s days.") % {"days": FARTHEST.days}, field="leaves", code="past"
        )
    with transaction.atomic():
        listing, departure = _mine(departure_id, by)
        _still_to_come(departure, now)
        if departure.leaves == leaves:
            return 0
        _one_car(listing, departure, leaves)
        if listing.departures.filter(leaves=leaves).exclude(pk=departure.pk).exists():
            raise Refusal(_("There is a departure at that time already."), field="leaves", code="twice")
        before, departure.leaves = departure.leaves, leaves
        departure.moved, departure.alone = now, True
        departure.save(update_fields=["leaves", "moved", "alone"])
        riders = list(_running(departure).select_related("claim"))
        with claims.kindly(listing):  # the driver may have kept the car for something else then
            _shift(departure, riders, leaves - before)
        for booking in riders:
            _tell_moved(booking, by, before, now)
        put_back(listing)
    return len(riders)


@retrying
def take_aboard(
    departure_id: int, *, by: Member, board=None, alight=None, quantity: int = 1, who: str = "",
    now: datetime | None = None,
) -> Aboard:
    """Keep seats between two stops for riders the driver already has."""
    from .. import stays

    now = now or timezone.now()
    with transaction.atomic():
        listing, departure = _mine(departure_id, by)
        _still_to_come(departure, now)
        stay = stays.seat(listing, departure, board, alight, now=now)
        assert stay.board is not None and stay.alight is not None  # a seat lies between two stops
        if not 1 <= quantity <= listing.capacity:
            raise Refusal(_("There are only %(n)d.") % {"n": listing.capacity}, field="quantity", code="quantity")
        if departure.aboard.count() >= MOST_ABOARD:
            raise Refusal(_("That is enough for one car."), field="who", code="too_many")
        with claims.kindly(listing), transaction.atomic():
            claim = claims.take(listing, stay.period, quantity, now=now, kind=ClaimKind.BLOCK, note=who.strip()[:80])
        return Aboard.objects.create(
            departure=departure, board=stay.board, alight=stay.alight, claim=claim, who=who.strip()[:80]
        )


@retrying
def let_off(aboard_id: int, *, by: Member) -> Departure:
    """The seats can be had here again."""
    with transaction.atomic():
        row = Aboard.objects.select_related("departure", "claim").get(
            pk=aboard_id, departure__listing__in=Listing.objects.looked_after_by(by).values("pk")
        )
        departure, claim = row.departure, row.claim
        claims.freed([(claim.listing_id, Period(claim.starts, claim.ends))])
        claim.delete()
    return departure


def booked_among(ids: list[int]) -> set[int]:
    """Those of the departures that somebody has a seat on, or waits for one."""
    held = Booking.objects.filter(departure__in=ids).exclude(state__in=ENDED).values_list("departure", flat=True)
    kept = Aboard.objects.filter(departure__in=ids).values_list("departure", flat=True)
    line = WaitEntry.objects.filter(departure__in=ids, state__in=waiting.OPEN).values_list("departure", flat=True)
    return set(held.union(kept, line))


def register() -> None:
    """Called when the app loads."""
    lines.register("booking.departure_moved", _moved)


def _mine(departure_id: int, by: Member) -> tuple[Listing, Departure]:
    """The departure and its ride, the ride's row held until the end of the transaction."""
    found = Departure.objects.filter(listing__in=Listing.objects.looked_after_by(by).values("pk")).get(pk=departure_id)
    with locked(found.listing_id, by) as listing:
        return listing, Departure.objects.get(pk=departure_id)


def _still_to_come(departure: Departure, now: datetime) -> None:
    if departure.cancelled:
        raise Refusal(_("This departure was cancelled."), field="departure", code="cancelled")
    if departure.leaves <= now:
        raise Refusal(_("It has left already."), field="departure", code="past")


def _running(departure: Departure):
    return Booking.objects.filter(departure=departure.pk).exclude(state__in=ENDED).for_cards().order_by("starts", "pk")


def _in_line(departure: Departure):
    return WaitEntry.objects.filter(departure=departure.pk, state__in=waiting.OPEN).select_related("claim", "member")


def _one_car(listing: Listing, departure: Departure, leaves: datetime) -> None:
    cars.at_the_wheel(listing)
    minutes = max(listing.stops.values_list("minutes", flat=True), default=0)
    takes = timedelta(minutes=minutes)
    own = listing.departures.filter(cancelled=False, leaves__gt=leaves - takes, leaves__lt=leaves + takes)
    clash = [cars.Clash(leaves, listing, row.leaves) for row in own.exclude(pk=departure.pk)[:1]]
    clash = clash or cars.clashes(listing, [leaves], minutes)
    if clash:
        raise Refusal(clash_sentence(listing, clash[0]), field="leaves", code="two_cars")


def _shift(departure: Departure, riders: list[Booking], by: timedelta) -> None:
    """Bookings, places in line and claims move along, from the far end on, so that no two of them meet on the way."""
    line = list(_in_line(departure).order_by("-starts" if by > timedelta() else "starts"))
    held = {row.claim_id for row in (*riders, *line) if row.claim_id}
    held |= set(departure.aboard.values_list("claim", flat=True))
    rows = Claim.objects.filter(pk__in=held).order_by("-starts" if by > timedelta() else "starts")
    for claim in rows:
        Claim.objects.filter(pk=claim.pk).update(starts=claim.starts + by, ends=claim.ends + by)
    for row in (*riders, *line):
        row.starts, row.ends = row.starts + by, row.ends + by
        row.save(update_fields=["starts", "ends"])


def _tell_moved(booking: Booking, by: Member, before: datetime, now: datetime) -> None:
    event = BookingEvent.objects.create(
        booking=booking, step="departure_moved", state=booking.state, by=by, created=now
    )
    news.tell(booking, "departure_moved", by=by, event=event, before=before.isoformat())


def _moved(params: dict) -> str:
    return _("%(name)s sets off at another time: %(when)s. If that does not suit you, cancel at no cost.") % {
        "name": params["name"], "when": news.when(params),
    }  # fmt: skip


def told(n: int) -> str:
    """What to say to the driver of those who were told."""
    return ngettext("%(n)d rider was told.", "%(n)d riders were told.", n) % {"n": n} if n else ""

