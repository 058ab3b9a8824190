"""Places: what people type and paste, the zone of a point, and a geocoder that may answer or not."""

import json
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import translation
from geographiclib.geodesic import Geodesic
from hypothesis import given
from hypothesis import strategies as st

from listings import places
from listings.places import codes, coordinates, geocoder
from listings.places.gazetteer import gazetteer
from sharing.values.place import Point


def first(text: str, **facts) -> places.FoundPlace:
    return places.find(text, **facts)[0]


@pytest.mark.parametrize(
    ("text", "name", "country"),
    [
        ("Freiburg", "Freiburg", "DE"),
        ("freiburg im br", "Freiburg im Breisgau", "DE"),
        ("münchen", "München", "DE"),
        ("MUENCHEN", "Muenchen", "DE"),
        ("Genf", "Genf", "CH"),
        ("st gallen", "St. Gallen", "CH"),
        ("Paris", "Paris", "FR"),
        ("Reading", "Reading", "GB"),
        ("Reading, Pennsylvania", "Reading", "US"),
        ("Reading, US", "Reading", "US"),
        ("são paulo", "São Paulo", "BR"),
        ("new yo", "New York City", "US"),
        ("Londres", "Londres", "GB"),
    ],
)
def test_a_city_is_found_by_beginning_accent_or_other_name(text, name, country):
    found = first(text)
    assert (found.name, found.country) == (name, country)


def test_the_nearer_one_comes_first_when_one_says_near_what():
    assert first("Freiburg", near=Point(46.8, 7.15)).country == "CH"
    assert first("Springfield", near=Point(44.0, -123.0)).detail.startswith("Oregon")


def test_nothing_is_found_for_nothing():
    assert places.find("") == [] == places.find("x") == places.find("zzzzqq")


@pytest.mark.parametrize(
    "text",
    [
        "47.9959, 7.8522",
        "47.9959 7.8522",
        "47,9959; 7,8522",
        "47,9959 7,8522",
        "geo:47.9959,7.8522",
        "47.9959N 7.8522E",
        "47°59'45.24\"N 7°51'7.92\"E",
        "47° 59.754' N, 7° 51.132' E",
        "47,9959, 7,8522",
        "(47.9959, 7.8522)",
        "N 47.9959 E 7.8522",
        "7.8522E, 47.9959N",
        "N 47° 59.754 E 007° 51.132",
        "47 59 45.24 N 7 51 7.92 E",
        "47º59′45.24″N, 7º51′7.92″E",
        "47 59.754 7 51.132",
        "lat: 47.9959, lon: 7.8522",
        "geo:47.9959,7.8522?z=12",
        "geo:47.9959,7.8522;u=35",
        "https://maps.example.org/@47.9959,7.8522,15z/data=!3m1",
        "https://maps.example.org/place/Freiburg/@40.1,7.1,15z/data=!4m2!3d47.9959!4d7.8522",
        "https://www.openstreetmap.org/#map=15/47.9959/7.8522",
        "https://www.openstreetmap.org/?mlat=47.9959&mlon=7.8522#map=3/1/2",
        "https://maps.example.org/?q=47.9959,7.8522",
        "https://maps.example.org/?q=47.9959%2C7.8522&z=3",
    ],
)
def test_coordinates_are_read_as_people_paste_them(text):
    point = coordinates.parse(text)
    assert point is not None and (round(point.lat, 3), round(point.lon, 3)) == (47.996, 7.852)


@pytest.mark.parametrize(
    "text", ["91, 7", "47.9", "nan, 7", "Freiburg", "1e3 4", "47.9959, 187.0", "12 Elm Street", "", "47 61 0 N 7 0 0 E",
        "47.5 30 N 7 30 E", "47N 7N", "47N 7", "-47N 7E", "47 E", "1, 2, 3", "https://example.org/", "geo:x",
        "https://example.org/@95,200", "N 47 7 E"]
)
def test_what_is_no_point_on_the_globe_is_none(text):
    assert coordinates.parse(text) is None


@pytest.mark.parametrize(
    ("text", "lat", "lon"),
    [
        ("7FG49Q00+", 20.375, 2.775), ("7FG49QCJ+2V", 20.3700625, 2.7821875), ("7fg49qcj+2v", 20.3700625, 2.7821875),
        ("8FVC2222+22", 47.0000625, 8.0000625), ("4VCPPQGP+Q9", -41.2730625, 174.7859375),
        ("CFX3X2X2+X2", 89.9999375, 1.0000625), ("62G20000+", 0.5, -179.5), ("22220000+", -89.5, -179.5),
        ("7FG49QCJ+2VX", 20.3701125, 2.782234375), ("https://plus.codes/7FG49QCJ+2V", 20.3700625, 2.7821875),
    ],
)  # fmt: skip
def test_plus_codes_in_full_name_the_middle_of_their_cell(text, lat, lon):
    """The specification's own examples of decoding."""
    point = coordinates.parse(text)
    assert point is not None and abs(point.lat - lat) < 1e-5 and abs(point.lon - lon) < 1e-5


@pytest.mark.parametrize("text", ["17T 630084 4833438", "UTM zone 17 T, 630084 m E, 4833438 m N", "17N 630084 4833438"])
def test_utm_is_read_with_its_zone_and_band(text):
    point = coordinates.parse(text)
    assert point is not None and abs(point.lat - 43.642567) < 2e-5 and abs(point.lon + 79.387139) < 2e-5


@given(st.integers(1, 60), st.floats(0.1, 83))
def test_utm_agrees_with_the_length_of_the_meridian(zone, lat):
    lon = zone * 6 - 183
    north = Geodesic.WGS84.Inverse(0, lon, lat, lon)["s12"] * 0.9996
    point = coordinates.parse(f"{zone}{'CDEFGHJKLMNPQRSTUVWXX'[int((lat + 80) // 8)]} 500000 {north:.3f}")
    south = coordinates.parse(f"{zone}{'CDEFGHJKLMNPQRSTUVWXX'[int((80 - lat) // 8)]} 500000 {1e7 - north:.3f}")
    assert point is not None and abs(point.lat - lat) < 1e-7 and abs(point.lon - lon) < 1e-9
    assert lat > 79.9 or (south is not None and abs(south.lat + lat) < 1e-7)


@given(st.floats(0, 80), st.floats(-3, 3))
def test_utm_keeps_angles_and_its_scale(lat, across):
    """East of the middle of a zone a step is as long as the projection says, in each direction alike."""
    east, north = 500_000 + 100_000 * across, 20_000 + lat * 110_000
    one, up, aside = (codes._unprojected(31, x, y) for x, y in ((east, north), (east, north + 10), (east + 10, north)))
    steps = [Geodesic.WGS84.Inverse(one.lat, one.lon, other.lat, other.lon)["s12"] for other in (up, aside)]
    scale = 0.9996 * (1 + ((east - 500_000) / 6_370_000) ** 2 / 2)
    assert all(abs(step * scale / 10 - 1) < 1e-4 for step in steps)


@pytest.mark.parametrize(
    "text", ["32U 414400", "61U 414400 5316500", "32I 414400 5316500", "32U 4144000 5316500", "32U 414400 1316500",
             "8FVC2222", "FFVC2222+22", "8XVC2222+22", "8FVC222+22", "8F000000+22", "8FV00000+", "9VXF+2M"]
)  # fmt: skip
def test_codes_that_name_nothing_are_none(text):
    assert coordinates.parse(text) is None


def test_the_south_and_the_west_are_negative():
    assert coordinates.parse("33.9S 18.4E") == Point(-33.9, 18.4) and coordinates.parse("40.7N, 74W") == Point(
        40.7, -74.0
    )


@pytest.mark.parametrize(("language", "lon"), [("de", 7.0), ("en", 7.0), ("fr", -7.0), ("es", -7.0), ("it", -7.0)])
def test_an_o_is_east_in_german_and_west_in_romance_languages(language, lon):
    with translation.override(language):
        assert coordinates.parse("47N 7O") == Point(47.0, lon)


@given(st.floats(-90, 90), st.floats(-180, 179.99))
def test_what_we_write_we_read(lat, lon):
    point = coordinates.parse(f"{lat:.5f}, {lon:.5f}")
    assert point is not None and abs(point.lat - lat) < 1e-4 and abs(point.lon - lon) < 1e-4
    for text in (f"{lat:.4f} {lon:.4f}".replace(".", ","), f"geo:{lat:.4f},{lon:.4f}"):
        assert coordinates.parse(text) is not None


@given(st.text(max_size=90))
def test_no_text_breaks_it(text):
    coordinates.parse(text)
    coordinates.parse(f"geo:{text}")


def test_two_of_one_name_in_one_region_are_told_apart():
    for name in ("San Pedro", "Springfield", "Freiburg", "San Antonio", "Victoria", "Buenavista"):
        found = places.find(name, limit=12)
        said = [(place.name, place.detail) for place in found]
        assert len(said) == len(set(said)), said
        for place in found:  # and what is said finds this very one
            meant = places.find(f"{place.name}, {place.detail}", limit=1)[0]
            assert (meant.lat, meant.lon) == (place.lat, place.lon), place


def test_every_point_has_the_zone_of_the_nearest_city():
    assert places.zone_at(47.99, 7.85) == "Europe/Berlin"
    assert places.zone_at(-21.14, -175.2) == "Pacific/Tongatapu"
    assert places.zone_at(65.0, -179.0) == "Asia/Anadyr"  # over the antimeridian
    assert places.zone_at(0, -140) == ""


def test_the_largest_cities_of_a_box():
    assert [city.name for city in gazetteer().within(47, 7, 49, 9, 2)] == ["Zürich", "Strasbourg"]
    assert gazetteer().within(-20, 177, -15, -175, 1)[0].country == "FJ"


@pytest.mark.django_db
def test_suggestions_and_names_as_json(client):
    results = client.get(reverse("places"), {"q": "freib"}).json()["results"]
    assert results[0]["name"] == "Freiburg" and results[0]["country_name"] == "Germany"
    assert client.get(reverse("places")).json() == {"results": []}
    labels = client.get(reverse("place_labels"), {"bbox": "7,47,9,49", "zoom": "8"}).json()["results"]
    assert "Strasbourg" in [label["name"] for label in labels]
    for bad in (
        {},
        {"bbox": "1,2,3", "zoom": "4"},
        {"bbox": "nan,1,2,3", "zoom": "4"},
        {"bbox": "1,2,3,4", "zoom": "x"},
    ):
        assert client.get(reverse("place_labels"), bad).status_code == 400


@pytest.fixture
def nominatim():
    """A geocoder that knows one street, on a real port."""
    asked: list[dict] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            query = parse_qs(urlsplit(self.path).query)
            asked.append(query)
            known = [
                {"lat": "47.98", "lon": "7.86", "display_name": "Elm Street, Wiehre", "address": {"country_code": "de"}}
            ]
            answer = known if "elm" in query["q"][0].lower() else []
            self.send_response(500 if "broken" in query["q"][0] else 200)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"nominatim://127.0.0.1:{server.server_port}?scheme=http&user_agent=test&pause=0.01", asked
    server.shutdown()
    server.server_close()


@pytest.mark.django_db
def test_a_geocoder_is_asked_once_and_only_for_what_nobody_here_knows(nominatim, settings):
    settings.GEOCODER, asked = nominatim
    for _again in range(2):
        found = places.resolve("Elm Street 12")
        assert found and (found.name, found.lat, found.country, found.time_zone) == (
            "Elm Street",
            47.98,
            "DE",
            "Europe/Berlin",
        )
        assert found.attribution == "© OpenStreetMap"
    assert places.resolve("Freiburg").country == "DE"
    assert [query["q"] for query in asked] == [["Elm Street 12"]]


@pytest.mark.django_db
def test_long_addresses_that_begin_alike_are_different_places(nominatim, settings):
    settings.GEOCODER, asked = nominatim
    long = "Elm Street, " + "Дружня громада сусідів на північному березі, " * 5
    for number in (12, 14):
        assert places.resolve(f"{long}{number}")
    assert len(asked) == 2


@pytest.mark.django_db
def test_a_geocoder_that_fails_or_knows_nothing_is_no_error(nominatim, settings):
    settings.GEOCODER, _asked = nominatim
    assert places.resolve("A broken street") is None and places.resolve("Nowhere Lane") is None
    settings.GEOCODER = "nominatim://127.0.0.1:1?scheme=http&user_agent=test"
    assert geocoder.find("Elm Street") is None
    assert places.resolve("Freib").name.startswith("Freiburg")  # what begins so among the cities we ship


@pytest.mark.django_db
def test_all_together_ask_once_a_pause_and_nobody_waits_long(nominatim, settings, monkeypatch):
    url, asked = nominatim
    settings.GEOCODER = url.replace("pause=0.01", "pause=0.2")
    began, answers = time.monotonic(), []

    def ask(number):
        answers.append((geocoder.find(f"Elm Street {number}"), time.monotonic() - began))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    moments = sorted(moment for _answer, moment in answers)
    assert len(asked) == 4 and all(answer for answer, _moment in answers)
    assert moments[-1] > 0.5, moments  # three pauses, less what the first may have been late

    settings.GEOCODER = url.replace("pause=0.01", "pause=600")
    monkeypatch.setattr(geocoder, "TIMEOUT_S", 0.1)
    cache.add(f"geocoder:nominatim:{int(time.time() / 600)}", time.time(), 60)  # another process has asked
    assert geocoder.find("Elm Street 9") is None and len(asked) == 4


@pytest.mark.django_db
def test_a_geocoder_is_called_as_its_owner_wants(nominatim, settings):
    settings.GEOCODER = f"{nominatim[0]}&attribution=Elm+Maps"
    assert places.resolve("Elm Street 12").attribution == "Elm Maps"


@pytest.mark.django_db
def test_its_name_stands_beside_what_it_found(nominatim, settings, client):
    settings.GEOCODER = nominatim[0]
    assert "© OpenStreetMap" in client.get(reverse("search"), {"near": "Elm Street 12"}).content.decode()
    assert "© OpenStreetMap" not in client.get(reverse("search"), {"near": "Freiburg"}).content.decode()


@pytest.mark.django_db
def test_a_geocoder_that_hangs_is_not_waited_for(settings, monkeypatch):
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        monkeypatch.setattr(geocoder, "TIMEOUT_S", 0.3)
        port = deaf.getsockname()[1]
        settings.GEOCODER = f"nominatim://127.0.0.1:{port}?scheme=http&user_agent=test&pause=0.01"
        began = time.monotonic()
        assert places.resolve("Elm Street 77") is None
        assert time.monotonic() - began < 5
