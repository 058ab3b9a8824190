"""Cards of listings, each rendered once: what is the same for every viewer is kept, what is not is put in.

What is kept is known by the listing's version, its face and the language, so a card never shows what was before.
How far away it is, the free times and the days that lead on are of one search, and are filled into the kept card.
"""

import threading
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sharing.web import formats

from ..models import Listing

register = template.Library()

MOST_KEPT = 4000
EAGER = 4  # cards whose photos are asked for at once
# No text of anybody's holds a NUL: they are refused at every door.
WHERE, TIMES, ASKED = "\x00where\x00", "\x00times\x00", "\x00asked\x00"
_kept: dict[tuple, str] = {}
_lock = threading.Lock()


@register.simple_tag
def found_cards(page: Any) -> SafeString:
    """The cards of a page of hits, with a heading where they leave what one can reach."""
    far_from, said = page.far_from, []
    for number, hit in enumerate(page.hits):
        if number == far_from:
            said.append(format_html('<li class="cards__far"><h3>{}</h3></li>', _("Farther away")))
        said.append(_card(page, hit.listing, hit, number < EAGER and not page.continued))
    return mark_safe("".join(said))  # noqa: S308 - each made safe above


@register.simple_tag(takes_context=True)
def card(context: template.Context, listing: Listing, hit: Any = None, eager: bool = False) -> SafeString:
    """The card of a listing; with `hit`, of a listing as a search found it."""
    return _card(context.get("page"), listing, hit, eager)


def _card(page: Any, listing: Listing, hit: Any, eager: bool) -> SafeString:
    where = f" · {formats.distance(hit.distance_m)}" if hit and hit.distance_m is not None else ""
    times = ""
    if hit and hit.times:
        times = render_to_string("listings/search/_times.html", {"hit": hit, "listing": listing})
    asked = page.when.carried(listing, hit.times if hit else ()) if page else ""
    html = _shell(listing, eager)
    for mark, value in ((WHERE, where), (TIMES, times), (ASKED, asked)):
        html = html.replace(mark, conditional_escape(value) if value else "")
    return mark_safe(html)  # noqa: S308 - rendered by the template, each filling escaped


def _shell(listing: Listing, eager: bool) -> str:
    face = listing.face
    shown = (face.pk, face.key, face.colour, str(face.formats), str(face.widths)) if face else None
    key = (listing.pk, listing.version, listing.updated, shown, eager, get_language())
    html = _kept.get(key)
    if html is None:
        href = f"{listing.get_absolute_url()}{ASKED}"
        context = {"listing": listing, "eager": eager, "where": WHERE, "times": TIMES, "href": href}
        html = render_to_string("listings/_card_body.html", context)
        with _lock:
            if len(_kept) >= MOST_KEPT:
                for oldest in list(_kept)[: MOST_KEPT // 4]:
                    del _kept[oldest]
            _kept[key] = html
    return html
