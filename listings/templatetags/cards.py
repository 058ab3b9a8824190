"""Cards of listings, each rendered once: what is the same for every viewer is kept, what is not is put in.

What is kept stands beside the listing's version and its face, or the row that a search read of it, so a card never
shows what was before. How far away it is, the free times and the days that lead on are of one
search, and are filled into the kept card.
"""

from functools import lru_cache
from typing import Any, NamedTuple

from django import template
from django.template.loader import render_to_string
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sharing.web import formats
from sharing.web.memory import Memory

from ..models import Listing
from ..search.briefs import Brief

register = template.Library()

EAGER = 4  # cards whose photos are asked for at once
# No text of anybody's holds a NUL: they are refused at every door.
WHERE, TIMES, ASKED = "\x00where\x00", "\x00times\x00", "\x00asked\x00"


class Shell(NamedTuple):
    """The kept parts of a card: up to how far away it is, up to its times, up to the days asked for, and the rest."""

    first: str
    second: str
    third: str
    last: str


_kept: Memory[tuple, tuple[tuple, Shell]] = Memory(4000)


@register.simple_tag
def found_cards(page: Any) -> SafeString:
    """The cards of a page of hits, with a heading where they leave what one can reach."""
    said: list[str] = []
    far_from, language = page.far_from, get_language()
    for number, hit in enumerate(page.hits):
        if number == far_from:
            said.append(format_html('<li class="cards__far"><h3>{}</h3></li>', _("Farther away")))
        said.append(_card(page, hit.listing, hit, number < EAGER and not page.continued, language))
    return mark_safe("".join(said))  # noqa: S308 - each part rendered by a template or escaped


@register.simple_tag(takes_context=True)
def card(context: template.Context, listing: Listing, hit: Any = None, eager: bool = False) -> SafeString:
    """The card of a listing; with `hit`, of a listing as a search found it."""
    html = _card(context.get("page"), listing, hit, eager, get_language())
    return mark_safe(html)  # noqa: S308 - rendered by the template, each filling escaped


def _card(page: Any, listing: Listing | Brief, hit: Any, eager: bool, language: str | None) -> str:
    shell = _shell(listing, eager, language)
    where = times = asked = ""
    if hit and hit.distance_m is not None:
        where = _where(formats.distance(hit.distance_m, language))
    if hit and hit.times:
        times = render_to_string("listings/search/_times.html", {"hit": hit, "listing": listing})
    if page and (carried := page.when.carried(listing, hit.times if hit else ())):
        asked = escape(carried)
    return f"{shell.first}{where}{shell.second}{times}{shell.third}{asked}{shell.last}"


@lru_cache(maxsize=1024)
def _where(distance: str) -> str:
    return escape(f" · {distance}")


def _shell(listing: Listing | Brief, eager: bool, language: str | None) -> Shell:
    row = listing if (read := isinstance(listing, Brief)) else _known_by(listing)
    key = listing.pk, read, eager, language
    kept = _kept.get(key)
    if kept is None or kept[0] != row:  # comparing costs less than hashing
        kept = _kept.keep(key, (row, _drawn(listing.listing if isinstance(listing, Brief) else listing, eager)))
    return kept[1]


def _known_by(listing: Listing) -> tuple:
    face = listing.face
    shown = (face.pk, face.key, face.colour, str(face.formats), str(face.widths)) if face else None
    return listing.version, listing.updated, shown


def _drawn(listing: Listing, eager: bool) -> Shell:
    href = f"{listing.get_absolute_url()}{ASKED}"
    context = {"listing": listing, "eager": eager, "where": WHERE, "times": TIMES, "href": href}
    html: str = render_to_string("listings/_card_body.html", context)
    first, html = html.split(WHERE)
    second, html = html.split(TIMES)
    return Shell(first, second, *html.split(ASKED))
