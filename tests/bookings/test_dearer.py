"""A request by card that becomes dearer before its answer: the new price is held first, and nothing is half done."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from bookings import actions
from bookings.actions.changes import expire_changes
from bookings.models import Booking, Change, Claim
from bookings.states import State
from messaging.models import Notification
from payments.cards import charges, checkout
from payments.models import CardCharge, Payment
from sharing.demo.play_bank import GOOD_CARD
from sharing.demo.play_bank import money as bank_money
from sharing.web.refusals import Refusal
from tests import factories
from tests.bookings.test_cards import ask, pay, street, told  # noqa: F401
from tests.payments.cards.conftest import play, play_server  # noqa: F401

pytestmark = pytest.mark.django_db
LATER_NO = "4000000000000341"


@pytest.fixture
def asked(street, told) -> Booking:  # noqa: F811
    """Two days of the drill for €6, held on Ana's card."""
    booking = ask(street)
    pay(street, booking)
    told()
    booking.refresh_from_db()
    return booking


def day(booking, more: int) -> str:
    """So many days after its last one, as its listing counts days."""
    zone = ZoneInfo(booking.listing.time_zone)
    return str((booking.ends - timedelta(seconds=1)).astimezone(zone).date() + timedelta(days=more))


def longer(booking, days: int = 1) -> Change:
    return actions.change(booking.pk, by=booking.borrower, ends=day(booking, days))


def rows() -> list[tuple]:
    found = CardCharge.objects.filter(purpose="price").order_by("number")
    return [(row.minor, row.state, row.wanted) for row in found]


def priced(booking) -> int:
    booking.refresh_from_db()
    return booking.quote["total_minor"]


def test_the_new_price_counts_once_the_card_holds_it(street, told, asked):  # noqa: F811
    before = (asked.ends, priced(asked))
    row = longer(asked)
    assert row.waits_for_card and row.state == "proposed" and row.expires <= timezone.now() + timedelta(minutes=15)
    assert (asked.ends, priced(asked)) == before and Claim.objects.get().ends == before[0]
    told()
    assert priced(asked) > before[1] and asked.ends > before[0] and Claim.objects.get().ends == asked.ends
    assert [state for _minor, state, _wanted in rows()] == ["cancelled", "held"]
    assert Change.objects.get().state == "agreed"
    actions.take(asked.pk, "accept", by=street.bo)
    told()
    assert street.moved() == [("charge", priced(asked))] and Payment.objects.get().total_minor == priced(asked)
    street.check()


def test_cheaper_counts_at_once_and_so_much_is_taken(street, told):  # noqa: F811
    booking = ask(street)
    pay(street, booking)
    told()
    row = actions.change(booking.pk, by=street.ana, ends=day(booking, -1))
    assert row.state == "agreed" and len(rows()) == 1
    actions.take(booking.pk, "accept", by=street.bo)
    told()
    assert street.moved() == [("charge", priced(booking))]
    street.check()


def test_a_no_of_the_card_leaves_all_as_it_was_until_another_is_given(street, told, client):  # noqa: F811
    booking = ask(street)
    pay(street, booking)
    told()
    for method in street.bank.all("payment_method"):
        method["number"] = LATER_NO  # it says no from now on
    before = priced(booking)
    longer(booking)
    told()
    assert rows()[1][1:] == ("needed", "raise") and priced(booking) == before
    assert Notification.objects.filter(member=street.ana, kind="payment").exists()
    client.force_login(street.ana)
    page = client.get(booking.get_absolute_url()).content.decode()
    raised = CardCharge.objects.get(wanted="raise")
    assert "Your card has to hold the new price first" in page and reverse("card_pay", args=[raised.pk]) in page
    client.force_login(street.bo)
    assert "new price" not in client.get(booking.get_absolute_url()).content.decode()
    street.pay(raised)
    told()
    assert priced(booking) == raised.minor > before
    actions.take(booking.pk, "accept", by=street.bo)
    told()
    assert street.moved() == [("charge", raised.minor)]
    street.check()


def test_a_yes_meanwhile_is_a_yes_to_what_stood(street, told, asked):  # noqa: F811
    before = priced(asked)
    longer(asked)
    actions.take(asked.pk, "accept", by=street.bo)
    told()
    assert (priced(asked), asked.state) == (before, State.ACCEPTED)
    assert street.moved() == [("charge", before)] and Change.objects.get().state == "expired"
    assert rows()[1][1] == "cancelled"
    street.check()


@pytest.mark.parametrize("how", ["withdrawn", "expired", "another"])
def test_what_is_not_wanted_any_more_is_let_go(street, told, how):  # noqa: F811
    booking = ask(street)
    pay(street, booking)
    told()
    for method in street.bank.all("payment_method"):
        method["number"] = LATER_NO  # it says no from now on
    before = priced(booking)
    row = longer(booking)
    told()
    with pytest.raises(Refusal):
        actions.answer_change(row.pk, "agree", by=street.bo)
    if how == "withdrawn":
        actions.answer_change(row.pk, "withdraw", by=street.ana)
    elif how == "expired":
        assert expire_changes(row.expires) >= 1
    else:
        assert longer(booking, 2).waits_for_card
        assert CardCharge.objects.filter(wanted="raise").count() == 1
        assert expire_changes(timezone.now() + timedelta(minutes=16)) >= 1
    told()
    row.refresh_from_db()
    assert row.state in ("withdrawn", "expired") and priced(booking) == before
    assert [state for _minor, state, _wanted in rows()][0] == "held" and not CardCharge.objects.filter(wanted="raise")
    actions.take(booking.pk, "accept", by=street.bo)
    told()
    assert street.moved() == [("charge", before)]
    street.check()


def test_a_card_not_given_yet_is_asked_for_the_new_price_alone(street, told):  # noqa: F811
    booking = ask(street)
    first = CardCharge.objects.get()
    url = checkout.address(first.pk, by=street.ana, success_url="https://x.example", cancel_url="https://x.example",
                           now=street.now)
    held_until, before = booking.expires, priced(booking)
    assert longer(booking).state == "agreed"
    booking.refresh_from_db()
    assert booking.expires == held_until  # nobody holds a time for days by changing dates
    assert priced(booking) > before
    bank_money.pay(street.bank, url.rsplit("/", 1)[1], GOOD_CARD)  # on the page that shows the old price
    told()
    first.refresh_from_db()
    assert first.state == "cancelled"
    with pytest.raises(charges.CardError):
        actions.take(booking.pk, "accept", by=street.bo)
    street.pay(CardCharge.objects.get(number=2))
    told()
    actions.take(booking.pk, "accept", by=street.bo)
    told()
    assert street.moved() == [("charge", priced(booking))]
    street.check()


def test_dates_that_are_gone_meanwhile_leave_the_request_as_it_was(street, told, asked):  # noqa: F811
    before = priced(asked)
    longer(asked)
    other = factories.member("Mia", of=street.community)
    actions.request(street.drill.pk, by=other, starts=day(asked, 1), ends=day(asked, 1), gateway="hand")
    assert Claim.objects.filter(listing=street.drill).count() == 2
    told()
    assert priced(asked) == before and Change.objects.get().state == "declined"
    assert Notification.objects.filter(member=street.ana, kind="booking.change").exists()
    actions.take(asked.pk, "accept", by=street.bo)
    told()
    assert street.moved() == [("charge", before)]
    street.check()


def test_programs_see_what_waits_for_the_card(street, told, asked, client):  # noqa: F811
    client.force_login(street.ana)
    made = client.post(
        f"/api/v1/bookings/{asked.pk}/changes/", {"ends": day(asked, 1)},
        content_type="application/json",
    )
    assert made.status_code == 201 and (made.json()["state"], made.json()["waits_for_card"]) == ("proposed", True)
