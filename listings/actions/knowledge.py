"""The knowledge commons of a thing: written down, improved version by version, copied with its credit.

A version is never changed and, once its listing was published, never deleted. A document may be
withdrawn and brought back. What is copied keeps its author and its licence; so do later versions of a
copy, unless the licence asks for nothing.
"""

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from listings.models import Document, DocumentVersion, Listing
from listings.states import Knowledge, Licence
from members.models import Member
from sharing.photos import papers

from .desk import ListingRefused, assign, locked

MOST_DOCUMENTS, MOST_VERSIONS = 40, 500


def write_document(
    listing_id: int, *, by: Member, title: str, text: str = "", upload=None, kind: str = Knowledge.INSTRUCTIONS,
    licence: str = Licence.CC_BY_SA, author: str = "", credit: dict | None = None,
) -> Document:
    """A new document with its first version: a text, a file, or both. `credit`: what a copy from elsewhere owes."""
    _mine(listing_id, by)
    with papers.kept(upload, f"documents/{listing_id}") as paper, locked(listing_id, by) as listing:
        _room(listing)
        document = Document(listing=listing, credit=credit or {})
        _assign(document, title=title, kind=kind)
        document.save()
        _add(document, 1, by, text=text, paper=paper, licence=licence, author=author, note="")
    return document


def composed_document(
    listing: Listing, *, by: Member, title: str, text: str, kind: str, licence: str, author: str, credit: dict,
    has_file: bool = False,
) -> tuple[Document, DocumentVersion]:
    """The document that `write_document` would keep and its version, checked and not yet written."""
    document = Document(listing=listing, credit=credit)
    _assign(document, title=title, kind=kind)
    version = _version(document, 1, by, text=text, licence=licence, author=author, note="")
    _says_something(version, has_file=has_file)
    return document, version


def revise_document(
    listing_id: int, document_id: int, *, by: Member, text: str = "", upload=None, keep_file: bool = True,
    licence: str | None = None, author: str | None = None, note: str = "", title: str | None = None,
) -> DocumentVersion:
    """The next version. What is not given stays as it was: the file (unless `keep_file` is off), licence, author."""
    _mine(listing_id, by)
    with papers.kept(upload, f"documents/{listing_id}") as paper, locked(listing_id, by) as listing:
        document = get_object_or_404(listing.documents.all(), pk=document_id)
        last = document.versions.first()
        assert last is not None  # a document is written with its first version
        if last.number >= MOST_VERSIONS:
            raise ListingRefused(_("This has very many versions. Please begin a new document."))
        licence = licence or last.licence
        _may_relicense(document, last, licence)
        if title is not None and title.strip() != document.title:
            _assign(document, title=title)
            document.save(update_fields=["title"])
        if paper is None and keep_file and last.file:
            paper = papers.Kept(last.file, last.file_name, last.media_type, last.size)
        author = last.author if author is None else author
        return _add(document, last.number + 1, by, text=text, paper=paper, licence=licence, author=author, note=note)


def copy_document(version_id: int, *, by: Member, to: int) -> Document:
    """A copy for another listing of one's own, with its credit: whose it was, where, under which licence."""
    source = get_object_or_404(
        DocumentVersion.objects.select_related("document__listing").filter(
            Exists(Listing.objects.visible_to(by).filter(pk=OuterRef("document__listing"))), document__withdrawn=None
        ),
        pk=version_id,
    )
    origin = source.document.listing
    theirs = not Listing.objects.looked_after_by(by).filter(pk=origin.pk).exists()
    if source.licence == Licence.RESERVED and theirs:
        raise ListingRefused(
            _("All rights to this are reserved, so it is only read there. Ask its author for a licence.")
        )
    if origin.pk == to:
        raise ListingRefused(_("It is with this thing already."), field="listing")
    _mine(to, by)
    with papers.copied(source.file, f"documents/{to}") as file, locked(to, by) as listing:
        _room(listing)
        copy = Document.objects.create(
            listing=listing, kind=source.document.kind, title=source.document.title, source=source,
            credit={
                "listing": str(origin), "title": source.document.title, "author": source.author,
                "licence": source.licence, "version": source.number,
            },
        )
        DocumentVersion.objects.create(
            document=copy, number=1, text=source.text, file=file, file_name=source.file_name, size=source.size,
            media_type=source.media_type, licence=source.licence, author=source.author, by=by,
        )
    return copy


def withdraw_document(listing_id: int, document_id: int, *, by: Member) -> Document:
    """Out of sight, with all its versions; copies elsewhere stay."""
    return _shown(listing_id, document_id, by, hide=True)


def bring_back_document(listing_id: int, document_id: int, *, by: Member) -> Document:
    return _shown(listing_id, document_id, by, hide=False)


def _shown(listing_id: int, document_id: int, by: Member, *, hide: bool) -> Document:
    with locked(listing_id, by) as listing:
        document = get_object_or_404(listing.documents.all(), pk=document_id)
        document.withdrawn = timezone.now() if hide else None
        document.save(update_fields=["withdrawn"])
    return document


def _mine(listing_id: int, by: Member) -> Listing:
    """Before anything is stored: a stranger finds nothing."""
    return get_object_or_404(Listing.objects.looked_after_by(by), pk=listing_id)


def _room(listing: Listing) -> None:
    if len(listing.documents.values_list("pk", flat=True)[:MOST_DOCUMENTS]) >= MOST_DOCUMENTS:
        raise ListingRefused(_("A listing has at most %(most)s documents.") % {"most": MOST_DOCUMENTS})


def _may_relicense(document: Document, last: DocumentVersion, licence: str) -> None:
    """Who copies under a licence passes it on under the same one."""
    if document.credit and licence != last.licence and last.licence != Licence.CC0:
        raise ListingRefused(
            _("This was copied under its licence, and keeps it in every version."), field="licence"
        )


def _assign(document: Document, **facts) -> None:
    assign(document, facts)
    if not document.title:
        raise ListingRefused(_("Give it a title."), field="title")


def _add(document: Document, number: int, by: Member, *, text, paper, licence, author, note) -> DocumentVersion:
    version = _version(document, number, by, text=text, licence=licence, author=author, note=note)
    if paper is not None:
        version.file, version.file_name, version.media_type, version.size = paper
    _says_something(version, has_file=bool(version.file))
    with transaction.atomic():
        version.save()
    return version


def _version(document: Document, number: int, by: Member, *, author: str, **said) -> DocumentVersion:
    version = DocumentVersion(document=document, number=number, by=by)
    assign(version, said | {"author": author.strip() or str(by)})
    return version


def _says_something(version: DocumentVersion, *, has_file: bool) -> None:
    if not version.text and not has_file:
        raise ListingRefused(_("Write something, or add a file."), field="text")
