"""/search/: the address is the state, a part comes to htmx, errors stand at their field, and it stays cheap."""

import re
from datetime import UTC, datetime, timedelta
from unittest import mock

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from listings.models import RoomFacts
from listings.states import Kind, Terms, Visibility
from sharing.values.place import offset
from sharing.web import formats
from tests import factories
from tests.listings import searching

pytestmark = pytest.mark.django_db
HERE = factories.HERE
HTMX = {"HX-Request": "true"}


def ids(html: str) -> list[int]:
    return [int(pk) for pk in re.findall(r'data-listing="(\d+)"', html)]


def get(client, **params) -> str:
    answer = client.get(reverse("search"), params)
    assert answer.status_code == 200
    return answer.content.decode()


def some(number: int, **facts) -> list[int]:
    return [searching.listing(*_away(40 * n), **facts).pk for n in range(number)]


def _away(metres: float) -> tuple[float, float]:
    point = offset(HERE, metres, 1)
    return point.lat, point.lon


def test_it_lists_what_is_near_with_its_distance_and_says_how_many(client):
    wanted = some(3)
    html = get(client, q="drill", near="Freiburg")
    assert ids(html) == wanted
    assert "“drill” near Freiburg" in html and "3 found, nearest first" in html


def test_a_phrase_keeps_its_own_quotes_in_the_headline(client):
    assert client.get(reverse("search"), {"q": '"hammer drill"'}).context["page"].heading == '"hammer drill"'
    assert client.get(reverse("search"), {"q": "hammer drill"}).context["page"].heading == "“hammer drill”"


def test_rides_are_asked_where_to_in_the_bar_and_their_words_among_the_filters(client):
    rides = client.get(reverse("search"), {"kind": "ride", "q": "early", "to_near": "Basel"})
    html, page = rides.content.decode(), rides.context["page"]
    assert 'id="seek-there" name="to_near"' in html and 'id="sheet-q" name="q"' in html
    assert html.count('name="q"') == html.count('name="to_near"') == 1
    assert page.sheet_count == 0
    assert 'name="flex"' in html and 'name="any"' not in html, "a ride is not had for three nights in a row"
    everything = client.get(reverse("search"), {"q": "early", "to_near": "Basel"})
    html = everything.content.decode()
    assert 'id="seek-q" name="q"' in html and 'id="sheet-to" name="to_near"' in html
    assert everything.context["page"].sheet_count == 1


def test_a_page_ends_in_a_link_to_the_next_which_htmx_gets_as_cards_alone(client):
    wanted = some(30)
    html = get(client, near="Freiburg")
    assert ids(html) == wanted[:24] and "24 of about 30, nearest first" in html
    more = re.search(r'class="more"><a [^>]*href="([^"]+)"', html)[1].replace("&amp;", "&")
    part = client.get(more, headers=HTMX).content.decode()
    assert ids(part) == wanted[24:] and "<html" not in part and "<form" not in part
    assert ids(client.get(more).content.decode()) == wanted[24:]


def test_htmx_gets_the_part_that_changes_and_the_address_it_belongs_to(client):
    some(1)
    answer = client.get(reverse("search"), {"q": "drill", "near": "Freiburg", "from": "", "kind": ""}, headers=HTMX)
    assert answer["HX-Push-Url"] == "/search/?q=drill&near=Freiburg"
    assert answer.content.decode().lstrip().startswith("<section") and "HX-Request" in answer["Vary"]


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({"near": "Xyzzyville"}, "We do not know a place called “Xyzzyville”"),
        ({"from": "2020-01-01"}, "That day has passed."),
        ({"from": "2999-01-01", "to": "x"}, "This is no date"),
        ({"max_price": "cheap"}, "This is no number."),
        ({"bbox": "<script>"}, "A box is west,south,east,north"),
        ({"q": "x" * 300}, "Please search with 200 characters at most."),
    ],
)
def test_what_cannot_be_used_is_said_and_the_rest_still_searched(client, params, sentence):
    [one] = some(1)
    html = get(client, **params)
    assert sentence in html and ids(html) == [one] and "<script>" not in html.split("<main")[1].split("</main>")[0]


def test_a_place_only_neighbours_know_is_found_by_communities_and_listings(client):
    factories.community("Elm Street", place="Elm Street", lat=47.99, lon=7.84)
    [one] = some(1, place="Wiehre, Park")
    for near in ("Elm Street", "elm street", "Wiehre"):
        html = get(client, near=near)
        assert ids(html) == [one] and "We do not know" not in html
    secret = searching.listing(*_away(9), place="Hideaway", visibility=Visibility.COMMUNITY)
    assert secret.pk and "We do not know a place called “Hideaway”" in get(client, near="Hideaway")


def test_a_point_stands_only_while_its_place_is_the_same(client):
    some(1)
    kept = get(client, near="My street", lat="47.99", lon="7.85", was="My street")
    assert "near My street" in kept and 'data-lat="47.99"' in kept
    changed = get(client, near="Berlin", lat="47.99", lon="7.85", was="My street", bbox="7,47,8,48")
    assert "near Berlin" in changed and 'data-lat="52.5' in changed and "data-box" not in changed


def test_a_member_who_opens_it_bare_looks_around_their_home(client):
    ana = factories.member(place="Wiehre", lat=HERE.lat, lon=HERE.lon, public_lat=47.9912, public_lon=7.8512)
    client.force_login(ana)
    answer = client.get(reverse("search"))
    assert answer.status_code == 302 and answer["Location"] == "/search/?near=Wiehre&lat=47.9912&lon=7.8512"
    assert client.get(reverse("search"), {"sort": "new"}).status_code == 200
    asked = client.get(reverse("search"), {"q": "drill"})
    assert asked["Location"] == "/search/?q=drill&near=Wiehre&lat=47.9912&lon=7.8512"
    for elsewhere in ({"q": "drill", "near": ""}, {"q": "drill", "near": "Berlin"}, {"bbox": "7,47,8,48"}):
        assert client.get(reverse("search"), elsewhere).status_code == 200


def test_nothing_found_offers_a_wider_circle_with_its_count(client):
    searching.listing(*_away(4_000))
    html = get(client, q="drill", near="Freiburg", radius_km="1")
    assert ids(html) == [] and "within 5 km (1)" in html
    assert "radius_km=5" in html
    assert "Nothing like that here yet" in get(client, q="zeppelin")


def test_nothing_found_says_which_single_thing_to_leave_out(client):
    searching.listing(*_away(100), terms=Terms.RENT, price_minor=5000)
    html = get(client, q="drill", near="Freiburg", max_price="10", kind="tool", quantity="1")
    assert ids(html) == [] and "at any price (1)" in html and "of every kind" not in html
    both = get(client, q="drill", near="Freiburg", max_price="10", terms="gift")
    assert "without any filter (1)" in both and "at any price" not in both
    assert "(1)" not in get(client, q="drillz", near="Freiburg", kind="room")  # other words are no help


def test_nothing_found_offers_to_be_told_and_to_ask_neighbours(client):
    html = get(client, q="zeppelin", near="Freiburg")
    assert "Tell me when there is" in html and 'href="/wants/new/?q=zeppelin&amp;near=Freiburg"' in html
    client.force_login(factories.member())
    assert 'popovertarget="keep"' in get(client, q="zeppelin", near="Freiburg")


def test_near_me_is_named(client):
    some(1)
    html = get(client, lat="47.996", lon="7.852")
    assert "Everything near Freiburg" in html and 'value="Freiburg"' in html


def test_one_day_alone_is_said_to_be_a_night_for_rooms(client):
    day = timezone.localdate() + timedelta(days=12)
    room = searching.listing(*_away(50), kind=Kind.ROOM, price_unit="night", max_units=14)
    RoomFacts.objects.create(listing=room)
    html = get(client, near="Freiburg", kind="room", **{"from": day, "to": day})
    night = (formats.moment(day, None, "day"), formats.moment(day + timedelta(days=1), None, "day"))
    assert "One night, {} to {}".format(*night) in html
    assert f'href="/listings/{room.pk}/?from={day}&amp;to={day + timedelta(days=1)}"' in html
    assert "Rooms for one night" in get(client, near="Freiburg", **{"from": day, "to": day})
    assert "one night" not in get(client, near="Freiburg", kind="tool", **{"from": day, "to": day})


def test_chips_count_kinds_and_take_away_what_was_asked(client):
    some(3)
    html = get(client, near="Freiburg", terms="rent", max_price="10", radius_km="5")
    assert re.search(r'Tools <span class="chip__count"[^>]*>3</span>', html)
    assert 'aria-label="Without up to 10"' in html and 'aria-label="Without within 5 km"' in html


def test_pins_carry_the_public_point_and_the_price(client):
    one = searching.listing(HERE.lat, HERE.lon, terms=Terms.GIFT, price_minor=0)
    html = get(client, near="Freiburg")
    assert "&quot;label&quot;:&quot;Free&quot;" in html and f"&quot;id&quot;:{one.pk}" in html
    assert 'data-clusters="/api/v1/listings/clusters/"' in html


@pytest.mark.parametrize("signed_in", [False, True])
@pytest.mark.parametrize(
    "params", [{"q": "hammer drill", "near": "Freiburg"}, {"sort": "new"}, {"kind": "tool", "near": "Elm Street"}]
)
def test_a_page_takes_eight_statements_at_most_and_as_many_for_any_number_of_rows(client, signed_in, params):
    home = factories.community("Elm Street", place="Elm Street")
    owner = factories.member("Bo", of=home)
    if signed_in:
        client.force_login(factories.member(of=home))
    get(client, **params)  # the words' frequencies and the place are kept in memory from here on
    counted, standing = {}, 0
    for rows in (1, 3, 24):
        some(rows - standing, owner=owner, of=home)
        standing = rows
        with CaptureQueriesContext(connection) as statements:
            assert len(ids(get(client, **params))) == rows
        counted[rows] = len(statements)
    assert len(set(counted.values())) == 1 and max(counted.values()) <= 8, counted


def test_suggestions_while_typing(client):
    some(1)
    assert client.get(reverse("search_suggest"), {"q": "dri"}).json() == {"results": ["drill"]}
    assert client.get(reverse("search_suggest")).json() == {"results": []}


def test_chips_count_what_is_farther_away_too_once_all_is_on_the_page(client):
    near = some(2)
    far = searching.listing(*_away(200_000)).pk
    answer = client.get(reverse("search"), {"q": "drill", "near": "Freiburg"})
    page = answer.context["page"]
    assert ids(answer.content.decode()) == [*near, far] and page.summary.startswith("3 found")
    assert [chip.about for chip in page.kinds] == ["", "3", "0", "0"]


def test_chips_promise_no_number_that_a_filter_would_not_keep(client):
    some(27)
    searching.listing(HERE.lat, HERE.lon, price_minor=9_900)
    page = client.get(reverse("search"), {"q": "drill", "near": "Freiburg"}).context["page"]
    assert [chip.about for chip in page.kinds] == ["", "28", "0", "0"]
    cheap = {"q": "drill", "near": "Freiburg", "max_price": "50"}
    page = client.get(reverse("search"), cheap).context["page"]
    assert len(page.hits) == 24 and [chip.about for chip in page.kinds] == ["", "", "", ""]
    # Of rooms there is none at that price, and that is known; of the other kinds nothing is.
    page = client.get(reverse("search"), cheap | {"kind": "room"}).context["page"]
    assert [chip.about for chip in page.kinds] == ["", "", "0", ""]
    page = client.get(reverse("search"), cheap | {"max_price": "99"}).context["page"]
    assert [chip.about for chip in page.kinds] == ["", "", "", ""]


def test_what_cannot_be_used_stays_in_the_bar_to_be_mended(client):
    given = {"near": "Freiburg", "from": "2027-03-10", "to": "2027-03-01"}
    with mock.patch("django.utils.timezone.now", return_value=datetime(2027, 1, 1, 12, tzinfo=UTC)):
        html = get(client, **given)
    assert "The end comes after the start." in html
    assert re.search(r'name="to" type="date"[^>]* value="2027-03-01"[^>]* aria-invalid="true"', html)
    assert "to=2027-03-01" not in html
