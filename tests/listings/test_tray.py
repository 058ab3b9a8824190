"""The photos of a listing while it is offered: added, ordered, described, removed, refused."""

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from listings import actions
from listings.models import Photo
from tests import factories
from tests.listings.offering import make, photo

pytestmark = pytest.mark.django_db
NUL = "a\x00b"


@pytest.fixture
def street():
    return factories.community()


@pytest.fixture
def bo(street, client):
    bo = factories.member("Bo", of=street)
    client.force_login(bo)
    return bo


def shown(answer) -> str:
    return answer.content.decode()


def test_photos_are_added_ordered_described_and_removed(client, bo):
    thing = make(bo, title="Drill")
    url = reverse("listing_photos", args=[thing.pk])
    client.post(url, {"photos": [photo(), photo(), photo()]})
    first, second, third = thing.photos.values_list("pk", flat=True)

    def order():
        return list(thing.photos.values_list("pk", flat=True))

    def do(pk, what, **data):
        return client.post(
            reverse("listing_photo", args=[thing.pk, pk]), {"do": what, **data}, headers={"HX-Request": "true"}
        )

    assert do(third, "earlier").status_code == 200 and order() == [first, third, second]
    do(first, "later")
    do(second, "first")
    assert order() == [second, third, first]
    do(second, "earlier")
    assert order() == [second, third, first]
    client.post(reverse("listing_photos_order", args=[thing.pk]), {"photo": [first, second, "x", 9**30, 999999]})
    assert order() == [first, second, third]
    do(second, "describe", alt="The drill in its case")
    assert Photo.objects.get(pk=second).alt == "The drill in its case"
    do(first, "remove")
    assert list(thing.photos.values_list("pk", "position")) == [(second, 0), (third, 1)]
    assert do(first, "remove").status_code == 404
    assert do(second, "describe", alt="x" * 201).status_code == 422
    assert do(second, "describe", alt=NUL).status_code == 422
    thing.refresh_from_db()
    assert thing.version > 8


def test_what_is_no_photo_is_refused_by_name_and_the_others_are_kept(client, bo):
    thing = make(bo, title="Drill")
    svg = SimpleUploadedFile("evil.png", b"<svg onload=alert(1)>", "image/png")

    answer = client.post(
        reverse("listing_photos", args=[thing.pk]), {"photos": [svg, photo()]}, headers={"HX-Request": "true"}
    )

    assert answer.status_code == 422
    assert "evil.png" in shown(answer) and "JPEG, PNG" in shown(answer)
    assert thing.photos.count() == 1
    data = {"title": "Drill", "photos": [SimpleUploadedFile("x.jpg", b"nothing")]}
    answer = client.post(reverse("listing_step", args=[thing.pk, "start"]), data)
    assert answer.url == reverse("listing_step", args=[thing.pk, "start"])  # it stays, and says why


def test_a_photo_of_another_listing_cannot_be_touched_through_ones_own(client, bo, street):
    other = make(factories.member("Ana", of=street), title="Saw")
    theirs = actions.add_photo(other.pk, photo(), by=other.owner)
    mine = make(bo, title="Drill")

    assert client.post(reverse("listing_photo", args=[mine.pk, theirs.pk]), {"do": "remove"}).status_code == 404
    actions.order_photos(mine.pk, [theirs.pk], by=bo)
    assert Photo.objects.get().listing == other


def test_there_is_a_most_of_photos(client, bo, settings):
    settings.PHOTOS_PER_LISTING = 2
    thing = make(bo, title="Drill")

    answer = client.post(
        reverse("listing_photos", args=[thing.pk]),
        {"photos": [photo(), photo(), photo()]},
        headers={"HX-Request": "true"},
    )

    assert answer.status_code == 422 and "at most 2 photos" in shown(answer)
    assert thing.photos.count() == 2


def test_a_copy_has_photos_of_its_own(bo, django_capture_on_commit_callbacks):
    thing = make(bo, title="Drill")
    kept = actions.add_photo(thing.pk, photo(), by=bo, alt="In its case")
    copy = actions.duplicate(thing.pk, by=bo)
    with django_capture_on_commit_callbacks(execute=True):
        actions.delete(thing.pk, by=bo)

    twin = copy.photos.get()
    assert (twin.alt, twin.width, twin.key != kept.key) == ("In its case", kept.width, True)
    assert default_storage.exists(f"{twin.key}-320.webp") and not default_storage.exists(f"{kept.key}-320.webp")
