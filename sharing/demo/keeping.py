"""What the demo's members keep: searches that tell of what is new, and circles of people they chose."""

from django.http import QueryDict

from listings.saved import keeping
from members import actions as members

from .settling import Town
from .story import Story

SEARCHES = (
    # who, days ago, what is asked, how they are told
    ("ana", 9, "q=tent&near=Freiburg&flex=weekend", "daily"),
    ("ana", 4, "kind=ride&near=Freiburg", "at_once"),
    ("leyla", 6, "terms=gift&near=Freiburg", "daily"),
)
CIRCLES = (
    # whose, its name, who is in it
    ("bo", "Saturday workshop", ("ana", "hannes", "jonas")),
    ("ana", "Flatmates", ("leyla",)),
)


def kept(story: Story, town: Town) -> None:
    """Searches and circles, each at its time."""
    for who, ago, query, alerts in SEARCHES:

        def keep(who=who, query=query, alerts=alerts) -> None:
            keeping.keep(town.members[who], QueryDict(query), alerts=alerts)

        story.at(story.clock.at(-ago, "21:05", "Europe/Berlin"), keep)
    for who, name, people in CIRCLES:

        def choose(who=who, name=name, people=people) -> None:
            members.make_circle(town.members[who], name, [town.members[other].pk for other in people])

        story.at(story.clock.at(-12, "20:30", "Europe/Berlin"), choose)
