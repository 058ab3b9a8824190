"""What a file is, by its first bytes; its name and its declared type say nothing."""

from typing import BinaryIO

HEIC = "HEIC"
_HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"}


def kind_of(file: BinaryIO) -> str:
    """JPEG, PNG, GIF, WEBP, AVIF, HEIC, or "" for anything else. Leaves the file at its start."""
    file.seek(0)
    head = file.read(64)
    file.seek(0)
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return "GIF"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    if head[4:8] == b"ftyp":
        return _brand(head)
    return ""


def _brand(head: bytes) -> str:
    """AVIF and HEIC share one container; the brands of its first box tell them apart."""
    end = min(int.from_bytes(head[:4], "big"), len(head))
    brands = {head[8:12], *(head[at : at + 4] for at in range(16, end - 3, 4))}
    if brands & {b"avif", b"avis"}:
        return "AVIF"
    return HEIC if brands & _HEIC_BRANDS else ""
