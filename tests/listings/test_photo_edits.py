"""Photos turned, cropped, taken out and put back; and everything that tries to get something else done thereby."""

import io
import math

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from listings import actions
from listings.actions.photos import UNDO, forget_removed
from listings.models import Photo
from sharing.photos.pipeline import Crop
from sharing.photos.tasks import add_avif
from tests import factories
from tests.listings.offering import make, photo, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def street():
    return factories.community()


@pytest.fixture
def bo(street, client):
    bo = factories.member("Bo", of=street)
    client.force_login(bo)
    return bo


def quarters() -> SimpleUploadedFile:
    """Red, green above; blue, white below: 800 by 400."""
    picture = Image.new("RGB", (800, 400), "white")
    for colour, corner in (("red", (0, 0)), ("green", (400, 0)), ("blue", (0, 200))):
        picture.paste(Image.new("RGB", (400, 200), colour), corner)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return SimpleUploadedFile("quarters.png", buffer.getvalue())


def look(kept: Photo, x: float, y: float) -> str:
    with default_storage.open(f"{kept.key}-{max(kept.widths)}.webp") as file, Image.open(file) as image:
        red, green, blue = image.convert("RGB").getpixel((int(x * image.width), int(y * image.height)))
    return {(1, 0, 0): "red", (0, 1, 0): "green", (0, 0, 1): "blue", (1, 1, 1): "white"}.get(
        (round(red / 255), min(1, round(green / 128)), round(blue / 255)), f"{red},{green},{blue}"
    )


def corners(kept: Photo) -> list[str]:
    return [look(kept, x, y) for y in (0.25, 0.75) for x in (0.25, 0.75)]


@pytest.mark.parametrize(
    ("turn", "size", "seen"),
    [
        (90, (400, 800), ["blue", "red", "white", "green"]),
        (180, (800, 400), ["white", "blue", "green", "red"]),
        (270, (400, 800), ["green", "white", "red", "blue"]),
        (-90, (400, 800), ["green", "white", "red", "blue"]),
    ],
)
def test_turned_clockwise(bo, turn, size, seen):
    thing = make(bo)
    kept = actions.edit_photo(thing.pk, actions.add_photo(thing.pk, quarters(), by=bo).pk, by=bo, turn=turn)
    assert (kept.width, kept.height) == size and corners(kept) == seen


def test_cropped_after_it_was_turned(bo):
    thing = make(bo)
    first = actions.add_photo(thing.pk, quarters(), by=bo)
    kept = actions.edit_photo(thing.pk, first.pk, by=bo, turn=90, crop=Crop(0, 0, 0.5, 0.5))
    assert (kept.width, kept.height, set(corners(kept))) == (200, 400, {"blue"})


def test_the_old_files_go_and_the_new_ones_get_their_avif(bo, django_capture_on_commit_callbacks):
    thing = make(bo)
    with django_capture_on_commit_callbacks(execute=True):
        first = actions.add_photo(thing.pk, quarters(), by=bo)
    with django_capture_on_commit_callbacks(execute=True):
        actions.edit_photo(thing.pk, first.pk, by=bo, turn=90)
    kept = Photo.objects.get()
    assert kept.key != first.key and kept.pk == first.pk and "avif" in kept.formats
    assert sorted(default_storage.listdir(f"listings/{thing.pk}")[1]) == sorted(
        f"{kept.key.rpartition('/')[2]}-{width}.{fmt}" for width in kept.widths for fmt in ("webp", "avif")
    )


def test_a_worker_that_comes_late_does_not_touch_the_turned_photo(bo, monkeypatch):
    thing = make(bo)
    first = actions.add_photo(thing.pk, quarters(), by=bo)

    def meanwhile(seen) -> bool:
        monkeypatch.undo()
        actions.edit_photo(thing.pk, first.pk, by=bo, turn=90)
        return True

    monkeypatch.setattr("sharing.photos.tasks.pipeline.write_avif", meanwhile)
    add_avif.func("listings.Photo", first.pk)
    kept = Photo.objects.get()
    assert kept.formats == ["webp"] and default_storage.exists(f"{kept.key}-{max(kept.widths)}.webp")


@pytest.mark.parametrize(
    "frame",
    [(-0.1, 0, 0.5, 0.5), (0, 0, 1.1, 1), (0.6, 0, 0.5, 0.5), (0, 0.6, 0.5, 0.5), (0, 0, 0, 0), (0, 0, 0.01, 0.01),
     (math.nan, 0, 1, 1), (math.inf, 0, 1, 1), (0, 0, 1, -1), (1e308, 0, 1, 1)],
)  # fmt: skip
def test_a_frame_outside_the_photo_is_refused_and_leaves_no_file(bo, frame):
    thing = make(bo)
    first = actions.add_photo(thing.pk, quarters(), by=bo)
    before = default_storage.listdir(f"listings/{thing.pk}")[1]
    refused("crop", actions.edit_photo, thing.pk, first.pk, by=bo, crop=Crop(*frame))
    refused("turn", actions.edit_photo, thing.pk, first.pk, by=bo, turn=45)
    assert default_storage.listdir(f"listings/{thing.pk}")[1] == before


def test_somebody_elses_photo_is_nowhere(bo, street):
    ana = factories.member("Ana", of=street)
    theirs, mine = make(ana), make(bo)
    photo_of_ana = actions.add_photo(theirs.pk, photo(), by=ana)
    for listing in (theirs, mine):
        for deed in (actions.edit_photo, actions.put_back_photo, actions.remove_photo):
            with pytest.raises(Http404):
                deed(listing.pk, photo_of_ana.pk, by=bo)


def test_a_photo_changed_by_two_at_once_is_looked_at_again(bo, monkeypatch):
    from sharing.photos import pipeline

    thing = make(bo)
    first = actions.add_photo(thing.pk, quarters(), by=bo)
    edited = pipeline.edited

    def meanwhile(*args, **more):
        monkeypatch.setattr(pipeline, "edited", edited)
        actions.edit_photo(thing.pk, first.pk, by=bo, turn=180)
        return edited(*args, **more)

    monkeypatch.setattr(pipeline, "edited", meanwhile)
    assert "just now" in refused(None, actions.edit_photo, thing.pk, first.pk, by=bo, turn=90)
    assert corners(Photo.objects.get()) == ["white", "blue", "green", "red"]


def test_taken_out_and_put_back_where_it_stood(bo):
    thing = make(bo)
    one, two, three = (actions.add_photo(thing.pk, photo(), by=bo) for _ in range(3))
    actions.remove_photo(thing.pk, two.pk, by=bo)
    assert list(thing.photos.values_list("pk", "position")) == [(one.pk, 0), (three.pk, 1)]
    actions.put_back_photo(thing.pk, two.pk, by=bo)
    assert list(thing.photos.values_list("pk", "position")) == [(one.pk, 0), (two.pk, 1), (three.pk, 2)]
    with pytest.raises(Http404):
        actions.put_back_photo(thing.pk, two.pk, by=bo)


def test_after_a_day_it_is_gone_with_its_files(bo, django_capture_on_commit_callbacks, settings):
    settings.PHOTOS_PER_LISTING = 1
    thing = make(bo)
    gone = actions.add_photo(thing.pk, photo(), by=bo)
    actions.remove_photo(thing.pk, gone.pk, by=bo)
    actions.add_photo(thing.pk, photo(), by=bo)
    refused("photo", actions.put_back_photo, thing.pk, gone.pk, by=bo)  # its place is taken

    assert forget_removed() == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert forget_removed(timezone.now() + UNDO) == 1
    assert not any(default_storage.exists(name) for name in gone.names())
    assert Photo.everything.count() == 1


# --- by hand --------------------------------------------------------------------------------------


def url(name, kept):
    return reverse(name, args=[kept.listing_id, kept.pk])


@pytest.fixture
def kept(bo):
    return actions.add_photo(make(bo, title="Drill").pk, quarters(), by=bo)


def test_without_script_one_turns_by_a_button(client, kept):
    assert "Turn left" in client.get(url("listing_photo_edit", kept)).content.decode()
    answer = client.post(url("listing_photo_edit", kept), {"turn_now": "270", "turn": "0"})
    assert answer.url == url("listing_photo_edit", kept)
    assert corners(Photo.objects.get()) == ["green", "white", "red", "blue"]


def test_with_script_the_numbers_are_sent_and_the_tray_comes_back(client, kept):
    frame = {"turn": "0", "x": "0.5", "y": "0", "width": "0.5", "height": "0.5"}
    answer = client.post(url("listing_photo_edit", kept), frame, headers={"HX-Request": "true"})
    assert answer.status_code == 200 and "data-photo-list" in answer.content.decode()
    assert set(corners(Photo.objects.get())) == {"green"}


@pytest.mark.parametrize(
    "sent",
    [{"x": "a"}, {"x": "nan"}, {"width": "9"}, {"turn": "45"}, {"turn": "x"}, {"turn_now": "1e9"}, {"x": "9" * 400},
     {"height": ""}, {"turn": "\x00"}],
)  # fmt: skip
def test_nonsense_is_refused_in_words(client, kept, sent):
    frame = {"turn": "0", "x": "0", "y": "0", "width": "0.5", "height": "0.5"} | sent
    for headers in ({}, {"HX-Request": "true"}):
        answer = client.post(url("listing_photo_edit", kept), frame, headers=headers)
        assert answer.status_code == 422, sent
    assert Photo.objects.get().key == kept.key


def test_moves_and_removals_are_told_to_those_who_listen(client, bo, kept):
    second = actions.add_photo(kept.listing_id, photo(), by=bo)

    def do(what) -> str:
        answer = client.post(url("listing_photo", second), {"do": what}, headers={"HX-Request": "true"})
        return answer.content.decode()

    assert "This photo is now number 1 of 2." in do("earlier")
    assert "You can put it back." in do("remove")
    assert "Put it back" in client.get(reverse("listing_step", args=[kept.listing_id, "start"])).content.decode()
    assert "number 1 of 2" in do("put_back")


def test_attacks_by_upload_are_refused_one_by_one(client, bo, kept, settings):
    settings.PHOTO_MAX_PIXELS = 1_000_000
    script = SimpleUploadedFile("<img src=x onerror=alert(1)>.png", b"<svg onload=alert(1)>", "image/png")
    bomb = io.BytesIO()
    Image.new("1", (13000, 13000)).save(bomb, "PNG")  # 169 megapixels in a few kilobytes
    files = [script, SimpleUploadedFile("bomb.png", bomb.getvalue()), SimpleUploadedFile("../../x.png", b"")]
    answer = client.post(
        reverse("listing_photos", args=[kept.listing_id]), {"photos": files}, headers={"HX-Request": "true"}
    )
    text = answer.content.decode()
    assert answer.status_code == 422 and text.count('role="alert"') == 3
    assert "<img src=x" not in text and "megapixels" in text
    assert Photo.objects.count() == 1
