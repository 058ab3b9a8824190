"""Spreadsheets from anywhere: which encoding, which delimiter, which headers; rows one at a time.

Only CSV is read; every spreadsheet program saves it. Whatever the file, reading stays within its
limits and ends with a sentence for the member.
"""

import codecs
import csv
import io
import zipfile
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from django.utils.translation import gettext as _

from sharing.web.refusals import Refusal

from . import packed

MOST_BYTES = 15 * 1024 * 1024
MOST_ROWS = 20_000
MOST_COLUMNS = 100
LONGEST_CELL = 2_000_000  # the documents of a thing stand in one
SAMPLE = 3
DELIMITERS = ",;\t|"
_FORMULA = tuple("=+-@\t")
BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


class SheetRefused(Refusal):
    """A file that is no list we can read; the sentence says why."""

    code = "sheet_refused"

    def __init__(self, message: str) -> None:
        super().__init__(message, field="sheet")


class Head(NamedTuple):
    """What is known of a sheet after one look through it."""

    encoding: str
    delimiter: str
    headers: list[str]
    sample: list[list[str]]
    rows: int


def look_through(file: BinaryIO) -> Head:
    """Everything about the sheet but what its rows mean. Raises SheetRefused when it is none."""
    size = file.seek(0, io.SEEK_END)
    if not size:
        raise SheetRefused(_("This file is empty."))
    if size > MOST_BYTES:
        raise SheetRefused(_("This list is too large: at most %(most)s MB, please.") % {"most": MOST_BYTES // 2**20})
    file.seek(0)
    start = file.read(4)
    if start.startswith(b"PK\x03\x04") or start == b"\xd0\xcf\x11\xe0":
        raise SheetRefused(_("This is a spreadsheet program's own file. Save it as CSV there, and bring that."))
    encoding = _encoding(file)
    delimiter = _delimiter(file, encoding)
    rows = _rows(file, encoding, delimiter)
    headers = [cell.strip()[:80] for cell in next(rows, [])]
    if not any(headers):
        raise SheetRefused(_("The first row should name the columns."))
    if len(headers) > MOST_COLUMNS:
        raise SheetRefused(_("At most %(most)s columns, please.") % {"most": MOST_COLUMNS})
    sample: list[list[str]] = []
    count = 0
    for row in rows:
        count += 1
        if count > MOST_ROWS:
            raise SheetRefused(_("At most %(most)s rows at a time: please split the list.") % {"most": MOST_ROWS})
        if len(sample) < SAMPLE:
            sample.append([cell[:120].replace("\x00", "") for cell in row[: len(headers)]])
    if not count:
        raise SheetRefused(_("There is no row below the names of the columns."))
    return Head(encoding, delimiter, [header.replace("\x00", "") for header in headers], sample, count)


def rows_from(file: BinaryIO, encoding: str, delimiter: str, start: int) -> Iterator[tuple[int, list[str]]]:
    """The rows after the first `start` ones, each with its number as a spreadsheet shows it (the header is 1)."""
    rows = _rows(file, encoding, delimiter)
    next(rows, None)
    for number, row in enumerate(rows):
        if number >= start:
            yield number + 2, row


def unpacked(upload: BinaryIO) -> tuple[BinaryIO, bool]:
    """The sheet within a ZIP of a sheet and its photos, or the file itself; and whether it was such a ZIP."""
    upload.seek(0)
    if upload.read(4) != b"PK\x03\x04":
        return upload, False
    try:
        with packed.open_zip(upload) as archive:
            sheets = [info for info in archive.infolist() if _is_sheet(info)]
            if not sheets:
                return upload, False  # a spreadsheet program's own file is a ZIP too: `look_through` says so
            if sheets[0].file_size > MOST_BYTES:
                raise SheetRefused(
                    _("This list is too large: at most %(most)s MB, please.") % {"most": MOST_BYTES // 2**20}
                )
            with archive.open(sheets[0]) as sheet:
                return io.BytesIO(sheet.read(MOST_BYTES + 1)), True
    except packed.ZipRefused as refusal:
        raise SheetRefused(str(refusal)) from refusal
    except Refusal:
        raise  # one of ours says more than "damaged"
    except packed.FOREIGN as error:
        raise SheetRefused(_("This ZIP file is damaged or locked.")) from error


def guarded(cell: str) -> str:
    """The cell so that no spreadsheet program takes it for a formula; `unguarded` undoes it."""
    return f"'{cell}" if cell[:1] in _FORMULA else cell


def unguarded(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell[1:2] in _FORMULA and len(cell) > 1 else cell


def _is_sheet(info: zipfile.ZipInfo) -> bool:
    name = info.filename.lower()
    return name.endswith((".csv", ".tsv", ".txt")) and not name.startswith("__macosx") and not info.is_dir()


def _encoding(file: BinaryIO) -> str:
    """UTF-8 when it is, else the Windows code page that spreadsheets write in western Europe."""
    file.seek(0)
    start = file.read(4)
    for bom, name in BOMS:
        if start.startswith(bom):
            return name
    decoder = codecs.getincrementaldecoder("utf-8")()
    file.seek(0)
    try:
        while chunk := file.read(2**16):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _delimiter(file: BinaryIO, encoding: str) -> str:
    """What stands most often between the names of the columns; quotes do not count."""
    first = "".join(part for n, part in enumerate(next(_lines(file, encoding), "").split('"')) if n % 2 == 0)
    return max(DELIMITERS, key=first.count)


def _lines(file: BinaryIO, encoding: str) -> Iterator[str]:
    """Line by line, however lines end, without holding on to the file."""
    file.seek(0)
    plain = codecs.getincrementaldecoder(encoding)(errors="replace")
    decoder = io.IncrementalNewlineDecoder(plain, translate=True)
    rest = ""
    while chunk := file.read(2**16):
        *lines, rest = (rest + decoder.decode(chunk)).split("\n")
        yield from (f"{line}\n" for line in lines)
    yield rest + decoder.decode(b"", final=True)


def _rows(file: BinaryIO, encoding: str, delimiter: str) -> Iterator[list[str]]:
    """Rows that say something; a cell beyond all reason ends the reading."""
    csv.field_size_limit(LONGEST_CELL)
    try:
        for row in csv.reader(_lines(file, encoding), delimiter=delimiter):
            if any(cell.strip() for cell in row):
                yield row
    except csv.Error as error:
        raise SheetRefused(_("This is no list with columns, or a cell is longer than a page.")) from error
