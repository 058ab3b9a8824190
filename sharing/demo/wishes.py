"""What the neighbours of the demo look for and nobody lists yet; one of them is answered."""

from listings.actions import wants

from .settling import Town
from .story import Story

WISHES = (
    # who, days ago, what, kind, why, first and last day from today
    ("ana", 3, "Fruit press", "tool", "Three crates of quinces from the allotment, and a weekend. I bring jelly.", (6, 7)),
    ("leyla", 2, "Bouncy castle", "tool", "Both are turning seven. Twelve children, one garden, no stairs.", (13, 13)),
    ("jonas", 1, "Metal lathe", "tool", "For one afternoon, to turn four bushes. I know how.", None),
    ("rosa", 1, "Room for a choir", "room", "Twenty voices, on a Tuesday evening, with a piano if possible.", (9, 9)),
)  # fmt: skip
HOME = "elm-street"
HELPER, HELP = "hannes", "My brother-in-law has one in the barn. Shall I bring it on Friday?"


def wishes(story: Story, town: Town) -> None:
    """Each is asked at its time; the first one finds somebody the same evening."""
    for number, (who, ago, title, kind, why, days) in enumerate(WISHES):

        def ask(number=number, who=who, title=title, kind=kind, why=why, days=days) -> None:
            elm = town.homes[HOME]
            first, last = (story.clock.day(day, elm.time_zone) for day in days) if days else (None, None)
            want = wants.ask(
                by=town.members[who], community=elm, title=title, kind=kind, description=why, starts=first, ends=last
            )
            if not number:
                wants.answer(want.pk, by=town.members[HELPER], body=HELP, client_id=f"wish-{number}")

        story.at(story.clock.at(-ago, "17:20", "Europe/Berlin"), ask)
