"""The photos and papers of an imported catalogue: taken from its ZIP one by one, after the listings stand.

A name in the list finds its file by its whole path or by its last part, whatever the case. Photos
that cannot be taken are told by name; one that was taken is never taken twice.
"""

import io
import time
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from typing import BinaryIO, cast

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F
from django.http import Http404
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from listings.actions import add_photo, write_document
from listings.models import CatalogueImport, ImportedItem, ImportProblem
from sharing.web.refusals import Refusal

from . import packed

MOST_ENTRIES = 60_000
SLICE_S = 10.0


def bring_some(run_id: int) -> bool:
    """A slice of the photos that are due; True when there are more. Called by tasks only."""
    run = CatalogueImport.objects.select_related("member").filter(pk=run_id).exclude(pictures="").first()
    if run is None or not run.pictures_due:
        return False
    ends = time.monotonic() + SLICE_S
    with translation.override(run.member.language):
        try:
            with default_storage.open(run.pictures) as file, packed.open_zip(cast(BinaryIO, file)) as archive:
                names = _by_name(archive)
                for item in _due(run):
                    for entry in item.pictures:
                        _bring(run, item, entry, archive, names)
                    if time.monotonic() > ends:
                        return True
        except (zipfile.BadZipFile, FileNotFoundError, Refusal) as error:
            sentence = str(error) if isinstance(error, Refusal) else _("The ZIP file of the photos cannot be read.")
            ImportProblem.objects.create(run=run, row=0, sentence=sentence[:300])
            _without_files(run)
            CatalogueImport.objects.filter(pk=run.pk).update(pictures_done=F("pictures_due"))
    return False


def _due(run: CatalogueImport) -> Iterator[ImportedItem]:
    while batch := list(ImportedItem.objects.filter(run=run).exclude(pictures=[]).order_by("pk")[:20]):
        yield from batch


def _bring(
    run: CatalogueImport, item: ImportedItem, entry: str | list[str] | dict, archive: zipfile.ZipFile,
    names: dict[str, zipfile.ZipInfo],
) -> None:
    """One photo, and the note that it is done, together.

    An entry is its name, or its name and what it shows, or a document with its file.
    """
    paper = entry if isinstance(entry, dict) else {}
    name, alt = (paper["file"], "") if paper else (entry, "") if isinstance(entry, str) else entry
    with transaction.atomic():
        left = [other for other in ImportedItem.objects.get(pk=item.pk).pictures if other != entry]
        sentence = ""
        try:
            with transaction.atomic():
                if paper:
                    sentence = _bring_paper(run, item, paper, archive, _found(names, name))
                else:
                    add_photo(item.listing_id, _file(archive, _found(names, name)), by=run.member, alt=alt)
        except Refusal as refusal:
            sentence = f"{name[:80]}: {refusal}"
        except Http404:  # it is not theirs any more
            left = []
        if sentence:
            ImportProblem.objects.create(run=run, row=0, sentence=sentence[:300])
        ImportedItem.objects.filter(pk=item.pk).update(pictures=left)
        due = CatalogueImport.objects.select_for_update().get(pk=run.pk)
        due.pictures_done += 1
        due.moved = timezone.now()
        due.save(update_fields=["pictures_done", "moved"])


def _bring_paper(
    run: CatalogueImport, item: ImportedItem, paper: dict, archive: zipfile.ZipFile, info: zipfile.ZipInfo | None
) -> str:
    """A document with its file; where only the file cannot be had, its words alone, and why."""
    try:
        with transaction.atomic():
            content = _unpacked(archive, info, settings.DOCUMENT_MAX_BYTES, _("This ZIP file is damaged or locked."))
            _write_paper(run, item, paper, ContentFile(content, paper["file"]))
    except Refusal as refusal:
        if paper["text"]:
            _write_paper(run, item, paper)
        return f"{paper['file'][:80]}: {refusal}"
    return ""


def _write_paper(run: CatalogueImport, item: ImportedItem, paper: dict, upload: ContentFile | None = None) -> None:
    said = {name: value for name, value in paper.items() if name != "file"}
    write_document(item.listing_id, by=run.member, upload=upload, **said)


def _without_files(run: CatalogueImport) -> None:
    """The words of documents whose files nobody can read."""
    for item in _due(run):
        with transaction.atomic(), suppress(Refusal, Http404):
            for paper in item.pictures:
                if isinstance(paper, dict) and paper["text"]:
                    _write_paper(run, item, paper)
        ImportedItem.objects.filter(pk=item.pk).update(pictures=[])


def _file(archive: zipfile.ZipFile, info: zipfile.ZipInfo | None) -> io.BytesIO:
    if info is not None and info.file_size > settings.PHOTO_MAX_BYTES:
        raise Refusal(_("This photo is too large."))
    return io.BytesIO(_unpacked(archive, info, settings.PHOTO_MAX_BYTES, _("This photo cannot be unpacked.")))


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo | None, most: int, damaged: str) -> bytes:
    """At most one byte more than may be kept, so that whoever keeps it can say that it is too large."""
    if info is None:
        raise Refusal(_("There is no such file in the ZIP."))
    try:
        with archive.open(info) as file:
            return file.read(most + 1)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError, ValueError) as error:
        raise Refusal(damaged) from error


def _by_name(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Files by their folded path and by their folded last part; the first of a name wins."""
    infos = archive.infolist()
    if len(infos) > MOST_ENTRIES:
        raise Refusal(_("There are too many files in the ZIP."))
    found: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        path = _folded(info.filename)
        if not info.is_dir():
            found.setdefault(path, info)
            found.setdefault(path.rsplit("/", 1)[-1], info)
    return found


def _found(names: dict[str, zipfile.ZipInfo], name: str) -> zipfile.ZipInfo | None:
    path = _folded(name)
    return names.get(path) or names.get(path.rsplit("/", 1)[-1])


def _folded(name: str) -> str:
    return name.replace("\\", "/").strip().lstrip("./").casefold()
