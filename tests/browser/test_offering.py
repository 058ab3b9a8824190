"""Offering a thing in one go on the phone: photos chosen, pasted, cropped, put in order by keys; a pin; published."""

import base64
import io
import re

from PIL import Image
from playwright.sync_api import expect

from listings.models import Listing, Photo
from listings.states import ListingState
from sharing.values.place import Point, metres_between

from .street import picture, street
from .test_main_job import sign_in

PASTE = """([data]) => {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0))
  const files = new DataTransfer()
  files.items.add(new File([bytes], "pasted.png", { type: "image/png" }))
  document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: files, bubbles: true }))
}"""


def square() -> str:
    file = io.BytesIO()
    Image.new("RGB", (900, 900), "#23628f").save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


def test_a_thing_is_offered_in_one_go(site, person):
    elm = street()
    bo = person("Bo", phone=True)
    sign_in(bo, "bo@elm.example")
    bo.goto("/listings/new/")
    bo.get_by_text("A thing", exact=True).click()
    bo.get_by_role("button", name="Begin").click()
    expect(bo).to_have_url(re.compile(r"/edit/start/"))

    # Photos: one that is none, two that are chosen at once, one pasted; each says how it went.
    choose = bo.locator("input[type=file][multiple]")
    choose.set_input_files([
        {"name": "notes.jpg", "mimeType": "image/jpeg", "buffer": b"no picture at all"},
        {"name": "orange.jpg", "mimeType": "image/jpeg", "buffer": picture("#c8642a")},
        {"name": "green.jpg", "mimeType": "image/jpeg", "buffer": picture("#1f6b52")},
    ])
    tray = bo.locator(".tray__item")
    expect(tray).to_have_count(2)
    trouble = bo.get_by_role("alert").filter(has_text="notes.jpg")
    expect(trouble).to_contain_text("not a photo")
    expect(bo.get_by_role("button", name="Try again")).to_be_visible()
    bo.get_by_role("button", name="Leave it out").click()
    expect(trouble).to_have_count(0)
    bo.evaluate(PASTE, [square()])
    expect(tray).to_have_count(3)
    pasted = Photo.objects.order_by("pk").last()

    # The pasted one comes first, by keys alone, and it is told.
    for place in (3, 2):
        bo.get_by_role("button", name=f"Photo {place}: one place forward").focus()
        bo.keyboard.press("Enter")
        expect(bo.locator("#photos-said")).to_contain_text(f"number {place - 1} of 3")
    expect(tray.first).to_have_attribute("data-photo", str(pasted.pk))

    # Cropped to 4:3 and turned, by keys too.
    bo.get_by_role("link", name="Crop and turn photo 1").click()
    frame = bo.get_by_role("group", name=re.compile("The part that stays"))
    expect(frame).to_be_visible()
    bo.get_by_role("button", name="Turn right").click()
    frame.focus()
    for _ in range(4):
        bo.keyboard.press("-")
    for _ in range(3):
        bo.keyboard.press("ArrowUp")
    box = frame.bounding_box()
    assert abs(box["width"] / box["height"] - 4 / 3) < 0.05
    bo.get_by_role("button", name="Keep it like this").click()
    expect(frame).to_have_count(0)
    expect(bo.locator("#photos-said")).to_contain_text("changed")
    pasted.refresh_from_db()
    assert (pasted.width, pasted.height) == (720, 540)

    # Taken out by mistake, put back.
    bo.get_by_role("button", name="Remove photo 3").click()
    expect(tray).to_have_count(2)
    bo.get_by_role("button", name="Put it back").click()
    expect(tray).to_have_count(3)

    bo.get_by_label("Title").fill("Tile cutter")
    bo.get_by_role("button", name="Go on").click()

    # The place: a pin moved by the arrow keys, with the circle others will see.
    bo.get_by_label("Description").fill("Cuts tiles up to 60 cm.")
    bo.get_by_text("Somewhere else", exact=True).click()
    pin = bo.get_by_role("application", name=re.compile("The pin"))
    expect(pin).to_be_visible()
    pin.focus()
    for _ in range(3):
        bo.keyboard.press("ArrowRight")
    expect(bo.get_by_label("Coordinates")).to_have_value(re.compile(r"^47\.\d{5}, 7\.\d{5}$"))
    expect(bo.get_by_label("Place", exact=True)).not_to_have_value("")
    bo.get_by_role("button", name="Go on").click()

    expect(bo.get_by_role("heading", name="On which terms?")).to_be_visible()
    expect(bo.get_by_label("Rent")).to_be_checked()  # as his drill is lent
    bo.get_by_label("Price", exact=True).fill("4")
    bo.get_by_role("button", name="See how it looks").click()
    expect(bo.get_by_text("Only you see this.")).to_be_visible()
    bo.get_by_role("button", name="Pin it to the board").click()
    expect(bo.get_by_text("is on the board").first).to_be_visible()

    made = Listing.objects.latest("pk")
    assert (made.title, made.state, made.photos.count()) == ("Tile cutter", ListingState.PUBLISHED, 3)
    assert 20 < metres_between(Point(made.lat, made.lon), Point(elm.drill.lat, elm.drill.lon)) < 2000
    assert not any(figure in made.place for figure in "0123456789")
