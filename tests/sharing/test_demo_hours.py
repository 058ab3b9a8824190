"""The demo is told at any hour: nobody is given a part before they have come, whatever day it is where they live."""

from datetime import UTC, datetime, timedelta

import pytest

from sharing.demo import settling
from sharing.demo.clock import StoryClock
from sharing.demo.settling import Town
from sharing.demo.story import Story


def come_and_are_given(now):
    """When each person of the demo comes, and when they are given a part."""
    story = Story(StoryClock(now))
    settling.arrivals(story, Town(), None)
    come, given = {}, {}
    for moment, _order, deed in story._waiting:
        name = deed.func.__name__
        if name in ("_arrive", "_found"):
            come[deed.args[3].key] = moment
        elif name in ("trade", "give"):
            given[deed.args[1]] = moment
    return come, given


@pytest.mark.parametrize("hour", range(24))
@pytest.mark.parametrize("day", [datetime(2026, 11, 22, tzinfo=UTC), datetime(2026, 3, 28, tzinfo=UTC)])
def test_whoever_is_given_a_part_is_there_already(day, hour):
    come, given = come_and_are_given(day + timedelta(hours=hour, minutes=45))
    assert given and [key for key, moment in given.items() if moment <= come[key]] == []
