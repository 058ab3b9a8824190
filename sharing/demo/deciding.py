"""Decisions of other kinds, and care: a score vote, a budget round, what a dividend would be, tasks for the commons."""

from datetime import time, timedelta
from functools import partial
from typing import TypedDict
from zoneinfo import ZoneInfo

from django.utils import timezone

from cooperative import actions, care
from cooperative.models import CareTask, Proposal
from cooperative.news import announce
from messaging import actions as talk
from sharing.values.period import instant

from .communities import ELM_STREET
from .lending import day_of
from .settling import Town
from .story import Story


class Asked(TypedDict):
    title: str
    why: str


class Rule(Asked):
    yes: str
    opened: int


class Scored(Asked):
    options: tuple[str, ...]
    marks: dict[str, tuple[int, ...]]


class Budget(Asked):
    options: tuple[tuple[str, int, str], ...]  # title, cents, payee
    tokens: dict[str, tuple[int, ...]]


RULES: Rule = {
    "title": "Thank those who look after our things, up to €40 a month", "why": "Who opens the shed in the rain shall "
    "at least have a coffee out of it. Nobody is paid by the hour; it is a thank you.",
    "yes": "cleo bo ana mia tariq hedwig jonas leyla greta emeka", "opened": 118,
}
SHEDS: Scored = {
    "title": "Which shelter for the second bike?", "options": ("A lean-to at the hall", "A box of its own", "None, we share the old roof"),
    "why": "Three drawings hang in the hall. Give each your points: 0 is please not, 5 is yes please.",
    "marks": {
        "greta": (5, 2, 1), "bo": (4, 3, 0), "cleo": (5, 1, 2), "ana": (3, 5, 0), "mia": (4, 4, 1), "jonas": (2, 5, 0),
        "leyla": (5, 3, 0), "hannes": (1, 0, 5), "hedwig": (4, 2, 3),
    },
}  # fmt: skip
ROUND: Budget = {
    "title": "What shall we do with €300 this winter?",
    "why": "Four of us have ideas, the pool has three hundred euros to spare. Share out your ten tokens.",
    "options": (("A second set of socket wrenches", 9000, "Tool shop Behrens"), ("Lamps for the path to the shed", 14000, "Electrics Maurer"),
                ("A puppet theatre for the children", 12000, "Joiner Faller"), ("Seedlings for the raised beds", 6000, "Nursery Vogt")),
    "tokens": {
        "ana": (2, 5, 0, 3), "bo": (6, 4, 0, 0), "mia": (0, 2, 8, 0), "tariq": (0, 3, 7, 0), "leyla": (1, 4, 5, 0),
        "cleo": (3, 5, 1, 1), "otto": (5, 5, 0, 0), "noor": (0, 4, 2, 4),
    },
}  # fmt: skip
TASKS = (  # title, details, the day it is due at noon, places, minutes, credit, rhythm, thing, takers
    ("Open the shed on Saturday", "From ten to twelve. The key is with Cleo; tea is in the tin.", "sat1", 2, 120, 800, "week", "", "bo"),
    ("Oil the chain of the cargo bike", "A drop on every link, then wipe it off.", "+9", 1, 30, 0, "month", "cargo", ""),
    ("Test the brakes of the trailer", "It pulls to the left when loaded.", "-1", 1, 60, 500, "", "trailer", "kenji"),
)
DONE = (  # title, days ago, who, minutes, credit, thanked by
    ("Sharpen the hedge shears", 34, "hannes", 50, 0, "greta"),
    ("Carry the benches home after the street party", 26, "jonas tariq", 90, 1000, "ana"),
    ("Mend the lid of the sandbox", 12, "bo", 75, 600, "mia"),
)


def deciding(story: Story, town: Town) -> None:
    """In the order in which it happened."""
    for day, deed in ((-118, _rules), (-5, _sheds), (-2, _round), (-1, _dividend)):
        story.at(story.clock.at(day, "20:40", ELM_STREET.time_zone), partial(deed, story, town))
    for index, row in enumerate(DONE):
        story.at(story.clock.at(-row[1], "18:00", ELM_STREET.time_zone), partial(_cared, town, index))
    for index, _task in enumerate(TASKS):
        story.at(story.clock.at(-3, f"19:{10 + index}", ELM_STREET.time_zone), partial(_to_do, story, town, index))
    story.at(story.clock.at(-1, "21:30", ELM_STREET.time_zone), partial(_suggested, story, town))


def _rules(story: Story, town: Town) -> None:
    home, author = town.homes[ELM_STREET.slug], town.members["hedwig"]
    proposal = actions.propose(
        home, by=author, kind="rule", title=RULES["title"], reasons=RULES["why"], terms={"care_minor": 4000}
    )
    proposal = _open(story, town, proposal)
    for key in RULES["yes"].split():
        actions.vote(proposal.pk, by=town.members[key], choice="yes")
    assert proposal.closes
    story.at(proposal.closes + timedelta(minutes=1), partial(actions.close, proposal.pk))


def _sheds(story: Story, town: Town) -> None:
    options = [{"title": title} for title in SHEDS["options"]]
    proposal = actions.propose(
        town.homes[ELM_STREET.slug], by=town.members["greta"], kind="advice", title=SHEDS["title"],
        reasons=SHEDS["why"], method="score", terms={"options": options}, voting_days=10,
    )
    _mark(town, _open(story, town, proposal), SHEDS["marks"])
    talk.post(
        actions.join_discussion(proposal.pk, by=town.members["hannes"]), by=town.members["hannes"],
        body="The old roof holds two bikes if somebody moves the wood.", client_id="demo-shelter",
    )


def _round(story: Story, town: Town) -> None:
    options = [{"title": title, "minor": minor, "payee": payee} for title, minor, payee in ROUND["options"]]
    proposal = actions.propose(
        town.homes[ELM_STREET.slug], by=town.members["cleo"], kind="spend", title=ROUND["title"],
        reasons=ROUND["why"], method="budget", terms={"options": options, "tokens": 10, "minor": 30_000},
        voting_days=14, quorum_bp=2000,
    )
    _mark(town, _open(story, town, proposal), ROUND["tokens"])
    actions.delegate(proposal.community, by=town.members["hedwig"], to=town.members["ana"])


def _dividend(story: Story, town: Town) -> None:
    today = story.clock.now.date()
    terms = {
        "minor": 12_000, "from": (today - timedelta(days=180)).isoformat(),
        "until": (today - timedelta(days=1)).isoformat(), "paid": 1, "earned": 1, "care_minor": 300,
    }
    proposal = actions.propose(
        town.homes[ELM_STREET.slug], by=town.members["cleo"], kind="dividend",
        title="Give back €120 of the half year", reasons="The roof is paid, the press is mended, and there is something left. "
        "Have a look what each would get before we vote.", terms=terms,
    )
    actions.discuss(proposal.pk, by=town.members["cleo"])


def _open(story: Story, town: Town, proposal: Proposal) -> Proposal:
    proposal = actions.open(proposal.pk, by=proposal.author)
    story.at(story.clock.now + timedelta(minutes=1), partial(announce.call, proposal.pk, "opened"))
    return proposal


def _mark(town: Town, proposal: Proposal, given: dict[str, tuple[int, ...]]) -> None:
    for key, marks in given.items():
        actions.vote(proposal.pk, by=town.members[key], choice="marked", marks=list(marks))


def _cared(town: Town, index: int) -> None:
    title, _ago, who, minutes, credit, thanked = DONE[index]
    home, cleo = town.homes[ELM_STREET.slug], town.members["cleo"]
    people = [town.members[key] for key in who.split()]
    now = timezone.now()
    task = care.create(
        home, by=cleo, title=title, due=now + timedelta(days=1), places=len(people), minutes=minutes,
        credit_minor=credit, now=now,
    )
    for person in people:
        care.take(task.pk, by=person, now=now)
        care.note(task.pk, by=person, minutes=minutes)
    care.say_done(task.pk, by=people[0], now=now)
    care.confirm(task.pk, by=cleo, now=now)
    care.thank(task.pk, by=town.members[thanked], words="Thank you, neighbours!")


def _to_do(story: Story, town: Town, index: int) -> None:
    title, details, day, places, minutes, credit, rhythm, thing, takers = TASKS[index]
    due = instant(day_of(story, day, ELM_STREET.time_zone), time(12), ZoneInfo(ELM_STREET.time_zone))
    task: CareTask = care.create(
        town.homes[ELM_STREET.slug], by=town.members["cleo"], title=title, details=details, due=due, places=places,
        minutes=minutes, credit_minor=credit, rhythm=rhythm, blocks=thing == "trailer",
        thing=town.listings[thing].pk if thing else None, now=story.clock.now,
    )
    for key in takers.split():
        care.take(task.pk, by=town.members[key], now=story.clock.now)


def _suggested(story: Story, town: Town) -> None:
    care.create(
        town.homes[ELM_STREET.slug], by=town.members["mia"], title="Label the boxes in the shed",
        details="Nobody finds the 8 mm drill.", due=story.clock.end + timedelta(days=20), now=story.clock.now,
    )
