"""The way of a ride and when it sets off."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from listings import promises
from listings.driving import booked, cars, costs
from listings.models import Departure, Listing, Stop
from listings.states import LIMITS, MAX_DEPARTURES, MAX_STOPS, Kind, Terms
from members.models import Member
from sharing.values.period import instant
from sharing.values.place import Point, metres_between
from sharing.web import formats

from .desk import ListingRefused, assign, locked, put_back
from .places import given_point, stand, zone_of

LONGEST = 7 * 24 * 60
FARTHEST = timedelta(days=400)
FARTHEST_KM = 10_000
FASTEST_KMH = 200  # on average, as the bird flies


def set_stops(listing_id: int, stops: list[dict], *, by: Member, priced: bool = False) -> Listing:
    """The whole way anew: `{place, lat, lon, minutes, price_minor, km}` from the first stop to the last.

    `minutes` count from the first stop; `price_minor` is a seat from there to here. Where prices are
    left out, the listing's own is shared out by distance. `km` is how far it is by road from the start,
    where the driver knows better than the map. A price that was not said anew (`priced`) follows a way that
    became shorter. Once somebody has booked, the way stays.
    """
    with locked(listing_id, by) as listing:
        _only_rides(listing, "stops")
        _replace(listing, laid(listing, stops, priced=priced))
        put_back(listing)
    return listing


def laid(listing: Listing, stops: list[dict], *, priced: bool = False) -> list[Stop]:
    """The stops of such a way, checked, with the ride at the first of them; nothing is written."""
    rows = _rows(listing, stops, priced)
    listing.price_minor = rows[-1].price_minor
    listing.place = rows[0].place
    stand(listing, Point(rows[0].lat, rows[0].lon))
    costs.check(listing, rows)
    return rows


def set_departures(listing_id: int, leaves: Iterable[datetime], *, by: Member, now: datetime | None = None) -> Listing:
    """When the ride sets off from now on; what has left already stays on record."""
    now = now or timezone.now()
    with locked(listing_id, by) as listing:
        _only_rides(listing, "departures")
        wanted = _future(leaves, now)
        coming = {departure.leaves: departure for departure in listing.departures.filter(leaves__gt=now)}
        standing = {moment for moment, departure in coming.items() if not departure.cancelled}
        cars.at_the_wheel(listing)
        minutes = max(listing.stops.values_list("minutes", flat=True), default=0)
        for clash in cars.clashes(listing, wanted, minutes):
            if clash.leaves not in standing:
                raise ListingRefused(clash_sentence(listing, clash), field="departures")
        for moment, departure in coming.items():
            if moment not in wanted and not departure.cancelled:
                _drop(departure)
        for moment in sorted(wanted - coming.keys()):
            listing.departures.create(leaves=moment)
        listing.departures.filter(leaves__in=wanted, cancelled=True).update(cancelled=False)
        put_back(listing)
    return listing


def weekly(first: date, at: time, zone: str, weeks: int = 1) -> Iterator[datetime]:
    """The same local time on `weeks` dates a week apart, whatever the clocks do in between."""
    for week in range(weeks):
        yield instant(first + timedelta(weeks=week), at, ZoneInfo(zone))


def one_car(listing: Listing, now: datetime) -> None:
    """Refuse to show a ride whose driver is on the road with another one then."""
    cars.at_the_wheel(listing)
    coming = listing.departures.filter(leaves__gt=now, cancelled=False).values_list("leaves", flat=True)
    minutes = max(listing.stops.values_list("minutes", flat=True), default=0)
    if clash := cars.clashes(listing, coming, minutes):
        raise ListingRefused(clash_sentence(listing, clash[0]), field="departures")


def reprice(listing: Listing) -> None:
    """After the price of the whole way changed: the stops' shares of it follow."""
    stops = list(listing.stops.all())
    if not stops or stops[-1].price_minor == listing.price_minor:
        return
    whole, even = stops[-1].price_minor, costs.portions(stops, listing.price_minor)
    for stop, portion in zip(stops, even, strict=True):
        stop.price_minor = listing.price_minor * stop.price_minor // whole if whole else portion
    Stop.objects.bulk_update(stops, ["price_minor"])


def check_costs(listing: Listing) -> None:
    """Refuse prices above what sharing the costs comes to."""
    costs.check(listing, list(listing.stops.all()))


def _only_rides(listing: Listing, field: str) -> None:
    if listing.kind != Kind.RIDE:
        raise ListingRefused(_("Only rides have stops and departures."), field=field)


# --- stops ----------------------------------------------------------------------------------------


def _rows(listing: Listing, stops: list[dict], priced: bool) -> list[Stop]:
    if not 2 <= len(stops) <= MAX_STOPS:
        raise ListingRefused(_("A ride has from 2 to %(most)s stops.") % {"most": MAX_STOPS}, field="stops")
    rows = []
    for position, given in enumerate(stops):
        point = given_point(given)
        if point is None:
            raise ListingRefused(_("Say where each stop is."), field="stops")
        row = Stop(listing=listing, position=position, lat=point.lat, lon=point.lon, price_minor=0)
        row.time_zone = zone_of(listing.community, point)
        row.road_m = _road(given.get("km"))
        try:
            assign(row, {"place": given.get("place", ""), "minutes": given.get("minutes", 0)})
        except ListingRefused as refusal:
            raise ListingRefused(str(refusal), field="stops") from refusal
        rows.append(row)
    _in_order(rows)
    if not costs.sound_road(rows):
        raise ListingRefused(
            _("Between two stops the road is no shorter than the bird flies, and no more than twice as long."),
            field="stops",
        )
    prices = [given.get("price_minor") for given in stops]
    _price(listing, rows, prices, follows=not priced and set(prices) == {None})
    return rows


def _road(km: float | None) -> int | None:
    if km is None:
        return None
    if not 0 <= km <= FARTHEST_KM:
        raise ListingRefused(
            _("Please give a figure from %(least)s to %(most)s.") % {"least": 0, "most": FARTHEST_KM}, field="stops"
        )
    return round(km * 1000)


def _in_order(rows: list[Stop]) -> None:
    start = rows[0].minutes
    for row in rows:
        row.minutes -= start
    if any(later.minutes <= sooner.minutes for sooner, later in zip(rows, rows[1:], strict=False)):
        raise ListingRefused(_("Each stop comes some minutes after the one before it."), field="stops")
    if rows[-1].minutes > LONGEST:
        raise ListingRefused(_("A ride takes a week at most."), field="stops")
    _at_a_speed(rows)


def _at_a_speed(rows: list[Stop]) -> None:
    """A place that was taken for its namesake far away shows by how fast one would have to drive."""
    metres = sum(
        metres_between(Point(one.lat, one.lon), Point(other.lat, other.lon))
        for one, other in zip(rows, rows[1:], strict=False)
    )
    if metres > FASTEST_KMH * 1000 * rows[-1].minutes / 60:
        minutes = rows[-1].minutes
        words = {"start": rows[0].place, "end": rows[-1].place, "km": round(metres / 1000), "n": minutes}
        raise ListingRefused(
            ngettext(
                "From %(start)s to %(end)s it is %(km)d km, which nobody drives in %(n)d minute. Look at the places "
                "and at the minutes again.",
                "From %(start)s to %(end)s it is %(km)d km, which nobody drives in %(n)d minutes. Look at the places "
                "and at the minutes again.", minutes,
            ) % words,
            field="stops",
        )


def _price(listing: Listing, rows: list[Stop], prices: list[int | None], *, follows: bool) -> None:
    most = LIMITS["price_minor"][1]
    if any(price is not None and not 0 <= price <= most for price in prices):
        raise ListingRefused(
            _("Please give a figure from %(least)s to %(most)s.") % {"least": 0, "most": most}, field="stops"
        )
    whole = prices[-1] if prices[-1] is not None else max([listing.price_minor, *(price or 0 for price in prices)])
    if whole and follows and (share := costs.share(listing, rows)):
        whole = min(whole, share.each_minor)
    for row, price, portion in zip(rows, prices, costs.portions(rows, whole), strict=True):
        row.price_minor = price if price is not None else portion
    rows[0].price_minor = 0
    if any(later.price_minor < sooner.price_minor for sooner, later in zip(rows, rows[1:], strict=False)):
        raise ListingRefused(_("A longer way cannot cost less than a shorter one."), field="stops")
    if whole and listing.terms == Terms.GIFT:
        raise ListingRefused(_("What is lent for free has no price."), field="stops")


def _replace(listing: Listing, rows: list[Stop]) -> None:
    """New rows where the way is new; where only times and prices are, the rows that bookings name stay."""
    standing = list(listing.stops.all())
    if [_times(row) for row in standing] != [_times(row) for row in rows] and promises.of(listing):
        raise ListingRefused(
            _("Somebody has booked this ride, so its way and its times stay. Duplicate it for another way."),
            field="stops",
        )
    if [_where(row) for row in standing] == [_where(row) for row in rows]:
        for kept, row in zip(standing, rows, strict=True):
            kept.minutes, kept.price_minor, kept.road_m = row.minutes, row.price_minor, row.road_m
            kept.time_zone = row.time_zone
        Stop.objects.bulk_update(standing, ["minutes", "price_minor", "road_m", "time_zone"])
        return
    try:
        listing.stops.all().delete()
    except ProtectedError as error:
        raise ListingRefused(
            _("Somebody has travelled this way, so it stays on record. Duplicate the ride for another way."),
            field="stops",
        ) from error
    Stop.objects.bulk_create(rows)


def _where(stop: Stop) -> tuple:
    return stop.place, stop.lat, stop.lon


def _times(stop: Stop) -> tuple:
    return *_where(stop), stop.minutes


# --- departures -----------------------------------------------------------------------------------


def _future(leaves: Iterable[datetime], now: datetime) -> set[datetime]:
    wanted = set()
    for moment in leaves:
        if moment.tzinfo is None:
            raise ListingRefused(_("A departure needs its time zone."), field="departures")
        if not now < moment < now + FARTHEST:
            raise ListingRefused(
                _("A departure lies in the next %(days)s days.") % {"days": FARTHEST.days}, field="departures"
            )
        wanted.add(moment.astimezone(UTC))
    if len(wanted) > MAX_DEPARTURES:
        raise ListingRefused(_("At most %(most)s departures at a time.") % {"most": MAX_DEPARTURES}, field="departures")
    return wanted


def _drop(departure: Departure) -> None:
    """Out, unless somebody has a seat; what the plan made, or somebody once had a seat on, stays on record."""
    if booked.among([departure.pk]):
        raise ListingRefused(
            _("Somebody has a seat on one of these departures. Cancel with them first."), field="departures"
        )
    if departure.day is not None or departure.bookings.exists():
        departure.cancelled, departure.alone = True, True
        departure.save(update_fields=["cancelled", "alone"])
    else:
        departure.delete()


def clash_sentence(listing: Listing, clash: cars.Clash) -> str:
    """Why a departure cannot be: the driver sits in another car then."""
    words = {
        "when": formats.moment(clash.leaves, listing.time_zone), "title": clash.other.title or _("Untitled"),
        "other": formats.moment(clash.other_leaves, clash.other.time_zone),
    }  # fmt: skip
    return _("On %(when)s you are on the road already: “%(title)s” sets off on %(other)s.") % words
