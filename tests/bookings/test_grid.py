"""The owner's grid: a page of listings, four weeks, the same few statements, and every deed undone."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from bookings import actions, agenda
from bookings.models import Claim
from sharing.values.period import days
from tests import factories
from tests.bookings.cast import BERLIN, drill, steward_of, today

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _as_the_owners_clock_has_it():
    """Pages show the days of who looks, here of Berlin: near midnight UTC has another one."""
    with timezone.override(BERLIN):
        yield


def browser(member) -> Client:
    client = Client()
    client.force_login(member)
    return client


@pytest.mark.parametrize("rows", [1, 12])
def test_the_grid_takes_the_same_statements_however_much_is_on_it(rows, django_assert_max_num_queries):
    home = factories.community()
    bo, ana = factories.member("Bo", of=home), factories.member("Ana", of=home)
    for n in range(rows):
        actions.request(drill(bo, of=home, title=f"Thing {n:02}").pk, by=ana, starts=today(3), ends=today(4))
    page = browser(bo)
    page.get("/calendar/")
    with django_assert_max_num_queries(8):
        assert page.get("/calendar/").content.decode().count("Ana") >= rows


def test_listings_come_a_page_at_a_time_and_stewards_see_the_commons():
    home = factories.community()
    cleo = steward_of(home)
    for n in range(agenda.PAGE + 3):
        drill(of=home, commons=True, title=f"Thing {n:02}")
    first, more = agenda.listings_of(cleo)
    rest, none = agenda.listings_of(cleo, more)
    assert [len(first), len(rest), none] == [agenda.PAGE, 3, None]
    assert len({each.pk for each in first + rest}) == agenda.PAGE + 3
    assert f"after={more}" in browser(cleo).get("/calendar/").content.decode()


def test_what_is_kept_and_what_is_opened_can_be_undone():
    saw = drill()
    page = browser(saw.owner)
    sent = {"listing": saw.pk, "starts": today(3), "ends": today(5), "kind": "block", "note": "Mine"}
    kept = page.post("/calendar/", sent, follow=True)
    claim = Claim.objects.get()
    assert f"/blocks/{claim.pk}/remove/" in kept.content.decode()
    opened = page.post(f"/blocks/{claim.pk}/remove/", {"grid": "1"}, follow=True)
    assert not Claim.objects.exists() and "open again" in opened.content.decode()
    assert page.post("/calendar/", opened.context["opened"]).status_code == 302
    again = Claim.objects.get()
    assert (again.starts, again.ends, again.note) == (claim.starts, claim.ends, "Mine")


def test_the_phone_reads_day_by_day_across_listings():
    home = factories.community()
    bo, ana = factories.member("Bo", of=home), factories.member("Ana", of=home)
    saw, drills = drill(bo, of=home, title="Saw"), drill(bo, of=home, title="Drills", capacity=3)
    for listing, first, last in ((saw, 5, 6), (drills, 3, 3), (drills, 3, 9)):
        actions.request(listing.pk, by=ana, starts=today(first), ends=today(last))
    listings, _more = agenda.listings_of(bo)
    grid = agenda.grid(bo, listings)
    assert [(line.listing, line.day) for line in grid.lines] == [
        (drills, today(3)), (drills, today(3)), (saw, today(5)),
    ]
    assert grid.idle == []
    next_weeks = agenda.grid(bo, listings, today(100))
    assert next_weeks.lines == [] and next_weeks.idle == [drills, saw]


def test_what_began_before_stands_under_today():
    saw = drill()
    period = days(today(-2), today(2), BERLIN)
    Claim.objects.create(listing=saw, starts=period.starts, ends=period.ends, kind="block", note="Mine")
    (line,) = agenda.grid(saw.owner, [saw]).lines
    assert (line.day, line.label, line.kind) == (today(), "Mine", "block")
    assert ":" not in line.when  # whole days have no time of day


def test_what_is_over_this_week_is_folded_away_on_the_phone():
    saw = drill()
    monday = today() - today().weekday() * agenda.DAY
    for first in sorted({monday - agenda.DAY, monday, today(), today(1)}):  # today may be a Monday
        period = days(first, first + agenda.DAY, BERLIN)
        Claim.objects.create(listing=saw, starts=period.starts, ends=period.ends, kind="block")
    grid = agenda.grid(saw.owner, [saw], today())
    assert all(line.day < today() for line in grid.over) and all(line.day >= today() for line in grid.coming)
    assert len(grid.over) + len(grid.coming) == len(grid.lines)
    assert "Earlier this week" not in browser(saw.owner).get(f"/calendar/?from={today(35)}").content.decode()


def test_a_narrow_cell_has_initials_and_says_the_whole_to_who_asks():
    home = factories.community()
    bo, ana = factories.member("Bo", of=home), factories.member("Ana Maria Moss", of=home)
    saw = drill(bo, of=home, title="Saw")
    for first, last in ((21, 21), (23, 24), (26, 28)):
        actions.request(saw.pk, by=ana, starts=today(first), ends=today(last))
    (row,) = agenda.grid(bo, [saw], today(21)).rows
    taken = [cell for cell in row.cells if cell.kind]
    assert [cell.short for cell in taken[:1]] == ["AM"]
    assert {cell.said for cell in taken} == {"Ana Maria Moss · Asked"}
    body = browser(bo).get(f"/calendar/?from={today(21)}").content.decode()
    assert "<b>AM</b>" in body and 'aria-label="Ana Maria Moss · Asked, ' in body


def test_initials_are_of_the_first_and_the_last_word():
    names = {"Ana Maria Moss": "AM", "Bo": "Bo", "Zoë": "Zo", "ana b": "AB", "": ""}
    assert {name: agenda.initials(name) for name in names} == names


def test_what_is_kept_and_what_another_calendar_says_have_a_sign_and_a_spoken_name():
    saw = drill()
    for n, kind in ((21, "block"), (22, "repair"), (23, "import")):
        period = days(today(n), today(n + 1), BERLIN)
        Claim.objects.create(listing=saw, starts=period.starts, ends=period.ends, kind=kind, note="Mine")
    body = browser(saw.owner).get(f"/calendar/?from={today(21)}").content.decode()
    table = body[body.index("<tbody>") : body.index("</tbody>")]
    for said in ("Mine · Kept free by the owner, ", "Mine · In repair, ", "Mine · Busy in another calendar, "):
        assert f'aria-label="{said}' in table
    assert table.count("<svg") == 3 and "<b>" not in table


def test_a_day_says_how_many_are_taken_at_once_and_not_all_of_the_day_together():
    drills = drill(title="Drills", capacity=3)
    start = days(today(21), today(22), BERLIN).starts
    for hour, quantity in ((8, 2), (10, 1), (12, 2), (14, 1)):
        at = start + timedelta(hours=hour)
        until = at + timedelta(hours=2, minutes=30)
        Claim.objects.create(listing=drills, starts=at, ends=until, quantity=quantity, kind="block")
    (row,) = agenda.grid(drills.owner, [drills], today(21)).rows
    (cell,) = [cell for cell in row.cells if cell.kind]
    assert (cell.label, cell.said) == ("3/3", "3 of 3 taken")
