"""The table of what × where as a member sees it, and saving it as a whole."""

from dataclasses import dataclass

from members.models import Member

from .choices import Table, choose, chosen, holds
from .topics import TOPICS, Topic, Way


@dataclass(frozen=True)
class Cell:
    """One switch. Its name in the form is topic.way."""

    topic: Topic
    way: Way
    on: bool

    @property
    def name(self) -> str:
        return f"{self.topic.key}.{self.way}"

    @property
    def fixed(self) -> bool:
        return not self.topic.can_change(self.way)


@dataclass(frozen=True)
class Row:
    topic: Topic
    cells: list[Cell]


def rows_of(member: Member) -> list[Row]:
    table: Table = chosen([member.pk]).get(member.pk, {})
    return [
        Row(topic, [Cell(topic, way, holds(table, topic, way)) for way in Way]) for topic in TOPICS.values()
    ]


def save(member: Member, on: set[str]) -> int:
    """Make the table say this: what is named is on, what can be changed and is not named is off. How many changed."""
    changed = 0
    for row in rows_of(member):
        for cell in row.cells:
            if not cell.fixed and cell.on != (cell.name in on):
                choose(member, cell.topic.key, cell.way, not cell.on)
                changed += 1
    return changed
