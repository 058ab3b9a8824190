"""Circles: chosen by one member, seen by nobody else, and nobody is told."""

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from members import actions
from members.models import Circle
from messaging.models import Notification
from sharing.web.refusals import Refusal
from tests import factories as make
from tests.members.cast import signed_in

pytestmark = pytest.mark.django_db


def test_a_circle_is_made_filled_renamed_and_deleted_in_the_settings(cast):
    client = signed_in(cast.neighbour)
    page = client.post(reverse("settings_circles"), {"name": "  Close   friends "}, follow=True)
    circle = Circle.objects.get(owner=cast.neighbour)
    assert circle.name == "Close friends"
    assert "Nobody is in it yet" in page.content.decode()
    assert str(cast.steward) in page.content.decode() and str(cast.outsider) not in page.content.decode()

    client.post(reverse("circle_choose", args=[circle.pk]), {"add": cast.steward.pk})
    assert list(circle.people.all()) == [cast.steward]
    assert not Notification.objects.exists()
    client.post(reverse("circle_choose", args=[circle.pk]), {"leave_out": cast.steward.pk})
    assert not circle.people.exists()

    client.post(reverse("settings_circle", args=[circle.pk]), {"name": "Family"})
    circle.refresh_from_db()
    assert circle.name == "Family"
    client.post(reverse("circle_delete", args=[circle.pk]))
    assert not Circle.objects.exists()


def test_only_neighbours_are_chosen_and_the_chosen_stay(cast):
    circle = actions.make_circle(cast.neighbour, "Friends", [cast.steward.pk])
    with pytest.raises(Refusal) as caught:
        actions.change_circle(circle.pk, by=cast.neighbour, add=[cast.outsider.pk])
    assert caught.value.field == "people"
    other = make.member("Cem", of=cast.community)
    actions.change_circle(circle.pk, by=cast.neighbour, add=[other.pk])
    actions.leave(cast.community, by=other)
    assert set(circle.people.all()) == {cast.steward, other}
    actions.close(other)
    assert set(circle.people.all()) == {cast.steward}


def test_a_name_is_given_once_and_not_left_empty(cast):
    actions.make_circle(cast.neighbour, "Friends")
    actions.make_circle(cast.steward, "Friends")
    for name in ("Friends", " ", "x" * 61):
        with pytest.raises(Refusal) as caught:
            actions.make_circle(cast.neighbour, name)
        assert caught.value.field == "name"


def test_strangers_find_no_circle_of_mine(cast):
    circle = actions.make_circle(cast.neighbour, "Friends", [cast.steward.pk])
    for member in (cast.steward, cast.outsider):
        client = signed_in(member)
        assert client.get(reverse("settings_circle", args=[circle.pk])).status_code == 404
        assert client.post(reverse("circle_choose", args=[circle.pk]), {"add": member.pk}).status_code == 404
        assert client.post(reverse("circle_delete", args=[circle.pk])).status_code == 404
        api = APIClient()
        api.force_authenticate(member)
        assert api.patch(reverse("api_circle", args=[circle.pk]), {"name": "x"}, format="json").status_code == 404
        assert api.get(reverse("api_circles")).json() == {"results": [], "next": None}
    circle.refresh_from_db()
    assert circle.name == "Friends" and circle.seats.count() == 1


def test_the_api_does_what_the_page_does(cast):
    api = APIClient()
    api.force_authenticate(cast.neighbour)
    body = {"name": "Friends", "people": [cast.steward.pk]}
    made = api.post(reverse("api_circles"), body, format="json")
    assert made.status_code == 201 and made.json() == {"id": Circle.objects.get().pk, **body}
    one = reverse("api_circle", args=[made.json()["id"]])
    assert api.patch(one, {"people": []}, format="json").json()["people"] == []
    assert api.patch(one, {"people": [cast.outsider.pk]}, format="json").status_code == 400
    assert api.post(reverse("api_circles"), {"name": "Friends"}, format="json").status_code == 400
    assert api.post(reverse("api_circles"), {"name": "B", "colour": 1}, format="json").status_code == 400
    assert api.delete(one).status_code == 204 and not Circle.objects.exists()


def test_a_page_of_circles_costs_the_same_for_one_and_for_many(cast, django_assert_max_num_queries):
    client = signed_in(cast.neighbour)
    for name in ("A", "B", "C"):
        actions.make_circle(cast.neighbour, name, [cast.steward.pk])
    with django_assert_max_num_queries(7):
        client.get(reverse("settings_circles"))
    with django_assert_max_num_queries(9):
        client.get(reverse("settings_circle", args=[Circle.objects.first().pk]))
