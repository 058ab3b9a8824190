"""Dates agreed in a conversation: by both sides and nobody else, and for the price that both have seen."""

import pytest

from bookings import actions
from bookings.models import Booking
from listings import talk
from listings.models import Listing
from messaging import actions as messaging
from tests.factories import join, listing, member

from .test_talk import proposed

pytestmark = pytest.mark.django_db


def test_two_stewards_agree_on_dates_for_nobody_but_themselves(cast):
    ladder = listing(of=cast.home, commons=True, title="Ladder", max_units=60)
    dora = member("Dora")
    join(dora, cast.home, role="steward")
    conversation = talk.ask_about(ladder.pk, by=cast.ana)
    offer = proposed(conversation, cast.cleo, 1, 3)
    with pytest.raises(actions.NotNow) as refused:
        messaging.answer_offer(conversation.pk, offer.sequence, "accept", by=dora)
    assert refused.value.code == "not_yours" and not Booking.objects.exists()
    messaging.answer_offer(conversation.pk, offer.sequence, "accept", by=cast.ana)
    assert Booking.objects.get().borrower == cast.ana


def test_dates_are_agreed_for_the_price_that_both_have_seen(cast):
    conversation = talk.ask_about(cast.drill.pk, by=cast.ana)
    offer = proposed(conversation, cast.bo, 1, 3)
    Listing.objects.filter(pk=cast.drill.pk).update(price_minor=9900)
    with pytest.raises(actions.NotNow) as refused:
        messaging.answer_offer(conversation.pk, offer.sequence, "accept", by=cast.ana)
    assert refused.value.code == "price" and not Booking.objects.exists()
