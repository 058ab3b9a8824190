"""Hours in Bristol: the Harbour circle counts them besides pounds, and neighbours thank each other with some."""

from functools import partial

from payments.credit import actions

from .settling import Town
from .story import Story

HARBOUR = "harbour-sharing-circle"
ZONE = "Europe/London"
GIFTS = (
    (-70, "niamh", "winston", 200, "Two evenings at the sewing machine"),
    (-52, "zoe", "elsie", 100, "Plum jam for the street party"),
    (-33, "callum", "zoe", 150, "Carrying the piano, and the biscuits"),
    (-15, "toby", "gwen", 50, "The lift to the allotment"),
    (-6, "zoe", "winston", 75, "A new chain for my bicycle"),
)


def credit(story: Story, town: Town) -> None:
    story.at(story.clock.at(-80, "20:00", ZONE), partial(_begin, town))
    for day, giver, to, minor, note in GIFTS:
        story.at(story.clock.at(day, "18:10", ZONE), partial(_give, town, giver, to, minor, note))


def _begin(town: Town) -> None:
    """An hour counts for ten pounds, and nobody owes the circle more than a working day."""
    by = town.steward_of(HARBOUR)
    actions.plan(town.homes[HARBOUR], by=by, unit="hours", worth_minor=1000, limit_minor=800)


def _give(town: Town, giver: str, to: str, minor: int, note: str) -> None:
    actions.give(town.homes[HARBOUR], by=town.members[giver], to=town.members[to], minor=minor, note=note)
