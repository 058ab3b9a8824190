"""What is known about a thing, in a cell: a line that names each document, and its words below, two spaces in.

    How to sharpen it | instructions | CC BY-SA 4.0 | author: Bo Berg | file: documents/7-1/drawing.pdf
      Take the blade out first.

Behind the title the parts may stand in any order. A file lies in the ZIP with the photos and comes with them. Of each
document its last version travels; what was copied keeps its credit. What is written is read in again as the same.
"""

import json
import re
from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.utils.translation import gettext as _

from listings.models import Document, DocumentVersion, Listing
from listings.states import LICENCE_NAMES, Knowledge, Licence

from .folding import by_name, fold

CREDIT = {"listing": str, "title": str, "author": str, "licence": str, "version": int}
_INDENT = "  "


class Paper(NamedTuple):
    """A document as a row says it."""

    title: str
    kind: str = Knowledge.INSTRUCTIONS
    licence: str = Licence.CC_BY_SA
    author: str = ""
    file: str = ""
    text: str = ""
    credit: dict = {}


def last_versions() -> Prefetch:
    """For `prefetch_related`: what is shown of each document of a listing, as `papers`, in two statements."""
    return Prefetch("documents", _with_last(Document.objects.filter(withdrawn=None)), to_attr="papers")


def shown(listing: Listing) -> list[tuple[Document, DocumentVersion]]:
    """The documents of a listing with the last version of each; after `last_versions` at no cost."""
    known: Any = listing
    if not hasattr(known, "papers"):
        known.papers = list(_with_last(listing.documents.filter(withdrawn=None)))
    return [(document, document.last[0]) for document in known.papers if document.last]


def _with_last(rows: QuerySet[Document]) -> QuerySet[Document]:
    newer = DocumentVersion.objects.filter(document=OuterRef("document")).order_by("-number").values("number")[:1]
    last = DocumentVersion.objects.filter(number=Subquery(newer))
    return rows.prefetch_related(Prefetch("versions", last, to_attr="last"))


def files(listing: Listing) -> list[tuple[str, str]]:
    """Each file's name in the ZIP and where it is kept."""
    return [
        (_file_name(listing, place, version), version.file)
        for place, (_document, version) in enumerate(shown(listing), start=1)
        if version.file
    ]


def written(listing: Listing) -> str:
    return "\n".join(_block(listing, place, *paper) for place, paper in enumerate(shown(listing), start=1))


def read(text: str) -> list[Paper]:
    blocks: list[tuple[str, list[str]]] = []
    for line in text.split("\n"):
        if line[:1].isspace() or not line.strip():
            if blocks:
                blocks[-1][1].append(line.removeprefix(_INDENT) if line.startswith(_INDENT) else line.lstrip())
        else:
            blocks.append((line, []))
    return [_paper(head, "\n".join(lines).strip()) for head, lines in blocks]


def _block(listing: Listing, place: int, document: Document, version: DocumentVersion) -> str:
    parts = [document.title, document.kind, version.licence, f"author: {version.author}"]
    if version.file:
        parts.append(f"file: {_file_name(listing, place, version)}")
    if document.credit:
        credit = {name: document.credit[name] for name in CREDIT if name in document.credit}
        parts.append(f"credit: {json.dumps(credit, ensure_ascii=False)}")
    head = " | ".join(" ".join(part.split()).replace("|", "\\|") for part in parts)
    lines = plain(version.text).split("\n") if version.text else []
    return "\n".join([head, *(f"{_INDENT}{line}" if line else "" for line in lines)])


def plain(text: str) -> str:
    """With line ends as a list gives them back."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _file_name(listing: Listing, place: int, version: DocumentVersion) -> str:
    return f"documents/{listing.pk}-{place}/{version.file_name}"


def _paper(head: str, text: str) -> Paper:
    title, *parts = (part.strip().replace("\\|", "|") for part in re.split(r"(?<!\\)\|", head))
    said: dict = {}
    for part in filter(None, parts):
        name, colon, value = part.partition(":")
        if colon and fold(name) in ("author", "file"):
            said[fold(name)] = value.strip()
        elif colon and fold(name) == "credit":
            said["credit"] = _credit(value)
        elif fold(part) in _choices():
            field, choice = _choices()[fold(part)]
            said[field] = choice
        else:
            raise ValueError(_not_so())
    if not title:
        raise ValueError(_not_so())
    return Paper(title, text=text, **said)


def _credit(text: str) -> dict:
    """Whose it was before it was copied: of the form we write, and no longer than that."""
    try:
        credit = json.loads(text)
    except ValueError as error:
        raise ValueError(_not_so()) from error
    sound = isinstance(credit, dict) and all(
        name in CREDIT and type(value) is CREDIT[name] and len(str(value)) <= 120 and "\x00" not in str(value)
        for name, value in credit.items()
    )
    if not sound or not credit or credit.get("licence", "") not in ("", *Licence.values):
        raise ValueError(_not_so())
    return credit


@cache
def _choices() -> dict[str, tuple[str, str]]:
    """What it is, and its licence, by every name they have in any of our languages."""
    kinds, named = by_name(dict(Knowledge.choices)), {str(value): name for value, name in LICENCE_NAMES.items()}
    licences = by_name(named) | by_name(dict(Licence.choices))
    return {name: ("kind", value) for name, value in kinds.items()} | {
        name: ("licence", value) for name, value in licences.items()
    }


def _not_so() -> str:
    return _(
        "Please name each document on a line of its own, like this: How to use it | instructions | CC BY-SA 4.0; its "
        "words stand below, each line begun with two spaces."
    )


def fitting(papers: Iterable[Paper], listing: Listing) -> list[tuple[Paper, Document | None, DocumentVersion | None]]:
    """Each with the document of the same title that the listing has, if there is one; each of these once."""
    left = shown(listing)
    found: list[tuple[Paper, Document | None, DocumentVersion | None]] = []
    for paper in papers:
        place = next((n for n, (document, _last) in enumerate(left) if document.title == paper.title), None)
        found.append((paper, *(left.pop(place) if place is not None else (None, None))))
    return found
