"""What a stay costs by its length, by who uses it, and for the members of chosen communities."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookings import quotes, tariffs
from bookings.models import DayPrice
from listings.states import Terms, Unit
from members.states import MemberClass
from tests.bookings.cast import drill, noon, ride, room, workshop
from tests.factories import community, join, member

pytestmark = pytest.mark.django_db


def day(n: int) -> date:
    return noon(n).date()


WEEK = [{"from_units": 3, "price_minor": 900}, {"from_units": 7, "price_minor": 800}]


def said(listing, days, *, by=None, quantity=1):
    """The lines for so many days (or hours), and the price."""
    if listing.price_unit == Unit.HOUR:
        span = {"starts": noon(10), "ends": noon(10) + timedelta(hours=days)}
    else:
        span = {"starts": day(10), "ends": day(9 + days + (listing.price_unit == Unit.NIGHT))}
    made = quotes.quote(listing, by=by, quantity=quantity, **span)
    assert sum(line.minor for line in made.lines) == made.total_minor
    return [(line.label, line.minor) for line in made.lines], made.price_minor


def test_a_long_stay_costs_less_for_every_unit_and_says_from_when():
    mower = drill(price_minor=1000, price_tiers=WEEK)
    assert said(mower, 2) == ([("2 days × €10", 2000)], 2000)
    assert said(mower, 4) == ([("4 days × €10", 4000), ("From 3 days on, €9 a day", -400)], 3600)
    assert said(mower, 8) == ([("8 days × €10", 8000), ("From 7 days on, €8 a day", -1600)], 6400)


def test_a_stay_just_short_of_a_tier_costs_no_more_than_its_shortest():
    mower = drill(price_minor=1000, price_tiers=[{"from_units": 7, "price_minor": 700}])
    assert said(mower, 5) == ([("5 days × €10", 5000), ("No more than 7 days cost", -100)], 4900)
    assert said(mower, 4) == ([("4 days × €10", 4000)], 4000)
    assert said(mower, 6, quantity=1)[1] == said(mower, 7)[1] == 4900


def test_every_copy_has_the_price_of_its_length():
    tents = drill(price_minor=1000, price_tiers=WEEK, capacity=3)
    assert said(tents, 4, quantity=3) == (
        [("3 copies × 4 days × €10", 12000), ("From 3 days on, €9 a day", -1200)], 10800
    )


@pytest.mark.parametrize("make, unit", [(workshop, "an hour"), (drill, "a day"), (room, "a night")])
def test_tiers_go_by_the_unit_of_the_price(make, unit):
    made = make(price_minor=1000, price_tiers=WEEK)
    lines, price = said(made, 4)
    assert price == 3600 and lines[1][0].endswith(unit)


def test_days_with_a_price_of_their_own_keep_it_and_count_towards_the_length():
    mower = drill(price_minor=1000, price_tiers=WEEK)
    DayPrice.objects.create(listing=mower, first=day(12), last=day(12), price_minor=1500)
    lines, price = said(mower, 4)
    assert price == 3 * 900 + 1500 and lines[-1] == ("From 3 days on, €9 a day", -300)


def test_commercial_use_pays_its_own_price_however_long(cast):
    mower = drill(cast.bo, of=cast.home, price_minor=1000, price_tiers=WEEK, commercial_price_minor=1600)
    firm = member("Max")
    join(firm, cast.home, member_class=MemberClass.COMMERCIAL)
    assert said(mower, 8, by=cast.ana)[1] == 6400
    lines, price = said(mower, 8, by=firm)
    assert price == 12800 and lines[0] == ("8 days × €16, commercial use", 12800)


def test_a_gift_to_neighbours_may_have_a_price_for_commerce_and_the_pool_gets_its_part(cast):
    mower = drill(cast.bo, of=cast.home, terms=Terms.GIFT, price_minor=0, commercial_price_minor=1000)
    firm = member("Max")
    join(firm, cast.home, member_class=MemberClass.COMMERCIAL)
    assert said(mower, 2, by=cast.ana) == ([("Lent for free", 0)], 0)
    lines, price = said(mower, 2, by=firm)
    assert price == 2000 and len(lines) == 2 and lines[1][1] > 0


def test_a_commercial_price_gives_way_to_the_dearer_price_of_a_day(cast):
    mower = drill(cast.bo, of=cast.home, price_minor=1000, commercial_price_minor=1600)
    DayPrice.objects.create(listing=mower, first=day(11), last=day(11), price_minor=2500)
    DayPrice.objects.create(listing=mower, first=day(12), last=day(12), price_minor=1200)
    firm = member("Max")
    join(firm, cast.home, member_class=MemberClass.COMMERCIAL)
    assert said(mower, 3, by=firm)[1] == 2 * 1600 + 2500


@pytest.mark.parametrize("make", [drill, room, ride])
def test_members_of_a_community_it_is_free_to_pay_nothing_and_nobody_else_does(cast, make):
    made = make(cast.bo, of=cast.home)
    choir = community("Choir")
    made.free_to.add(choir)
    join(cast.zoe, choir)
    span = {} if make is ride else {"starts": day(10), "ends": day(12)}
    if make is ride:
        span = {"departure": made.departures.get()}
    free = quotes.quote(made, by=cast.zoe, **span)
    assert [(line.label, line.minor) for line in free.lines] == [("Free to members of Choir", 0)]
    assert free.total_minor == free.fee_minor == 0
    for other in (cast.ana, None):
        assert quotes.quote(made, by=other, **span).price_minor > 0


def test_who_has_left_a_community_pays_again(cast):
    choir = community("Choir")
    cast.drill.free_to.add(choir)
    seat = join(cast.zoe, choir)
    assert tariffs.standing_of(cast.zoe, cast.drill).free_by == "Choir"
    seat.delete()
    assert tariffs.standing_of(cast.zoe, cast.drill) == tariffs.Standing()


def test_standing_takes_one_statement(cast, django_assert_num_queries):
    cast.drill.free_to.add(cast.home, community("Choir"))
    with django_assert_num_queries(1):
        assert tariffs.standing_of(cast.ana, cast.drill) == tariffs.Standing(MemberClass.COMMONER, cast.home.name)


@st.composite
def tariff(draw):
    """A price and tiers as `listings.actions.pricing` lets them through."""
    price = draw(st.integers(10, 5000))
    begins = sorted(draw(st.sets(st.integers(2, 40), max_size=4)))
    falling = sorted(draw(st.sets(st.integers(1, price - 1), min_size=len(begins), max_size=len(begins))), reverse=True)
    return price, [{"from_units": n, "price_minor": minor} for n, minor in zip(begins, falling, strict=True)]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tariff(), st.integers(1, 3))
def test_no_longer_stay_costs_less_and_none_more_than_its_units(tariff, quantity):
    price, tiers = tariff
    made = drill(price_minor=price, price_tiers=tiers, capacity=3, max_units=60, horizon_days=365)
    before = 0
    for days in range(1, 44):
        lines, cost = said(made, days, quantity=quantity)
        assert before <= cost <= days * price * quantity and cost >= 0
        reached = [tier["price_minor"] for tier in tiers if tier["from_units"] <= days]
        assert cost <= days * (reached[-1] if reached else price) * quantity
        before = cost
