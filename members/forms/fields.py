"""Fields that several forms share: a place in words and on the globe, and a time zone."""

from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files

from django import forms
from django.conf import settings
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from members import geo
from sharing.values.place import Point

_REGIONS = {
    "Africa": gettext_lazy("Africa"),
    "America": gettext_lazy("America"),
    "Antarctica": gettext_lazy("Antarctica"),
    "Asia": gettext_lazy("Asia"),
    "Atlantic": gettext_lazy("Atlantic"),
    "Australia": gettext_lazy("Australia"),
    "Europe": gettext_lazy("Europe"),
    "Indian": gettext_lazy("Indian Ocean"),
    "Pacific": gettext_lazy("Pacific"),
}


def _named_today() -> Iterator[str]:
    """Each zone under the one name it is looked for by, from the table that choosers are meant to read.

    Asmera, Calcutta and the like are older names of the same zones: known, but not offered.
    """
    table = (files("tzdata") / "zoneinfo" / "zone.tab").read_text("utf-8")
    rows = (line.split("\t") for line in table.splitlines() if line and not line.startswith("#"))
    return (row[2] for row in rows if row[2] in geo.ZONES)


@lru_cache(maxsize=1)
def zone_choices() -> list:
    """Every zone by region: [("UTC", "UTC"), (region, [(zone, city), …]), …]."""
    regions: dict[str, list[tuple[str, str]]] = {region: [] for region in _REGIONS}
    for zone in sorted(_named_today()):
        region, _slash, city = zone.partition("/")
        if city and region in regions:
            regions[region].append((zone, city.replace("_", " ").replace("/", ", ")))
    return [("UTC", "UTC"), *((_REGIONS[region], zones) for region, zones in regions.items())]


def language_choices() -> list[tuple[str, str]]:
    """Each language by its own name, as those who speak it look for it."""
    return [(code, get_language_info(code)["name_local"].capitalize()) for code, _name in settings.LANGUAGES]


class ProseField(forms.CharField):
    """Several lines of text; a line ends in one way, whichever browser sent it."""

    widget = forms.Textarea

    def __init__(self, *, rows: int = 4, **kwargs) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **kwargs)

    def to_python(self, value) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")


class _ZoneSelect(forms.Select):
    """A zone that was chosen under an older name stays chosen under it."""

    def optgroups(self, name, value, attrs=None) -> list:
        groups = super().optgroups(name, value, attrs)
        chosen = next(iter(value), "")
        offered = any(option["selected"] for _region, options, _index in groups for option in options)
        if chosen in geo.ZONES and not offered:
            option = self.create_option(name, chosen, chosen.replace("_", " "), True, len(groups), attrs=attrs)
            groups.insert(0, (None, [option], len(groups)))
        return groups


class ZoneField(forms.ChoiceField):
    """A select of all time zones, by region; it needs no script."""

    widget = _ZoneSelect

    def __init__(self, **kwargs) -> None:
        super().__init__(choices=zone_choices, **kwargs)

    def valid_value(self, value) -> bool:
        return value in geo.ZONES


class PlaceForm(forms.Form):
    """A place in words, with its point: from the page's place field, or looked up here when there was no script.

    After `is_valid`, `spot` is the point with what is known beside it, or None for words that nobody knows.
    """

    point_needed = False

    place = forms.CharField(
        label=gettext_lazy("Neighbourhood or town"), max_length=120, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-place": True}),
    )
    lat = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    lon = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)

    def clean(self) -> dict:
        cleaned = super().clean() or self.cleaned_data
        self.spot = None
        if "place" not in cleaned:
            return cleaned
        place, lat, lon = cleaned["place"], cleaned.get("lat"), cleaned.get("lon")
        if "place" in self.changed_data and not {"lat", "lon"} & set(self.changed_data):
            lat = lon = None  # new words beside the old point: there was no script to bring the new one
        if self.errors.keys() & {"lat", "lon"}:
            for name in ("lat", "lon"):
                self.errors.pop(name, None)
            self.add_error("place", _("This point does not lie on the globe. Please choose the place again."))
        elif lat is not None and lon is not None:
            point = Point(lat, lon)
            self.spot = geo.Spot(place, point, geo.zone_at(point))
        elif place:
            self.spot = geo.lookup(place)
        if self.point_needed and self.spot is None and "place" not in self.errors:
            self.add_error("place", _("We do not know this place. Try the nearest town."))
        return cleaned
