"""The part of the filters that asks for facts: which a kind has, what is chosen, how many there are of each."""

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from .. import categories, shelf
from ..models import Attribute
from ..states import AttributeType, Condition, Kind
from . import asked_traits, traits
from .facets import Facets

if TYPE_CHECKING:
    from .page import SearchPage


class Choice(NamedTuple):
    """One thing to tick; `about`: how many there would be, "" when nobody counted."""

    value: str
    label: str
    on: bool
    about: str = ""
    icon: str = ""


class Question(NamedTuple):
    """A community's own question as a filter."""

    name: str
    label: str
    unit: str
    choices: list[Choice]
    least: str
    most: str

    @property
    def is_number(self) -> bool:
        return not self.choices


class TraitSheet:
    """What of a kind may be asked for, beside words, place, time and price."""

    def __init__(self, page: "SearchPage", facets: Facets | None = None) -> None:
        self.page, self.facets = page, facets
        self.criteria, self.values = page.criteria, page.values

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        root = categories.root_of(self.criteria.category)
        return (str(root.kind),) if root else self.criteria.kinds or tuple(Kind.values)

    @property
    def has(self) -> list[Choice]:
        chosen = self.criteria.traits.has
        names = [*traits.of_kind(self.kinds), *(name for name in chosen if name not in traits.of_kind(self.kinds))]
        return [
            Choice(name, str(traits.HAS[name].label), name in chosen, self._about("has", name), traits.HAS[name].icon)
            for name in names
        ]

    @property
    def conditions(self) -> list[Choice]:
        chosen = self.criteria.traits.condition
        if self.kinds != (Kind.TOOL,) and not chosen:
            return []
        return [
            Choice(value, str(label), value in chosen, self._about("condition", value))
            for value, label in Condition.choices
        ]

    @property
    def measures(self) -> list[dict]:
        if self.kinds != (Kind.ROOM,) and not self.criteria.traits.least:
            return []
        return [
            {
                "name": name, "label": measure.label, "unit": measure.unit, "value": self.values.get(name, ""),
                "least": traits.limits(name)[0], "most": traits.limits(name)[1],
                "errors": self.page.errors.get(name),
            }
            for name, measure in traits.LEAST.items()
        ]  # fmt: skip

    @cached_property
    def questions(self) -> list[Question]:
        """Of the community looked in, for the category looked at."""
        community, category = self.criteria.community, self.criteria.category
        if community is None or not category:
            return []
        asked = shelf.of(community).asked_of(category)
        return [self._question(attribute) for attribute in asked if attribute.type != AttributeType.TEXT]

    @cached_property
    def none(self) -> dict[str, str | None]:
        """The change of address that asks for none of it."""
        wrong = [name for name in self.page.errors if name.startswith("attribute[")]
        return dict.fromkeys((*asked_traits.NAMES, *self.page.parsed.answers, *wrong), None)

    @property
    def facets_url(self) -> str:
        """Where the counts are, for when the sheet is opened."""
        return self.page.url.replace(reverse("search"), reverse("search_facets"), 1)

    @property
    def category_counts(self) -> Mapping[str, str]:
        counts = self.facets.counts.get("category", {}) if self.facets else {}
        return {slug: self._about("category", slug) for slug in counts}

    def chips(self) -> list[tuple[str, dict[str, str | None]]]:
        """Each thing chosen here, with the change of address that takes it away."""
        chosen = self.criteria.traits
        found: list[tuple[str, dict[str, str | None]]] = []
        for name in chosen.has:
            found.append((str(traits.HAS[name].label), {"has": ",".join(n for n in chosen.has if n != name) or None}))
        for value in chosen.condition:
            rest = ",".join(one for one in chosen.condition if one != value) or None
            found.append((str(Condition(value).label), {"condition": rest}))
        for name, figure in chosen.least:
            measure = traits.LEAST[name]
            words = {"what": measure.label, "figure": f"{figure} {measure.unit}".strip()}
            found.append((_("%(what)s %(figure)s") % words, {name: None}))
        for name, words_of_it in self.page.parsed.answers.items():
            found.append((words_of_it, {name: None}))
        return found

    def _about(self, group: str, value: str) -> str:
        if self.facets is None:
            return ""
        n = self.facets.counts.get(group, {}).get(value, 0)
        return f"{n}" if self.facets.complete else f"{n}+" if n else ""

    def _question(self, attribute: Attribute) -> Question:
        name = f"attribute[{attribute.slug}]"
        said = self.values.get(name, "")
        options = [(option["key"], option["label"]) for option in attribute.options]
        if attribute.type == AttributeType.YES_NO:
            options = [("yes", _("Yes")), ("no", _("No"))]
        first, dots, last = said.partition("..")
        counted = self.facets is not None and name in self.facets.counts
        choices = [
            Choice(key, label, key in said.split(","), self._about(name, key) if counted else "")
            for key, label in options
        ]
        return Question(name, attribute.name, attribute.unit, choices, first, last if dots else first)


