"""Files that members lay beside their words: which kinds we keep, how big, and what is made sure of before.

What a file is, its bytes say; its name is only words, cleaned for the download. Nothing that a browser
would run is taken (no HTML, no SVG), and what is kept lies under a name of ours with a neutral ending.
"""

import io
import re
import unicodedata
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, NamedTuple
from urllib.parse import quote

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404
from django.utils.translation import gettext as _

from sharing.web.refusals import Refusal

from . import pipeline
from .sniff import kind_of

ACCEPT = ".pdf,.png,.jpg,.jpeg,.txt,.md,.csv,.stl"
LONGEST_NAME = 100
_TEXTS = {"md": "text/markdown", "csv": "text/csv"}


class PaperRefused(Refusal):
    """A file that cannot be kept; the sentence says why and what to do."""

    code = "file_refused"

    def __init__(self, message: str) -> None:
        super().__init__(message, field="file")


class Kept(NamedTuple):
    """A file as it was stored: the fields of a DocumentVersion."""

    file: str
    file_name: str
    media_type: str
    size: int


@contextmanager
def kept(upload, folder: str) -> Iterator[Kept | None]:
    """The upload, checked and stored; taken away again when the block fails. None without an upload."""
    if upload is None:
        yield None
        return
    paper = _store(upload, folder)
    try:
        yield paper
    except BaseException:
        default_storage.delete(paper.file)
        raise


def given_out(file: str, file_name: str, media_type: str) -> FileResponse:
    """The file, to be saved: a browser neither shows nor runs it here. The caller has seen who may have it."""
    if not file or not default_storage.exists(file):
        raise Http404
    answer = FileResponse(default_storage.open(file), content_type=media_type)
    plain = file_name.encode("ascii", "ignore").decode().replace('"', "").replace("\\", "") or "file"
    answer["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file_name)}"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "private, no-cache"
    return answer


@contextmanager
def copied(file: str, folder: str) -> Iterator[str]:
    """The name of a copy of a stored file; "" of none."""
    if not file:
        yield ""
        return
    with default_storage.open(file) as source:
        name = default_storage.save(_name_in(folder), ContentFile(source.read()))
    try:
        yield name
    except BaseException:
        default_storage.delete(name)
        raise


def _store(upload, folder: str) -> Kept:
    content = _content(upload)
    ending, media_type = _kind(content, upload.name or "")
    if media_type.startswith("image/"):  # rewritten: where it was taken and with what goes
        content, ending, media_type = pipeline.rewritten(upload)
    name = default_storage.save(_name_in(folder), ContentFile(content))
    return Kept(name, _clean(upload.name or "", ending), media_type, len(content))


def _content(upload) -> bytes:
    file: BinaryIO = getattr(upload, "file", None) or upload
    file.seek(0, 2)
    size = file.tell()
    if not size:
        raise PaperRefused(_("This file is empty."))
    if size > settings.DOCUMENT_MAX_BYTES:
        raise PaperRefused(
            _("This file is larger than %(megabytes)s MB. Please send a smaller one.")
            % {"megabytes": settings.DOCUMENT_MAX_BYTES // 1024**2}
        )
    file.seek(0)
    return file.read()


def _kind(content: bytes, name: str) -> tuple[str, str]:
    """The ending and the media type by which it is given out."""
    if content.startswith(b"%PDF-"):
        return "pdf", "application/pdf"
    if (image := kind_of(io.BytesIO(content))) in ("PNG", "JPEG"):
        return image.lower(), f"image/{image.lower()}"
    ending = name.rpartition(".")[2].lower()
    if ending == "stl" and _is_stl(content):
        return "stl", "model/stl"
    if ending in ("txt", "md", "csv") and _is_text(content):
        return ending, _TEXTS.get(ending, "text/plain")
    raise PaperRefused(_("Please send a PDF, a PNG or JPEG picture, plain text (TXT, MD, CSV) or an STL model."))


def _is_text(content: bytes) -> bool:
    try:
        return "\x00" not in content.decode("utf-8")
    except UnicodeDecodeError:
        return False


def _is_stl(content: bytes) -> bool:
    """ASCII solids say so; binary ones have 50 bytes for each triangle they announce."""
    if content[:5] == b"solid" and _is_text(content) and b"facet" in content[:2000]:
        return True
    return len(content) >= 84 and len(content) == 84 + 50 * int.from_bytes(content[80:84], "little")


def _name_in(folder: str) -> str:
    return f"{folder.strip('/')}/{uuid.uuid4().hex}.bin"


def _clean(name: str, ending: str) -> str:
    """The member's own name for it, without paths, controls or an ending that is not true."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    stem = name.rpartition(".")[0] if "." in name else name
    stem = "".join(letter for letter in stem if unicodedata.category(letter)[0] not in "CZ" or letter == " ")
    stem = re.sub(r'[<>:"|?*%]', "", stem).strip(". ")[:LONGEST_NAME]
    return f"{stem or 'file'}.{ending}"
