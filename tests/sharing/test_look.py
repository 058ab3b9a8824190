"""Light, dark or as the device: chosen without script, kept in a cookie, and so in the page as it is sent."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_a_look_is_kept_and_the_page_comes_in_it(client):
    assert 'data-look' not in client.get("/").content.decode()

    answer = client.post("/look/", {"look": "dark", "next": "/communities/?q=elm"})
    page = client.get("/communities/").content.decode()

    assert answer.url == "/communities/?q=elm"
    assert answer.cookies["look"]["httponly"] and answer.cookies["look"]["samesite"] == "Lax"
    assert 'data-look="dark"' in page and '<meta name="color-scheme" content="dark">' in page
    assert "#14201b" in page and "#faf6ec" not in page
    assert 'value="dark" aria-pressed="true"' in page and page.count('aria-pressed="true"') == 2  # and the language


def test_as_the_device_is_no_cookie(client):
    client.post("/look/", {"look": "light"})
    assert 'data-look="light"' in client.get("/").content.decode()

    client.post("/look/", {"look": ""})

    page = client.get("/").content.decode()
    assert "data-look" not in page and '<meta name="color-scheme" content="light dark">' in page


@pytest.mark.parametrize("kept", ["neon", '"><script>', "dark "])
def test_a_cookie_that_is_no_look_is_none(kept):
    client = Client()
    client.cookies["look"] = kept
    assert "data-look" not in client.get("/").content.decode()


def test_whoever_shares_a_frame_with_another_keeps_their_own_look():
    """The head of the page is kept between requests: it must not be kept from another's look."""
    one, other = Client(), Client()
    one.post("/look/", {"look": "dark"})
    assert 'content="dark"' in one.get("/").content.decode()
    assert 'content="light dark"' in other.get("/").content.decode()


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_the_way_back_stays_in_the_house(client, elsewhere):
    assert client.post("/look/", {"look": "dark", "next": elsewhere}).url == "/"


def test_the_transition_of_pages_is_allowed_by_the_nonce_of_this_answer(client):
    answer = client.get("/")
    nonce = answer.content.decode().split('<style nonce="')[1].split('"')[0]
    assert nonce and f"'nonce-{nonce}'" in answer["Content-Security-Policy"]
