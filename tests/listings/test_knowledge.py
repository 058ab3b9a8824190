"""Instructions and designs: versions that stay, licences that are kept, files that do no harm."""

import io

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.http import Http404
from PIL import Image

from listings import actions
from listings.models import Document, DocumentVersion
from members.states import Role
from sharing.photos import papers
from tests import factories
from tests.listings.offering import make, photo, published, refused

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\nHow to oil the chain\n%%EOF"


@pytest.fixture
def street():
    return factories.community()


@pytest.fixture
def bo(street):
    return factories.member("Bo", of=street)


def file(content: bytes = PDF, name: str = "manual.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "text/html")  # what it says of itself counts for nothing


def write(listing, by, **facts) -> Document:
    return actions.write_document(listing.pk, by=by, **({"title": "Oiling the chain", "text": "Drop by drop."} | facts))


def stl(triangles: int = 2) -> bytes:
    return b"\0" * 80 + triangles.to_bytes(4, "little") + b"\0" * 50 * triangles


def test_a_document_grows_by_versions_and_keeps_the_old_ones(bo):
    thing = published(bo)
    document = write(thing, bo, upload=file())
    second = actions.revise_document(thing.pk, document.pk, by=bo, text="Less oil.", note="Less is enough")
    third = actions.revise_document(thing.pk, document.pk, by=bo, text="Wax.", keep_file=False, title="Waxing")

    rows = document.versions.values_list("number", "text", "file_name", "author", "licence", "note")
    assert list(rows) == [
        (3, "Wax.", "", "Bo", "cc-by-sa", ""),
        (2, "Less oil.", "manual.pdf", "Bo", "cc-by-sa", "Less is enough"),
        (1, "Drop by drop.", "manual.pdf", "Bo", "cc-by-sa", ""),
    ]
    assert second.media_type == "application/pdf" and third.file == ""
    document.refresh_from_db()
    assert document.title == "Waxing"


@pytest.mark.parametrize(
    ("content", "name", "kept", "media_type"),
    [
        (PDF, "manual.pdf", "manual.pdf", "application/pdf"),
        (PDF, "page.html", "page.pdf", "application/pdf"),
        ("Öl".encode(), "notes.txt", "notes.txt", "text/plain"),
        (b"# Oil", "notes.md", "notes.md", "text/markdown"),
        (b"a;b", "parts.csv", "parts.csv", "text/csv"),
        (stl(), "hook.stl", "hook.stl", "model/stl"),
        (b"solid hook\nfacet normal 0 0 1\n", "hook.STL", "hook.stl", "model/stl"),
        (PDF, "../../etc/passwd.pdf", "passwd.pdf", "application/pdf"),
        (PDF, "..\\..\\evil.exe", "evil.pdf", "application/pdf"),
        (PDF, "a\u202egpj.exe", "agpj.pdf", "application/pdf"),
        (PDF, ".pdf", "file.pdf", "application/pdf"),
        (PDF, 'x"; filename="y.html', "x; filename=y.pdf", "application/pdf"),
    ],
)
def test_what_a_file_is_its_bytes_say_and_its_name_is_only_words(bo, content, name, kept, media_type):
    upload = file(content)
    upload._name = name  # past what Django itself takes out of names
    version = write(make(bo), bo, upload=upload).versions.get()

    assert (version.file_name, version.media_type) == (kept, media_type)
    assert version.file.startswith(f"documents/{version.document.listing_id}/") and version.file.endswith(".bin")
    with default_storage.open(version.file) as stored:
        assert stored.read() == content


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "empty.pdf"),
        (b"<html><script>alert(1)</script>", "page.html"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "logo.svg"),
        (b"MZ\x90\x00", "setup.pdf"),
        (b"GIF89a", "anim.png"),
        (b"\xff\xfe\x00x", "notes.txt"),
        (b"null\x00byte", "notes.txt"),
        (stl()[:-1], "short.stl"),
        (b"PK\x03\x04", "archive.txt.zip"),
    ],
)
def test_what_a_browser_might_run_or_nobody_can_read_is_refused(bo, content, name):
    thing = make(bo)
    refused("file", write, thing, bo, upload=file(content, name))
    assert not Document.objects.exists()
    folder = f"documents/{thing.pk}"
    assert not default_storage.exists(folder) or not default_storage.listdir(folder)[1]


def test_a_file_too_large_is_refused_before_it_is_read(bo, settings):
    settings.DOCUMENT_MAX_BYTES = 20
    assert "larger than" in refused("file", write, make(bo), bo, upload=file())


def test_a_picture_loses_where_it_was_taken(bo):
    exif = Image.Exif()
    exif[0x010F] = "Phonemaker"
    buffer = io.BytesIO()
    Image.new("RGB", (400, 300), "teal").save(buffer, "JPEG", exif=exif)
    version = write(make(bo), bo, upload=file(buffer.getvalue(), "plan.jpg")).versions.get()
    with default_storage.open(version.file) as stored:
        kept = stored.read()
    assert b"Phonemaker" not in kept and kept.startswith(b"\xff\xd8")
    assert (version.media_type, version.file_name) == ("image/jpeg", "plan.jpg")


def test_a_picture_of_too_many_pixels_is_refused(bo, settings):
    settings.PHOTO_MAX_PIXELS = 1000
    refused("photo", write, make(bo), bo, upload=photo())


def test_it_says_something_has_a_title_and_a_licence(bo):
    thing = make(bo)
    refused("text", write, thing, bo, text=" ")
    refused("title", write, thing, bo, title=" ")
    refused("licence", write, thing, bo, licence="mine")
    refused("kind", write, thing, bo, kind="song")
    refused("text", write, thing, bo, text="x" * 40_001)
    refused("author", write, thing, bo, author="a\x00")
    assert not Document.objects.exists()


def test_strangers_find_nothing_and_leave_no_file(bo, street):
    thing = make(bo)
    document = write(thing, bo)
    ana = factories.member("Ana", of=street)
    for deed in (
        lambda: write(thing, ana, upload=file()),
        lambda: actions.revise_document(thing.pk, document.pk, by=ana, text="x", upload=file()),
        lambda: actions.withdraw_document(thing.pk, document.pk, by=ana),
        lambda: actions.copy_document(document.versions.get().pk, by=ana, to=make(ana).pk),  # of a draft
        lambda: actions.revise_document(make(bo).pk, document.pk, by=bo, text="x"),  # of another listing
    ):
        with pytest.raises(Http404):
            deed()
    assert not default_storage.exists(f"documents/{thing.pk}")


def test_a_copy_names_where_it_is_from_whose_it_is_and_under_which_licence(bo, street):
    document = write(published(bo, title="Drill"), bo, upload=file(), author="Grandmother", licence="cc-by-sa")
    ana = factories.member("Ana", of=street)
    mine = make(ana, title="My drill")

    copy = actions.copy_document(document.versions.get().pk, by=ana, to=mine.pk)

    assert copy.credit == {
        "listing": "Drill", "title": "Oiling the chain", "author": "Grandmother", "licence": "cc-by-sa", "version": 1,
    }
    version, original = copy.versions.get(), document.versions.get()
    assert (version.author, version.text) == ("Grandmother", original.text)
    assert version.file != original.file
    with default_storage.open(version.file) as one, default_storage.open(original.file) as other:
        assert one.read() == other.read()


def test_a_copy_keeps_its_licence_unless_that_asks_for_nothing(bo, street):
    ana = factories.member("Ana", of=street)
    mine, theirs = make(ana), published(bo)
    kept = actions.copy_document(write(theirs, bo, licence="peer").versions.get().pk, by=ana, to=mine.pk)
    free = actions.copy_document(write(theirs, bo, licence="cc0").versions.get().pk, by=ana, to=mine.pk)

    refused("licence", actions.revise_document, mine.pk, kept.pk, by=ana, text="x", licence="cc0")
    assert actions.revise_document(mine.pk, kept.pk, by=ana, text="x").licence == "peer"
    assert actions.revise_document(mine.pk, free.pk, by=ana, text="x", licence="reserved").licence == "reserved"


def test_what_others_reserve_is_not_copied_what_one_reserves_oneself_is(bo, street):
    document = write(published(bo), bo, licence="reserved")
    ana = factories.member("Ana", of=street)
    version = document.versions.get().pk
    assert "reserved" in refused(None, actions.copy_document, version, by=ana, to=make(ana).pk)
    assert actions.copy_document(version, by=bo, to=make(bo).pk).credit["author"] == "Bo"
    refused("listing", actions.copy_document, version, by=bo, to=document.listing_id)


def test_what_only_a_community_sees_is_not_copied_from_outside(bo):
    document = write(published(bo, visibility="community"), bo)
    zoe = factories.member("Zoe", of=factories.community("Harbour"))
    with pytest.raises(Http404):
        actions.copy_document(document.versions.get().pk, by=zoe, to=make(zoe).pk)


def test_withdrawn_and_brought_back(bo):
    thing = published(bo)
    document = write(thing, bo)
    assert actions.withdraw_document(thing.pk, document.pk, by=bo).withdrawn
    with pytest.raises(Http404):
        actions.copy_document(document.versions.get().pk, by=bo, to=make(bo).pk)
    assert actions.bring_back_document(thing.pk, document.pk, by=bo).withdrawn is None


def test_a_steward_writes_for_the_commons(street):
    cleo = factories.member("Cleo", of=street, role=Role.STEWARD)
    assert write(published(cleo, commons=True), cleo).versions.get().by == cleo


def test_versions_never_change_and_what_was_published_stays(bo):
    thing = published(bo)
    version = write(thing, bo).versions.get()
    with pytest.raises(IntegrityError, match="versions_of_documents_never_change"), transaction.atomic():
        DocumentVersion.objects.filter(pk=version.pk).update(text="Other")
    with pytest.raises(IntegrityError, match="versions_of_documents_stay"), transaction.atomic():
        version.delete()


def test_a_draft_goes_with_its_documents_and_their_files(bo, django_capture_on_commit_callbacks):
    thing = make(bo)
    document = write(thing, bo, upload=file())
    name = document.versions.get().file
    elsewhere = actions.copy_document(document.versions.get().pk, by=bo, to=make(bo).pk)
    with django_capture_on_commit_callbacks(execute=True):
        actions.delete(thing.pk, by=bo)
    assert not default_storage.exists(name)
    elsewhere.refresh_from_db()
    assert elsewhere.source is None and elsewhere.credit["author"] == "Bo"
    assert default_storage.exists(elsewhere.versions.get().file)


def test_a_failed_write_leaves_no_file(bo, monkeypatch):
    def broken(*_args, **_more):
        raise RuntimeError

    thing = make(bo)
    monkeypatch.setattr("listings.actions.knowledge._add", broken)
    with pytest.raises(RuntimeError):
        write(thing, bo, upload=file())
    assert not default_storage.listdir(f"documents/{thing.pk}")[1]


def test_names_are_bounded():
    assert len(papers._clean("x" * 500 + ".pdf", "pdf")) == papers.LONGEST_NAME + 4


def test_a_duplicate_takes_what_is_known_along_each_with_a_file_of_its_own(bo):
    thing = published(bo)
    document = write(thing, bo, upload=file())
    actions.revise_document(thing.pk, document.pk, by=bo, text="Less oil.")
    actions.withdraw_document(thing.pk, write(thing, bo, title="Out of date").pk, by=bo)
    copy = actions.duplicate(thing.pk, by=bo)
    (kept,) = copy.documents.all()
    version, original = kept.versions.get(), document.versions.first()
    assert (kept.title, version.text, version.licence) == ("Oiling the chain", "Less oil.", original.licence)
    assert kept.source == original and version.file != original.file
    with default_storage.open(version.file) as stored:
        assert stored.read() == PDF
