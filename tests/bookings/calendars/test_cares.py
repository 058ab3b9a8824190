"""Care stands where one looks for what is on: in one's own calendar, on the page and in the feed, and nowhere else."""

from datetime import UTC, timedelta

import pytest
from django.utils import timezone

from bookings.calendars import busy, mine
from cooperative import care
from cooperative.models import CareTask
from tests.bookings.test_pages import browser, text

from .test_out import SITE, events, only

pytestmark = pytest.mark.django_db


def soon():
    """Three days from now to the second, as calendars write it."""
    return (timezone.now() + timedelta(days=3)).replace(microsecond=0)


def taken(cast, *, by=None, **facts) -> CareTask:
    task = care.create(cast.home, by=cast.cleo, **{"title": "Oil the chain", "due": soon(), "minutes": 45} | facts)
    care.take(task.pk, by=by or cast.ana)
    return task


def test_care_at_a_time_keeps_it_busy_and_care_until_a_time_does_not(cast):
    due = soon()
    shed = taken(cast, title="Open the shed", starts=due - timedelta(hours=2), due=due)
    event = only(mine.of_member(cast.ana, SITE))
    assert (event["UID"].split("@")[0], event["SUMMARY"]) == (f"care-{shed.pk}", f"Open the shed ({cast.home.name})")
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (due - timedelta(hours=2), due)
    assert (event["TRANSP"], event["URL"]) == ("OPAQUE", f"{SITE}{shed.get_absolute_url()}")
    care.give_up(shed.pk, by=cast.ana)

    oil = taken(cast, due=due)
    event = only(mine.of_member(cast.ana, SITE))
    assert event["UID"].startswith(f"care-{oil.pk}@") and event["TRANSP"] == "TRANSPARENT"
    assert (event["DTSTART"].dt.astimezone(UTC), event["DTEND"].dt) == (due - timedelta(minutes=45), due)


def test_care_is_in_nobody_elses_calendar_and_gone_when_given_up_or_not_needed(cast):
    task = taken(cast, places=1)
    care.take(task.pk, by=cast.bo)  # in line
    for other in (cast.bo, cast.cleo, cast.zoe):
        assert events(mine.of_member(other, SITE)) == []
    assert events(busy.of_listing(cast.drill)) == []
    care.give_up(task.pk, by=cast.ana)  # and Bo moves up
    assert events(mine.of_member(cast.ana, SITE)) == [] and only(mine.of_member(cast.bo, SITE))
    care.cancel(task.pk, by=cast.cleo)
    assert events(mine.of_member(cast.bo, SITE)) == []


def test_what_was_done_stays_with_how_it_stands(cast):
    task = taken(cast)
    care.say_done(task.pk, by=cast.ana, minutes=30)
    event = only(mine.of_member(cast.ana, SITE))
    assert "to be confirmed" in event["DESCRIPTION"] and event["SEQUENCE"] == 1


def test_the_calendar_page_shows_the_care_of_its_weeks(cast):
    task = taken(cast, by=cast.bo, details="With the green can.")
    client = browser(cast.bo)
    page = client.get("/calendar/")
    assert "Oil the chain" in text(page) and task.get_absolute_url() in page.content.decode()
    assert "Oil the chain" not in text(client.get("/calendar/", {"from": str((soon() + timedelta(days=60)).date())}))
    assert "Oil the chain" not in text(browser(cast.ana).get("/calendar/"))
    assert "Hammer drill" in text(page)
    taken(cast, by=cast.ana)
    assert "Oil the chain" in text(browser(cast.ana).get("/calendar/"))  # also of one who lends nothing


def test_much_care_takes_the_same_statements(cast, django_assert_num_queries):
    for _n in range(3):
        taken(cast, by=cast.bo)
    with django_assert_num_queries(2):
        mine.of_member(cast.bo, SITE)
