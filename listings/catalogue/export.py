"""A catalogue taken out: the columns an import reads, streamed, alone or with the photos in a ZIP.

What is written is read in again as the same listings: each has its number, and bringing the file back
to the same place adds nothing. Kits come last, for their parts stand above them. Of a ride its way is
taken out, not when it sets off.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator

from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.http import Http404, StreamingHttpResponse
from django.shortcuts import get_object_or_404

from listings.models import Listing
from listings.states import ListingState
from members.models import Community, Member
from members.queries import membership

from . import asked, columns, documents, sheets

CHUNK = 200
SHEET = "catalogue.csv"


def listings_of(member: Member, commons_of: Community | None = None) -> QuerySet[Listing]:
    """What the member offers, or what belongs to a community they are steward of; the archive stays."""
    mine = Listing.objects.looked_after_by(member).exclude(state=ListingState.ARCHIVED)
    mine = mine.filter(owner=None, community=commons_of) if commons_of else mine.filter(owner=member)
    whole = mine.select_related("tool", "room", "ride", "community", "circle").with_beside()
    beside = ("photos", "kit_parts__part", "stops", documents.last_versions())
    return whole.prefetch_related(*beside).order_by("is_kit", "pk")


def answer(member: Member, of: str, form: str) -> StreamingHttpResponse:
    """`of`: a community's slug for its commons (stewards; else 404), else one's own things; `form`: zip, else CSV."""
    home, name = None, "my-things"
    if of:
        home = get_object_or_404(Community.objects.of(member), slug=of)
        belongs = membership(member, home)
        if belongs is None or not belongs.is_steward:
            raise Http404
        name = home.slug
    rows = listings_of(member, home)
    if form == "zip":
        return downloaded(as_zip(rows), "application/zip", f"{name}.zip")
    return downloaded(as_csv(rows), "text/csv; charset=utf-8", f"{name}.csv")


def downloaded(parts: Iterable[str | bytes], kind: str, name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(parts, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def as_csv(rows: QuerySet[Listing]) -> Iterator[bytes]:
    """The sheet, line by line, in UTF-8 with the mark that spreadsheet programs look for."""
    homes = rows.order_by().values_list("community", flat=True).distinct()
    questions = asked.questions(list(homes))
    names = [*columns.columns(), *questions]
    line = io.StringIO()
    writer = csv.writer(line)
    writer.writerow([columns.header_of(name) for name in names])
    yield b"\xef\xbb\xbf" + _taken(line)
    for listing in rows.iterator(chunk_size=CHUNK):
        writer.writerow([sheets.guarded(cell) for cell in _cells(listing, names)])
        yield _taken(line)


def as_zip(rows: QuerySet[Listing]) -> Iterator[bytes]:
    """The sheet, every photo in its widest variant and the files of documents; one at a time is held in memory."""
    out = _Stream()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        with archive.open(SHEET, "w") as sheet:
            for line in as_csv(rows):
                sheet.write(line)
                yield out.taken()
        for listing in rows.iterator(chunk_size=CHUNK):
            for name, path in [*_pictures(listing), *documents.files(listing)]:
                if default_storage.exists(path):
                    with default_storage.open(path) as file:
                        archive.writestr(name, file.read())
                    yield out.taken()
    yield out.taken()


def _cells(listing: Listing, names: list[str]) -> Iterator[str]:
    pictures = [name for name, _path in _pictures(listing)]
    answered, known = asked.written(listing), columns.columns()
    for name in names:
        yield columns.written(listing, name, pictures) if name in known else answered.get(name, "")


def _pictures(listing: Listing) -> list[tuple[str, str]]:
    """Each photo's name in the ZIP and where it is kept."""
    return [
        (f"photos/{listing.pk}-{place}.webp", f"{photo.key}-{max(photo.widths)}.webp")
        for place, photo in enumerate(listing.photos.all(), start=1)
    ]


def _taken(line: io.StringIO) -> bytes:
    said = line.getvalue().encode()
    line.seek(0)
    line.truncate()
    return said


class _Stream(io.RawIOBase):
    """What a ZIP is written into: it only goes forward, and is emptied as it fills."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, part) -> int:
        self._parts.append(bytes(part))
        return len(part)

    def taken(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)
