"""Where it is: at my place, in the community, or anywhere a name leads to."""

# mypy: disable-error-code="union-attr, attr-defined, return-value, index, operator, arg-type, assignment"
# (the stubs do not know which fields a form has, nor that a cleaned form has its data)

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from listings import places
from listings.places import coordinates
from sharing.values.place import Point

from .base import StepForm

MINE, COMMUNITY, STAY, OTHER = "mine", "community", "stay", "other"


class PlaceForm(StepForm):
    """`lat`/`lon` come from a suggestion or from the device; without script the words are looked up."""

    asks_as = {"lat": "place_text", "lon": "place_text", "place": "place_text"}
    where = forms.ChoiceField(label=gettext_lazy("Where is it?"), widget=forms.RadioSelect)
    place_text = forms.CharField(
        label=gettext_lazy("Place"),
        max_length=160,
        required=False,
        help_text=gettext_lazy("A town or a quarter. This is what everybody reads."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-place-text": ""}),
    )
    place_lat = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    place_lon = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)
    coordinates = forms.CharField(
        label=gettext_lazy("Coordinates"),
        max_length=coordinates.LONGEST_ADDRESS,
        required=False,
        help_text=gettext_lazy("If you have them: 47.9959, 7.8522, or copied from any map. They stay here."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "text", "data-coordinates": ""}),
    )
    address = forms.CharField(
        label=gettext_lazy("Street and number"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Only those whose booking you have agreed to are told."),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        listing, member = self.listing, self.member
        self.home = None if listing.is_commons or member.lat is None else Point(member.lat, member.lon)
        self.fields["where"].choices = list(self._choices())
        self.initial |= {"where": self._now(), "place_text": listing.place, "address": listing.address}

    def clean(self) -> dict:
        said = super().clean()
        self.point = None
        if said.get("where") == OTHER and "place_text" not in self.errors:
            self._find(said)
        return said

    def facts(self) -> dict:
        said, community = self.cleaned_data, self.listing.community
        facts = {"address": said["address"]}
        if said["where"] == MINE:
            facts |= {"lat": self.home.lat, "lon": self.home.lon, "place": self.member.place}
        elif said["where"] == COMMUNITY:
            facts |= {"lat": community.lat, "lon": community.lon, "place": community.place}
        elif said["where"] == OTHER:
            facts |= {"lat": self.point.lat, "lon": self.point.lon, "place": said["place_text"]}
        return facts

    def _choices(self):
        if self.home:
            at = self.member.place
            yield MINE, _("At my place: %(place)s") % {"place": at} if at else _("At my place")
        community = self.listing.community
        yield COMMUNITY, _("In the middle of %(community)s") % {"community": community}
        if self._now() == STAY:
            yield STAY, _("Where it is now: %(place)s") % {"place": self.listing.place or _("a point on the map")}
        yield OTHER, _("Somewhere else")

    def _now(self) -> str:
        here = (self.listing.lat, self.listing.lon)
        if self.home and here == (self.home.lat, self.home.lon):
            return MINE
        community = self.listing.community
        return COMMUNITY if here == (community.lat, community.lon) else STAY

    def _find(self, said: dict) -> None:
        """The pin or pasted coordinates, else what was chosen or typed by name."""
        words, given = said.get("place_text", ""), said.get("coordinates", "")
        if given and (point := coordinates.parse(given)) is None:
            self.add_error("coordinates", _("These are no coordinates. Write them like 47.9959, 7.8522."))
        elif given:
            self._stand(point, "" if coordinates.parse(words) else words)
        elif (point := coordinates.parse(words)) is not None:
            self._stand(point, "")
        elif not words:
            self.add_error("place_text", _("Say where it is."))
        elif said.get("place_lat") is not None and said.get("place_lon") is not None:
            self.point = Point(said["place_lat"], said["place_lon"])
        else:
            self.point = found(self, "place_text", words)


    def _stand(self, point: Point, words: str) -> None:
        """At the point; for everybody to read the words, else the town it is near to, never the figures."""
        self.point = point
        self.cleaned_data["place_text"] = words or places.name_at(point.lat, point.lon) or self.listing.community.place


def found(form: StepForm, field: str, words: str) -> Point | None:
    """The point the words mean, seen from the community; an error at the field when they mean none."""
    community = form.listing.community
    near = Point(community.lat, community.lon)
    place = places.resolve(words, language=get_language() or "en", near=near)
    if place is None:
        form.add_error(field, _("We do not know this place. Try the name of the town, or its coordinates."))
        return None
    form.found_place = place
    return Point(place.lat, place.lon)
