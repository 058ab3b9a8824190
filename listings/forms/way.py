"""A ride's stops and departures: rows that can be added and emptied with and without script."""

# mypy: disable-error-code="union-attr, attr-defined, return-value, index, operator, arg-type, assignment"
# (the stubs do not know which fields a form has, nor that a cleaned form has its data)

from datetime import datetime

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from listings.actions import rides
from listings.actions.places import zone_of
from listings.places import FoundPlace
from listings.states import MAX_STOPS
from sharing.values.place import Point
from sharing.web.formats import moment

from .base import StepForm
from .place import found

MOST_WEEKS = 26
EMPTY_ROWS = 2


class StopForm(forms.Form):
    """One stop. A row without a place is no stop."""

    place = forms.CharField(
        label=gettext_lazy("Stop"),
        max_length=160,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    lat = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    lon = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes from the start"),
        min_value=0,
        max_value=rides.LONGEST,
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )

    km = forms.FloatField(
        label=gettext_lazy("Kilometres by road from the start"),
        min_value=0,
        max_value=rides.FARTHEST_KM,
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "any"}),
    )

    def __init__(self, *args, listing, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.listing = listing

    @property
    def begins(self) -> bool:
        """Whether the ride begins here, and no minutes are asked: of the first row, unless it says some."""
        said = self["minutes"].value() or self["km"].value() or {"minutes", "km"} & set(self.errors)
        return self.prefix.endswith("-0") and not said

    def clean(self) -> dict:
        said = super().clean()
        self.point = None
        if not said.get("place"):
            return said
        if said.get("minutes") is None and "minutes" not in self.errors:
            if self.prefix.endswith("-0"):
                said["minutes"] = 0
            else:
                self.add_error("minutes", _("Say how many minutes from the start."))
        if {"lat", "lon"} & set(self.errors):
            self.add_error("place", _("These coordinates are nowhere on earth."))
            return said
        moved = "place" in self.changed_data and not {"lat", "lon"} & set(self.changed_data)
        if said.get("lat") is None or said.get("lon") is None or moved:
            self.point = found(self, "place", said["place"])
        else:
            self.point = Point(said["lat"], said["lon"])
        return said

    def stop(self) -> dict | None:
        """What `actions.set_stops` is given for this row; None for an empty one."""
        said = self.cleaned_data
        if not said.get("place"):
            return None
        return {
            "place": said["place"], "lat": self.point.lat, "lon": self.point.lon, "minutes": said["minutes"],
            "km": said.get("km"),
        }  # fmt: skip


class Rows(BaseFormSet):
    """Rows in which an emptied one is as good as none."""

    default_error_messages = BaseFormSet.default_error_messages | {
        "missing_management_form": gettext_lazy("Something of this form got lost on its way. Please send it again."),
    }


class RowsForm(StepForm):
    """A step's form that is made of rows."""

    row: type[forms.Form]
    row_name: str | Promise = ""
    prefix_of_rows = ""
    most = 1

    def __init__(self, data=None, files=None, *, listing, member, **kwargs) -> None:
        super().__init__(data, files, listing=listing, member=member, **kwargs)
        standing = self.standing()
        factory = formset_factory(
            self.row, Rows, extra=max(EMPTY_ROWS, 2 - len(standing)), max_num=self.most + EMPTY_ROWS, absolute_max=60
        )
        self.rows = factory(data, prefix=self.prefix_of_rows, initial=standing, form_kwargs={"listing": listing})

    def standing(self) -> list[dict]:
        return []

    @property
    def row_errors(self) -> list[tuple]:
        """Each thing to mend in a row: where it is in words, its field, what is wrong."""
        if not self.rows.is_bound:
            return []
        return [
            (f"{self.row_name} {number}, {field.label}", field, error)
            for number, row in enumerate(self.rows, 1) for field in row.visible_fields() for error in field.errors
        ]  # fmt: skip

    def is_valid(self) -> bool:
        if not self.rows.is_valid():
            for sentence in self.rows.non_form_errors():
                self.add_error(None, sentence)
            return False
        return super().is_valid()


class StopsForm(RowsForm):
    """The way, in the order of its minutes; nothing is sent on when nothing has changed."""

    row, prefix_of_rows, most = StopForm, "stops", MAX_STOPS
    row_name = gettext_lazy("Stop")
    answers_for = frozenset({"stops", "lat", "lon", "place"})

    def standing(self) -> list[dict]:
        names = ("place", "lat", "lon", "minutes")
        return [
            {name: getattr(stop, name) for name in names} | {"km": None if stop.road_m is None else stop.road_m / 1000}
            for stop in self.listing.stops.all()
        ]

    def looked_up(self) -> list[FoundPlace]:
        found_places = [getattr(row, "found_place", None) for row in self.rows]
        return [place for place in found_places if place and place.detail]

    def stops(self) -> list[dict]:
        said = [stop for form in self.rows if (stop := form.stop())]
        return sorted(said, key=lambda stop: stop["minutes"])

    def facts(self) -> dict:
        stops = self.stops()
        if stops == self.standing() or not stops:
            return {}
        facts = {"stops": stops}
        if not self.listing.title or self.listing.title == self._title(self.standing()):
            facts["title"] = self._title(stops)
        return facts

    @staticmethod
    def _title(stops: list[dict]) -> str:
        """What a ride is called that was given no title of its own: it follows its way."""
        return f"{stops[0]['place'][:55]} → {stops[-1]['place'][:55]}" if stops else ""

    @property
    def zone(self) -> str:
        """The zone of the first stop, as it is being said."""
        stops = self.stops()
        if not stops:
            return self.listing.time_zone
        return zone_of(self.listing.community, Point(stops[0]["lat"], stops[0]["lon"]))


class DepartureForm(forms.Form):
    """One date and time, or the same weekday and time for some weeks."""

    day = forms.DateField(
        label=gettext_lazy("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    at = forms.TimeField(
        label=gettext_lazy("Sets off at"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    weeks = forms.IntegerField(
        label=gettext_lazy("For how many weeks"),
        min_value=1,
        max_value=MOST_WEEKS,
        required=False,
        initial=1,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )

    def __init__(self, *args, listing, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.listing = listing

    def clean(self) -> dict:
        said = super().clean()
        for name, other in (("at", "day"), ("day", "at")):
            if said.get(other) and not said.get(name) and name not in self.errors:
                self.add_error(name, _("A departure has a day and a time."))
        return said


class DeparturesForm(RowsForm):
    """The departures to come: which of them stay, and new ones."""

    row, prefix_of_rows, most = DepartureForm, "departures", 8
    row_name = gettext_lazy("Departure")
    answers_for = frozenset({"departures"})
    keep = forms.MultipleChoiceField(
        label=gettext_lazy("Departures"), required=False, widget=forms.CheckboxSelectMultiple
    )
    zone_source: StopsForm | None = None

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        now = timezone.now()
        self.coming = {
            str(row.pk): row.leaves for row in self.listing.departures.filter(leaves__gt=now, cancelled=False)
        }
        zone = self.listing.time_zone
        self.fields["keep"].choices = [(pk, moment(leaves, zone)) for pk, leaves in self.coming.items()]
        self.initial["keep"] = list(self.coming)
        if not self.coming:
            self.fields["keep"].widget = forms.MultipleHiddenInput()

    def facts(self) -> dict:
        kept = {self.coming[pk] for pk in self.cleaned_data["keep"]}
        said = kept | set(self._new())
        return {"departures": sorted(said)} if said != set(self.coming.values()) else {}

    def _new(self) -> list[datetime]:
        zone = self.zone_source.zone if self.zone_source else self.listing.time_zone
        return [
            leaves
            for form in self.rows
            if (said := form.cleaned_data).get("day") and said.get("at")
            for leaves in rides.weekly(said["day"], said["at"], zone, said.get("weeks") or 1)
        ]
