"""The main job, end to end, in browsers of their own: list, find, book, talk, hand over, pool."""

import re

import pytest
from playwright.sync_api import expect

from bookings.models import Booking
from bookings.states import State
from payments.states import AccountKind

from .street import PASSWORD, on, picture, street, weekend

expect.set_options(timeout=20_000)  # CI has two slow cores


def sign_in(page, email: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("mail").fill(email)
    page.get_by_label("Password", exact=False).first.fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").first.click()
    expect(page).not_to_have_url(re.compile("login"))


def sign_up(page, site, name: str, email: str) -> None:
    page.goto("/accounts/signup/")
    page.get_by_label("Your name").fill(name)
    page.get_by_label("mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Send me the code").click()
    page.get_by_role("main").get_by_role("textbox").first.fill(site.code_for(email))
    page.get_by_role("main").get_by_role("button").first.click()
    expect(page).not_to_have_url(re.compile("signup|confirm"))


def join(page, community) -> None:
    page.goto(community.get_absolute_url())
    page.get_by_role("main").get_by_role("link", name="Join").first.click()
    page.get_by_role("checkbox").first.check()
    page.get_by_role("main").get_by_role("button", name="Join").click()
    expect(page.get_by_role("heading", name=str(community))).to_be_visible()


def confirm_with_photo(page, button: str, colour: str) -> None:
    expect(page.get_by_role("button", name=button)).to_be_visible()  # the form of this step, not of the one before
    with page.expect_file_chooser() as chooser:
        page.locator("main [data-photos-field] label").click()
    chooser.value.set_files({"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": picture(colour)})
    expect(page.locator("main [data-shots] img")).to_have_count(1)
    page.get_by_role("button", name=button).click()


def test_a_neighbour_borrows_a_drill_and_the_fee_stands_in_the_pool(site, person):
    elm = street()
    friday, sunday = weekend()

    ana = person("Ana", phone=True)
    sign_up(ana, site, "Ana Ruiz", "ana@elm.example")
    join(ana, elm.community)

    # She finds it by a word, near her street, for her days: on the list and on the map.
    ana.goto(f"/search/?q=drill&near=Freiburg&from={friday}&to={sunday}")
    expect(ana.get_by_role("link", name=re.compile("Hammer drill")).first).to_be_visible()
    ana.get_by_role("button", name="Map").click()
    expect(ana.locator(".map-pin--tool")).to_have_text(re.compile("€3"))
    ana.get_by_role("button", name="List").click()
    ana.get_by_role("link", name=re.compile("Hammer drill")).first.click()
    expect(ana).to_have_url(re.compile(f"/listings/{elm.drill.pk}/"))  # with the days she asked for
    assert "12 Elm Street" not in ana.content() and "47.9959" not in ana.content()

    # The calendar shows what is free; the quote is reckoned line by line.
    expect(ana.get_by_label("First day")).to_have_value(str(friday))
    expect(ana.get_by_label("Last day")).to_have_value(str(sunday))
    quote = ana.locator("#quote")
    for line in ("€9.00", "€0.45", "€9.45", "€20.00"):
        expect(quote).to_contain_text(line)
    bo = person("Bo")
    sign_in(bo, "bo@elm.example")
    bo.goto("/bookings/")
    ana.get_by_role("button", name="Ask to borrow").click()
    expect(ana).to_have_url(re.compile(r"/bookings/\d+/"))
    booking = Booking.objects.get()

    # The lender has it live, writes, is answered live, says yes.
    expect(bo.locator("[data-badge=notifications]").first).to_have_text("1")
    bo.goto(booking.get_absolute_url())
    bo.get_by_label("Write to Ana").fill("Do you need the long bit too?")
    bo.get_by_label("Write to Ana").press("Enter")
    expect(ana.get_by_text("Do you need the long bit too?", exact=True)).to_be_visible()
    ana.get_by_label("Write to Bo").fill("Yes please, it is brick.")
    ana.get_by_role("button", name="Send", exact=True).click()  # on a phone Enter makes a new line
    expect(bo.get_by_text("Yes please, it is brick.", exact=True)).to_be_visible()
    bo.get_by_role("button", name="Say yes").click()
    expect(ana.get_by_text("12 Elm Street, second bell").first).to_be_visible()

    # A rival asks for overlapping days and is refused kindly; the calendar shows them taken.
    rival = person("Mia", phone=True)
    sign_up(rival, site, "Mia Sand", "mia@elm.example")
    rival.goto(f"/listings/{elm.drill.pk}/?month={sunday:%Y-%m}")
    expect(rival.locator(f"td.taken[data-day='{sunday}']")).to_have_count(1)
    rival.goto(f"/listings/{elm.drill.pk}/")
    rival.get_by_label("First day").fill(str(sunday))
    rival.get_by_label("Last day").fill(str(sunday))
    expect(rival.locator("#quote[data-not-free]")).to_be_visible()
    expect(rival.get_by_role("button", name="Ask to borrow")).to_be_hidden()
    expect(rival.get_by_role("button", name="Put me in line for it")).to_be_visible()
    assert Booking.objects.count() == 1

    # Both confirm the pick-up and the return with a photo each, then the payment.
    for step, state, colours in (
        ("Confirm pick-up", State.HANDED_OVER, ("#c8642a", "#b85c22")),
        ("Confirm return", State.RETURNED, ("#a8501a", "#984812")),
    ):
        if state == State.HANDED_OVER:  # days ahead still, so it is not the big button yet
            ana.goto(f"{booking.get_absolute_url()}hand_over/")
        confirm_with_photo(ana, step, colours[0])
        expect(ana.get_by_role("button", name=step)).to_have_count(0)
        confirm_with_photo(bo, step, colours[1])
        expect(bo.get_by_role("button", name=step)).to_have_count(0)
        booking.refresh_from_db()
        assert booking.state == state
    assert sum(row.photos.count() for row in booking.handovers.all()) == 4
    ana.get_by_role("button", name="I have paid €9.45").click()
    ana.get_by_role("dialog").get_by_role("button", name="No, go back").click()  # a slip is none yet
    ana.get_by_role("button", name="I have paid €9.45").click()
    ana.get_by_role("dialog").get_by_role("button", name="Yes").click()
    expect(ana.get_by_role("button", name="I have paid")).to_have_count(0)
    bo.get_by_role("button", name="I have got €9.45").click()
    bo.get_by_role("dialog").get_by_role("button", name="Yes").click()
    expect(bo.get_by_role("button", name="I have got")).to_have_count(0)
    pool = elm.community.accounts.get(kind=AccountKind.POOL)
    assert pool.balance_minor == 45

    # The treasurer opens the books and follows the entry to its booking.
    cleo = person("Cleo")
    sign_in(cleo, "cleo@elm.example")
    cleo.goto(f"/c/{elm.community.slug}/books/")
    expect(cleo.get_by_role("main")).to_contain_text("€0.45")
    expect(cleo.locator(f"a[href='{booking.get_absolute_url()}']").first).to_be_visible()


def test_a_room_and_a_ride_are_booked_the_same_way(site, person):
    import listings.actions

    elm = street()
    friday, sunday = weekend()
    room = listings.actions.create(by=elm.bo, facts={
        "kind": "room", "title": "Quiet room on the garden", "terms": "rent", "price_minor": 1800,
        "price_unit": "night", "capacity": 2, "place": "Elm Street", "lat": 47.99, "lon": 7.85, "whole": False,
        "beds": 2,
    })
    listings.actions.publish(room.pk, by=elm.bo)
    ride = listings.actions.create(by=elm.bo, facts={
        "kind": "ride", "title": "To Frankfurt by the Rhine", "terms": "cost_share", "price_minor": 1500,
        "price_unit": "seat", "capacity": 3, "instant": True,
    })
    listings.actions.set_stops(ride.pk, [
        {"place": "Freiburg", "lat": 47.9959, "lon": 7.8522, "minutes": 0, "price_minor": 0},
        {"place": "Karlsruhe", "lat": 49.0094, "lon": 8.4044, "minutes": 90, "price_minor": 800},
        {"place": "Frankfurt", "lat": 50.1109, "lon": 8.6821, "minutes": 180, "price_minor": 1500},
    ], by=elm.bo)
    listings.actions.set_departures(ride.pk, [on(friday, 16)], by=elm.bo)
    listings.actions.publish(ride.pk, by=elm.bo)

    ana = person("Ana", phone=True)
    sign_up(ana, site, "Ana Ruiz", "ana@elm.example")
    ana.goto(f"/listings/{room.pk}/")
    ana.get_by_label("Arrive").fill(str(friday))
    ana.get_by_label("Leave").fill(str(sunday))
    ana.get_by_label("Beds").fill("2")
    ana.get_by_label("Beds").dispatch_event("change")
    expect(ana.locator("#quote")).to_contain_text("€72.00")
    ana.get_by_role("button", name="Ask to stay").click()
    expect(ana).to_have_url(re.compile(r"/bookings/\d+/"))

    def choose_seats(page, board: str, alight: str, seats: int) -> None:
        page.goto(f"/listings/{ride.pk}/")
        page.get_by_label("Get on").select_option(label=board)
        page.get_by_label("Get off").select_option(label=alight)
        page.get_by_label("Seats").fill(str(seats))
        page.get_by_label("Seats").dispatch_event("change")

    def take_seats(page, board: str, alight: str, seats: int) -> None:
        choose_seats(page, board, alight, seats)
        page.get_by_role("button", name="Take the seat").click()

    # Two riders share one seat on A→B and B→C; a third who would exceed a segment may wait for it.
    take_seats(ana, "Freiburg", "Karlsruhe", 3)
    expect(ana).to_have_url(re.compile(r"/bookings/\d+/"))
    mia = person("Mia")
    sign_up(mia, site, "Mia Sand", "mia@elm.example")
    take_seats(mia, "Karlsruhe", "Frankfurt", 3)
    expect(mia).to_have_url(re.compile(r"/bookings/\d+/"))
    joe = person("Joe")
    sign_up(joe, site, "Joe Field", "joe@elm.example")
    choose_seats(joe, "Freiburg", "Frankfurt", 1)
    expect(joe.get_by_role("button", name="Take the seat")).to_have_count(0)
    joe.get_by_role("button", name="Put me in line for it").click()
    expect(joe).to_have_url(re.compile("/waiting/"))
    assert Booking.objects.filter(listing=ride, state=State.ACCEPTED).count() == 2


@pytest.mark.parametrize("address", ["/bookings/1/", "/messages/1/", "/listings/1/edit/"])
def test_a_visitor_is_asked_to_sign_in_and_learns_nothing(person, address):
    page = person("Visitor")
    page.goto(address)
    expect(page).to_have_url(re.compile("/accounts/login/"))
