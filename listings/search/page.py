"""What the page of search shows: headline, counts, chips, what may be taken away, and pins for the map."""

from collections import Counter
from collections.abc import Mapping
from functools import cached_property, lru_cache
from typing import NamedTuple
from urllib.parse import urlencode

from babel.numbers import format_decimal
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from sharing.web import formats

from .. import categories, shelf
from ..models import Alerts
from ..states import Kind, Terms
from . import flexible, pins, riding, statements, terms, wider
from .asking import Viewer
from .criteria import NEAR, NEW, PRICE
from .headings import heading, plural
from .params import Parsed
from .query import Page
from .sheet import TraitSheet
from .when import When, sooner_or_later

RADII_KM = (1, 2, 5, 10, 25, 50, 100)
SHEET = (
    "category", "terms", "max_price", "radius_km", "quantity", "community", "to_near", "margin_hours", *flexible.NAMES,
)  # fmt: skip
UNTOUCHED = {"q", "kind", "near", "lat", "lon", "bbox", "from", "to"}  # the sheet says nothing of these
ICONS = {Kind.TOOL: "drill", Kind.ROOM: "bed-double", Kind.RIDE: "car-front"}
FAR_M = 50_000
WITHOUT_DATES: dict[str, str | None] = {"from_": None, **dict.fromkeys(("to", *flexible.NAMES), None)}


class Chip(NamedTuple):
    label: str
    url: str
    on: bool = False
    icon: str = ""
    about: str = ""


class SearchPage:
    def __init__(self, parsed: Parsed, found: Page, viewer: Viewer, cursor: str, *, continued: bool) -> None:
        self.parsed, self.found, self.viewer = parsed, found, viewer
        self.cursor, self.continued = cursor, continued
        self.criteria, self.values, self.errors = parsed.criteria, parsed.values, parsed.errors
        self.hits = found.hits

    @cached_property
    def far_from(self) -> int | None:
        """Where, nearest first, the list leaves what one can reach in an hour; None where it says nothing."""
        if self.criteria.order != NEAR or not self.criteria.here or self.continued:
            return None
        return next((n for n, hit in enumerate(self.hits) if (hit.distance_m or 0) > FAR_M), None)

    # --- addresses ----------------------------------------------------------------------------------

    @property
    def url(self) -> str:
        return self.url_with()

    @property
    def query(self) -> str:
        """What a kept search keeps: the address after its question mark."""
        return self.url.partition("?")[2]

    @property
    def alerts(self) -> list[tuple[str, str]]:
        return [(value, str(label)) for value, label in Alerts.choices]

    @property
    def more_url(self) -> str:
        return self.url_with(cursor=self.cursor, q=self.did_you_mean or self.values.get("q")) if self.cursor else ""

    @property
    def did_you_mean(self) -> str:
        """What the hits are for when nothing was found for the words asked."""
        return self.found.did_you_mean

    @property
    def meant_url(self) -> str:
        return self.url_with(q=self.did_you_mean)

    def url_with(self, **changes: str | None) -> str:
        """The same search with some parameters changed; None takes one away. (`from_` stands for "from".)"""
        said = dict(self._said)
        for name, value in changes.items():
            name = name.rstrip("_")
            said.pop(name, None) if not value else said.update({name: _parameter(name, value)})
        return f"{self._home}?{'&'.join(said.values())}" if said else self._home

    @cached_property
    def _said(self) -> dict[str, str]:
        """Each parameter as it stands in the address: a page has dozens of links that differ in one of them."""
        return {name: _parameter(name, value) for name, value in self.values.items() if value}

    @cached_property
    def _home(self) -> str:
        return reverse("search")

    @cached_property
    def when(self) -> When:
        return When(self.parsed)

    # --- words --------------------------------------------------------------------------------------

    @cached_property
    def heading(self) -> str:
        return heading(self.parsed)

    @cached_property
    def summary(self) -> str:
        """ "24 of about 130, nearest first"."""
        shown = len(self.hits)
        if not shown:
            return ""
        if not self.cursor and not self.continued:
            counted = ngettext("%(n)s found", "%(n)s found", shown) % {"n": shown}
        else:
            counted = self._of_about(shown)
        return _("%(counted)s, %(order)s") % {"counted": counted, "order": self._order_words()}

    def _of_about(self, shown: int) -> str:
        total = self.found.about_total(self.criteria.kinds)
        if total >= statements.COUNTED_UP_TO:
            return _("%(shown)s of more than %(total)s") % {"shown": shown, "total": _figure(statements.COUNTED_UP_TO)}
        if total > shown and not self.filtered:
            return _("%(shown)s of about %(total)s") % {"shown": shown, "total": _figure(_rounded(total))}
        return (
            _("The first %(shown)s") % {"shown": shown}
            if not self.continued
            else _("%(shown)s more") % {"shown": shown}
        )

    def _order_words(self) -> str:
        if self.criteria.order == NEAR and not self.criteria.here:
            return _("from the middle of the map outwards")
        return {NEAR: _("nearest first"), NEW: _("newest first"), PRICE: _("cheapest first")}[self.criteria.order]

    @property
    def filtered(self) -> bool:
        """Whether more is asked than the counts know of."""
        criteria = self.criteria
        when = criteria.by_day or criteria.windows
        asked = (
            criteria.max_price is not None, criteria.quantity > 1, criteria.terms, when, criteria.there, criteria.traits
        )  # fmt: skip
        return (
            any(asked) or (len(list(terms.words(criteria.q))) + bool(criteria.category) + bool(criteria.community)) > 1
        )

    # --- chips --------------------------------------------------------------------------------------

    @property
    def kinds(self) -> list[Chip]:
        """Everything, tools, rooms, rides; with about how many there are of each."""
        chosen, totals, language = self.criteria.kinds, self._totals, get_language()
        everything = Chip(_("Everything"), self.url_with(kind=None, category=None, **self.sheet.none), not chosen)
        return [everything] + [
            Chip(
                plural(kind),
                self.url_with(
                    kind=kind, category=self.criteria.category if self._is_of(kind) else None, **self.sheet.none
                ),
                chosen == (kind,),
                ICONS[Kind(kind)],
                _about(totals[kind], language) if kind in totals else "",
            )
            for kind in terms.KINDS
        ]

    @property
    def _totals(self) -> Mapping[str, int]:
        """How many of each kind: of those looked for, once all are on the page, as many as there are to see.

        Nothing is said of a kind where more is asked than the counts know of: it would lead to fewer than it says.
        """
        counted = {} if self.filtered else self.found.totals
        if self.cursor or self.continued or not self.found.totals:
            return counted
        shown = Counter(str(hit.listing.kind) for hit in self.hits)
        return counted | {kind: shown[kind] for kind in self.criteria.kinds or terms.KINDS}

    def _is_of(self, kind: str) -> bool:
        root = categories.root_of(self.criteria.category)
        return root is not None and root.kind == kind

    @property
    def quick(self) -> list[Chip]:
        """What is asked most often, one touch away."""
        free = self.criteria.terms == (Terms.GIFT,)
        chips = [Chip(_("Free to borrow"), self.url_with(terms=None if free else Terms.GIFT.value), free, "gift")]
        if self.criteria.here:
            near = self.values.get("radius_km") == "2"
            chips.append(
                Chip(
                    _("Within %(distance)s") % {"distance": formats.distance(2000)},
                    self.url_with(radius_km=None if near else "2"), near, "footprints",
                )
            )  # fmt: skip
        if self.parsed.days and not {"nights", "days", "within"} & self.values.keys():
            on = self.values.get("flex") == "3"
            chips.append(Chip(sooner_or_later(3), self.url_with(flex=None if on else "3"), on, "calendar-range"))
        return chips

    @property
    def taken_away(self) -> list[Chip]:
        """Each thing asked for beyond words, place and kind, with the address of the same search without it."""
        criteria, chips = self.criteria, []
        if self.when.words:
            chips.append(Chip(self.when.words, self.url_with(**WITHOUT_DATES), icon="calendar-days"))
        if criteria.category:
            chips.append(Chip(categories.name(criteria.category), self.url_with(category=None)))
        if criteria.terms and criteria.terms != (Terms.GIFT,):
            chips.append(Chip(", ".join(str(Terms(term).label) for term in criteria.terms), self.url_with(terms=None)))
        if criteria.max_price is not None:
            chips.append(
                Chip(_("up to %(price)s") % {"price": _figure(criteria.max_price)}, self.url_with(max_price=None))
            )
        if criteria.radius_m and self.values.get("radius_km") != "2":
            chips.append(
                Chip(
                    _("within %(distance)s") % {"distance": formats.distance(criteria.radius_m)},
                    self.url_with(radius_km=None),
                )
            )
        if criteria.quantity > 1:
            quantity = ngettext("%(n)s at once", "%(n)s at once", criteria.quantity) % {"n": criteria.quantity}
            chips.append(Chip(quantity, self.url_with(quantity=None)))
        if self.parsed.community:
            chips.append(Chip(self.parsed.community, self.url_with(community=None), icon="users-round"))
        chips += [Chip(label, self.url_with(**changes)) for label, changes in self.sheet.chips()]
        if criteria.box:
            chips.append(Chip(_("this part of the map"), self.url_with(bbox=None), icon="map"))
        return chips

    @cached_property
    def sheet(self) -> TraitSheet:
        return TraitSheet(self)

    # --- the sheet of filters -----------------------------------------------------------------------

    @property
    def without_sheet(self) -> str:
        return self.url_with(**(dict.fromkeys((*SHEET, "to_lat", "to_lon", "sort"), None) | self.sheet.none))

    @property
    def untouched_sheet(self) -> tuple | None:
        """What the sheet of filters depends on while nothing is chosen in it; None once something is."""
        touched = self.values.keys() - UNTOUCHED or self.errors or self.rides_only
        if touched or self.criteria.community is not None or self.criteria.traits:
            return None
        return self.criteria.kinds, self.criteria.origin is not None, self.criteria.order, self.today

    @property
    def has_passages(self) -> bool:
        return any(hit.passage for hit in self.hits)

    @property
    def rides_only(self) -> bool:
        """Then the bar asks where to and where from; the words are a filter."""
        return self.criteria.kinds == (Kind.RIDE,)

    @property
    def sheet_count(self) -> int:
        in_bar = {"to_near"} if self.rides_only else set()
        return sum(1 for name in (*SHEET, *self.sheet.none) if name in self.values and name not in in_bar)

    @property
    def sheet_errors(self) -> bool:
        return any(name in self.errors for name in (*SHEET, *self.sheet.none, "sort"))

    @property
    def bar_errors(self) -> bool:
        return any(name in self.errors for name in ("near", "from", "to", "lat", "lon"))

    @property
    def category_options(self) -> SafeString:
        """The options of the select. There are a hundred, the same for nearly everybody, so they are kept."""
        community, chosen = self.criteria.community, self.criteria.category
        added = shelf.of(community).categories if community is not None else []
        options = _options(self.criteria.kinds or terms.KINDS, tuple(added), get_language())
        return mark_safe(options.replace(f'value="{chosen}"', f'value="{chosen}" selected')) if chosen else options  # noqa: S308

    @property
    def term_choices(self) -> list[tuple[str, str, bool]]:
        return [(value, str(label), value in self.criteria.terms) for value, label in Terms.choices]

    @property
    def radius_choices(self) -> list[tuple[str, str, bool]]:
        given = self.values.get("radius_km", "")
        known = [(str(km), formats.distance(km * 1000), str(km) == given) for km in RADII_KM]
        if given and given not in {value for value, _label, _on in known} and self.criteria.radius_m:
            known.append((given, formats.distance(self.criteria.radius_m), True))
        return known

    @property
    def sort_choices(self) -> list[tuple[str, str, bool]]:
        order = self.criteria.order
        choices = [
            (NEAR, pgettext("order", "Nearest first")),
            (NEW, pgettext("order", "Newest first")),
            (PRICE, pgettext("order", "Cheapest first")),
        ]
        return [(value, label, value == order) for value, label in choices if value != NEAR or self.criteria.origin]

    @property
    def community_choices(self) -> list[tuple[str, str, bool]]:
        given = self.values.get("community", "")
        mine = [
            (slug, name, given in (slug, str(pk)))
            for (slug, name), pk in zip(self.viewer.names, self.viewer.communities, strict=True)
        ]
        if self.parsed.community and not any(on for _slug, _name, on in mine):
            mine.append((given, self.parsed.community, True))
        return mine

    @property
    def today(self) -> str:
        return timezone.localdate().isoformat()

    @property
    def plain_bar(self) -> tuple | None:
        """What the bar depends on beside what is typed into it; None once it has to say what is wrong."""
        return None if self.errors else (self.rides_only, self.today)

    @property
    def bar(self) -> dict[str, str]:
        """What is typed into the bar, be it right or wrong."""
        values = self.values | self.parsed.wrong
        typed = {name: values.get(name, "") for name in ("q", "near", "to_near")}
        return typed | {name: values.get(name, "")[:10] for name in ("from", "to")}

    @property
    def plain_chips(self) -> tuple | None:
        """What the row of chips depends on beside the chips; None once something is wrong."""
        return None if self.errors else (self.sheet_count,)

    @property
    def carried_fields(self) -> SafeString:
        return format_html_join("", '<input type="hidden" name="{}" value="{}">', self.carried)

    @property
    def carried(self) -> list[tuple[str, str]]:
        """State that no field of the form shows: sent along, so that it stays."""
        kept: list[tuple[str, str]] = [
            (name, self.values[name])
            for name in ("kind", "lat", "lon", "to_lat", "to_lon", "bbox")
            if name in self.values
        ]
        if "lat" in self.values or "bbox" in self.values:
            kept.append(("was", self.values.get("near", "")))
        if "to_lat" in self.values:
            kept.append(("to_was", self.values.get("to_near", "")))
        return kept

    # --- nothing found ------------------------------------------------------------------------------

    @cached_property
    def wider(self) -> list[Chip]:
        """Searches near this one that do find something, with about how much."""
        if self.hits or self.continued:
            return []
        return [
            Chip(offer.label, self.url_with(**offer.changes), about=_about(offer.about, get_language()))
            for offer in wider.offers(self.criteria, self.viewer)
        ]

    # --- the map ------------------------------------------------------------------------------------

    @property
    def pins(self) -> str:
        """Of this part of the list: id, point, what stands on the pin, kind and title."""
        return pins.text(self.hits)

    @property
    def map_facts(self) -> SafeString:
        """Where the map looks, as attributes: the box one chose, else the hits around here."""
        criteria = self.criteria
        facts: dict = {"kinds": ",".join(criteria.kinds)}
        if criteria.box:
            facts["box"] = f"{criteria.box.west},{criteria.box.south},{criteria.box.east},{criteria.box.north}"
        if criteria.here:
            facts |= {"lat": criteria.here.lat, "lon": criteria.here.lon}
            if criteria.radius_m:
                facts["radius"] = round(criteria.radius_m)
        facts["clusters"] = reverse("api_clusters") + self._counted_by
        return format_html_join("", ' data-{}="{}"', ((name, str(value)) for name, value in facts.items()))


    @property
    def _counted_by(self) -> str:
        """What the bubbles of the map are asked for beside the part of it that one sees: this search, its reach and
        the words its hits are for.
        """
        criteria = self.criteria
        if criteria.only_kinds:
            return ""
        said = {name: value for name, value in self.values.items() if name not in ("bbox", "sort")}
        if self.did_you_mean:
            said["q"] = self.did_you_mean
        if criteria.reach is not None and criteria.origin:
            said |= {"lat": str(criteria.origin.lat), "lon": str(criteria.origin.lon)}
            said["radius_km"] = said.get("radius_km") or f"{criteria.reach / 1000:g}"
        if riding.grows(criteria):
            said.pop("radius_km", None)
        return f"?{'&'.join(_parameter(name, value) for name, value in said.items())}"


@lru_cache(maxsize=64)
def _options(kinds: tuple[str, ...], added: tuple[categories.Own, ...], _language: str | None) -> SafeString:
    groups = [group for kind in kinds for group in categories.choices(kind, added)]
    return format_html_join(
        "", '<optgroup label="{}">{}</optgroup>',
        ((name, format_html_join("", '<option value="{}">{}</option>', choices)) for name, choices in groups),
    )  # fmt: skip


def _parameter(name: str, value: str) -> str:
    return urlencode([(name, value)], safe=",:")


@lru_cache(maxsize=4096)
def _about(n: int, _language: str | None) -> str:
    """130 for 134, 1,300 for 1,278, "2,000+" for what was counted no further."""
    return f"{_figure(statements.COUNTED_UP_TO)}+" if n >= statements.COUNTED_UP_TO else _figure(_rounded(n))


def _rounded(n: int) -> int:
    """To two figures: an estimate should not look like a count."""
    size = 10 ** max(0, len(str(n)) - 2)
    return n if n < 100 else round(n / size) * size


def _figure(n: float) -> str:
    return _decimal(n, get_language())


@lru_cache(maxsize=1024)
def _decimal(n: float, _language: str | None) -> str:
    return format_decimal(n, locale=formats.locale())
