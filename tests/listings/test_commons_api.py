"""The API of photos' edits, histories, labels, kits and documents: the deeds of the pages, nothing to strangers."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from listings import actions
from members.states import Role
from tests import factories
from tests.listings.offering import make, photo, published
from tests.listings.test_api import client_of

pytestmark = pytest.mark.django_db
URL = "/api/v1/listings/"


@pytest.fixture
def street():
    return factories.community("Elm Street")


@pytest.fixture
def cleo(street):
    return factories.member("Cleo", of=street, role=Role.STEWARD)


@pytest.fixture
def bike(cleo):
    return published(cleo, title="Cargo bike", commons=True)


@pytest.fixture
def api(cleo):
    return client_of(cleo)


@pytest.fixture
def zoe():
    return factories.member("Zoe", of=factories.community("Harbour"))


def test_a_photo_is_turned_cropped_ordered_taken_out_and_put_back(api, bike, cleo):
    one, two = (actions.add_photo(bike.pk, photo(size=(800, 400)), by=cleo) for _ in range(2))
    here = f"{URL}{bike.pk}/photos/"
    answer = api.post(f"{here}{one.pk}/edit/", {"turn": 90, "crop": {"x": 0, "y": 0, "width": 1, "height": 0.5}})
    assert answer.status_code == 200 and (answer.data["width"], answer.data["height"]) == (400, 400)
    assert [row["id"] for row in api.put(f"{here}order/", {"photos": [two.pk, one.pk]}).data] == [two.pk, one.pk]
    assert api.delete(f"{here}{two.pk}/").status_code == 204
    assert [row["id"] for row in api.post(f"{here}{two.pk}/put-back/").data] == [two.pk, one.pk]

    for wrong, field in (
        ({"turn": 45}, "turn"), ({"crop": {"x": 2, "y": 0, "width": 1, "height": 1}}, "crop.x"), ({"spin": 1}, "spin"),
        ({"crop": {"x": 0.5, "y": 0, "width": 1, "height": 1}}, "crop"), ({"crop": {"x": 0}}, "crop.y"),
    ):
        answer = api.post(f"{here}{one.pk}/edit/", wrong)
        assert answer.status_code == 400 and field in answer.data["errors"], wrong
    mine = make(cleo)
    assert api.post(f"{URL}{mine.pk}/photos/{one.pk}/edit/", {"turn": 90}).status_code == 404  # of another listing


def test_the_history_and_back(api, bike, cleo, street, zoe):
    actions.update(bike.pk, by=cleo, facts={"title": "Bike"})
    page = client_of(factories.member("Ana", of=street)).get(f"{URL}{bike.pk}/history/", {"page_size": 1}).data
    assert page["results"][0]["fields"] == [{"name": "Title", "before": "Cargo bike", "after": "Bike"}]
    assert page["results"][0]["by"] == "Cleo" and page["next"]
    first = bike.changes.last().version
    back = api.post(f"{URL}{bike.pk}/history/{first}/restore/")
    assert back.data["back_to"] == first
    assert api.post(f"{URL}{bike.pk}/history/{first}/restore/").status_code == 409
    for who in (zoe, None):
        assert client_of(who).get(f"{URL}{bike.pk}/history/").status_code in (401, 404)
        assert client_of(who).post(f"{URL}{bike.pk}/history/{first}/restore/").status_code in (401, 404)


def test_labels_and_the_inventory(api, bike, street, zoe):
    label = api.get(f"{URL}{bike.pk}/label/").data
    assert label == {
        "listing": bike.pk, "title": "Cargo bike", "number": "ELM-0001",
        "url": f"http://testserver/i/{bike.label.code}/",
    }
    assert api.patch(f"{URL}{bike.pk}/label/", {"number": "x-1"}).data["number"] == "X-1"
    assert "number" in api.patch(f"{URL}{bike.pk}/label/", {"number": "<>"}).data["errors"]
    all_of_it = api.get(f"/api/v1/communities/{street.slug}/inventory/").data["results"]
    assert [row["number"] for row in all_of_it] == ["X-1"]
    ana = client_of(factories.member("Ana", of=street))
    for stranger in (ana, client_of(zoe)):
        assert stranger.get(f"{URL}{bike.pk}/label/").status_code == 404
        assert stranger.get(f"/api/v1/communities/{street.slug}/inventory/").status_code == 404


def test_a_kit(api, bike, cleo, zoe):
    trailer = published(cleo, title="Trailer", commons=True, capacity=3)
    assert api.post(f"{URL}{bike.pk}/kit/", {"part": trailer.pk, "quantity": 2}).status_code == 200
    seen = client_of().get(f"{URL}{bike.pk}/kit/").data
    assert [(row["title"], row["quantity"]) for row in seen["parts"]] == [("Trailer", 2)]
    assert [row["title"] for row in client_of().get(f"{URL}{trailer.pk}/kit/").data["kits"]] == ["Cargo bike"]
    assert "part" in api.post(f"{URL}{trailer.pk}/kit/", {"part": bike.pk}).data["errors"]
    assert client_of(zoe).post(f"{URL}{bike.pk}/kit/", {"part": trailer.pk}).status_code == 404
    assert api.delete(f"{URL}{bike.pk}/kit/{trailer.pk}/").status_code == 204


def test_documents_with_their_versions_copies_and_files(api, bike, cleo, zoe):
    here = f"{URL}{bike.pk}/documents/"
    upload = SimpleUploadedFile("chain.pdf", b"%PDF-1.4\n%%EOF")
    made = api.post(here, {"title": "Oiling", "file": upload, "author": "Ida"}, format="multipart")
    assert made.status_code == 201, made.data
    again = api.post(f"{here}{made.data['id']}/versions/", {"text": "Less oil.", "note": "Less"}, format="multipart")
    assert [(row["number"], row["file_name"], row["author"]) for row in again.data["versions"]] == [
        (2, "chain.pdf", "Ida"), (1, "chain.pdf", "Ida"),
    ]
    assert [row["title"] for row in client_of().get(here).data] == ["Oiling"]

    mine = published(zoe, title="My bike")
    latest = again.data["versions"][0]["id"]
    copy = client_of(zoe).post(f"/api/v1/documents/{latest}/copy/", {"listing": mine.pk})
    assert copy.status_code == 201 and copy.data["credit"]["author"] == "Ida"
    assert client_of(zoe).post(f"/api/v1/documents/{latest}/copy/", {"listing": bike.pk}).status_code == 400

    assert api.patch(f"{here}{made.data['id']}/", {"withdrawn": True}).data["withdrawn"] is True
    assert client_of().get(here).data == [] and len(api.get(here).data) == 1
    assert client_of(zoe).post(f"/api/v1/documents/{latest}/copy/", {"listing": mine.pk}).status_code == 404


@pytest.mark.parametrize(
    ("sent", "field"),
    [({"title": ""}, "title"), ({"licence": "mine"}, "licence"), ({"text": ""}, "text"), ({"kind": "x"}, "kind"),
     ({"text": "a\x00"}, "text"), ({"spin": "x"}, "spin")],
)  # fmt: skip
def test_documents_are_strict(api, bike, sent, field):
    answer = api.post(f"{URL}{bike.pk}/documents/", {"title": "Oiling", "text": "Drop."} | sent)
    assert answer.status_code == 400 and field in answer.data["errors"]


def test_strangers_write_nothing(bike, zoe):
    for who, status in ((zoe, 404), (None, 401)):
        api = client_of(who)
        for url, body in (
            ("documents/", {"title": "x", "text": "x"}), ("kit/", {"part": 1}), ("photos/1/edit/", {"turn": 90}),
            ("photos/1/put-back/", {}), ("documents/1/versions/", {"text": "x"}),
        ):
            assert api.post(f"{URL}{bike.pk}/{url}", body).status_code == status, url


def test_the_documents_of_a_thing_cost_the_same_for_one_and_for_many(bike, cleo, django_assert_num_queries):
    for _ in range(4):
        actions.write_document(bike.pk, by=cleo, title="Oiling", text="Drop.")
    with django_assert_num_queries(3):
        client_of().get(f"{URL}{bike.pk}/documents/")
