"""How news of a booking read: nothing twice, and sentences that end once."""

import pytest
from django.utils import translation

from bookings import actions, news
from messaging import lines
from messaging.models import Notification
from tests.bookings.test_pages import requested

pytestmark = pytest.mark.django_db


def test_a_date_that_ends_in_a_full_stop_ends_the_sentence_with_it(cast):
    with translation.override("de"):
        facts = news.facts(requested(cast), cast.ana) | {"note": "Mal sehen.."}
        assert news.when(facts).endswith(".")
        line = lines.render("booking.request", facts)
    assert ".." not in line.partition("“")[0] and "Mal sehen.." in line


def test_news_say_the_dates_once(cast):
    booking = requested(cast, note="For the shelf.")
    told = Notification.objects.get(member=cast.bo, kind="booking.request")
    assert news.when(news.facts(booking)) in told.title and told.body == "For the shelf."
    actions.take(booking.pk, "accept", by=cast.bo)
    told = Notification.objects.get(member=cast.ana, kind="booking.accept")
    assert "Bo said yes." in told.title and told.body == news.when(news.facts(booking))
