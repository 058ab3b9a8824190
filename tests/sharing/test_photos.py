"""What a member sends becomes pixels in known sizes and nothing else, or a kind refusal and no file."""

import io
import struct
import subprocess
import sys
import zlib

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from PIL import Image, ImageCms, ImageDraw

from listings.models import Photo
from sharing.photos import pipeline, tasks
from sharing.photos.models import WIDTHS
from sharing.photos.pipeline import PhotoRefused
from tests.factories import listing

GPS, ORIENTATION, MAKE = 0x8825, 0x0112, 0x010F


def picture(width=900, height=600, fmt="JPEG", mode="RGB", **options) -> bytes:
    image = Image.new(mode, (width, height), (200, 60, 40, 255)[: len(Image.new(mode, (1, 1)).getbands())])
    buffer = io.BytesIO()
    image.save(buffer, fmt, **options)
    return buffer.getvalue()


def upload(content: bytes, name="photo.jpg", content_type="image/jpeg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type)


def store(content: bytes) -> dict:
    return pipeline.store(upload(content), "test")


def variant(fields: dict, width: int) -> Image.Image:
    with default_storage.open(f"{fields['key']}-{width}.webp") as file:
        image = Image.open(io.BytesIO(file.read()))
        image.load()
        return image


def files() -> list[str]:
    if not default_storage.exists("test"):
        return []
    return default_storage.listdir("test")[1]


def refusal(content: bytes, **named) -> str:
    with pytest.raises(PhotoRefused) as caught:
        pipeline.store(upload(content, **named), "test")
    assert caught.value.field == "photo"
    assert files() == []
    return str(caught.value)


# --- what is kept ---------------------------------------------------------------------------------


@pytest.mark.parametrize("fmt", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
def test_a_photo_of_every_format_is_rewritten_in_every_width(fmt):
    fields = store(picture(2000, 1500, fmt))

    assert fields["widths"] == list(WIDTHS)
    assert (fields["width"], fields["height"], fields["formats"]) == (1600, 1200, ["webp"])
    assert [variant(fields, width).size for width in WIDTHS] == [(320, 240), (540, 405), (800, 600), (1600, 1200)]
    assert {variant(fields, width).format for width in WIDTHS} == {"WEBP"}


def test_a_small_photo_is_never_blown_up():
    fields = store(picture(500, 400))

    assert (fields["widths"], fields["width"], fields["height"]) == ([320, 500], 500, 400)


def test_a_very_tall_photo_is_brought_within_bounds():
    fields = store(picture(700, 7000))

    assert (fields["width"], fields["height"]) == (320, 3200)


@pytest.mark.parametrize("size", [(300, 200), (2400, 1600)])
def test_where_and_with_what_it_was_taken_is_gone_whatever_its_size(size):
    exif = Image.Exif()
    exif[MAKE] = "Camera of Ana"
    exif.get_ifd(GPS).update({1: "N", 2: (47.0, 59.0, 45.0), 3: "E", 4: (7.0, 51.0, 8.0)})
    sent = picture(*size, exif=exif.tobytes(), comment=b"a secret note")
    assert Image.open(io.BytesIO(sent)).getexif().get_ifd(GPS)

    fields = store(sent)

    for name in files():
        with default_storage.open(f"test/{name}") as file:
            content = file.read()
        image = Image.open(io.BytesIO(content))
        assert not dict(image.getexif())
        assert not {"exif", "xmp", "comment", "icc_profile"} & set(image.info)
        assert b"Camera" not in content and b"secret" not in content and b"Exif" not in content
    assert fields["key"].startswith("test/") and "photo" not in fields["key"]


def test_data_after_the_picture_does_not_survive():
    store(picture() + b"<script>alert(1)</script>" * 50)

    for name in files():
        with default_storage.open(f"test/{name}") as file:
            assert b"script" not in file.read()


@pytest.mark.parametrize("fmt", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation, red_is_at", [(1, "left"), (3, "right"), (6, "top"), (8, "bottom"), (5, "top")])
def test_a_photo_taken_sideways_is_put_upright(fmt, orientation, red_is_at):
    image = Image.new("RGB", (600, 400), "blue")
    ImageDraw.Draw(image).rectangle((0, 0, 150, 399), fill="red")
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    buffer = io.BytesIO()
    image.save(buffer, fmt, exif=exif.tobytes(), **({"lossless": True} if fmt == "WEBP" else {}))

    fields = store(buffer.getvalue())

    upright = variant(fields, max(fields["widths"]))
    assert upright.size == ((600, 400) if orientation in (1, 3) else (400, 600))
    edges = {
        "left": (20, upright.height // 2),
        "right": (upright.width - 20, upright.height // 2),
        "top": (upright.width // 2, 20),
        "bottom": (upright.width // 2, upright.height - 20),
    }
    reddest = max(edges, key=lambda edge: upright.getpixel(edges[edge])[0])
    assert reddest == red_is_at


def test_of_a_moving_picture_the_first_frame_is_kept():
    frames = [Image.new("RGB", (400, 300), colour) for colour in ("green", "red", "blue")]
    for fmt in ("GIF", "WEBP", "PNG", "AVIF"):
        buffer = io.BytesIO()
        frames[0].save(buffer, fmt, save_all=True, append_images=frames[1:], duration=100)
        fields = store(buffer.getvalue())
        still = variant(fields, 400)
        assert getattr(still, "n_frames", 1) == 1
        red, green, blue = still.convert("RGB").getpixel((200, 150))
        assert green > 100 > max(red, blue)


def test_colours_are_brought_to_srgb_through_the_profile_of_the_file():
    swapped = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    broken = picture(icc_profile=b"no profile at all")
    assert store(broken)["width"] == 900
    assert store(picture(icc_profile=swapped.tobytes()))["width"] == 900  # meant for another mode: left alone

    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    red, green, blue = variant(store(picture(icc_profile=srgb)), 900).getpixel((400, 300))
    assert abs(red - 200) < 8 and abs(green - 60) < 8 and abs(blue - 40) < 8


@pytest.mark.parametrize(
    "mode, fmt",
    [("CMYK", "JPEG"), ("L", "JPEG"), ("P", "PNG"), ("1", "PNG"), ("I;16", "PNG"), ("LA", "PNG"), ("RGBA", "PNG")],
)
def test_every_way_to_write_pixels_becomes_plain_colour(mode, fmt):
    image = Image.new(mode, (400, 300))
    buffer = io.BytesIO()
    image.save(buffer, fmt)

    assert variant(store(buffer.getvalue()), 400).mode == "RGB"


def test_sixteen_bits_keep_their_brightness_and_what_is_clear_becomes_white():
    deep = io.BytesIO()
    Image.new("I;16", (400, 300), 32768).save(deep, "PNG")
    clear = io.BytesIO()
    Image.new("RGBA", (400, 300), (0, 0, 0, 0)).save(clear, "PNG")

    assert abs(variant(store(deep.getvalue()), 400).getpixel((9, 9))[0] - 128) < 4
    assert min(variant(store(clear.getvalue()), 400).getpixel((9, 9))) > 250


def test_the_colour_most_of_it_has_is_remembered():
    image = Image.new("RGB", (600, 400), "#2060a0")
    ImageDraw.Draw(image).rectangle((0, 0, 100, 100), fill="yellow")
    buffer = io.BytesIO()
    image.save(buffer, "PNG")

    colour = store(buffer.getvalue())["colour"]

    assert [abs(int(colour[at : at + 2], 16) - wanted) < 12 for at, wanted in ((1, 0x20), (3, 0x60), (5, 0xA0))] == [
        True
    ] * 3


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"<!doctype html><script>alert(1)</script>",
        b"%PDF-1.7 and so on",
        b"GIF is what this text begins with",
        b"PK\x03\x04" + bytes(60),
        b"plain words",
        b"BM" + bytes(100),
    ],
)
def test_what_is_no_photo_is_refused_whatever_its_name_says(content):
    assert "JPEG, PNG" in refusal(content, name="photo.jpg", content_type="image/jpeg")


def test_an_empty_file_is_refused():
    with pytest.raises(PhotoRefused, match="empty"):
        pipeline.store(upload(b""), "test")


def test_a_heic_photo_is_refused_with_a_way_out():
    box = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(200)
    assert "Most compatible" in refusal(box, name="IMG_1.HEIC")


def test_a_file_over_the_limit_is_refused_before_it_is_looked_at(settings):
    settings.PHOTO_MAX_BYTES = 1024 * 1024
    assert "1 MB" in refusal(b"\xff\xd8\xff" + bytes(1024 * 1024))


@pytest.mark.parametrize("fmt", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
@pytest.mark.parametrize("share", [0.2, 0.6, 0.95])
def test_a_file_that_arrived_incomplete_is_refused(fmt, share):
    image = Image.effect_noise((500, 400), 80).convert("RGB")
    buffer = io.BytesIO()
    image.save(buffer, fmt)
    whole = buffer.getvalue()

    assert "incomplete" in refusal(whole[: int(len(whole) * share)])


def test_a_picture_of_a_few_pixels_is_refused():
    assert "too small" in refusal(picture(8, 8, "PNG"))


def bomb(width=13_000, height=13_000) -> bytes:
    """A true PNG of 169 megapixels in some 500 kB."""
    row = b"\x00" + bytes(width * 3)
    squeeze = zlib.compressobj(9)
    data = b"".join(squeeze.compress(row) for _ in range(height)) + squeeze.flush()

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_picture_of_169_megapixels_is_refused_from_its_header():
    content = bomb()
    assert 400_000 < len(content) < 600_000

    assert "megapixels" in refusal(content)


def test_refusing_it_costs_less_than_30_megabytes(tmp_path):
    paths = []
    (tmp_path / "bomb.png").write_bytes(bomb())
    for name, fmt in (("bomb.webp", "WEBP"), ("bomb.gif", "GIF")):
        Image.new("L", (12_000, 12_000)).save(tmp_path / name, fmt)
    paths = [str(tmp_path / name) for name in ("bomb.png", "bomb.webp", "bomb.gif")]
    script = """
import os, resource, sys
import django
django.setup()
from sharing.photos import pipeline
from PIL import Image
Image.init()
for path in sys.argv[1:]:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        pipeline.store(open(path, "rb"), "test")
    except pipeline.PhotoRefused as refused:
        assert "megapixels" in str(refused), refused
    else:
        raise SystemExit("it was taken")
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script, *paths],
        capture_output=True,
        text=True,
        timeout=120,
        env={"DJANGO_SETTINGS_MODULE": "sharing.settings", "VAR_DIR": str(tmp_path), "PATH": "", "TESTING": "1"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert all(int(line) < 30_000 for line in done.stdout.split()), done.stdout


# --- rows and files -------------------------------------------------------------------------------


def photo_of(owner_listing) -> Photo:
    with pipeline.stored(upload(picture()), "test") as fields:
        return Photo.objects.create(listing=owner_listing, **fields)


@pytest.mark.django_db
def test_avif_follows_by_a_task_and_the_original_goes(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        photo = photo_of(listing())
    assert (photo.avif_srcset, photo.formats) == ("", ["webp"])

    for callback in callbacks:
        callback()

    photo.refresh_from_db()
    assert photo.formats == ["webp", "avif"]
    assert sorted(name.split("-")[-1] for name in files() if "-" in name) == sorted(
        f"{width}.{fmt}" for width in (320, 540, 800, 900) for fmt in ("webp", "avif")
    )
    assert len(files()) == 8
    assert photo.avif_srcset.endswith("-900.avif 900w")
    tasks.add_avif.func(Photo._meta.label, photo.pk)  # again: nothing happens
    assert len(files()) == 8


@pytest.mark.django_db
def test_a_photo_deleted_while_its_avif_is_made_leaves_no_file():
    photo = photo_of(listing())
    write = pipeline.write_avif

    def write_and_delete(kept):
        Photo.objects.filter(pk=kept.pk)._raw_delete("default")
        return write(kept)

    pipeline.write_avif = write_and_delete
    try:
        tasks.add_avif.func(Photo._meta.label, photo.pk)
    finally:
        pipeline.write_avif = write
    assert files() == []


@pytest.mark.django_db
def test_files_go_with_their_row_after_the_commit_even_by_a_cascade(django_capture_on_commit_callbacks):
    thing = listing()
    photo_of(thing)
    with django_capture_on_commit_callbacks() as callbacks:
        thing.delete()
    assert files()

    for callback in callbacks:
        callback()

    assert files() == []


@pytest.mark.django_db
def test_a_row_that_cannot_be_made_leaves_no_file():
    with pytest.raises(RuntimeError), transaction.atomic(), pipeline.stored(upload(picture()), "test"):
        raise RuntimeError

    assert files() == []


@pytest.mark.django_db
def test_what_a_killed_worker_left_is_asked_for_again(django_capture_on_commit_callbacks):
    photo = photo_of(listing())
    assert tasks.ask_again() == 0  # it may still be on its way

    Photo.objects.filter(pk=photo.pk).update(created=photo.created - 2 * tasks.LATE)
    assert tasks.ask_again() == 1
    photo.refresh_from_db()
    assert "avif" in photo.formats
