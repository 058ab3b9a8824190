"""An open booking is told that it is stale when something changes by itself, and nobody writes a line about it."""

import json

import pytest
from django.utils import timezone

from bookings import actions
from bookings.actions.changes import expire_changes
from bookings.models import Change
from messaging.hub import hub
from payments.models import CardCharge, Payment
from payments.states import PaymentState
from tests.bookings.test_cards import ask, pay, street, told  # noqa: F401
from tests.bookings.test_dearer import longer
from tests.bookings.test_pages import agreed, browser
from tests.payments.cards.conftest import play, play_server  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard(monkeypatch) -> list[tuple[set[int], str]]:
    """Whom the hub was told that which page is stale."""
    frames: list[tuple[set[int], str]] = []

    def tell(members, text, **_more):
        frame = json.loads(text)
        if frame["type"] == "stale":
            frames.append((set(members), frame["url"]))

    monkeypatch.setattr(hub, "tell", tell)
    return frames


def test_a_card_that_is_held_and_then_charged_is_seen_by_both(street, told, heard):  # noqa: F811
    booking = ask(street)
    pay(street, booking)
    both = ({street.ana.pk, street.bo.pk}, booking.get_absolute_url())
    told()
    assert CardCharge.objects.get().state == "held" and both in heard and all(each == both for each in heard)
    actions.take(booking.pk, "accept", by=street.bo)
    heard.clear()
    told()
    assert Payment.objects.get().state == PaymentState.SETTLED
    assert CardCharge.objects.get().state == "taken" and both in heard


def test_when_it_is_told_the_page_shows_it(street, told, monkeypatch):  # noqa: F811
    """Told before what follows from the card is written, the page would be fetched and stay as it was."""
    booking, seen = ask(street), []
    page = browser(street.ana)

    def tell(members, text, **_more):
        if json.loads(text)["type"] == "stale":
            seen.append("You gave your card" in page.get(booking.get_absolute_url()).content.decode())

    monkeypatch.setattr(hub, "tell", tell)
    pay(street, booking)
    told()
    assert seen and all(seen)


def test_what_was_passed_on_and_what_went_back_is_seen(street, told, heard):  # noqa: F811
    booking = ask(street)
    pay(street, booking)
    told()
    actions.take(booking.pk, "accept", by=street.bo)
    told()
    heard.clear()
    actions.take(booking.pk, "cancel", by=street.bo)
    assert not heard  # nothing has come back yet
    told()
    assert ("refund", -600) in street.moved() and heard


def test_a_proposal_that_nobody_answered_is_seen_to_be_gone(cast, heard, django_capture_on_commit_callbacks):
    booking = agreed(cast)
    row = longer(booking)
    assert row.state == "proposed"
    with django_capture_on_commit_callbacks(execute=True):
        assert expire_changes(timezone.now()) == 0
    assert not heard
    with django_capture_on_commit_callbacks(execute=True):
        assert expire_changes(row.expires) == 1
    assert Change.objects.get().state == "expired"
    assert heard == [({cast.ana.pk, cast.bo.pk}, booking.get_absolute_url())]


def test_where_a_card_is_at_work_the_page_is_fetched_once_more_when_its_socket_opens(street):  # noqa: F811
    """It may have answered between the page and the socket."""
    booking = ask(street)
    assert "data-moving" in browser(street.ana).get(booking.get_absolute_url()).content.decode()


def test_where_no_card_is_it_is_not(cast):
    assert "data-moving" not in browser(cast.ana).get(agreed(cast).get_absolute_url()).content.decode()
