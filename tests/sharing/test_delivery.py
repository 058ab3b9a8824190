"""How files and pages leave the house: photos without a session, robots told what is endless, HEAD like GET."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse

from tests import factories

PHOTO = b"RIFF" + bytes(2000)


@pytest.fixture
def address(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return f"/media/{default_storage.save('listings/street/drill-320.webp', ContentFile(PHOTO))}"


@pytest.mark.django_db
def test_a_photo_costs_a_signed_in_member_no_statement_and_is_the_same_for_all(
    client, address, django_assert_num_queries
):
    client.force_login(factories.member("Ana"))

    with django_assert_num_queries(0):
        answer = client.get(address, headers={"accept-encoding": "gzip"})

    assert b"".join(answer.streaming_content) == PHOTO
    assert answer["Content-Type"] == "image/webp" and answer["Content-Length"] == str(len(PHOTO))
    assert "immutable" in answer["Cache-Control"]
    assert "Vary" not in answer and "Content-Encoding" not in answer and not answer.cookies
    assert answer["X-Content-Type-Options"] == "nosniff" and "sandbox" in answer["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/media/", "/media/none.webp", "/media/../manage.py", "/media/%2e%2e/manage.py"])
def test_what_is_no_photo_is_not_found(client, address, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("folder", ["documents/1", "handovers/1", "imports", "listings/../documents/1"])
def test_what_not_everybody_may_see_has_no_such_address(client, folder):
    name = default_storage.save(f"{folder.replace('listings/../', '')}/secret.bin", ContentFile(PHOTO))
    assert client.get(f"/media/{folder}/{name.rpartition('/')[2]}").status_code == 404
    assert client.get(f"/media//{name}").status_code == 404


def test_photos_are_only_read(client, address):
    assert client.post(address).status_code == 405


def test_robots_leave_out_what_goes_on_without_end(client):
    answer = client.get("/robots.txt")
    assert answer["Content-Type"].startswith("text/plain")
    lines = answer.content.decode().splitlines()
    assert lines[0] == "User-agent: *"
    assert {"Disallow: /search/?", "Disallow: /api/", "Disallow: /listings/*/month/"} <= set(lines)
    assert "Disallow: /" not in lines


@pytest.mark.django_db
def test_the_entrance_is_kept_out_of_search_engines_and_the_front_page_is_not(client):
    assert 'name="robots" content="noindex"' in client.get(reverse("account_login")).content.decode()
    assert "noindex" not in client.get("/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["home", "search", "communities", "search_suggest", "places"])
def test_head_is_answered_like_get(client, name):
    assert client.head(reverse(name)).status_code == client.get(reverse(name)).status_code == 200
