"""From what a member sends to what the house keeps: pixels only, rewritten, in known sizes.

Nothing of the sent file survives but its picture: no name, no metadata (a phone writes where it
was), no second frame, no appended data. What it is, is read from its first bytes, never from its
name; how large it is, from its header, before anything is decoded. A refusal leaves no file.

`store` writes WebP at once, so that the photo can be shown in the answer; the AVIF variants are
made by a task, from a JPEG of the widest size that is kept until then.
"""

import io
import math
import threading
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps

from sharing.web.refusals import Refusal

from .models import WIDTHS, StoredPhoto, file_names
from .sniff import HEIC, kind_of

ACCEPT = "image/jpeg,image/png,image/webp,image/avif,image/gif"
TALLEST = 2 * max(WIDTHS)
WEBP = {"quality": 78, "method": 4}
AVIF = {"quality": 58, "speed": 7}
ORIGINAL = {"quality": 94, "subsampling": 0}
SMALLEST_CROP = 160  # pixels across
_TURNS = {
    90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90
}  # Pillow turns the other way round
ORIENTATION = 0x0112
TURNED = range(5, 9)  # EXIF orientations that swap width and height

warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # we count the pixels ourselves, and mind fewer

# A picture of the largest size takes some 200 MB while it is decoded: no more than two at once.
_decoding = threading.BoundedSemaphore(2)


class PhotoRefused(Refusal):
    """A file that cannot become a photo here; the sentence says why and what to do."""

    code = "photo_refused"

    def __init__(self, message: str, *, field: str = "photo") -> None:
        super().__init__(message, field=field)


def store(upload, folder: str) -> dict:
    """Check, rewrite and write the photo; returns the fields of a StoredPhoto. Raises PhotoRefused.

    `upload` is a Django upload or any seekable binary file. The caller makes the row; when that
    fails the files must go again, which `stored` sees to.
    """
    with _decoding:
        picture = _picture(upload)
        return _write(picture, f"{folder.strip('/')}/{uuid.uuid4().hex}")


@contextmanager
def stored(upload, folder: str) -> Iterator[dict]:
    """`store`, with the files taken away again when the block fails: `with stored(f, "x") as fields:`."""
    fields = store(upload, folder)
    try:
        yield fields
    except BaseException:
        discard(fields)
        raise


def discard(fields: dict) -> None:
    """Delete the files of a photo that never got its row."""
    for name in file_names(fields["key"], fields["widths"]):
        default_storage.delete(name)


def copied(photo: StoredPhoto, folder: str) -> dict:
    """Files of its own for a copy of the photo; returns the fields for its row."""
    key = f"{folder.strip('/')}/{uuid.uuid4().hex}"
    for name in photo.names():
        if default_storage.exists(name):
            with default_storage.open(name) as file:
                default_storage.save(name.replace(photo.key, key), ContentFile(file.read()))
    kept = ("width", "height", "widths", "formats", "colour")
    return {"key": key, **{field: getattr(photo, field) for field in kept}}


@dataclass(frozen=True)
class Crop:
    """A frame in a photo, in parts of its width and height from the upper left corner."""

    x: float
    y: float
    width: float
    height: float

    def pixels(self, width: int, height: int) -> tuple[int, int, int, int]:
        """(left, top, right, bottom); refused where the frame leaves the picture or shows next to nothing."""
        parts = (self.x, self.y, self.width, self.height)
        inside = all(math.isfinite(part) and 0 <= part <= 1 for part in parts)
        if not inside or self.x + self.width > 1.001 or self.y + self.height > 1.001:
            raise PhotoRefused(_("The frame lies outside the photo."), field="crop")
        left, top = round(self.x * width), round(self.y * height)
        right = min(width, round((self.x + self.width) * width))
        bottom = min(height, round((self.y + self.height) * height))
        if right - left < SMALLEST_CROP or bottom - top < SMALLEST_CROP * 3 // 4:
            raise PhotoRefused(_("So small a part would be blurred. Please take a larger frame."), field="crop")
        return left, top, right, bottom


def rewritten(upload) -> tuple[bytes, str, str]:
    """A picture that is kept as a file: its bytes without metadata, their ending and their media type."""
    with _decoding:
        picture = _picture(upload)
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", **ORIGINAL)
    return buffer.getvalue(), "jpg", "image/jpeg"


def edited(photo: StoredPhoto, folder: str, *, turn: int = 0, crop: Crop | None = None) -> dict:
    """New files of the photo, turned clockwise by quarters and then cropped; returns the fields for its row.

    They are made from the best that is kept. The old files are the caller's to remove, once the row
    has changed.
    """
    if turn % 90:
        raise PhotoRefused(_("A photo is turned by a quarter, a half or three quarters."), field="turn")
    with _decoding:
        picture = _best(photo)
        if turn % 360:
            picture = picture.transpose(_TURNS[turn % 360])
        if crop is not None:
            picture = picture.crop(crop.pixels(*picture.size))
        return _write(picture, f"{folder.strip('/')}/{uuid.uuid4().hex}")


def replaced(before: StoredPhoto, photo: StoredPhoto) -> None:
    """In the transaction that gave a row new files: once it holds, the old ones go and AVIF is asked for."""
    names, label, pk = before.names(), photo._meta.label, photo.pk

    def settle() -> None:
        from .tasks import add_avif

        for name in names:
            default_storage.delete(name)
        add_avif.enqueue(label, pk)

    transaction.on_commit(settle, robust=True)


def _best(photo: StoredPhoto) -> Image.Image:
    """The original while it is there, else the widest variant."""
    for name in (f"{photo.key}.jpg", f"{photo.key}-{max(photo.widths)}.webp"):
        if default_storage.exists(name):
            with default_storage.open(name) as file, Image.open(file) as image:
                return image.convert("RGB")
    raise PhotoRefused(_("The files of this photo are gone. Please add it anew."))


def write_avif(photo: StoredPhoto) -> bool:
    """Write the AVIF variants beside the WebP ones; False when there is nothing left to make them from."""
    source = f"{photo.key}.jpg"
    if not default_storage.exists(source):
        source = f"{photo.key}-{max(photo.widths)}.webp"
        if not default_storage.exists(source):
            return False
    with default_storage.open(source) as file, Image.open(file) as image:
        picture = image.convert("RGB")
    for width in photo.widths:
        _save(_narrowed(picture, width), f"{photo.key}-{width}.avif", "AVIF", AVIF, replace=True)
    return True


def forget_original(photo: StoredPhoto) -> None:
    """Delete the large JPEG once every variant exists."""
    default_storage.delete(f"{photo.key}.jpg")


# --- checking and decoding ------------------------------------------------------------------------


def _picture(upload) -> Image.Image:
    """The upright sRGB picture without anything else, at most 1600 wide."""
    file = _checked(upload)
    try:
        image = Image.open(file, formats=[kind_of(file)])
        _check_pixels(image)
        return _decoded(image)
    except PhotoRefused:
        raise
    except (Image.DecompressionBombError, MemoryError):
        raise PhotoRefused(_too_many_pixels()) from None
    except Exception as error:  # decoders fail in every way there is; all of them mean the same to a member
        raise PhotoRefused(
            _("This photo is damaged or arrived incomplete. Please try again, or choose another one.")
        ) from error


def _checked(upload) -> BinaryIO:
    """The bytes as a seekable file, once their number and their kind are right."""
    file = getattr(upload, "file", None) or upload
    file.seek(0, io.SEEK_END)
    size = file.tell()
    if not size:
        raise PhotoRefused(_("This file is empty."))
    if size > settings.PHOTO_MAX_BYTES:
        megabytes = settings.PHOTO_MAX_BYTES // 1024**2
        raise PhotoRefused(
            _("This photo is larger than %(megabytes)s MB. Please send a smaller one.") % {"megabytes": megabytes}
        )
    kind = kind_of(file)
    if kind == HEIC:
        raise PhotoRefused(
            _(
                "This is a HEIC photo, which most browsers cannot show. On an iPhone choose Settings, Camera, "
                "Formats, “Most compatible”, or share the photo as JPEG."
            )
        )
    if not kind:
        raise PhotoRefused(_("This is not a photo we can use. Please send a JPEG, PNG, WebP, AVIF or GIF."))
    return file


def _check_pixels(image: Image.Image) -> None:
    width, height = image.size
    if width * height > settings.PHOTO_MAX_PIXELS:
        raise PhotoRefused(_too_many_pixels())
    if min(width, height) < 16:
        raise PhotoRefused(_("This picture is too small to show anything. Please choose another one."))


def _too_many_pixels() -> str:
    megapixels = settings.PHOTO_MAX_PIXELS // 1_000_000
    return _("This photo has more than %(megapixels)s megapixels. Please send a smaller one.") % {
        "megapixels": megapixels
    }


def _decoded(image: Image.Image) -> Image.Image:
    orientation = image.getexif().get(ORIENTATION, 1)
    room = (TALLEST, max(WIDTHS)) if orientation in TURNED else (max(WIDTHS), TALLEST)
    image.draft(None, (room[0], room[1]))  # a JPEG decodes at an eighth to a half of its size, nearly for free
    image.seek(0)
    image.load()
    profile = image.info.get("icc_profile")
    picture = _plain(image)
    picture.thumbnail(room, Image.Resampling.LANCZOS)
    picture = _on_white(_in_srgb(picture, profile))
    clean = Image.new("RGB", picture.size)
    clean.paste(picture)
    clean.getexif()[ORIENTATION] = orientation
    return ImageOps.exif_transpose(clean)


def _plain(image: Image.Image) -> Image.Image:
    """In a mode that can be resized and colour-managed: RGB, RGBA, CMYK or L."""
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        return image.convert("I").point(lambda value: value / 257).convert("L")
    if image.mode in ("RGB", "RGBA", "CMYK", "L"):
        return image.copy()
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Through the embedded colour profile to sRGB; a profile that is broken is as good as none."""
    target = "RGBA" if picture.mode == "RGBA" else "RGB"
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode=target)
            return converted or picture
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            pass
    return picture.convert(target)


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode != "RGBA":
        return picture
    ground = Image.new("RGB", picture.size, "white")
    ground.paste(picture, mask=picture.getchannel("A"))
    return ground


# --- writing --------------------------------------------------------------------------------------


def _write(picture: Image.Image, key: str) -> dict:
    widths = sorted({min(width, picture.width) for width in WIDTHS})
    fields = {
        "key": key,
        "width": picture.width,
        "height": picture.height,
        "widths": widths,
        "formats": ["webp"],
        "colour": _colour(picture),
    }
    try:
        for width in widths:
            _save(_narrowed(picture, width), f"{key}-{width}.webp", "WEBP", WEBP)
        _save(picture, f"{key}.jpg", "JPEG", ORIGINAL)
    except BaseException:
        discard(fields)
        raise
    return fields


def _narrowed(picture: Image.Image, width: int) -> Image.Image:
    if width >= picture.width:
        return picture
    height = max(1, round(picture.height * width / picture.width))
    return picture.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)


def _save(picture: Image.Image, name: str, fmt: str, options: dict, *, replace: bool = False) -> None:
    buffer = io.BytesIO()
    picture.save(buffer, fmt, **options)
    if replace:
        default_storage.delete(name)
    kept = default_storage.save(name, ContentFile(buffer.getvalue()))
    if kept != name:
        default_storage.delete(kept)
        raise OSError(f"{name} is taken.")


def _colour(picture: Image.Image) -> str:
    """The colour that most of the picture has, to lay under it while it loads."""
    small = picture.resize((24, 24), Image.Resampling.BOX).quantize(5, method=Image.Quantize.MEDIANCUT)
    counts = small.histogram()
    index = counts.index(max(counts))
    red, green, blue = (small.getpalette() or [])[index * 3 : index * 3 + 3]
    return f"#{red:02x}{green:02x}{blue:02x}"
