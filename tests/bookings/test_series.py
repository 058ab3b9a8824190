"""The same time again and again: shown beforehand, all or what is free, on the listing's own clock."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bookings import actions, repeats
from bookings.actions.requests import NotFree, YourOwn
from bookings.actions.steps import NotNow
from bookings.models import Booking, FairUse, Series
from bookings.states import Rhythm, State
from listings.models import Listing
from messaging.models import Conversation, Notification
from payments.models import Payment
from sharing.web.refusals import Refusal
from tests.bookings.cast import today, workshop
from tests.bookings.test_api import client as client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def weekly(cast):
    """The drill on one day a week, four times, from a Tuesday three weeks ahead."""
    first = today(21)
    cast.first = first + timedelta(days=(1 - first.weekday()) % 7)
    Listing.objects.filter(pk=cast.drill.pk).update(horizon_days=400)
    cast.asked = {"starts": cast.first, "ends": cast.first, "rhythm": "weekly",
                  "until": cast.first + timedelta(days=21)}
    return cast


@pytest.mark.parametrize(("first", "rhythm", "until", "days"), [
    (date(2027, 1, 5), Rhythm.WEEKLY, date(2027, 1, 26), ["01-05", "01-12", "01-19", "01-26"]),
    (date(2027, 1, 5), Rhythm.FORTNIGHTLY, date(2027, 2, 1), ["01-05", "01-19"]),
    (date(2027, 1, 12), Rhythm.MONTHLY, date(2027, 4, 30), ["01-12", "02-09", "03-09", "04-13"]),
    (date(2027, 1, 29), Rhythm.MONTHLY, date(2027, 5, 31), ["01-29", "04-30"]),  # few months have a fifth Friday
    (date(2027, 1, 5), Rhythm.WEEKLY, date(2027, 1, 5), ["01-05"]),
])
def test_a_rhythm_goes_by_the_calendar(first, rhythm, until, days):
    assert [f"{day:%m-%d}" for day in repeats.days_of(first, rhythm, until)] == days


def test_ten_o_clock_stays_ten_o_clock_when_the_clocks_change(cast):
    room = workshop(cast.bo, of=cast.home, horizon_days=700, instant=True)
    zone = ZoneInfo(room.time_zone)
    year = today().year + 1
    march = date(year, 3, 1) + timedelta(days=(1 - date(year, 3, 1).weekday()) % 7)
    made = actions.request_series(room.pk, by=cast.ana, starts=f"{march}T10:00", ends=f"{march}T12:00",
                                  rhythm="weekly", until=march + timedelta(days=42))
    local = [row.starts.astimezone(zone) for row in made.bookings.order_by("starts")]
    assert len(local) == 7 and {(each.hour, each.weekday()) for each in local} == {(10, 1)}
    assert len({each.utcoffset() for each in local}) == 2


def test_all_of_it_is_asked_for_in_one_conversation_and_told_once(weekly):
    made = actions.request_series(weekly.drill.pk, by=weekly.ana, note="For the choir", **weekly.asked)
    rows = list(made.bookings.order_by("starts"))
    assert [row.state for row in rows] == [State.REQUESTED] * 4 and all(row.claim_id for row in rows)
    assert Conversation.objects.count() == 1 == Notification.objects.filter(member=weekly.bo).count()
    assert "4 times" in rows[0].conversation.messages.get().body
    assert actions.accept_series(made.pk, by=weekly.bo) == 4
    assert Payment.objects.filter(state="due").count() == 4
    assert Notification.objects.filter(member=weekly.ana).count() == 1
    with pytest.raises(NotNow, match="other side"):
        actions.accept_series(made.pk, by=weekly.ana)


def test_clashes_are_shown_beforehand_and_all_or_what_is_free_is_asked_for(weekly):
    second = weekly.first + timedelta(days=7)
    actions.request(weekly.drill.pk, by=weekly.zoe, starts=second, ends=second)
    turns = actions.preview_series(weekly.drill.pk, by=weekly.ana, **weekly.asked)
    assert [turn.free for turn in turns] == [True, False, True, True] and "taken" in turns[1].reason
    assert repeats.total_minor(turns) == 3 * 315
    with pytest.raises(NotFree, match="1 of these times"):
        actions.request_series(weekly.drill.pk, by=weekly.ana, **weekly.asked)
    assert not Series.objects.exists()
    made = actions.request_series(weekly.drill.pk, by=weekly.ana, skip=True, **weekly.asked)
    assert made.bookings.count() == 3


def test_of_a_race_for_all_nothing_is_left_and_for_some_the_rest(weekly, monkeypatch):
    from bookings.actions import series

    planned = series.preview_series

    def then_somebody_is_faster(*args, **kwargs):
        turns = planned(*args, **kwargs)
        if not Booking.objects.exists():
            third = weekly.first + timedelta(days=14)
            actions.request(weekly.drill.pk, by=weekly.zoe, starts=third, ends=third)
        return turns

    monkeypatch.setattr(series, "preview_series", then_somebody_is_faster)
    with pytest.raises(Refusal, match="taken"):
        actions.request_series(weekly.drill.pk, by=weekly.ana, **weekly.asked)
    assert Booking.objects.count() == 1 and not Series.objects.exists()
    Booking.objects.all().first()
    made = actions.request_series(weekly.drill.pk, by=weekly.ana, skip=True, **weekly.asked)
    assert made.bookings.count() == 3


def test_one_is_called_off_or_the_rest(weekly):
    made = actions.request_series(weekly.drill.pk, by=weekly.ana, **weekly.asked)
    actions.accept_series(made.pk, by=weekly.bo)
    rows = list(made.bookings.order_by("starts"))
    actions.take(rows[1].pk, "cancel", by=weekly.ana)
    assert actions.end_series(made.pk, by=weekly.ana, now=rows[0].ends) == 2  # the first has begun
    states = [row.state for row in made.bookings.order_by("starts")]
    assert states == [State.ACCEPTED, State.CANCELLED, State.CANCELLED, State.CANCELLED]
    with pytest.raises(NotNow, match="nothing left"):
        actions.end_series(made.pk, by=weekly.bo, now=rows[0].ends)
    with pytest.raises(Series.DoesNotExist):
        actions.end_series(made.pk, by=weekly.zoe)


@pytest.mark.parametrize("wrong", [
    {"rhythm": "daily"}, {"until": "2020-01-01"}, {"until": "2099-01-01"}, {"ends": "+9"}, {"starts": ""},
])
def test_a_series_makes_sense(weekly, wrong):
    if wrong.get("ends"):
        wrong = {"ends": weekly.first + timedelta(days=9)}
    with pytest.raises(Refusal):
        actions.preview_series(weekly.drill.pk, by=weekly.ana, **(weekly.asked | wrong))
    with pytest.raises(YourOwn):
        actions.preview_series(weekly.drill.pk, by=weekly.bo, **weekly.asked)


def test_no_time_of_a_series_runs_into_the_next_in_the_shortest_month(cast):
    asked = {"rhythm": "monthly", "until": "2027-06-01", "now": datetime(2027, 3, 1, tzinfo=UTC)}
    with pytest.raises(Refusal, match="run into the next"):  # five weeks lie between the first two, then four
        repeats.plan(cast.drill, by=cast.ana, starts="2027-03-09", ends="2027-04-07", **asked)
    assert len(repeats.plan(cast.drill, by=cast.ana, starts="2027-03-09", ends="2027-04-05", **asked)) == 3


def test_the_pages_show_every_date_ask_and_call_off(weekly):
    ana, bo = Client(), Client()
    ana.force_login(weekly.ana)
    bo.force_login(weekly.bo)
    second = weekly.first + timedelta(days=7)
    actions.request(weekly.drill.pk, by=weekly.zoe, starts=second, ends=second)
    url, sent = f"/listings/{weekly.drill.pk}/series/", {key: str(value) for key, value in weekly.asked.items()}
    assert "again and again" in ana.get(url).content.decode()
    shown = ana.get(url, sent).content.decode()
    assert "3 of 4 dates are free" in shown and "€9.45" in shown and "That time is already taken." in shown
    assert 'name="skip" id="id_skip" checked' in shown.replace('type="checkbox" ', "")  # three is what the button says
    refused = ana.post(url, sent | {"ask": "1"})
    assert refused.status_code == 422 and "3 of 4 dates are free" in refused.content.decode()
    page = ana.post(url, sent | {"ask": "1", "skip": "on"}, follow=True).content.decode()
    assert "on its way" in page and "Call off the rest" in page
    made = Series.objects.get()
    assert "One of a series" in ana.get(made.bookings.first().get_absolute_url()).content.decode()
    assert "yes to 3 bookings" in bo.post(f"/series/{made.pk}/accept/", follow=True).content.decode()
    assert "3 bookings are called off" in ana.get(f"/series/{made.pk}/end/").content.decode()
    assert "3 bookings are called off" in ana.post(f"/series/{made.pk}/end/", follow=True).content.decode()
    stranger = Client()
    stranger.force_login(weekly.zoe)
    assert stranger.get(f"/series/{made.pk}/").status_code == 404


def test_a_series_page_costs_the_same_however_long(weekly, client):
    made = actions.request_series(weekly.drill.pk, by=weekly.ana, **weekly.asked)
    longer = {"starts": weekly.first + timedelta(days=1), "ends": weekly.first + timedelta(days=1),
              "rhythm": "weekly", "until": weekly.first + timedelta(days=80)}
    other = actions.request_series(weekly.drill.pk, by=weekly.ana, **longer)
    client.force_login(weekly.ana)
    costs = []
    for each in (made, made, other):
        with CaptureQueriesContext(connection) as seen:
            assert client.get(f"/series/{each.pk}/").status_code == 200
        costs.append(len(seen))
    assert costs[1] == costs[2] <= 20, costs


def test_series_over_the_api(weekly):
    ana, url = client_of(weekly.ana), f"/api/v1/listings/{weekly.drill.pk}/series/"
    sent = {key: str(value) for key, value in weekly.asked.items()}
    seen = ana.post(f"{url}preview/", sent, format="json").json()
    assert (len(seen["turns"]), seen["total_minor"]) == (4, 4 * 315)
    made = ana.post(url, sent, format="json")
    assert made.status_code == 201 and len(made.json()["bookings"]) == 4
    one = f"/api/v1/series/{made.json()['id']}/"
    assert client_of(weekly.zoe).get(one).status_code == 404
    assert ana.post(f"{one}accept/").status_code == 409
    assert {row["state"] for row in client_of(weekly.bo).post(f"{one}accept/").json()["bookings"]} == {"accepted"}
    assert {row["state"] for row in ana.post(f"{one}end/").json()["bookings"]} == {"cancelled"}


def test_what_is_fair_is_held_against_the_whole_series(weekly):
    FairUse.objects.create(listing=weekly.drill, most_days=2, window_days=60)
    turns = actions.preview_series(weekly.drill.pk, by=weekly.ana, **weekly.asked)
    assert [turn.free for turn in turns] == [True, True, False, False]
    assert "2 days in 60" in turns[2].reason
    with pytest.raises(NotFree):
        actions.request_series(weekly.drill.pk, by=weekly.ana, **weekly.asked)
    made = actions.request_series(weekly.drill.pk, by=weekly.ana, skip=True, **weekly.asked)
    assert made.bookings.count() == 2
