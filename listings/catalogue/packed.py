"""ZIP files that members bring, opened only within limits.

Python reads a ZIP's table of contents whole, and a few megabytes of it name hundreds of thousands of
files: so how long it is said to be is looked at first, as Python itself will read it.
"""

import io
import zipfile
from typing import BinaryIO

from django.utils.translation import gettext as _

from sharing.web.refusals import Refusal

MOST_BYTES = 1024**3
MOST_TABLE = 8 * 1024**2
FOREIGN = (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError, OverflowError, ValueError)


class ZipRefused(Refusal):
    """A ZIP beyond the limits."""

    code = "zip_refused"


def open_zip(file: BinaryIO) -> zipfile.ZipFile:
    """The ZIP, to be read. Raises ZipRefused beyond the limits, one of FOREIGN where it is none."""
    check_size(file)
    end = zipfile._EndRecData(file)  # type: ignore[attr-defined] # what ZipFile goes by: a second reading may differ
    if end and end[zipfile._ECD_SIZE] > MOST_TABLE:  # type: ignore[attr-defined]
        raise ZipRefused(_("There are too many files in the ZIP."))
    file.seek(0)
    return zipfile.ZipFile(file)


def check_size(file: BinaryIO) -> None:
    """Refuse what would fill the disk."""
    if file.seek(0, io.SEEK_END) > MOST_BYTES:
        raise ZipRefused(_("This ZIP is too large: at most %(most)s MB, please.") % {"most": MOST_BYTES // 1024**2})
    file.seek(0)
