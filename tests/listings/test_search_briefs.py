"""The JSON of a hit is written once and kept, and yet says at once what has changed."""

from datetime import UTC

import pytest
from django.utils import timezone, translation

from listings.models import Listing, Photo
from listings.search import briefs
from listings.search.api import HitSerializer
from sharing.values.place import offset
from tests import factories
from tests.listings import searching

pytestmark = pytest.mark.django_db
URL, HERE = "/api/v1/listings/", factories.HERE
AROUND = {"lat": HERE.lat, "lon": HERE.lon}


def hit(client, **asked) -> dict:
    [only] = client.get(URL, {"q": "drill", **AROUND, **asked}).json()["results"]
    return only


def photo(listing: Listing, key: str, **facts) -> Photo:
    return Photo.objects.create(listing=listing, key=key, width=800, height=600, widths=[320, 800], **facts)


def test_a_hit_says_all_that_is_documented(client):
    one = searching.listing(HERE.lat, HERE.lon, title='A "drill" </script>\u2028')
    photo(one, "photos/face", alt="Bohrer – gelb")
    said = hit(client)
    assert set(said) == set(HitSerializer().fields)
    one.refresh_from_db()
    expected = {
        "id": one.pk,
        "title": one.title,
        "price_minor": one.price_minor,
        "instant": one.instant,
        "community": one.community.slug,
        "owner": {"id": one.owner.pk, "name": one.owner.name},
        "lat": one.public_lat,
        "url": f"http://testserver{one.get_absolute_url()}",
        "published": one.published.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "free_times": [],
        "ride": None,
        "distance_m": 0,
    }
    assert {name: said[name] for name in expected} == expected
    assert said["photo"]["src"] == "http://testserver/media/photos/face-800.webp"
    assert said["photo"]["alt"] == "Bohrer – gelb" and said["photo"]["width"] == 800
    assert "\u2028" not in client.get(URL, {"q": "drill"}).content.decode()


def _edited(one):
    Listing.objects.filter(pk=one.pk).update(title="Drill, nearly new", price_minor=77)


def _photographed(one):
    photo(one, "photos/new")


def _described(one):
    one.photos.update(alt="The drill in its case")


def _given_another_face(one):
    face = one.photos.get()
    other = photo(one, "photos/other")
    Photo.objects.filter(pk=face.pk).update(position=1)
    Photo.objects.filter(pk=other.pk).update(position=0)


def _renamed_owner(one):
    one.owner.name = "Anabel"
    one.owner.save()


def _closed_owner(one):
    one.owner.closed = timezone.now()
    one.owner.save()


def _moved_community(one):
    one.community.slug = "oak-street"
    one.community.save()


def _moved(one):
    point = offset(HERE, 900, 1)
    searching.place(one, point.lat, point.lon)


@pytest.mark.parametrize(
    ("change", "names"),
    [
        (_edited, {"title", "price_minor"}),
        (_photographed, {"photo"}),
        (_described, {"photo"}),
        (_given_another_face, {"photo"}),
        (_renamed_owner, {"owner"}),
        (_closed_owner, {"owner"}),
        (_moved_community, {"community"}),
        (_moved, {"lat", "lon", "distance_m"}),
    ],
)
def test_what_changes_a_hit_is_seen_at_once(client, change, names):
    one = searching.listing(HERE.lat, HERE.lon)
    if change in (_described, _given_another_face):
        photo(one, "photos/face")
    before = hit(client)
    change(one)
    after = hit(client)
    assert {name for name in before if before[name] != after[name]} == names


def test_another_host_and_another_language_are_answered_in_their_own_words(client, settings):
    settings.ALLOWED_HOSTS = ["testserver", "commons.example"]
    one = searching.listing(HERE.lat, HERE.lon)
    hit(client)
    [other] = client.get(URL, {"q": "drill", **AROUND}, headers={"Host": "commons.example"}).json()["results"]
    assert other["url"] == f"http://commons.example{one.get_absolute_url()}"
    one.owner.closed = timezone.now()
    one.owner.save()
    brief = briefs.read([one.pk])[one.pk]
    with translation.override("en"):
        english = briefs.Writer("").hit(brief, None)
    assert "Former neighbour" in english


def test_a_listing_at_hand_is_written_like_one_that_was_read(client):
    one = searching.listing(HERE.lat, HERE.lon)
    photo(one, "photos/face")
    at_hand = Listing.objects.select_related("owner", "community").get()
    write = briefs.Writer("http://testserver").hit
    assert write(briefs.Brief.of(at_hand), 5.4) == write(briefs.read([one.pk])[one.pk], 5.4)


def test_the_short_way_and_the_long_way_say_the_same(client):
    searching.listing(HERE.lat, HERE.lon)
    searching.listing(HERE.lat, HERE.lon)
    asked = {"q": "drill", **AROUND, "page_size": 1}
    short = client.get(URL, asked)
    long = client.get(URL, {**asked, "format": "json"})
    assert short.json()["results"] == long.json()["results"] and short.json()["next"]
    for name in ("Content-Type", "Allow"):
        assert short[name] == long[name]
    wrong, refused = client.get(URL, {"lat": "x"}), client.get(URL, {"cursor": "x"})
    assert wrong.status_code == refused.status_code == 400
    assert wrong["Content-Type"] == refused["Content-Type"] == "application/problem+json"
    assert client.get(URL, headers={"Authorization": "Bearer nothing"}).status_code == 401
    assert client.get(URL, headers={"Accept": "text/html"}).status_code == 406
