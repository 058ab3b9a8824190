"""QR codes as one SVG path, in modules: they print sharp at any size and need no style of their own."""

from typing import NamedTuple

import qrcode
from qrcode.constants import ERROR_CORRECT_M


class Code(NamedTuple):
    """A square of `size` modules, the quiet margin included, and the path of the dark ones."""

    size: int
    path: str


def code(text: str, *, margin: int = 2) -> Code:
    made = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=margin)
    made.add_data(text)
    made.make(fit=True)
    matrix = made.get_matrix()
    return Code(len(matrix), "".join(_runs(matrix)))


def _runs(matrix):
    """Each row's stretches of dark modules, one box each."""
    for y, row in enumerate(matrix):
        x = 0
        while x < len(row):
            if not row[x]:
                x += 1
                continue
            start = x
            while x < len(row) and row[x]:
                x += 1
            yield f"M{start} {y}h{x - start}v1h-{x - start}z"
