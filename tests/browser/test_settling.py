"""When it does not go as planned: other dates agreed between two phones, late back, a problem, and a steward's word."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

import bookings.actions
import members.actions
from bookings import tasks
from bookings.models import Booking
from bookings.states import State
from payments.models import Transfer
from payments.states import Phase

from .street import PASSWORD, ZONE, street
from .test_main_job import sign_in

expect.set_options(timeout=20_000)
DAY = timedelta(days=1)


@pytest.fixture
def elm(site):
    """Elm Street with Ana, who borrows; Bo's drill costs €2 for each day it comes late."""
    elm = street()
    elm.ana = members.actions.register("ana@elm.example", "Ana Ruiz", PASSWORD, time_zone="Europe/Berlin")
    members.actions.join(elm.community, by=elm.ana, rules_version=1)
    bookings.actions.set_late_fee(elm.drill.pk, minor=200, most_minor=2000, by=elm.bo)
    return elm


def signed_in(person, name: str, booking: Booking):
    page = person(name, phone=True)
    sign_in(page, f"{name.lower()}@elm.example")
    page.goto(booking.get_absolute_url())
    return page


def test_other_dates_are_proposed_on_one_phone_and_agreed_on_the_other(elm, person):
    day = timezone.now().astimezone(ZONE).date() + 10 * DAY
    asked = bookings.actions.request(elm.drill.pk, by=elm.ana, starts=day, ends=day + DAY)
    bookings.actions.take(asked.pk, "accept", by=elm.bo)
    ana, bo = signed_in(person, "Ana", asked), signed_in(person, "Bo", asked)

    ana.get_by_role("link", name="Other dates").click()
    ana.get_by_label("First day").fill(str(day + 4 * DAY))
    ana.get_by_label("Last day").fill(str(day + 6 * DAY))
    expect(ana.locator("#change-preview")).to_contain_text("€3.15 more than agreed")
    ana.get_by_label("A word about it").fill("The wall has to wait for the weekend.")
    ana.get_by_role("button", name="Change the dates").click()
    expect(ana.get_by_role("heading", name="You proposed other dates")).to_be_visible()
    assert Booking.objects.get().starts.astimezone(ZONE).date() == day  # nothing has moved yet

    bo.goto(asked.get_absolute_url())
    expect(bo.get_by_text("The wall has to wait for the weekend.").first).to_be_visible()
    bo.get_by_role("button", name="Agree", exact=True).click()
    expect(bo.get_by_text("The dates are changed").first).to_be_visible()
    booking = Booking.objects.select_related("claim").get()
    assert booking.starts.astimezone(ZONE).date() == day + 4 * DAY and booking.claim.starts == booking.starts
    ana.goto(asked.get_absolute_url())
    expect(ana.get_by_role("heading", name="You proposed other dates")).to_have_count(0)
    expect(ana.get_by_text("€9.45").first).to_be_visible()


def test_late_back_a_problem_reported_and_a_steward_settles_it(elm, person):
    now = timezone.now()
    then, first = now - 5 * DAY, (now - 4 * DAY).astimezone(ZONE).date()
    booking = bookings.actions.request(elm.drill.pk, by=elm.ana, starts=first, ends=first + DAY, now=then)
    bookings.actions.take(booking.pk, "accept", by=elm.bo, now=then)
    for who in (elm.ana, elm.bo):
        bookings.actions.take(booking.pk, "hand_over", by=who, now=now - 4 * DAY)
    tasks.late_at(now)  # what the clock does every few minutes

    ana, bo = signed_in(person, "Ana", booking), signed_in(person, "Bo", booking)
    expect(ana.get_by_text("Late", exact=True).first).to_be_visible()
    for page in (ana, bo):
        page.goto(booking.get_absolute_url())
        page.get_by_role("button", name="Confirm return").click()
        expect(page.get_by_role("button", name="Confirm return")).to_have_count(0)
    bo.goto(booking.get_absolute_url())
    expect(bo.get_by_text(re.compile("It came back late: €[46].00 is due on top"))).to_be_visible()

    bo.get_by_role("link", name="Something is wrong").click()
    bo.get_by_label("What is wrong?").fill("The chuck is bent.")
    bo.get_by_role("button", name="Something is wrong").click()
    expect(bo.get_by_text("In dispute").first).to_be_visible()

    cleo = signed_in(person, "Cleo", booking)
    expect(cleo.get_by_text("The chuck is bent.").first).to_be_visible()
    cleo.get_by_label("How much of the deposit the lender keeps").fill("5.00")
    cleo.get_by_label("In words").fill("Half of a new chuck, as you both said.")
    cleo.get_by_role("button", name="Settle it").click()
    expect(cleo.get_by_role("button", name="Settle it")).to_have_count(0)
    ana.goto(booking.get_absolute_url())
    expect(ana.get_by_text("Half of a new chuck, as you both said.").first).to_be_visible()
    expect(ana.get_by_text("€5.00 of the deposit stays with the lender").first).to_be_visible()
    assert Booking.objects.get().state == State.CLOSED
    assert Transfer.objects.get(phase=Phase.POST).minor == 500
