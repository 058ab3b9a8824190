"""From a row to a listing, or to sentences about what is wrong with it. Nothing is written here.

The trial run and the real one both judge rows with this, so what the preview promises holds.
"""

import hashlib
import json
from typing import Any, NamedTuple, cast

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError

from listings.actions import facts as deeds
from listings.actions.desk import Facts
from listings.actions.kits import may_be_kit
from listings.actions.knowledge import MOST_DOCUMENTS, composed_document
from listings.actions.life import missing
from listings.actions.rides import laid
from listings.driving import own_rates
from listings.models import CatalogueImport, Category, Document, DocumentVersion, ImportedItem, Listing, Stop
from listings.states import Kind
from members.models import Circle, Community
from sharing.web.refusals import Refusal

from . import asked, columns, documents, kits, sheets
from .columns import ALTS, CIRCLE, DOCUMENTS, FREE_TO, KIT, NUMBER, PICTURES, STOPS, Reading
from .documents import Paper

NEW, CHANGED, SAME, WRONG = "added", "changed", "same", "wrong"
MOST_PICTURES = settings.PHOTOS_PER_LISTING


class Row(NamedTuple):
    """One row by the names of its facts; `number` is what a spreadsheet shows beside it."""

    number: int
    said: dict[str, str]
    key: str
    digest: str

    @property
    def own_number(self) -> str:
        """The number it came with, unless it is only ours for the row."""
        return "" if self.key[:1] in "=#" else self.key


class Verdict(NamedTuple):
    """What a row comes to: `what` is the count it belongs to, `problems` are (fact, sentence): why it is wrong, or what
    of it stays behind.
    """

    row: Row
    what: str
    problems: list[tuple[str, str]] = []
    listing: Listing | None = None
    kind_facts: Any = None
    facts: dict = {}
    item: ImportedItem | None = None
    pictures: list[str | list[str] | dict] = []
    parts: dict[str, int] = {}
    alts: dict[int, str] = {}  # what the photos of a thing that is here already show, by their place
    papers: list[Paper] = []
    written: list[tuple[Document, DocumentVersion]] = []  # of these what a new thing gets at once: the words
    way: list[Stop] = []  # of a new ride


class Judge:
    """Judges the rows of one import; `seen` holds the keys of the rows before."""

    def __init__(self, run: CatalogueImport) -> None:
        self.run = run
        self.mine = columns.known_communities(Community.objects.of(run.member))
        self.circles = {circle.pk: circle for circle in Circle.objects.filter(owner=run.member)}
        named = columns.known_circles(self.circles.values())
        self.reading = Reading(run.community.currency, columns.known_categories(), self.mine, named)
        self.questions = asked.questions([run.community_id])
        self.columns = asked.with_questions(self.questions)
        self.unit = columns.unit_said(run.headers, run.mapping)
        self.seen: dict[str, int] = {}
        self.wrong: set[str] = set()
        self.here: dict[str, int] = {}
        self.copies: dict[str, tuple[int, str]] = {}  # how many there are of each, above or here, and its title
        self.form = columns.RowFacts()  # made once: its fifty fields take longer to make than a row to check
        self.rates: list[dict] | None = None
        self.categories = {category.slug: category for category in Category.objects.all()}

    def row(self, number: int, cells: list[str]) -> Row:
        """The cells by the facts their columns are matched to, empty ones left out."""
        said: dict[str, str] = {}
        for name, cell in zip(self.run.mapping, cells, strict=False):
            text = sheets.unguarded(cell.strip())
            if not name or not text:
                continue
            said[name] = f"{said[name]}{columns.JOINED.get(name, ' ')}{text}" if name in said else text
        digest = _digest(sorted(said.items()))
        if self.unit and "price_minor" in said:
            said["price_unit"] = self.unit
        named = said.get(NUMBER, "")[:79]
        identity = [said.get(name, "").casefold() for name in ("kind", "title", "brand", "place")]
        return Row(number, said, named or f"={_digest(identity)}", digest)

    def judge(self, rows: list[Row]) -> list[Verdict]:
        """All of a batch, with two statements for what stands already."""
        items = {
            item.key: item
            for item in ImportedItem.objects.filter(
                scope=self.run.scope, key__in=[row.key for row in rows]
            ).select_related("listing__community", "listing__owner", "listing__tool", "listing__room", "listing__ride")
        }
        ours = self._exported(rows)
        self.here = kits.standing(self.run, {number for row in rows for number in _parts(row)})
        here = Listing.objects.in_bulk(set(self.here.values())) if self.here else {}
        self.copies |= {number: _copies(here[pk]) for number, pk in self.here.items() if number not in self.seen}
        verdicts = []
        for row in rows:
            verdicts.append(self._one(row, items.get(row.key), ours.get(row.key)))
            if verdicts[-1].what == WRONG and self.seen.get(row.key) == row.number:
                self.wrong.add(row.key)
            elif listing := verdicts[-1].listing:
                self.copies[row.key] = _copies(listing)
        return verdicts

    def remember(self, row: Row) -> int | None:
        """The number of an earlier row with the same key, if there is one."""
        return None if (first := self.seen.setdefault(row.key, row.number)) == row.number else first

    def _exported(self, rows: list[Row]) -> dict[str, Listing]:
        """Listings whose own number a row gives, as our export writes it, within the scope."""
        numbers = [int(row.key[1:]) for row in rows if kits.OURS.fullmatch(row.key)]
        if not numbers:
            return {}
        mine = Listing.objects.looked_after_by(self.run.member).filter(
            pk__in=numbers, community=self.run.community_id, owner__isnull=self.run.commons
        )
        standing = mine.select_related("community", "owner", "circle", "tool", "room", "ride").with_beside()
        standing = standing.prefetch_related("kit_parts__part", "photos", "stops", documents.last_versions())
        return {f"#{listing.pk}": listing for listing in standing}

    def _one(self, row: Row, item: ImportedItem | None, ours: Listing | None) -> Verdict:
        earlier = self.remember(row)
        if earlier is not None:
            again = _("This is the same thing as in row %(row)s. Give each a number of its own, or one row a quantity.")
            return Verdict(row, WRONG, [(NUMBER, again % {"row": earlier})])
        standing = ours or (item.listing if item else None)
        if ours is not None and self._says_that(ours, row) or ours is None and item and item.digest == row.digest:
            return Verdict(row, SAME, item=item, listing=standing)
        facts, pictures, problems = self._facts(row, standing)
        parts, alts, papers = facts.pop(KIT, {}), facts.pop(ALTS, {}), facts.pop(DOCUMENTS, [])
        problems += self._strange(row, parts)
        if problems:
            return Verdict(row, WRONG, problems)
        try:
            listing, kind_facts = self._composed(facts, standing)
            if parts:
                may_be_kit(listing)
            way = self._way(listing, facts)
        except Refusal as refusal:
            return Verdict(row, WRONG, [(KIT if refusal.field == "part" else refusal.field or "", str(refusal))])
        try:
            written = self._documents(listing, papers)
        except Refusal as refusal:
            return Verdict(row, WRONG, [(DOCUMENTS, str(refusal))])
        if lacks := self._lacks(listing, facts, new=standing is None):
            return Verdict(row, WRONG, lacks)
        what = NEW if standing is None else CHANGED
        if standing is not None:
            pictures = []  # they come with what is new
        else:
            pictures += [paper._asdict() for paper in papers if paper.file]
        left = self._left_behind(listing, papers)
        return Verdict(
            row, what, left, listing, kind_facts, facts, item, pictures, parts, alts, papers, written, way
        )

    def _says_that(self, listing: Listing, row: Row) -> bool:
        """Whether the listing says already what the row does; of photos only what they show."""
        answered = asked.written(listing)
        return _shows_that(listing, row) and all(
            (answered.get(name, "") if name in self.questions else columns.written(listing, name, []))
            == text.replace("\r\n", "\n")
            for name, text in row.said.items()
            if name not in (NUMBER, PICTURES, ALTS)
        )

    def _facts(self, row: Row, standing: Listing | None) -> tuple[dict, list, list[tuple[str, str]]]:
        facts: dict[str, Any] = {}
        problems: list[tuple[str, str]] = []
        for name, text in row.said.items():
            try:
                facts[name] = self.columns[name].read(text, self.reading)
            except ValueError as error:
                problems.append((name, str(error)))
        facts.pop(NUMBER, None)
        parts = facts.pop(KIT, {})
        names, alts, papers = facts.pop(PICTURES, []), facts.pop(ALTS, {}), facts.pop(DOCUMENTS, [])
        if names and max(alts, default=0) > len(names):
            problems.append((ALTS, _("This is about a photo that the row does not name.")))
        pictures = [
            [name, alts[place]] if place in alts else name for place, name in enumerate(names[:MOST_PICTURES], start=1)
        ]
        facts.setdefault("kind", standing.kind if standing else self.run.kind)
        try:
            facts = dict(self.form.run_validation(asked.split(facts)))
        except ValidationError as error:
            told = dict(problems)
            found: Any = error.detail
            problems += [(name, _first(errors)) for name, errors in found.items() if name not in told]
        if not problems and not row.said.get("title") and standing is None:
            problems.append(("title", _("Give it a title.")))
        if facts.get("category"):
            facts["category"] = self.categories.get(facts["category"], facts["category"])
        if facts.get(CIRCLE):
            facts[CIRCLE] = self.circles[facts[CIRCLE]]
        facts[KIT], facts[ALTS], facts[DOCUMENTS] = parts, alts, papers
        return facts, pictures, problems

    def _strange(self, row: Row, parts: dict[str, int]) -> list[tuple[str, str]]:
        """A part of a kit that is neither here nor above the row, or of which there are not so many."""
        above = self.seen.keys() - self.wrong - {row.key}
        for number, quantity in parts.items():
            if number not in above and number not in self.here:
                sentence = _("Above this row there is nothing with the number %(number)s, and not here either.")
                return [(KIT, sentence % {"number": number[:80]})]
            copies, title = self.copies.get(number, (quantity, ""))
            if quantity > copies:
                return [(KIT, _("There are %(n)s of “%(title)s”.") % {"n": copies, "title": title})]
        return []

    def _lacks(self, listing: Listing, facts: dict, *, new: bool) -> list[tuple[str, str]]:
        """What keeps it from being written as it is, though each fact alone is sound."""
        goes_out = new and self.run.publish and listing.kind != Kind.RIDE
        lacks = list(missing(listing)) if goes_out else []
        if new and listing.kind == Kind.RIDE and not facts.get(STOPS):
            lacks.append((STOPS, _("Say where the ride begins and where it ends.")))
        lacks += asked.trouble(self.questions, listing, facts.get("attributes") or {}, publish=goes_out)
        if wanted := set(facts.get(FREE_TO) or ()) - set(self.mine.values()):
            standing = set() if new else {community["slug"] for community in listing.freed}
            if wanted - standing:
                lacks.append((FREE_TO, _("You are not a member of this community.")))
        return lacks

    def _composed(self, facts: dict, standing: Listing | None) -> tuple[Listing, Any]:
        if standing is None:
            home = self.run.community
            return deeds.composed(by=self.run.member, facts={**facts, "commons": self.run.commons}, home=home)
        kind_facts = standing.facts
        if facts["kind"] != standing.kind:
            raise Refusal(_("A listing keeps its kind. Please make a new one."), field="kind")
        deeds.say(standing, cast(Facts, kind_facts), facts, self.run.member)
        return standing, kind_facts


    def _way(self, listing: Listing, facts: dict) -> list[Stop]:
        """The stops of a ride, checked; the community's rates are read once for all rows."""
        if listing.kind != Kind.RIDE or not facts.get(STOPS):
            return []
        if self.rates is None:
            own_rates.read_for([listing])
            self.rates = listing._rates
        listing._rates = self.rates
        return laid(listing, facts[STOPS], priced=bool(facts.get("price_minor")))

    def _documents(self, listing: Listing, papers: list[Paper]) -> list[tuple[Document, DocumentVersion]]:
        """Each checked; those that come without a file, ready to be written."""
        if len(papers) > MOST_DOCUMENTS:
            raise Refusal(_("A listing has at most %(most)s documents.") % {"most": MOST_DOCUMENTS})
        found = []
        for paper in papers:
            said = paper._asdict()
            file = said.pop("file")
            one = composed_document(listing, by=self.run.member, has_file=bool(file), **said)
            found += [] if file and self.run.pictures else [one] if paper.text else []
        return found

    def _left_behind(self, listing: Listing, papers: list[Paper]) -> list[tuple[str, str]]:
        """Documents that are but files, where these do not come: said beside the row, which comes without them."""
        alone = [paper for paper in papers if paper.file and not paper.text]
        if not alone or not listing.pk and self.run.pictures:
            return []
        if listing.pk:
            alone = [paper for paper, standing, _last in documents.fitting(alone, listing) if standing is None]
        sentence = _("“%(title)s” is a file alone and does not come: bring it in a ZIP, or write its words below it.")
        if self.run.pictures:
            sentence = _("“%(title)s” does not come: files only come with what is new. Add it on its page.")
        return [(DOCUMENTS, sentence % {"title": paper.title}) for paper in alone]


def _shows_that(listing: Listing, row: Row) -> bool:
    try:
        return not alts_to_change(listing, columns.alts(row.said.get(ALTS, "")))
    except ValueError:
        return False


def alts_to_change(listing: Listing, alts: dict[int, str]) -> list[tuple[int, str]]:
    """Which of its photos, by their keys, are to show something else."""
    said = [(photo, alts.get(place, "").split()) for place, photo in enumerate(listing.photos.all(), start=1)]
    return [(photo.pk, " ".join(alt)) for photo, alt in said if alt and alt != photo.alt.split()]


def _copies(listing: Listing) -> tuple[int, str]:
    return listing.capacity, listing.title


def _parts(row: Row) -> dict[str, int]:
    try:
        return kits.read(row.said.get(KIT, ""))
    except ValueError:
        return {}


def _digest(what: object) -> str:
    said = json.dumps(what, ensure_ascii=False).encode()
    return hashlib.blake2b(said, digest_size=16).hexdigest()


def _first(errors: Any) -> str:
    """The first sentence of a field's errors, however deep it lies."""
    while isinstance(errors, (list, dict)) and errors:
        errors = next(iter(errors.values())) if isinstance(errors, dict) else errors[0]
    return str(errors)
