"""The year in the background: neighbours lend each other things, with nothing to tell about it; fills the books."""

import random

from listings.states import Kind, Unit
from sharing.web.refusals import Refusal

from . import smalltalk
from .album import Album
from .communities import HOMES, Home
from .lending import Lending, day_of
from .offers import OFFERS, Offer
from .settling import Town, _since
from .story import Story
from .tale import Line, Tale
from .tales import NOW

COMMONS_WEIGHT = 5  # what belongs to all is borrowed so much more often
HOW_MANY = {"elm-street": 150, "harbour-sharing-circle": 24, "vereda-co-op": 14}
SHOWCASE = {"drill", "quiet_room", "frankfurt"}  # kept free for the bookings that are told by name, and for visitors


def background(story: Story, town: Town, album: Album, seed: int = 1871, share: float = 1.0) -> None:
    """So many bookings between the foundation and a few days ago, the same ones on every run."""
    number, told = 1000, _told(story)
    for home in HOMES:
        rng = random.Random(f"{seed}:{home.slug}")
        for _ in range(round(HOW_MANY[home.slug] * share)):
            number += 1
            tale = _tale(rng, home)
            if tale and not any(first - 2 <= int(tale.last) and int(tale.first) <= last + 2 for first, last in told.get(tale.offer, ())):
                lending = Quietly(story, town, album, tale, number)
                lending.plan(home.time_zone)


def _told(story: Story) -> dict[str, list[tuple[int, int]]]:
    """When what is borrowed in the tales is away, as days from today: nobody in the background may be faster."""
    away: dict[str, list[tuple[int, int]]] = {}
    today = story.clock.day(0, "UTC")
    for tale in NOW:
        span = [(day_of(story, spec, "UTC") - today).days for spec in (tale.first, tale.last or tale.first)]
        away.setdefault(tale.offer, []).append((span[0], span[1]))
    return away


class Quietly(Lending):
    """A booking that does not happen when it does not fit: somebody else was faster, or the days are not open."""

    def _ask(self) -> None:
        try:
            super()._ask()
        except Refusal:
            return


def _tale(rng: random.Random, home: Home) -> Tale | None:
    offers = [each for each in OFFERS if each.home == home.slug and each.age is not None and each.state == "published"]
    offer = rng.choices(offers, [COMMONS_WEIGHT if not each.owner else 1 for each in offers])[0]
    if offer.key in SHOWCASE and rng.random() < 0.6:
        return None
    age = min(offer.age or 0, home.founded - 1, _since(home, offer) - 1)
    keeper = offer.owner or home.people[0].key  # one does not borrow from oneself
    people = [person for person in home.people if person.key != keeper and person.since > 16]
    person = rng.choice(people)
    oldest = min(age, person.since) - 2
    if oldest < 12:
        return None
    ahead = rng.randint(2, 8)
    if oldest - ahead <= 9:
        return None
    first = rng.randint(9, oldest - ahead)
    span = _span(rng, offer)
    if first - span < 4:
        return None
    kind = offer.kind
    note, answer = rng.choice(smalltalk.NOTES[kind]), rng.choice(smalltalk.ANSWERS)
    end = rng.choices(("close", "cancel", "decline"), (92, 4, 4))[0]
    talk = [Line("answered", 2, "l", answer)] if end == "close" and rng.random() < 0.45 else []
    if end == "close" and rng.random() < 0.4:
        talk += [Line("back", 21, "b", rng.choice(smalltalk.THANKS)), Line("back", 38, "l", rng.choice(smalltalk.WELCOME))]
    hour = rng.randint(9, 16)
    return Tale(
        offer.key, person.key, f"-{first + ahead}", f"-{first}", f"-{first - span}", end, note=note,
        word=rng.choice(smalltalk.REFUSED) if end == "decline" else "", talk=tuple(talk), quantity=_quantity(rng, offer),
        hours=(f"{hour:02}:00", f"{min(hour + rng.randint(2, 5), 21):02}:00") if offer.facts["price_unit"] == Unit.HOUR else ("", ""),
        clock=f"{rng.randint(7, 21):02}:{rng.randint(0, 59):02}", patience=rng.randint(6, 400),
        solidarity=rng.choice((0, 0, 0, 50, 100, 200)) if offer.facts["price_minor"] else 0,
    )  # fmt: skip


def _span(rng: random.Random, offer: Offer) -> int:
    least, most = offer.facts.get("min_units", 1), offer.facts.get("max_units", 4)
    if offer.kind == Kind.RIDE or offer.facts["price_unit"] == Unit.HOUR:
        return 0
    nights = offer.facts["price_unit"] == Unit.NIGHT
    return max(least, rng.randint(1, min(most, 4))) - (0 if nights else 1)


def _quantity(rng: random.Random, offer: Offer) -> int:
    if offer.kind == Kind.RIDE:
        return 1
    most = offer.facts.get("beds", 1) if offer.facts.get("whole") is False else offer.facts.get("capacity", 1)
    return rng.randint(1, min(most, 4))


