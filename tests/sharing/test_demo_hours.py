"""The demo begins at any hour of any day: nobody does in it what they can only do after something that comes later."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from sharing.demo import telling
from sharing.demo.cast import Person
from sharing.demo.clock import StoryClock
from sharing.demo.communities import HOMES
from sharing.demo.offers import OFFERS, Offer
from sharing.demo.settling import Town
from sharing.demo.story import Story

DAY = datetime(2026, 11, 22, 0, 10, tzinfo=UTC)
HOURS = [DAY + timedelta(hours=hour) for hour in range(24)]
DAYS = [  # the ends of a month and of a year, the days the clocks change, and one there is every fourth year
    datetime(2026, 11, 30, 23, 30, tzinfo=UTC), datetime(2026, 12, 31, 23, 20, tzinfo=UTC),
    datetime(2027, 1, 1, 0, 10, tzinfo=UTC), datetime(2027, 3, 27, 23, 30, tzinfo=UTC),
    datetime(2027, 3, 28, 1, 30, tzinfo=UTC), datetime(2026, 10, 24, 23, 30, tzinfo=UTC),
    datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2028, 2, 29, 12, 0, tzinfo=UTC),
]  # fmt: skip
OWNER = {offer.key: offer.owner for offer in OFFERS}


def planned(now: datetime) -> list:
    """The deeds that are known beforehand, in the order in which they will be done."""
    story = Story(StoryClock(now))
    telling.plan(story, Town(), SimpleNamespace(), share=1.0)
    return [deed for _moment, _number, deed in sorted(story._waiting, key=lambda each: each[:2])]


@pytest.mark.parametrize("now", [*HOURS, *DAYS], ids=str)
def test_nobody_acts_before_they_have_come_and_nothing_is_lent_before_it_is_offered(now):
    keys = {person.key for home in HOMES for person in home.people}
    come, offered = set(), set()
    for deed in planned(now):
        done_by, args = getattr(deed, "func", deed), getattr(deed, "args", ())
        name, tale = done_by.__name__, getattr(getattr(done_by, "__self__", None), "tale", None)
        if name in ("_found", "_arrive"):
            come.add(next(each.key for each in args if isinstance(each, Person)))
        elif name == "_offer":
            offer = next(each for each in args if isinstance(each, Offer))
            assert not offer.owner or offer.owner in come, offer
            offered.add(offer.key)
        elif tale and name == "_ask":
            assert tale.borrower in come and tale.offer in offered, tale
        else:
            named = {each for each in args if isinstance(each, str)} & keys
            assert named <= come, deed
            assert all(each.key in offered for each in args if isinstance(each, Offer)), deed
    assert come == keys and offered == set(OWNER)
