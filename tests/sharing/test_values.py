"""Money that sums, periods that know the clocks of their zones, places that keep their secret."""

import math
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharing.values.money import MixedCurrencies, Money, basis_points, currency_of, parse_minor, split
from sharing.values.period import Period, days, instant, local_days, nights
from sharing.values.place import Point, arc_metres, blur, chord_squared, metres_between, offset

BERLIN, NEW_YORK, LORD_HOWE = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe")


@given(total=st.integers(0, 10**9), weights=st.lists(st.integers(0, 10**6), min_size=1, max_size=40).filter(any))
def test_a_split_sums_to_the_total_and_no_share_is_off_by_a_unit(total, weights):
    """G25: random amounts over random shares, by the largest remainder."""
    shares = split(total, weights)
    assert sum(shares) == total
    exact = [total * weight for weight in weights]
    assert all(abs(share * sum(weights) - part) < sum(weights) for share, part in zip(shares, exact, strict=True))


def test_a_split_gives_ties_to_the_earlier_and_refuses_nobody():
    assert split(100, [1, 1, 1]) == [34, 33, 33]
    for total, weights in ((1, [0]), (-1, [1]), (1, [2, -1])):
        with pytest.raises(ValueError, match="split"):
            split(total, weights)


def test_money_never_mixes_and_never_rounds():
    assert Money(945, "EUR") + Money(55, "EUR") == Money(1000, "EUR")
    with pytest.raises(MixedCurrencies):
        Money(1, "EUR") + Money(1, "GBP")
    with pytest.raises(TypeError):
        Money(1.5, "EUR")


@pytest.mark.parametrize(
    ("minor", "rate", "fee"), [(900, 500, 45), (10, 500, 1), (9, 500, 0), (0, 500, 0), (1, 10_000, 1)]
)
def test_basis_points_round_half_up(minor, rate, fee):
    assert basis_points(minor, rate) == fee


@pytest.mark.parametrize(
    ("minor", "currency", "locale", "short", "written"),
    [
        (945, "EUR", "en", False, "€9.45"), (900, "EUR", "en", True, "€9"), (945, "EUR", "de", False, "9,45\xa0€"),
        (900, "EUR", "de", True, "9\xa0€"), (1500, "JPY", "en", False, "¥1,500"),
        (1234, "KWD", "en", False, "KWD1.234"),
        (-45, "EUR", "en", False, "-€0.45"),
    ],
)
def test_money_is_written_as_people_of_the_locale_do(minor, currency, locale, short, written):
    assert Money(minor, currency).format(locale, short=short) == written


def test_typed_amounts_become_minor_units_of_their_currency():
    assert [parse_minor(text, "EUR") for text in ("12.50", "12,5", " 3 ")] == [1250, 1250, 300]
    assert parse_minor("300", "JPY") == 300
    for text, currency in (("1.234", "EUR"), ("1.5", "JPY"), ("x", "EUR"), ("nan", "EUR"), ("inf", "EUR"), ("", "EUR")):
        with pytest.raises(ValueError, match="amount|places"):
            parse_minor(text, currency)
    assert currency_of("gb") == "GBP" and currency_of("??") == "EUR"


@given(minor=st.integers(-(10**17), 10**17), currency=st.sampled_from(["EUR", "JPY", "BHD", "XHR"]))
def test_an_amount_that_is_written_out_is_read_as_itself(minor, currency):
    places = {"EUR": 2, "JPY": 0, "BHD": 3, "XHR": 2}[currency]
    digits = f"{abs(minor):0{places + 1}d}"
    whole, part = digits[: len(digits) - places], digits[len(digits) - places :]
    for mark in ".,":
        assert parse_minor(f"{'-' if minor < 0 else ''}{whole}{mark if part else ''}{part}", currency) == minor


@pytest.mark.parametrize(
    "text",
    ["1,000", "1.000", "1,000.00", "1_000", "1e2", "1e99999999", "1e999990", "9" * 19, "NaN", "sNaN", "Infinity", "-",
     ".", "+.", "0x10", "1 €", "½", "²", "--1", "1\x00", "\ud800"],
)  # fmt: skip
def test_what_may_be_another_amount_or_none_is_no_amount(text):
    """A thousand is never read as one, and nobody works out a million digits."""
    for currency in ("EUR", "JPY"):
        with pytest.raises(ValueError, match="amount|places"):
            parse_minor(text, currency)


def test_digits_of_any_script_are_digits():
    assert parse_minor("١٢.٥٠", "EUR") == parse_minor("１２,５", "EUR") == 1250


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [(BERLIN, date(2026, 3, 29), 23), (BERLIN, date(2026, 10, 25), 25), (BERLIN, date(2026, 6, 1), 24),
     (NEW_YORK, date(2026, 3, 8), 23), (NEW_YORK, date(2026, 11, 1), 25), (LORD_HOWE, date(2026, 4, 5), 24.5)],
)
def test_a_local_day_is_as_long_as_its_zone_makes_it(zone, day, hours):
    assert days(day, day + timedelta(days=1), zone).length == timedelta(hours=hours)


def test_a_time_that_does_not_exist_moves_forward_and_one_that_comes_twice_is_its_first():
    spring = instant(date(2026, 3, 29), time(2, 30), BERLIN)
    assert spring.astimezone(BERLIN).time() == time(3, 30)
    autumn = instant(date(2026, 10, 25), time(2, 30), BERLIN)
    assert autumn == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_night_is_from_check_in_to_check_out_whatever_the_clocks_do():
    stay = nights(date(2026, 3, 28), date(2026, 3, 29), BERLIN, arrive=time(15), leave=time(11))
    assert stay.length == timedelta(hours=19)
    stay = nights(date(2026, 3, 7), date(2026, 3, 8), NEW_YORK, arrive=time(15), leave=time(11))
    assert stay.length == timedelta(hours=19)


def test_periods_are_half_open_and_made_of_instants():
    noon = datetime(2026, 5, 1, 12, tzinfo=UTC)
    hour = timedelta(hours=1)
    first, second = Period(noon, noon + hour), Period(noon + hour, noon + 2 * hour)
    assert not first.overlaps(second) and Period(noon, second.ends).contains(first)
    with pytest.raises(ValueError, match="ends after"):
        Period(noon, noon)
    with pytest.raises(ValueError, match="instants"):
        Period(datetime(2026, 5, 1), datetime(2026, 5, 2))
    midnight = Period(instant(date(2026, 5, 1), time(), BERLIN), instant(date(2026, 5, 3), time(), BERLIN))
    assert list(local_days(midnight, BERLIN)) == [date(2026, 5, 1), date(2026, 5, 2)]


points = st.builds(Point, st.floats(-89.9, 89.9), st.floats(-180, 179.999))


@given(a=points, b=points)
def test_the_chord_orders_as_the_great_circle_does(a, b):
    metres = metres_between(a, b)
    assert math.isclose(arc_metres(chord_squared(metres)), metres, rel_tol=1e-6, abs_tol=1)


@given(home=points)
def test_a_blurred_place_lies_in_its_ring_and_is_the_same_each_time(home):
    shown = blur(home, secret="s" * 40, owner="7")
    assert 100 < metres_between(home, shown) < 400
    assert blur(home, secret="s" * 40, owner="7") == shown
    assert blur(home, secret="t" * 40, owner="7") != shown


@given(home=points, metres=st.floats(1, 10_000), bearing=st.floats(0, math.tau))
def test_an_offset_is_as_far_as_it_says(home, metres, bearing):
    assert math.isclose(metres_between(home, offset(home, metres, bearing)), metres, rel_tol=1e-3, abs_tol=0.5)


@pytest.mark.parametrize(("lat", "lon"), [(91, 0), (0, 181), (float("nan"), 0), (0, float("inf"))])
def test_a_point_off_the_globe_is_refused(lat, lon):
    with pytest.raises(ValueError, match="point|Latitude"):
        Point(lat, lon)
