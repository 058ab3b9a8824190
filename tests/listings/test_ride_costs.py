"""A ride shares its costs and no more: the rates, the reckoning in words, and every door it is held at."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listings import actions
from listings.driving import amounts, costs, rates
from listings.models import Listing, Stop
from listings.states import ListingState, Terms
from tests import factories
from tests.listings.offering import WAY, in_days, refused

pytestmark = pytest.mark.django_db
SHORT = [
    {"place": "Freiburg", "lat": 47.997, "lon": 7.842, "minutes": 0},
    {"place": "Emmendingen", "lat": 48.1213, "lon": 7.8492, "minutes": 20},
]


@pytest.fixture
def bo():
    return factories.member("Bo", of=factories.community())


def ride_of(by, **facts) -> Listing:
    facts = {"kind": "ride", "title": "To Bern", "capacity": 3, "stops": WAY, "departures": [in_days(3)]} | facts
    return actions.create(by=by, facts=facts)


@pytest.mark.parametrize(
    ("country", "currency", "on", "minor", "metres"),
    [
        ("DE", "EUR", "2026-11-22", 30, rates.KM),
        ("ES", "EUR", "2023-07-16", 19, rates.KM),
        ("ES", "EUR", "2023-07-17", 26, rates.KM),
        ("GB", "GBP", "2026-11-22", 45, rates.MILE),
        ("US", "USD", "2025-12-31", 70, rates.MILE),
        ("GB", "EUR", "2026-11-22", 25, rates.KM),  # another currency than the country's: the general rule
        ("IT", "EUR", "2026-11-22", 25, rates.KM),
        ("DE", "EUR", "2010-01-01", 25, rates.KM),  # before the first that is known
    ],
)
def test_the_rate_is_that_of_the_country_on_the_day_else_the_general_one(country, currency, on, minor, metres):
    found = rates.rate(country, currency, date.fromisoformat(on))
    assert (found.minor, found.metres) == (minor, metres)


def test_every_rate_names_its_source_and_a_currency_without_one_is_unknown():
    assert all(row.source and row.minor > 0 for row in (*rates.OFFICIAL, *rates.GENERAL))
    assert rates.rate("XX", "XAU", date(2026, 1, 1)) is None


def test_the_reckoning_is_shown_as_one_would_write_it(bo):
    ride = ride_of(bo, stops=[SHORT[0], {**SHORT[1], "km": 16}], capacity=3)
    share = costs.share(ride, list(ride.stops.all()))
    assert share.words == "16 km × €0.30 = €4.80, shared by 4 = €1.20 each"
    assert (share.rate.country, share.each_minor) == ("DE", 120)


def test_more_than_the_share_is_refused_when_made_changed_published_and_quoted(bo):
    said = refused("price_minor", ride_of, bo, price_minor=1181)
    assert "€11.80 at most" in said and "shared by 4" in said
    ride = ride_of(bo, price_minor=1180)
    refused("price_minor", actions.update, ride.pk, by=bo, facts={"price_minor": 1181})
    refused("price_minor", actions.update, ride.pk, by=bo, facts={"capacity": 4})  # five share: less each
    dear = [{**stop, "price_minor": price} for stop, price in zip(WAY, (0, 1000, 1100), strict=True)]
    refused("price_minor", actions.set_stops, ride.pk, dear, by=bo)  # the whole is fine, its first part is not
    Listing.objects.filter(pk=ride.pk).update(price_minor=5000)  # as it may stand from before
    Stop.objects.filter(listing=ride, position=2).update(price_minor=5000)
    refused("price_minor", actions.publish, ride.pk, by=bo)

    from bookings import quotes

    Listing.objects.filter(pk=ride.pk).update(state=ListingState.PUBLISHED, published=in_days(0))
    quote = quotes.quote(Listing.objects.get(pk=ride.pk), by=None)
    assert quote.price_minor == 1180


def test_a_title_may_be_mended_while_an_old_price_stands(bo):
    ride = ride_of(bo, price_minor=1000)
    Listing.objects.filter(pk=ride.pk).update(price_minor=5000)
    Stop.objects.filter(listing=ride, position=2).update(price_minor=5000)
    assert actions.update(ride.pk, by=bo, facts={"title": "To Berne"}).title == "To Berne"


def test_a_shorter_way_lowers_the_price_by_itself(bo):
    ride = ride_of(bo, price_minor=1180)
    assert actions.set_stops(ride.pk, WAY[:2], by=bo).price_minor == 520


@given(
    kms=st.lists(st.integers(1, 400), min_size=1, max_size=6), seats=st.integers(1, 7), cut=st.integers(0, 5),
    minor=st.integers(0, 30_000),
)  # fmt: skip
def test_parts_never_come_to_more_than_the_whole(kms, seats, cut, minor):
    """Shared out over the stops, what passes as a whole passes in parts, and parts sum to the whole."""
    listing = Listing(kind="ride", currency="EUR", capacity=seats, terms=Terms.COST_SHARE)
    along = [sum(kms[:n]) for n in range(len(kms) + 1)]
    stops = [
        Stop(position=n, place=str(n), lat=50 + km / 100_000, lon=8.3, road_m=km * 1000) for n, km in enumerate(along)
    ]
    whole = costs.share(listing, stops)
    listing.price_minor = min(minor, whole.each_minor)
    for stop, price in zip(stops, costs.portions(stops, listing.price_minor), strict=True):
        stop.price_minor = price
    assert costs.above(listing, stops) == ""
    listing.price_minor = stops[-1].price_minor = whole.each_minor + 1
    assert costs.above(listing, stops)
    middle = stops[min(cut, len(stops) - 1)]
    if middle not in (stops[0], stops[-1]):  # cut in two rides of their own, it brings no more
        halves = [costs.share(listing, part).each_minor for part in (stops[: middle.position + 1], [
            Stop(position=s.position, lat=s.lat, lon=s.lon, road_m=s.road_m - middle.road_m)
            for s in stops[middle.position:]
        ])]  # fmt: skip
        assert sum(halves) <= whole.each_minor


@pytest.mark.parametrize(("km", "sound"), [(10, False), (14, True), (27, True), (40, False)])
def test_the_driver_may_say_the_way_is_longer_within_reason(bo, km, sound):
    ride = ride_of(bo)  # 13.8 km as the bird flies
    stops = [SHORT[0], {**SHORT[1], "km": km}]
    if sound:
        assert costs.road(list(actions.set_stops(ride.pk, stops, by=bo).stops.all())) == [0, km * 1000]
    else:
        refused("stops", actions.set_stops, ride.pk, stops, by=bo)


def test_a_ride_is_never_rented_out(bo):
    assert "free or shares its costs" in refused("terms", ride_of, bo, terms="rent", price_minor=500)
    ride = ride_of(bo, price_minor=500)
    refused("terms", actions.update, ride.pk, by=bo, facts={"terms": "rent"})
    Listing.objects.filter(pk=ride.pk).update(terms="rent")
    refused("terms", actions.publish, ride.pk, by=bo)


def test_at_most_two_behind_means_three_seats_to_offer(bo):
    refused("capacity", ride_of, bo, capacity=4, two_behind=True)
    ride = ride_of(bo, capacity=3, two_behind=True)
    refused("capacity", actions.update, ride.pk, by=bo, facts={"capacity": 4})
    roomy = ride_of(bo, capacity=4)
    refused("capacity", actions.update, roomy.pk, by=bo, facts={"two_behind": True})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Please bring 15 € for fuel", ["15 €"]),
        ("£7.50 each, or 9 euros", ["£7.50", "9 euros"]),
        ("EUR 20 wären nett", ["EUR 20"]),
        ("Leaves at 7.30, 3 seats, A5, platform 12", []),
        ("2 European trains", []),
    ],
)
def test_amounts_in_free_text_are_noticed(text, found):
    assert amounts.named(text) == found


def test_the_documentation_names_every_rate_in_force_with_its_day():
    from pathlib import Path

    text = (Path(__file__).parents[2] / "docs" / "rides.md").read_text()
    rows = list(rates.in_force(date(2026, 11, 22)))
    assert len(rows) == 8
    for row in rows:
        assert f"{float(row.minor) / 100:.3f}".rstrip("0") in text and row.since.isoformat() in text, row
