"""A card payment in browsers of their own: asked with a card, given at the play bank, passed on, in the books."""

import re

import pytest
from playwright.sync_api import expect

from bookings.models import Booking
from bookings.states import State
from members.models import Member
from payments import switching
from payments.models import Payment
from payments.states import AccountKind, PaymentState
from sharing.demo.play_bank import PlayBank
from sharing.demo.play_bank.letters import Postman

from .street import street, weekend
from .test_main_job import confirm_with_photo, join, sign_in, sign_up

expect.set_options(timeout=20_000)
SECRET = "whsec_browser"


@pytest.fixture
def play(monkeypatch, settings):
    """A play bank, and a product (started after it) that is told where it is."""
    with PlayBank() as play:
        told = {"STRIPE_SECRET_KEY": "sk_test_play", "STRIPE_WEBHOOK_SECRET": SECRET, "STRIPE_API_BASE": play.url}
        for name, value in told.items():
            monkeypatch.setenv(name, value)
            setattr(settings, name, value)
        yield play


def test_a_card_pays_for_a_drill(play, site, person):
    elm = street()
    switching.switch(elm.community, {"hand", "stripe"}, by=elm.cleo)
    postman = Postman(play.bank, f"{site.url}/payments/stripe/letters/", SECRET)
    postman.start()
    friday, sunday = weekend()

    # The lender opens an account at the bank, first without saying where the money shall go.
    bo = person("Bo")
    sign_in(bo, "bo@elm.example")
    bo.goto("/settings/cards/")
    bo.get_by_role("button", name="Open my account at Stripe").click()
    bo.get_by_role("checkbox").uncheck()
    bo.get_by_role("button", name="Done").click()
    expect(bo.get_by_text("your bank account", exact=True)).to_be_visible()
    bo.get_by_role("button", name="Go on at Stripe").click()
    bo.get_by_role("button", name="Done").click()
    expect(bo.get_by_text("Ready: neighbours can pay you by card.")).to_be_visible()

    # Ana chooses the card; the first is declined, the second asks whether it is her.
    ana = person("Ana", phone=True)
    sign_up(ana, site, "Ana Ruiz", "ana@elm.example")
    join(ana, elm.community)
    ana.goto(f"/listings/{elm.drill.pk}/?starts={friday}&ends={sunday}")
    ana.get_by_label("How you pay").select_option("stripe")
    expect(ana.locator("#quote")).to_contain_text("You pay by card")
    ana.get_by_role("button", name="Ask to borrow").click()
    expect(ana.get_by_text("A play bank: no money moves here")).to_be_visible()
    assert ana.url.startswith(play.url)
    ana.get_by_label("Card number").fill("4000 0000 0000 0002")
    ana.get_by_role("button", name="Pay 9.45 EUR").click()
    expect(ana.get_by_role("alert")).to_contain_text("declined")
    ana.get_by_label("Card number").fill("4000 0027 6000 3184")
    ana.get_by_role("button", name="Pay 9.45 EUR").click()
    ana.get_by_role("button", name="Yes, it is me").click()
    expect(ana.get_by_text("held on the card, not charged").first).to_be_visible()
    booking = Booking.objects.get()
    assert booking.state == State.REQUESTED and Payment.objects.count() == 0

    # Bo says yes, both confirm the way out and the way back; Bo is paid by the bank.
    bo.goto(booking.get_absolute_url())
    bo.get_by_role("button", name="Say yes").click()
    for page in (bo, ana):  # both have it open, and neither does anything: it is charged a moment after the yes
        expect(page.get_by_text("9.45 paid by card").first).to_be_visible()
    assert Payment.objects.get().state == PaymentState.SETTLED
    for step in ("Confirm pick-up", "Confirm return"):
        if step == "Confirm pick-up":
            ana.goto(f"{booking.get_absolute_url()}hand_over/")
        confirm_with_photo(ana, step, "#c8642a")
        expect(ana.get_by_role("button", name=step)).to_have_count(0)
        confirm_with_photo(bo, step, "#b85c22")
        expect(bo.get_by_role("button", name=step)).to_have_count(0)
    expect(bo.get_by_text("€9.00 passed on to the lender")).to_be_visible()
    moved = sorted((row["type"], row["amount"]) for row in play.bank.all("balance_transaction"))
    assert moved == [("charge", 945), ("transfer", -900)]
    wallet = elm.community.accounts.filter(kind=AccountKind.WALLET, member=Member.objects.get(email="bo@elm.example"))
    assert wallet.get().balance_minor == 0

    # In the books: the fee, what the card service kept of it, and that both agree.
    cleo = person("Cleo")
    sign_in(cleo, "cleo@elm.example")
    cleo.goto(f"/c/{elm.community.slug}/books/")
    expect(cleo.get_by_text(re.compile("Costs of the card service")).first).to_be_visible()
    cleo.goto(f"/c/{elm.community.slug}/books/cards/")
    expect(cleo.get_by_role("heading", name="Cards: the books and Stripe")).to_be_visible()
    postman.stop()
