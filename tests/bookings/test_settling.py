"""How much of a deposit is kept, agreed by both: named by one, agreed or answered by the other; in cash and by card."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from bookings import actions
from bookings.models import Booking, Handover
from messaging.models import Message
from payments.models import Transfer
from sharing.web.refusals import Refusal
from tests.factories import days

pytestmark = pytest.mark.django_db


@pytest.fixture
def disputed(cast) -> Booking:
    """A drill with a deposit of €50 is back, and something is wrong with it."""
    cast.drill.deposit_minor = 5000
    cast.drill.save()
    booking = actions.request(cast.drill.pk, by=cast.ana, **days(2, 4))
    actions.take(booking.pk, "accept", by=cast.bo)
    for step in ("hand_over", "return"):
        for side in (cast.ana, cast.bo):
            actions.take(booking.pk, step, by=side)
    actions.take(booking.pk, "dispute", by=cast.bo, note="The handle is broken.")
    return booking


def agree(booking, by, kept=None) -> str:
    return actions.take(booking.pk, "agree", by=by, kept_minor=kept).state


def kept() -> int:
    return sum(Transfer.objects.filter(kind="deposit", phase="post").values_list("minor", flat=True))


def test_it_counts_once_both_have_said_the_same(cast, disputed):
    assert agree(disputed, cast.bo, 1500) == "disputed"
    with pytest.raises(Refusal) as refusal:
        agree(disputed, cast.bo, 5000)
    assert refusal.value.code == "already" and kept() == 0
    assert agree(disputed, cast.ana, 1500) == "closed"
    assert kept() == 1500
    lines = [message.body for message in Message.objects.order_by("sequence")]
    assert "€15.00 of the deposit stays with the lender." in lines[-2] and lines[-1].startswith("Settled between")


def test_another_amount_is_an_offer_back_and_silence_agrees_to_what_was_said(cast, disputed):
    agree(disputed, cast.bo, 3000)
    assert agree(disputed, cast.ana, 1000) == "disputed"
    with pytest.raises(Refusal):
        agree(disputed, cast.ana, 1000)
    assert agree(disputed, cast.bo, 2000) == "disputed"
    assert kept() == 0
    assert agree(disputed, cast.ana) == "closed" and kept() == 2000
    rows = Handover.objects.filter(phase="settle").order_by("pk")
    assert [(row.side, row.kept_minor, row.round) for row in rows] == [
        ("lender", 3000, 0), ("borrower", 1000, 1), ("lender", 2000, 2), ("borrower", 2000, 2)
    ]


def test_without_an_amount_the_whole_deposit_goes_back(cast, disputed):
    agree(disputed, cast.ana)
    assert agree(disputed, cast.bo) == "closed" and kept() == 0
    assert Transfer.objects.filter(kind="deposit", phase="void").exists()


@pytest.mark.parametrize("minor", [5001, -1])
def test_no_more_than_the_deposit(cast, disputed, minor):
    with pytest.raises(Refusal) as refusal:
        agree(disputed, cast.bo, minor)
    assert refusal.value.field == "kept_minor" and not Handover.objects.filter(phase="settle").exists()


def test_a_steward_settles_it_where_the_two_do_not(cast, disputed):
    agree(disputed, cast.bo, 4000)
    agree(disputed, cast.ana, 500)
    assert actions.take(disputed.pk, "resolve", by=cast.cleo, kept_minor=1000).state == "closed"
    assert kept() == 1000


def test_a_pick_up_has_no_rounds(cast, disputed):
    with pytest.raises(IntegrityError), transaction.atomic():
        Handover.objects.create(booking=disputed, phase="pickup", side="lender", by=cast.bo, round=1)


def test_the_pages_say_what_was_named_and_fill_it_in(cast, disputed, client):
    client.force_login(cast.bo)
    page = reverse("booking_step", args=[disputed.pk, "agree"])
    assert "all of €50.00" in client.get(page).content.decode()
    assert client.post(page, {"kept": "80"}).status_code == 422
    assert client.post(page, {"kept": "12.50"}).status_code == 302
    client.force_login(cast.ana)
    shown = client.get(disputed.get_absolute_url()).content.decode()
    assert "€12.50 of the deposit stays with the lender" in shown and page in shown
    assert 'value="12.50"' in client.get(page).content.decode()
    client.post(page, {"kept": "12.50"})
    assert Booking.objects.get(pk=disputed.pk).state == "closed" and kept() == 1250


def test_programs_read_what_was_named_and_agree(cast, disputed, client):
    one = f"/api/v1/bookings/{disputed.pk}/"
    client.force_login(cast.bo)
    said = client.post(f"{one}agree/", {"kept_minor": 700}, content_type="application/json")
    assert said.json()["state"] == "disputed"
    client.force_login(cast.ana)
    assert client.get(one).json()["settlement"] == {"side": "lender", "kept_minor": 700, "beyond_minor": 0}
    over = client.post(f"{one}agree/", {"kept_minor": 9000}, content_type="application/json")
    assert over.status_code == 400 and list(over.json()["errors"]) == ["kept_minor"]
    done = client.post(f"{one}agree/", {}, content_type="application/json").json()
    assert (done["state"], done["settlement"]) == ("closed", None) and kept() == 700
