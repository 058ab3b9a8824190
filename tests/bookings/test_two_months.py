"""When little is left of a month, a listing's calendar shows the next one with it: whole weeks, one name."""

import re
from datetime import UTC, datetime
from unittest import mock

import pytest
from django.urls import reverse
from django.utils import translation

from tests.bookings.test_pages import today

pytestmark = pytest.mark.django_db


def shown(client, listing, now: datetime) -> tuple[str, list[list[str]]]:
    """The name over the calendar, and the days of each week as a screen reader is told them."""
    with mock.patch("django.utils.timezone.now", return_value=now):
        page = client.get(reverse("listing_month", args=[listing.pk])).content.decode()
    name = re.search(r'id="month-name"[^>]*>([^<]+)<', page)[1]
    weeks = re.findall(r"<tr>(.*?)</tr>", page.split("<tbody>")[1], re.DOTALL)
    return name, [re.findall(r'data-day="([^"]+)"', week) for week in weeks]


@pytest.mark.parametrize("day", range(21, 31))
def test_no_week_breaks_off(cast, client, day):
    name, weeks = shown(client, cast.drill, datetime(2026, 11, day, 22, 30, tzinfo=UTC))
    assert name == "November\u00a0– December 2026"
    assert [len(week) for week in weeks] == [7] * len(weeks) and "2026-12-14" in weeks[-1] + weeks[-2]


def test_early_in_a_month_it_stands_alone(cast, client):
    name, weeks = shown(client, cast.drill, datetime(2026, 11, 12, 12, tzinfo=UTC))
    assert name == "November 2026" and weeks[-1] == ["2026-11-30"]


def test_over_the_turn_of_a_year_and_where_weeks_begin_on_sundays(cast, client):
    with translation.override("en-us"):
        name, weeks = shown(client, cast.drill, datetime(2026, 12, 28, 12, tzinfo=UTC))
    assert name == "December 2026\u00a0– January 2027" and {len(week) for week in weeks} == {7}


@pytest.mark.parametrize(("chosen", "says"), [("", "Choose dates"), ("?starts={0}&ends={0}", "Ask to borrow")])
def test_the_line_at_the_foot_says_what_comes_next_without_script(cast, client, chosen, says):
    page = client.get(cast.drill.get_absolute_url() + chosen.format(today(5))).content.decode()
    foot = page.split('class="bottom-action"')[1].split("</a>")[0]
    assert foot.endswith(f">{says}") and 'data-foot-button="Choose dates"' in foot


def test_a_deposit_says_how_it_is_given(cast, client):
    page = client.get(f"{cast.drill.get_absolute_url()}?starts={today(5)}&ends={today(5)}").content.decode()
    assert "Deposit in cash, back on return" in page
