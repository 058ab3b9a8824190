"""The driver's page of a ride, and what riders see of plans, returns and meeting points."""

from datetime import time, timedelta

import pytest
from django.urls import reverse

from bookings import actions
from bookings.models import Aboard
from listings import actions as listing_actions
from listings.models import Listing
from tests.bookings.cast import BERLIN, community_of, ride, today
from tests.factories import member

pytestmark = pytest.mark.django_db


@pytest.fixture
def way(client):
    one = ride(instant=True, terms="cost_share")
    Listing.objects.filter(pk=one.pk).update(horizon_days=20)
    ana = member("Ana", of=community_of(one.owner))
    client.force_login(one.owner)
    return one, ana


def text(answer) -> str:
    return answer.content.decode()


def test_the_page_says_who_gets_on_and_off_where(way, client):
    one, ana = way
    stops = list(one.stops.all())
    actions.request(one.pk, by=ana, board=stops[1].pk, alight=stops[2].pk, quantity=2)
    actions.take_aboard(one.departures.get().pk, by=one.owner, board=stops[0].pk, alight=stops[1].pk, who="Uncle Joe")
    page = text(client.get(reverse("driving", args=[one.pk])))
    for said in ("Ana", "× 2", "Uncle Joe", "gets on", "3 riders", "1 seat free"):
        assert said in page
    client.force_login(ana)
    assert client.get(reverse("driving", args=[one.pk])).status_code == 404


def test_a_seat_that_is_asked_for_is_told_apart_and_can_take_another_departure(way, client):
    one, ana = way
    Listing.objects.filter(pk=one.pk).update(instant=False)
    asked = actions.request(one.pk, by=ana)
    assert "asks to get on" in text(client.get(reverse("driving", args=[one.pk])))
    client.force_login(ana)
    page = client.get(reverse("booking_change", args=[asked.pk]))
    assert page.status_code == 200 and "Which departure instead?" in text(page)


@pytest.mark.parametrize("riders", [1, 3])
def test_the_page_takes_a_bounded_number_of_statements(way, client, riders, django_assert_max_num_queries):
    one, _ana = way
    listing_actions.set_schedule(one.pk, by=one.owner, weekdays=range(7), at=time(18))
    for n in range(riders):
        actions.request(one.pk, by=member(f"Rider {n}", of=community_of(one.owner)))
    with django_assert_max_num_queries(24):
        assert client.get(reverse("driving", args=[one.pk])).status_code == 200


def test_a_plan_is_made_changed_and_ended_on_the_page(way, client):
    one, _ana = way
    url = reverse("driving_plan", args=[one.pk])
    data = {"weekdays": ["0", "4"], "at": "07:15", "starts": "", "until": "", "day_0": str(today(9)), "time_0": ""}
    assert client.post(url, data).status_code == 302
    assert {row.leaves.astimezone(BERLIN).weekday() for row in one.departures.exclude(day=None)} == {0, 4}
    page = text(client.get(reverse("driving", args=[one.pk])))
    assert "departures were made" in page and "End the plan" in page
    answer = client.post(url, data | {"weekdays": []})
    assert answer.status_code == 422 and "Choose at least one weekday." in text(answer)
    client.post(url, {"end": "1"})
    assert not one.departures.exclude(day=None).exists()


def test_deeds_on_one_departure(way, client):
    one, ana = way
    booking = actions.request(one.pk, by=ana)
    row = one.departures.get()
    local = (row.leaves + timedelta(hours=2)).astimezone(BERLIN)
    deed = lambda name, **data: client.post(reverse("departure_deed", args=[row.pk, name]), data, follow=True)  # noqa: E731
    assert "1 rider was told." in text(deed("move", day=f"{local:%Y-%m-%d}", at=f"{local:%H:%M}"))
    assert "The seats are kept." in text(
        deed("keep", board=one.stops.first().pk, alight=one.stops.last().pk, quantity=2, who="Work")
    )
    assert "not enough seats left" in text(
        deed("keep", board=one.stops.first().pk, alight=one.stops.last().pk, quantity=2)
    )
    client.post(reverse("aboard_off", args=[Aboard.objects.get().pk]))
    assert "called off" in text(deed("cancel", note="Snow"))
    booking.refresh_from_db()
    assert booking.state == "cancelled"
    assert "runs after all" in text(deed("restore"))
    client.force_login(ana)
    assert deed("cancel").status_code == 404
    assert client.post(reverse("departure_deed", args=[row.pk, "explode"])).status_code == 404


def test_the_way_back_is_offered_when_one_chooses(way, client):
    one, ana = way
    answer = client.post(reverse("driving_return", args=[one.pk]), {"at": "18:00", "days_later": "0"}, follow=True)
    assert "The way back" in text(answer)
    client.force_login(ana)
    assert "And back?" in text(client.get(one.get_absolute_url()))


def test_a_departure_far_ahead_may_be_chosen_by_its_link(way, client):
    one, ana = way
    listing_actions.set_schedule(one.pk, by=one.owner, weekdays=range(7), at=time(18))
    row = one.departures.order_by("-leaves").first()
    client.force_login(ana)
    page = text(client.get(f"{one.get_absolute_url()}?departure={row.pk}"))
    assert f'value="{row.pk}" selected' in page and "Seats are free" in page


def test_a_rider_sees_the_exact_stop_and_the_driver(way, client):
    one, ana = way
    stop = one.stops.all()[1]
    booking = actions.request(one.pk, by=ana, board=stop.pk)
    client.force_login(ana)
    page = text(client.get(booking.get_absolute_url()))
    assert f"geo:{stop.lat:.6f},{stop.lon:.6f}" in page and "Bo drives." in page
    assert f"geo:{one.lat:.6f}" not in page
    actions.cancel_departure(booking.departure_id, by=one.owner)
    page = text(client.get(booking.get_absolute_url()))
    assert "Other rides there, about that time" in page and f"to_lat={one.stops.last().lat:.6f}" in page


def test_programs_do_all_of_it(way, client):
    one, ana = way
    base, row = f"/api/v1/listings/{one.pk}", one.departures.get()
    json = {"content_type": "application/json"}
    assert client.get(f"{base}/schedule/").status_code == 404
    plan = {"weekdays": [0, 1], "at": "18:00", "exceptions": [{"day": str(today(8)), "at": None}]}
    made = client.put(f"{base}/schedule/", plan, **json).json()
    assert made["made"] >= 4 and made["exceptions"] == plan["exceptions"] and made["kept"] == []
    assert client.put(f"{base}/schedule/", plan | {"weekday": 1}, **json).status_code == 400
    assert client.put(f"{base}/schedule/", plan | {"weekdays": []}, **json).json()["errors"]["weekdays"]
    booking = actions.request(one.pk, by=ana, departure=row.pk)
    url = f"/api/v1/departures/{row.pk}/"
    later = (row.leaves + timedelta(hours=1)).isoformat()
    assert client.patch(url, {"leaves": later}, **json).json() == {"told": 1}
    assert client.patch(url, {"leaves": later[:19]}, **json).status_code == 400
    kept = client.post(f"{url}riders/", {"quantity": 2, "who": "Work"}, **json)
    assert kept.status_code == 201
    assert client.post(f"{url}riders/", {"quantity": 1}, **json).status_code == 409
    (found,) = [each for each in client.get(f"{base}/departures/").json()["results"] if each["id"] == row.pk]
    assert [(each["name"], each["quantity"]) for each in found["stops"][0]["on"]] == [("Ana", 1), ("Work", 2)]
    assert client.get(f"{base}/departures/?after=then").status_code == 400
    client.force_login(ana)
    assert client.get(f"/api/v1/bookings/{booking.pk}/").json()["place"]["lat"] == one.stops.first().lat
    for call in (client.get(f"{base}/schedule/"), client.get(f"{base}/departures/"), client.post(f"{url}cancel/"),
                 client.delete(f"/api/v1/riders/{kept.json()['aboard']}/")):  # fmt: skip
        assert call.status_code == 404
    client.force_login(one.owner)
    assert client.delete(f"/api/v1/riders/{kept.json()['aboard']}/").status_code == 204
    assert client.post(f"{url}cancel/", {"note": "Ice"}, **json).json() == {"told": 1}
    assert client.post(f"{url}restore/", {}, **json).json() == {"told": 0}
    back = client.post(f"{base}/return/", {"at": "21:00", "days_later": 1}, **json)
    assert back.status_code == 201 and Listing.objects.get(pk=back.json()["id"]).is_published
    assert client.delete(f"{base}/schedule/").status_code == 204
