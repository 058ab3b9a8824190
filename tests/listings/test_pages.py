"""The pages of listings: who sees what, what it costs, and what never leaves the server."""

import io
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from listings import actions, words
from listings.models import Listing, Photo
from listings.states import ListingState, Unit, Visibility
from members.states import Role
from tests import factories

pytestmark = pytest.mark.django_db
EXACT = {"lat": 47.912345, "lon": 7.812345, "address": "12 Secret Street"}


@pytest.fixture
def street():
    return factories.community()


@pytest.fixture
def bo(street):
    return factories.member("Bo", of=street)


def make(by, *, publish=True, **facts) -> Listing:
    made = actions.create(by=by, facts={"kind": "tool", "title": "Hammer drill"} | facts)
    return actions.publish(made.pk, by=by) if publish else made


def ride(by, **facts) -> Listing:
    stops = [
        {"place": "Freiburg", "lat": 47.99712, "lon": 7.84212, "minutes": 0},
        {"place": "Bern", "lat": 46.94812, "lon": 7.43912, "minutes": 125},
    ]
    leaves = [timezone.now() + timedelta(days=3)]
    return make(by, kind="ride", title="To Bern", price_minor=1100, stops=stops, departures=leaves, **facts)


def photo(width=400, height=300, name="photo.png") -> SimpleUploadedFile:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(buffer, "PNG")
    return SimpleUploadedFile(name, buffer.getvalue(), "image/png")


def rows_of_photos(listing: Listing, count: int) -> None:
    Photo.objects.bulk_create(
        Photo(
            listing=listing,
            position=n,
            key=f"x/{listing.pk}-{n}",
            width=800,
            height=600,
            widths=[320, 800],
            formats=["webp"],
        )
        for n in range(count)
    )


def page(client, member, url):
    if member is None:
        client.logout()
    else:
        client.force_login(member)
    return client.get(url)


# --- who sees it ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "visibility", "seen_by"),
    [
        (ListingState.PUBLISHED, Visibility.PUBLIC, {"anyone", "neighbour", "stranger", "owner", "steward"}),
        (ListingState.PUBLISHED, Visibility.COMMUNITY, {"neighbour", "owner", "steward"}),
        (ListingState.DRAFT, Visibility.PUBLIC, {"owner"}),
        (ListingState.PAUSED, Visibility.PUBLIC, {"owner"}),
        (ListingState.ARCHIVED, Visibility.PUBLIC, {"owner"}),
    ],
)
def test_a_listing_shows_itself_to_those_it_is_for_and_is_not_there_for_others(
    client, street, bo, state, visibility, seen_by
):
    drill = make(bo)
    Listing.objects.filter(pk=drill.pk).update(state=state, visibility=visibility)
    cast = {
        "anyone": None,
        "neighbour": factories.member("Ana", of=street),
        "stranger": factories.member("Zoe", of=factories.community("Oak Street")),
        "owner": bo,
        "steward": factories.member("Cleo", of=street, role=Role.STEWARD),
    }

    for url in (
        reverse("listing", args=[drill.pk]),
        reverse("listing_photos", args=[drill.pk]),
        f"/api/v1/listings/{drill.pk}/",
    ):
        answers = {name: page(client, member, url).status_code for name, member in cast.items()}
        assert answers == {name: 200 if name in seen_by else 404 for name in cast}, url


def test_a_page_that_was_never_there_is_404(client):
    assert client.get("/listings/999999/").status_code == 404
    assert client.get("/listings/99999999999999999999999/").status_code == 404
    assert client.get("/api/v1/listings/99999999999999999999999/").status_code == 404


def test_only_who_looks_after_it_reaches_its_desk(client, street, bo):
    drill = make(bo)
    urls = [
        reverse("listing_edit", args=[drill.pk]),
        *(reverse("listing_step", args=[drill.pk, step]) for step in ("start", "about", "terms")),
    ]
    posts = [
        *(
            reverse("listing_act", args=[drill.pk, verb])
            for verb in ("publish", "pause", "archive", "restore", "delete", "duplicate")
        ),
        reverse("listing_photos", args=[drill.pk]),
        reverse("listing_photos_order", args=[drill.pk]),
        reverse("listing_photo", args=[drill.pk, 1]),
        *urls[1:],
    ]
    for member in (factories.member("Ana", of=street), factories.member("Cleo", of=street, role=Role.STEWARD)):
        client.force_login(member)
        assert {client.get(url).status_code for url in urls} == {404}
        assert {client.post(url, {"do": "remove"}).status_code for url in posts} == {404}
    client.logout()
    assert {client.get(url).status_code for url in urls} == {302}
    assert {client.post(url).status_code for url in posts} == {302}
    client.force_login(bo)
    assert {client.get(url).status_code for url in urls} == {200}
    assert reverse("listing_step", args=[drill.pk, "start"]).replace("start", "nowhere")
    assert client.get(f"/listings/{drill.pk}/edit/nowhere/").status_code == 404
    assert client.post(f"/listings/{drill.pk}/life/explode/").status_code == 404
    assert client.get(f"/listings/{drill.pk}/life/pause/").url == f"/listings/{drill.pk}/"


# --- what never leaves ----------------------------------------------------------------------------


def test_the_exact_place_is_in_no_answer_to_anyone_but_those_who_look_after_it(client, street, bo):
    drill, trip = make(bo, **EXACT), ride(bo)
    secrets = re.compile(r"47\.91234|7\.81234|Secret Street|47\.99712|7\.84212|46\.94812|7\.43912")
    urls = [
        *(reverse("listing", args=[pk]) for pk in (drill.pk, trip.pk)),
        *(f"/api/v1/listings/{pk}/" for pk in (drill.pk, trip.pk)),
        reverse("listing_photos", args=[drill.pk]),
        reverse("profile", args=[bo.pk]),
        reverse("community", args=[street.slug]),
        reverse("home"),
        "/api/v1/listings/",
    ]
    for member in (None, factories.member("Ana", of=street), factories.member("Cleo", of=street, role=Role.STEWARD)):
        for url in urls:
            answer = page(client, member, url)
            assert answer.status_code == 200 or (member is None and answer.status_code == 302), url
            assert not secrets.search(answer.content.decode()), (url, member)

    drill.refresh_from_db()
    public = f"{drill.public_lat:.4f}"
    assert public in page(client, None, urls[0]).content.decode()
    assert page(client, bo, urls[2]).json()["exact"] == EXACT


def test_the_distance_told_is_to_the_public_point(client, street, bo):
    drill = make(bo, **EXACT)
    ana = factories.member("Ana", of=street, lat=EXACT["lat"], lon=EXACT["lon"])

    text = page(client, ana, drill.get_absolute_url()).content.decode()

    away = int(re.search(r"about (\d+) m from you", text)[1])
    assert 100 <= away <= 400


# --- what it says ---------------------------------------------------------------------------------


def test_the_page_tells_terms_and_facts_in_words(client, bo):
    drill = make(
        bo, price_minor=300, deposit_minor=2000, category="drills", max_units=7, notice_hours=48, brand="Makita",
        included="Two batteries", description="First.\n\nSecond <b>bold</b> https://example.org/x", tags=["concrete"],
    )  # fmt: skip

    text = page(client, None, drill.get_absolute_url()).content.decode()

    for said in ("€20 deposit, back on return", "Up to 7 days", "Ask at least 2 days ahead", "Drills and screwdrivers",
                 "The lender answers each request", "Cancel free until the day before", "Makita", "Two batteries",
                 "<p>First.</p>", "&lt;b&gt;bold", 'rel="nofollow noopener noreferrer"', "€3 a day"):  # fmt: skip
        assert said in text, said
    assert "<script>" not in text and 'style="' not in text and "onclick" not in text


@pytest.mark.parametrize(
    ("terms", "unit", "minor", "said"),
    [
        ("gift", Unit.DAY, 0, "Free"),
        ("rent", Unit.DAY, 300, "€3 a day"),
        ("rent", Unit.HOUR, 350, "€3.50 an hour"),
        ("rent", Unit.NIGHT, 2800, "€28 a night"),
        ("cost_share", Unit.SEAT, 1800, "€18 a seat"),
        ("rent", Unit.USE, 500, "€5 each time"),
    ],
)
def test_a_price_is_said_with_what_it_is_for(terms, unit, minor, said):
    assert words.priced(terms, minor, unit, "EUR") == said


@pytest.mark.parametrize(
    ("least", "most", "unit", "said"),
    [(1, 7, "day", "Up to 7 days"), (2, 7, "night", "2 to 7 nights"), (3, 3, "hour", "For 3 hours"),
     (1, 1, "day", "For 1 day"), (1, 5, "use", None)],
)  # fmt: skip
def test_how_long_is_said_in_its_unit(bo, least, most, unit, said):
    drill = make(bo, price_minor=100, price_unit=unit, min_units=least, max_units=most)
    assert said is None or said in [line.text for line in words.terms(drill)]


def test_a_room_and_a_ride_tell_their_own_facts(client, bo):
    room = make(
        bo, kind="room", title="Room", price_minor=2800, whole=False, beds=2, rules="Quiet after ten.", instant=True
    )
    text = page(client, None, room.get_absolute_url()).content.decode()
    for said in ("2 beds", "Check-in", "Quiet after ten.", "Agreed at once", "Shared with others"):
        assert said in text

    trip = ride(bo, capacity=3, vehicle="Blue van", luggage="One rucksack", two_behind=True)
    text = page(client, None, trip.get_absolute_url()).content.decode()
    for said in ("Freiburg", "Bern", "Blue van", "3 seats, at most two behind", "€11 a seat"):
        assert said in text


def test_what_belongs_to_the_community_says_so(client, street):
    cleo = factories.member("Cleo", of=street, role=Role.STEWARD)
    ladder = make(cleo, commons=True, title="Ladder")

    assert "its stewards look after it" in page(client, None, ladder.get_absolute_url()).content.decode()
    assert "This is on the board." in page(client, cleo, ladder.get_absolute_url()).content.decode()


def test_a_draft_shows_its_owner_what_is_missing(client, bo):
    draft = make(bo, publish=False, title="", terms="rent")

    text = page(client, bo, draft.get_absolute_url()).content.decode()

    for said in ("Only you see this.", "Give it a title.", "Give it a price, or lend it for free."):
        assert said in text


# --- what it costs --------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["anyone", "neighbour", "owner"])
@pytest.mark.parametrize("kind", ["tool", "ride"])
def test_a_listing_page_takes_at_most_twelve_statements_with_one_photo_and_with_twelve(
    client, street, bo, who, kind, django_assert_max_num_queries, django_assert_num_queries
):
    shown = ride(bo) if kind == "ride" else make(bo, price_minor=300, category="drills")
    ana = factories.member("Ana", of=street, lat=48.0, lon=7.85)
    member = {"anyone": None, "neighbour": ana, "owner": bo}[who]
    rows_of_photos(shown, 1)
    page(client, member, shown.get_absolute_url())  # what is kept in memory after the first time

    with django_assert_max_num_queries(12) as one:
        assert client.get(shown.get_absolute_url()).status_code == 200
    Photo.objects.all().delete()
    rows_of_photos(shown, 12)
    with django_assert_num_queries(len(one)):
        client.get(shown.get_absolute_url())


@pytest.mark.parametrize("url", ["home", "profile", "community", "my_listings"])
def test_eight_cards_cost_no_more_than_one(client, street, bo, url):
    address = reverse(url, args={"profile": [bo.pk], "community": [street.slug]}.get(url, []))
    client.force_login(bo)
    rows_of_photos(make(bo, category="drills"), 2)
    client.get(address)
    one = _count(client, address)

    for _ in range(7):
        rows_of_photos(make(bo, price_minor=100, category="drills"), 2)

    assert _count(client, address) <= one


def _count(client, url) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)
