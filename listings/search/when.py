"""When: what the dates of a search say in words, the choices that make them flexible, and links that carry them."""

from datetime import date, timedelta
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sharing.web import formats

from ..models import Listing
from ..states import Kind
from . import flexible
from .params import Parsed

DAY = timedelta(days=1)
MONTHS_AHEAD = 12
NAMES = ("from", "to", *flexible.NAMES)


class When:
    def __init__(self, parsed: Parsed) -> None:
        self.parsed, self.values = parsed, parsed.values

    @property
    def words(self) -> str:
        """ "Fri 4 – Sun 6 Jun, ± 3 days"; "any 3 nights in June 2027"; "" when no time is asked for."""
        values, given = self.values, self.parsed.days
        if not self.parsed.criteria.windows:
            return span(*given) if given else ""
        if given and values.get("flex", "").isdigit():
            flexibly = {"days": span(*given), "flexible": sooner_or_later(int(values["flex"]))}
            return _("%(days)s, %(flexible)s") % flexibly
        what = self._any()
        within = self._within()
        return _("%(what)s in %(time)s") % {"what": what, "time": within} if within else what

    def _any(self) -> str:
        if nights := self.values.get("nights"):
            return ngettext("any night", "any %(n)s nights", int(float(nights))) % {"n": nights}
        if days := self.values.get("days"):
            return ngettext("any day", "any %(n)s days", int(float(days))) % {"n": days}
        return _("a weekend")

    def _within(self) -> str:
        text = self.values.get("within", "")
        if len(text) == 7:
            return month(flexible.read_within(text)[0])
        reach = flexible.read_within(text) if text else self.parsed.days
        return span(*reach) if reach else ""

    @property
    def note(self) -> str:
        """What one day alone means for a room: said, because it could mean two things."""
        days, kinds = self.parsed.days, self.parsed.criteria.kinds
        if not days or days[0] != days[1] or self.parsed.criteria.windows or (kinds and Kind.ROOM not in kinds):
            return ""
        night = {"from": formats.moment(days[0], None, "day"), "to": formats.moment(days[0] + DAY, None, "day")}
        if kinds == (Kind.ROOM,):
            return _("One night, %(from)s to %(to)s") % night
        return _("Rooms for one night, %(from)s to %(to)s") % night

    @property
    def flex_choices(self) -> list[tuple[str, str, bool]]:
        given = self.values.get("flex", "")
        known = [("", _("No, just these days"))] + [(str(n), sooner_or_later(n)) for n in (1, 3, 7)]
        if given.isdigit() and given not in dict(known):
            known.append((given, sooner_or_later(int(given))))
        known.append((flexible.WEEKEND, _("A weekend")))
        return [(value, label, value == given) for value, label in known]

    @property
    def months(self) -> list[tuple[str, str, bool]]:
        """The months one may look through; another stretch that was asked for stays a choice."""
        given, first, known = self.values.get("within", ""), timezone.localdate().replace(day=1), []
        for _n in range(MONTHS_AHEAD):
            known.append((f"{first:%Y-%m}", month(first)))
            first = (first + 31 * DAY).replace(day=1)
        if given and given not in dict(known):
            known.append((given, self._within()))
        return [(value, label, value == given) for value, label in known]

    @property
    def how_many(self) -> str:
        return self.values.get("nights") or self.values.get("days", "")

    @property
    def by_days(self) -> bool:
        return "days" in self.values

    def carried(self, listing: Listing, times: tuple = ()) -> str:
        """What a listing's page takes over, so that nobody chooses the days twice: "?from=…&to=…" or ""."""
        if times:
            return query(*times[0])
        if self.parsed.errors or self.parsed.criteria.windows or not self.parsed.days:
            return ""
        first, last = self.parsed.days
        if listing.kind == Kind.ROOM and first == last and len(self.values.get("from", "")) <= 10:
            return query(first, last + DAY)
        given = [(name, self.values[name]) for name in ("from", "to") if self.values.get(name)]
        return f"?{urlencode(given, safe=':')}"


def query(first: date, last: date) -> str:
    return f"?from={first}&to={last}"


def span(first: date, last: date) -> str:
    """ "Fri 4 Jun", "Fri 4 – Sun 6 Jun"."""
    return formats.date_span(first, last)


def days(first: date, last: date) -> str:
    """As short as it can be said: "4 Jun", "4–6 Jun"."""
    return formats.date_span(first, last, short=True)


def month(first: date) -> str:
    return formats.moment(first, None, "month")


def sooner_or_later(days: int) -> str:
    return ngettext("± %(n)s day", "± %(n)s days", days) % {"n": days}
