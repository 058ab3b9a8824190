"""A community says what driving costs: by a steward, from a day on, with a source, and never more than the country."""

from datetime import date, timedelta

import pytest
from django.test import Client

from bookings import quotes
from listings import actions
from listings.driving import costs, own_rates, rates
from listings.models import CommunityRate, Listing
from sharing.web.refusals import Refusal
from tests.bookings.cast import ride, today
from tests.bookings.test_api import client as client_of

pytestmark = pytest.mark.django_db
SOURCE = "Decision of 3 May"


@pytest.fixture
def car(cast):
    """From Freiburg to Karlsruhe, about 150 km by road, one seat: half of the costs each."""
    cast.car = ride(cast.bo, of=cast.home, seats=1, price_minor=900)
    cast.car.stops.filter(position=2).update(price_minor=2200)
    Listing.objects.filter(pk=cast.car.pk).update(price_minor=2200, terms="cost_share")
    return cast


def set_rate(cast, hundredths: int, **facts) -> CommunityRate:
    return actions.set_rate(cast.home.pk, by=cast.cleo, hundredths=hundredths, source=SOURCE, **facts)


def price(cast) -> int:
    row = Listing.objects.select_related("community").get(pk=cast.car.pk)
    return quotes.quote(row, by=cast.ana, departure=row.departures.get().pk).price_minor


def test_the_rate_caps_what_a_seat_costs_from_its_day_on(car):
    before = price(car)
    assert before == 2200  # below what the country's 30 cents come to
    set_rate(car, 1000, since=today(20))  # after the ride sets off
    assert price(car) == before
    set_rate(car, 1500)
    assert 1100 < price(car) < 1250  # half of that
    share = costs.share(Listing.objects.get(pk=car.car.pk), list(car.car.stops.all()))
    assert share.rate.named == f"Elm Street: {SOURCE}" and "€0.15" in share.words


def test_never_more_than_the_country_says_and_freely_where_it_says_nothing(car):
    with pytest.raises(Refusal, match="€0.30") as refused:
        set_rate(car, 3001)
    assert refused.value.field == "rate"
    assert set_rate(car, 3000).hundredths == 3000
    type(car.home).objects.filter(pk=car.home.pk).update(country="IT")
    assert set_rate(car, 4200).hundredths == 4200  # no figure of Italy is known here
    row = Listing.objects.get(pk=car.car.pk)
    assert own_rates.holding(row, "IT", today()).minor == 42
    row = Listing.objects.get(pk=car.car.pk)
    assert own_rates.holding(row, "DE", today()).minor == 30  # where the ride begins, the country has the last word


def test_what_held_is_not_changed_and_what_comes_can_be_taken_back(car):
    with pytest.raises(Refusal, match="not changed"):
        set_rate(car, 1000, since=today(-1))
    now, later = set_rate(car, 1000), set_rate(car, 2000, since=today(5))
    assert set_rate(car, 1500).pk == now.pk
    with pytest.raises(Refusal, match="holds already"):
        actions.drop_rate(now.pk, by=car.cleo)
    with pytest.raises(CommunityRate.DoesNotExist):
        actions.drop_rate(later.pk, by=car.bo)
    actions.drop_rate(later.pk, by=car.cleo)
    assert CommunityRate.objects.get().hundredths == 1500


@pytest.mark.parametrize(
    ("facts", "field"),
    [({"hundredths": 0}, "rate"), ({"hundredths": 10**7}, "rate"), ({"source": "  "}, "source"),
     ({"source": "a\x00bc"}, "source")],
)
def test_bad_figures_are_refused_at_their_field(car, facts, field):
    with pytest.raises(Refusal) as refused:
        actions.set_rate(car.home.pk, by=car.cleo, **{"hundredths": 100, "source": SOURCE} | facts)
    assert refused.value.field == field


def test_many_rides_of_a_page_are_read_in_one_statement(car, django_assert_num_queries):
    set_rate(car, 1000)
    rows = [Listing.objects.get(pk=car.car.pk) for _n in range(5)]
    with django_assert_num_queries(1):
        own_rates.read_for(rows)
        assert {own_rates.holding(row, "DE", today()).minor for row in rows} == {10}


def test_a_page_has_them_at_hand_without_a_statement(car, django_assert_num_queries):
    set_rate(car, 1000)
    set_rate(car, 2000, since=today(3))
    row = Listing.objects.for_pages().get(pk=car.car.pk)
    with django_assert_num_queries(0):
        assert [own_rates.holding(row, "DE", today(n)).minor for n in (0, 2, 3)] == [10, 10, 20]
        assert own_rates.holding(row, "DE", today(-1)).source.startswith("Bundesreise")


def test_stewards_set_it_on_their_page_and_nobody_else(car):
    cleo, ana = Client(), Client()
    cleo.force_login(car.cleo)
    ana.force_login(car.ana)
    url = f"/c/{car.home.slug}/fair-use/"
    assert "The country's figure: €0.30 a kilometre" in cleo.get(url).content.decode().replace("&#x27;", "'")
    said = {"driving": "1", "rate": "0.45", "since": "", "source": SOURCE}
    refused = cleo.post(url, said)
    assert refused.status_code == 422 and "ask for less" in refused.content.decode()
    page = cleo.post(url, said | {"rate": "0.125"}, follow=True).content.decode()
    assert "€0.125 a kilometre" in page and SOURCE in page
    assert ana.post(url, said).status_code == 404
    row = set_rate(car, 2000, since=today(3))
    assert "Take this rate back" in cleo.get(url).content.decode()
    assert ana.post(f"/driving-rates/{row.pk}/remove/").status_code == 404
    cleo.post(f"/driving-rates/{row.pk}/remove/")
    assert CommunityRate.objects.count() == 1


def test_programs_read_it_and_stewards_set_it(car):
    url = f"/api/v1/communities/{car.home.slug}/driving-rates/"
    cleo, ana = client_of(car.cleo), client_of(car.ana)
    made = cleo.put(url, {"rate": "0.21", "source": SOURCE}, format="json")
    assert made.status_code == 200
    assert ana.get(url).json() == [
        {"rate": "0.2100", "since": str(today()), "source": SOURCE, "currency": "EUR", "by_mile": False}
    ]
    assert ana.put(url, {"rate": "0.21", "source": SOURCE}, format="json").status_code == 404
    assert cleo.put(url, {"rate": "0.31", "source": SOURCE}, format="json").status_code == 400


def test_what_nobody_has_checked_says_so():
    unchecked = {row.country for row in rates.in_force(date(2026, 11, 22)) if not row.checked}
    assert unchecked == {"CH", "FR"}
    assert "Nobody has checked" in rates.rate("FR", "EUR", date(2026, 1, 1)).named
    assert "Nobody" not in rates.rate("DE", "EUR", date(2026, 1, 1) + timedelta(1)).named
