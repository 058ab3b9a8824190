"""How some of the demo want to be told: Ana has evenings of her own, Cleo reads mail at work, Hedwig's box is full."""

from messaging.models import Letterbox
from messaging.notices import choices

from .settling import Town
from .story import Story

CHOSEN = {
    "ana": (("wants", "bell", True), ("wants", "mail", True), ("bookings", "push", False), ("community", "digest", False)),
    "cleo": (("community", "mail", True), ("community", "digest", False), ("messages", "mail", False),
             ("messages", "digest", True)),
}  # fmt: skip
HOURS = {"ana": (21, 8, 18), "cleo": (19, 9, 9)}
REFUSED = "452 4.2.2 the mailbox of hedwig is full"


def ways(town: Town, story: Story) -> None:
    for key, chosen in CHOSEN.items():
        for topic, way, on in chosen:
            choices.choose(town.members[key], topic, way, on)
    for key, (begins, ends, digest) in HOURS.items():
        choices.set_hours(town.members[key], quiet=True, quiet_from=begins, quiet_until=ends, digest_hour=digest)
    full = town.members["hedwig"]
    Letterbox.objects.create(member=full, address=full.email, parked=story.clock.end, trouble=REFUSED)
