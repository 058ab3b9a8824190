"""The page of traps names tests that exist; and the two of them that are at home nowhere else."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from bookings import actions
from bookings.change_forms import ChangeForm
from bookings.models import Booking
from bookings.states import State
from sharing.web.refusals import Refusal
from tests.bookings.cast import KATHMANDU, drill, workshop
from tests.bookings.test_capacity import peak
from tests.factories import days

ROOT = Path(__file__).resolve().parents[2]


def test_every_trap_names_tests_that_exist():
    text = (ROOT / "docs" / "booking-traps.md").read_text()
    rows = [line for line in text.splitlines() if line.startswith("| ")][1:]
    assert [row.split(" ")[1] for row in rows] == [f"G{n}" for n in range(1, 22)]
    for row in rows:
        named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", row)
        assert named, row
        for path, name in named:
            assert f"def {name}(" in (ROOT / path).read_text(), name


@pytest.mark.django_db
def test_a_form_shows_day_and_time_of_one_clock_and_untouched_it_changes_nothing(cast):
    """Half past eleven at night by UTC is a quarter past five the next morning in Kathmandu."""
    place = workshop(cast.bo, of=cast.home, time_zone="Asia/Kathmandu", horizon_days=400)
    day = (timezone.now() + timedelta(days=20)).date()
    starts = datetime(day.year, day.month, day.day, 23, 30, tzinfo=UTC)
    row = actions.request(place.pk, by=cast.ana, starts=starts, ends=starts + timedelta(hours=2))
    booking = Booking.objects.select_related("listing").get(pk=row.pk)
    shown = ChangeForm(booking).initial
    assert shown["starts"] == f"{day + timedelta(days=1)}T05:15" and shown["ends"].endswith("T07:15")
    assert datetime.fromisoformat(shown["starts"]).replace(tzinfo=KATHMANDU) == starts
    form = ChangeForm(booking, shown | {"note": ""})
    assert form.is_valid() and form.asked() == {}
    later = ChangeForm(booking, shown | {"ends": shown["ends"].replace("07:15", "08:15")})
    assert later.is_valid()
    preview = actions.preview_change(booking.pk, by=cast.ana, **later.asked())
    assert (preview.stay.period.starts, preview.stay.period.ends) == (starts, starts + timedelta(hours=3))


@pytest.mark.django_db
def test_whichever_copy_is_handed_over_nobody_else_loses_theirs(cast):
    """Copies are interchangeable: a booking holds one of two, and the other stays for who booked it."""
    two = drill(cast.bo, of=cast.home, capacity=2, instant=True)
    first = actions.request(two.pk, by=cast.ana, **days(2, 4))
    second = actions.request(two.pk, by=cast.zoe, **days(3, 5))
    for booking, who in ((second, cast.zoe), (first, cast.ana)):  # in whatever order, with whatever copy
        for side in (who, cast.bo):
            actions.take(booking.pk, "hand_over", by=side)
    assert set(Booking.objects.values_list("state", flat=True)) == {State.HANDED_OVER} and peak(two) == 2
    with pytest.raises(Refusal):
        actions.request(two.pk, by=cast.cleo, **days(3, 4))
