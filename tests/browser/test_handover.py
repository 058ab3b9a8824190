"""Two phones at a door: one shows its code, the other confirms for both; one loses the network and is heard later."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

import bookings.actions
import bookings.parties
from bookings.models import Booking, Handover
from bookings.states import State
from payments.states import PaymentState

from .street import picture, street
from .test_main_job import sign_in

expect.set_options(timeout=20_000)


@pytest.fixture
def booking(site):
    """Ana has Bo's drill from today on; it changes hands now."""
    import members.actions

    from .street import PASSWORD

    elm = street()
    ana = members.actions.register("ana@elm.example", "Ana Ruiz", PASSWORD, time_zone="Europe/Berlin")
    members.actions.join(elm.community, by=ana, rules_version=1)
    bookings.actions.set_handover_plan(elm.drill.pk, by=elm.bo, pickup=["Case", "Charger"], meter="h")
    day = timezone.now().astimezone().date()
    asked = bookings.actions.request(elm.drill.pk, by=ana, starts=day, ends=day + timedelta(days=1))
    return bookings.actions.take(asked.pk, "accept", by=elm.bo)


def at_the_door(person, booking):
    ana, bo = person("Ana", phone=True), person("Bo", phone=True)
    for page, name in ((ana, "ana"), (bo, "bo")):
        sign_in(page, f"{name}@elm.example")
        page.goto(booking.get_absolute_url())
        expect(page.get_by_role("button", name="Confirm pick-up")).to_be_visible()
    return ana, bo


def test_one_shows_the_code_and_the_other_confirms_for_both(booking, person):
    ana, bo = at_the_door(person, booking)
    bo.get_by_role("link", name="Both at once, by code").click()
    expect(bo.get_by_role("img", name="QR code for the other phone")).to_be_visible()
    digits = bo.locator(".door__digits").inner_text()
    ana.get_by_role("link", name="Both at once, by code").click()
    ana.get_by_label("Or type the code").fill(digits)
    ana.get_by_role("button", name="Confirm for both").click()
    expect(ana).to_have_url(re.compile(r"/bookings/\d+/$"))
    expect(ana.get_by_role("heading", name=re.compile("Return"))).to_be_visible()
    # Bo's phone notices by itself that the pick-up is done: it shows the code of the return, or the booking.
    bo.goto(booking.get_absolute_url())
    expect(bo.get_by_role("button", name="Confirm return")).to_be_visible()
    assert Handover.objects.filter(booking=booking, by_code=True).count() == 1

    # What the camera reads leads to one press.
    ana.goto(f"{booking.get_absolute_url()}code/")
    seen = bookings.handover.codes.token(Booking.objects.get(), "return", booking.borrower, timezone.now())
    bo.goto(f"/bookings/{booking.pk}/code/return/{seen}/")
    bo.get_by_label("Reading").or_(bo.get_by_label("hours of use")).first.fill("12.5")
    bo.get_by_role("button", name="Confirm return").click()
    expect(bo.get_by_text("Both of you have confirmed.")).to_be_visible()
    expect(ana).to_have_url(re.compile(r"/bookings/\d+/$"))  # the page with the code has gone back by itself
    assert Booking.objects.get().state == State.RETURNED


def test_who_has_no_network_is_heard_later_with_the_time_and_the_photo(booking, person):
    ana, bo = at_the_door(person, booking)
    ana.wait_for_function("navigator.serviceWorker.controller")
    ana.reload()  # now seen by the service worker, which keeps it
    expect(ana.get_by_role("button", name="Confirm pick-up")).to_be_visible()
    ana.context.set_offline(True)
    ana.reload()  # down in the cellar she opens the booking again
    ana.locator("#booking input[type=file]").set_input_files(
        {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": picture("#c8642a")}
    )
    ana.get_by_text("Case", exact=True).click()
    ana.get_by_role("button", name="Confirm pick-up").click()
    expect(ana.locator("[data-kept-line]")).to_contain_text("kept on this phone")
    assert not Handover.objects.exists()

    bo.get_by_role("button", name="Confirm pick-up").click()  # alone, meanwhile
    expect(bo.get_by_role("button", name="Confirm pick-up")).to_have_count(0)
    assert Booking.objects.get().state == State.ACCEPTED

    ana.context.set_offline(False)
    expect(ana.get_by_role("button", name="Confirm return")).to_be_visible()
    row = Handover.objects.get(side="borrower")
    assert (row.checklist, row.photos.count(), bool(row.client_id)) == (["Case"], 1, True)
    assert row.made is not None and row.made < row.created
    assert Booking.objects.get().state == State.HANDED_OVER
    ana.reload()
    assert Handover.objects.count() == 2  # sent once
    ana.faults[:] = [fault for fault in ana.faults if "ERR_INTERNET_DISCONNECTED" not in fault]
    expect(bo.get_by_role("button", name="Confirm return")).to_be_visible()


def test_what_the_server_will_not_take_is_said(booking, person):
    ana, _bo = at_the_door(person, booking)
    ana.context.set_offline(True)
    ana.get_by_role("button", name="Confirm pick-up").click()
    expect(ana.locator("[data-kept-line]")).to_be_visible()
    bookings.actions.take(booking.pk, "cancel", by=booking.listing.owner)
    ana.context.set_offline(False)
    expect(ana.locator("[data-kept-line=bad]")).to_contain_text("has ended")
    assert not Handover.objects.exists()


def test_what_the_camera_takes_is_kept_while_the_other_side_confirms(booking, person):
    ana, bo = at_the_door(person, booking)
    with ana.expect_file_chooser() as chooser:  # her camera is open …
        ana.locator("#booking [data-photos-field] label").click()
    bo.get_by_role("button", name="Confirm pick-up").click()  # … when he confirms
    expect(ana.locator("[data-changed]")).to_be_visible()
    chooser.value.set_files({"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": picture("#c8642a")})
    expect(ana.locator("[data-shots] img")).to_have_count(1)
    ana.get_by_role("button", name="Confirm pick-up").click()
    expect(ana.get_by_role("button", name="Confirm return")).to_be_visible()
    assert Handover.objects.get(side="borrower").photos.count() == 1


def test_a_yes_counts_though_the_other_side_acted_while_the_question_was_open(booking, person):
    for step in ("hand_over", "return"):
        for side in (booking.borrower, booking.listing.owner):
            bookings.actions.take(booking.pk, step, by=side)
    ana, bo = person("Ana", phone=True), person("Bo", phone=True)
    for page, name in ((ana, "ana"), (bo, "bo")):
        sign_in(page, f"{name}@elm.example")
        page.goto(booking.get_absolute_url())
    bo.get_by_role("button", name=re.compile("I have got")).click()
    yes = bo.get_by_role("dialog").get_by_role("button", name="Yes")
    expect(yes).to_be_visible()
    ana.get_by_role("button", name=re.compile("I have paid")).click()
    ana.get_by_role("dialog").get_by_role("button", name="Yes").click()
    expect(ana.get_by_role("button", name=re.compile("I have paid"))).to_have_count(0)
    expect(bo.locator("[data-changed]")).not_to_have_attribute("hidden", "")
    yes.click()
    expect(bo.get_by_role("button", name=re.compile("I have got"))).to_have_count(0)
    assert bookings.parties.payment_of(Booking.objects.get()).state == PaymentState.SETTLED
