"""What a search is called: “drill” near Elm Street; Tools near Freiburg; Rides from here to there."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import categories
from ..states import Kind
from .params import Parsed

_PLURALS = {Kind.TOOL: gettext_lazy("Tools"), Kind.ROOM: gettext_lazy("Rooms"), Kind.RIDE: gettext_lazy("Rides")}
QUOTED = set('"“”„«»')  # words that bring their own quotes need no others


def heading(parsed: Parsed) -> str:
    criteria, what = parsed.criteria, _what(parsed)
    place, there = parsed.place, parsed.there
    if criteria.there and there and place:
        return _("%(what)s from %(place)s to %(there)s") % {"what": what, "place": place, "there": there}
    if criteria.there and there:
        return _("%(what)s to %(there)s") % {"what": what, "there": there}
    if criteria.here and place:
        return _("%(what)s near %(place)s") % {"what": what, "place": place}
    if criteria.here:
        return _("%(what)s near you") % {"what": what}
    if criteria.box:
        return _("%(what)s on this part of the map") % {"what": what}
    return what


def _what(parsed: Parsed) -> str:
    criteria = parsed.criteria
    if criteria.q:
        return criteria.q if QUOTED & set(criteria.q) else _("“%(words)s”") % {"words": criteria.q}
    if criteria.category:
        return categories.name(criteria.category)
    if len(criteria.kinds) == 1:
        return plural(criteria.kinds[0])
    return _("Everything")


def plural(kind: str) -> str:
    return str(_PLURALS[Kind(kind)])
