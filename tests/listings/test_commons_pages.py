"""Pages of what belongs to a community: history, inventory, labels, the desk; and of knowledge and kits."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from listings import actions, scanning
from listings.models import Document
from members.states import Role
from tests import factories
from tests.listings.offering import make, published

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n%%EOF"


@pytest.fixture
def street():
    return factories.community("Elm Street")


@pytest.fixture
def cleo(street):
    return factories.member("Cleo", of=street, role=Role.STEWARD)


@pytest.fixture
def ana(street):
    return factories.member("Ana", of=street)


@pytest.fixture
def zoe():
    return factories.member("Zoe", of=factories.community("Harbour"))


@pytest.fixture
def bike(cleo):
    return published(cleo, title="Cargo bike", commons=True)


def page(client, who, name, *args, **query):
    client.logout()
    if who is not None:
        client.force_login(who)
    return client.get(reverse(name, args=args), query)


def shown(answer) -> str:
    assert answer.status_code in (200, 422), answer.status_code
    return answer.content.decode()


# --- history --------------------------------------------------------------------------------------


def test_members_read_the_history_and_stewards_go_back(client, bike, cleo, ana, zoe):
    actions.update(bike.pk, by=cleo, facts={"title": "Red <b>bike</b>"})
    text = shown(page(client, ana, "listing_history", bike.pk))
    assert "Cargo bike" in text and "Red &lt;b&gt;bike&lt;/b&gt;" in text and "Cleo" in text
    assert "Bring this version back" not in text
    assert "Its history" in shown(page(client, ana, "listing", bike.pk))

    assert page(client, zoe, "listing_history", bike.pk).status_code == 404
    assert page(client, None, "listing_history", bike.pk).status_code == 302
    first = bike.changes.last().version
    restore = reverse("listing_history_restore", args=[bike.pk, first])
    client.force_login(ana)
    assert client.post(restore).status_code == 404

    assert "Bring this version back" in shown(page(client, cleo, "listing_history", bike.pk))
    assert "says again what it said" in shown(client.post(restore, follow=True))
    bike.refresh_from_db()
    assert bike.title == "Cargo bike"
    assert "It says the same already" in shown(client.post(restore, follow=True))


def test_what_a_member_owns_has_no_history(client, ana):
    assert page(client, ana, "listing_history", published(ana).pk).status_code == 404


def test_a_long_history_is_read_by_the_page_at_one_cost(client, bike, cleo, django_assert_max_num_queries):
    for n in range(24):
        actions.update(bike.pk, by=cleo, facts={"title": f"Bike {n}"})
    client.force_login(cleo)
    with django_assert_max_num_queries(9):
        answer = client.get(reverse("listing_history", args=[bike.pk]))
    assert len(answer.context["rows"]) == 20
    rest = page(client, cleo, "listing_history", bike.pk, after=answer.context["after"])
    assert len(rest.context["rows"]) == 5 and rest.context["after"] is None
    assert page(client, cleo, "listing_history", bike.pk, after="nonsense").status_code == 200


# --- inventory and labels -------------------------------------------------------------------------


def test_the_inventory_is_for_stewards(client, bike, street, cleo, ana, zoe):
    text = shown(page(client, cleo, "inventory", street.slug))
    assert "ELM-0001" in text and "Cargo bike" in text
    for who in (ana, zoe):
        assert page(client, who, "inventory", street.slug).status_code == 404
        assert page(client, who, "labels", street.slug).status_code == 404
        assert page(client, who, "listing_label", bike.pk).status_code == 404
    assert "Nothing belongs" in shown(page(client, _steward_elsewhere(), "inventory", "empty"))


def _steward_elsewhere():
    return factories.member("Max", of=factories.community("Empty", slug="empty"), role=Role.STEWARD)


def test_a_sheet_has_each_chosen_thing_with_its_code(client, bike, street, cleo):
    saw = published(cleo, title="Saw", commons=True)
    both = shown(page(client, cleo, "labels", street.slug, copies=2, skip=3, size="small"))
    assert both.count('class="label"') == 4 and both.count("label--none") == 3
    assert f"testserver/i/{bike.label.code}/" in both
    one = shown(page(client, cleo, "labels", street.slug, thing=saw.pk))
    assert one.count('class="label"') == 1 and "Saw" in one and "style=" not in one
    assert page(client, cleo, "labels", street.slug, size="poster").status_code == 404
    odd = page(client, cleo, "labels", street.slug, copies="99999999", skip="-1", thing="x")
    assert odd.status_code == 200
    assert "nothing to print" in shown(page(client, cleo, "labels", street.slug, thing=10**12))


def test_the_code_says_the_address(bike, settings, client, cleo):
    settings.PUBLIC_URL = "https://share.example"
    text = shown(page(client, cleo, "listing_label", bike.pk))
    assert f"share.example/i/{bike.label.code}/" in text
    from sharing.web import qr

    code = qr.code("https://share.example/i/abcdefgh/")
    assert 20 < code.size < 45 and re.fullmatch(r"(M\d+ \d+h\d+v1h-\d+z)+", code.path)


def test_a_number_is_changed_by_hand(client, bike, cleo):
    client.force_login(cleo)
    url = reverse("listing_label", args=[bike.pk])
    assert "number BIKE-7 now" in shown(client.post(url, {"number": "bike-7"}, follow=True))
    saw = published(cleo, title="Saw", commons=True)
    answer = client.post(reverse("listing_label", args=[saw.pk]), {"number": "BIKE-7"})
    assert answer.status_code == 422 and "stuck on another" in shown(answer)
    assert page(client, cleo, "listing_label", make(cleo).pk).status_code == 404


def test_where_a_scanned_label_leads(client, bike, cleo, ana, zoe, monkeypatch):
    code = bike.label.code
    for who in (None, zoe, ana):
        assert page(client, who, "label", code).url == bike.get_absolute_url()
    text = shown(page(client, cleo, "label", code))
    assert "At the desk" in text and "ELM-0001" in text

    monkeypatch.setattr(scanning, "_finders", [lambda listing, member: "/bookings/7/" if member == ana else ""])
    assert page(client, ana, "label", code).url == "/bookings/7/"
    assert page(client, ana, "label", "nosuch22").status_code == 404


def test_a_label_of_what_only_members_see_asks_strangers_to_sign_in(client, bike, cleo, ana, zoe):
    actions.update(bike.pk, by=cleo, facts={"visibility": "community"})
    code = bike.label.code
    assert reverse("account_login") in page(client, None, "label", code).url
    assert page(client, zoe, "label", code).status_code == 404
    assert page(client, ana, "label", code).url == bike.get_absolute_url()


def test_the_inventory_costs_the_same_for_one_and_for_many(client, bike, street, cleo, django_assert_num_queries):
    client.force_login(cleo)
    url = reverse("inventory", args=[street.slug])
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    assert len(one) <= 12
    for n in range(5):
        published(cleo, title=f"Thing {n}", commons=True)
    with django_assert_num_queries(len(one)):
        client.get(url)


# --- knowledge ------------------------------------------------------------------------------------


def written(listing, by, **facts) -> Document:
    return actions.write_document(listing.pk, by=by, **({"title": "Oiling", "text": "Drop by drop."} | facts))


def test_a_document_is_written_improved_and_read_as_it_was(client, ana):
    thing = published(ana, title="Drill")
    client.force_login(ana)
    new = reverse("document_new", args=[thing.pk])
    assert client.get(new).status_code == 200
    upload = SimpleUploadedFile("manual.pdf", PDF)
    data = {"title": "Oiling", "kind": "repair", "text": "Drop by drop.", "licence": "cc-by-sa", "file": upload}
    answer = client.post(new, data, follow=True)
    document = Document.objects.get()
    assert "Oiling" in shown(answer) and "manual.pdf" in shown(answer) and "CC BY-SA 4.0" in shown(answer)
    assert "Instructions and designs" in shown(client.get(thing.get_absolute_url()))

    revise = reverse("document_revise", args=[thing.pk, document.pk])
    assert "Drop by drop." in shown(client.get(revise))
    data = {"title": "Oiling", "text": "Less.", "licence": "cc-by-sa", "note": "Less", "keep_file": "on"}
    assert "Less." in shown(client.post(revise, data, follow=True))
    old = shown(client.get(document.get_absolute_url(), {"version": "1"}))
    assert "Drop by drop." in old and "as it was then" in old
    for odd in ("9", "x", "1 or 1"):
        assert client.get(document.get_absolute_url(), {"version": odd}).status_code == 404


@pytest.mark.parametrize(
    "data",
    [{}, {"title": "x" * 121}, {"licence": "mine"}, {"kind": "song"}, {"text": "a\x00"}, {"text": "", "file": b""},
     {"file": b"<script>"}],
)  # fmt: skip
def test_what_is_written_badly_is_told_at_the_field(client, ana, data):
    thing = published(ana)
    client.force_login(ana)
    if "file" in data:
        data = data | {"file": SimpleUploadedFile("page.html", data["file"])}
    sent = {"title": "Oiling", "kind": "repair", "text": "Drop.", "licence": "cc0"} | data if data else {}
    answer = client.post(reverse("document_new", args=[thing.pk]), sent)
    assert answer.status_code == 422 and 'role="alert"' in shown(answer)
    assert not Document.objects.exists()


def test_a_file_is_handed_over_and_never_shown(client, ana, zoe):
    thing = published(ana)
    document = written(thing, ana, upload=SimpleUploadedFile("Öl \"n\" Fett.pdf", PDF))
    version = document.versions.get()
    answer = page(client, None, "document_file", version.pk)
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment; ")
    assert "filename*=UTF-8''%C3%96l" in answer["Content-Disposition"] and "\n" not in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff" and "sandbox" in answer["Content-Security-Policy"]

    actions.update(thing.pk, by=ana, facts={"visibility": "community"})
    for who in (None, zoe):
        assert page(client, who, "document_file", version.pk).status_code == 404
    plain = written(thing, ana).versions.get()
    assert page(client, ana, "document_file", plain.pk).status_code == 404


def test_withdrawn_it_is_read_by_nobody_else(client, ana, zoe):
    document = written(published(ana), ana, upload=SimpleUploadedFile("m.pdf", PDF))
    version = document.versions.get().pk
    client.force_login(ana)
    url = reverse("document_withdraw", args=[document.listing_id, document.pk])
    assert "is withdrawn" in shown(client.post(url, follow=True))
    for who, status in ((zoe, 404), (ana, 200)):
        assert page(client, who, "document", document.listing_id, document.pk).status_code == status
        assert page(client, who, "document_file", version).status_code == status
        assert page(client, who, "document_copy", version).status_code == status
    assert "Oiling" not in shown(page(client, zoe, "listing", document.listing_id))
    client.force_login(ana)
    client.post(url, {"do": "bring_back"})
    assert page(client, zoe, "document", document.listing_id, document.pk).status_code == 200
    client.force_login(zoe)
    assert client.post(url).status_code == 404


def test_a_copy_names_its_source(client, ana, zoe):
    document = written(published(ana, title="Drill"), ana, author="Grandmother")
    version = document.versions.get().pk
    assert "nothing to copy it to" in shown(page(client, zoe, "document_copy", version))
    mine = published(zoe, title="My drill")
    client.force_login(zoe)
    answer = client.post(reverse("document_copy", args=[version]), {"listing": mine.pk}, follow=True)
    text = shown(answer)
    assert "at Drill, by Grandmother, CC BY-SA 4.0." in text and document.get_absolute_url() in text
    assert client.post(reverse("document_copy", args=[version]), {"listing": document.listing_id}).status_code == 422

    actions.update(document.listing_id, by=ana, facts={"visibility": "community"})
    text = shown(client.get(Document.objects.latest("pk").get_absolute_url()))
    assert "by Grandmother" in text and document.get_absolute_url() not in text


def test_what_is_reserved_offers_no_copy(client, ana, zoe):
    document = written(published(ana), ana, licence="reserved")
    published(zoe, title="Mine")
    assert "not copied" in shown(page(client, zoe, "document", document.listing_id, document.pk))
    client.force_login(zoe)
    form = reverse("document_copy", args=[document.versions.get().pk])
    target = zoe.listings.get().pk
    answer = client.post(form, {"listing": target})
    assert answer.status_code == 422 and "reserved" in shown(answer)


def test_others_write_nothing(client, ana, zoe):
    document = written(published(ana), ana)
    for name, *args in (("document_new",), ("document_revise", document.pk), ("listing_kit",)):
        assert page(client, zoe, name, document.listing_id, *args).status_code == 404


# --- kits -----------------------------------------------------------------------------------------


def test_a_kit_lists_its_parts_and_a_part_its_kit(client, ana, zoe):
    kit, tent, lamp = published(ana, title="Camping kit"), published(ana, title="Tent"), published(ana, title="Lamp")
    client.force_login(ana)
    url = reverse("listing_kit", args=[kit.pk])
    assert "single thing" in shown(client.get(url))
    client.post(url, {"do": "add", "part": tent.pk, "quantity": "1"})
    client.post(url, {"do": "add", "part": lamp.pk, "quantity": ""})
    assert "Tent" in shown(page(client, zoe, "listing", kit.pk))
    assert "belongs to the kit" in shown(page(client, zoe, "listing", tent.pk))

    actions.update(tent.pk, by=ana, facts={"visibility": "community"})
    actions.pause(lamp.pk, by=ana)
    text = shown(page(client, zoe, "listing", kit.pk))
    assert "Tent" not in text and "Lamp" not in text  # what one may not see is not named
    client.force_login(ana)
    assert "no part of this kit" in shown(client.post(url, {"do": "remove", "part": tent.pk}, follow=True))
    for odd in ({"part": "x"}, {"part": kit.pk}, {"part": lamp.pk, "quantity": "9"}, {}):
        assert client.post(url, {"do": "add"} | odd).status_code == 422
    assert client.post(url, {"do": "remove", "part": "x"}).status_code == 404


def test_a_kit_costs_its_page_the_same_with_one_part_and_with_many(client, ana, zoe):
    kit = published(ana, title="Kit")
    def cost() -> int:
        client.force_login(zoe)
        client.get(kit.get_absolute_url())
        with CaptureQueriesContext(connection) as said:
            client.get(kit.get_absolute_url())
        return len(said)

    plain = cost()
    actions.add_part(kit.pk, published(ana, title="Part").pk, by=ana)
    one = cost()
    assert plain < one <= plain + 8  # its parts with their faces, and in the calendar what is left of them
    for n in range(5):
        actions.add_part(kit.pk, published(ana, title=f"Part {n}").pk, by=ana)
    assert cost() == one
    for _ in range(3):
        written(kit, ana)
    assert cost() == one + 1
