"""Asking for what one looks for, and answering a neighbour who does."""

# mypy: disable-error-code="union-attr, attr-defined, return-value, index, operator, arg-type, assignment"
# (the stubs do not know which fields a form has, nor that a cleaned form has its data)

from django import forms
from django.utils.translation import gettext_lazy as _

from listings.models import Listing
from listings.states import Kind
from members.forms.fields import PlaceForm, ProseField
from members.models import Community
from members.queries import communities_of

KINDS = [(Kind.TOOL.value, _("A thing")), (Kind.ROOM.value, _("A room")), (Kind.RIDE.value, _("A ride"))]


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class WantForm(PlaceForm):
    title = forms.CharField(
        label=_("What are you looking for?"), max_length=80,
        help_text=_("In a word or two, as one would name it: “extension ladder”."),
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("What is it?"), choices=KINDS, initial=Kind.TOOL.value, widget=forms.RadioSelect)
    starts = forms.DateField(label=_("From"), required=False, widget=_day())
    ends = forms.DateField(label=_("Until"), required=False, widget=_day())
    description = ProseField(
        label=_("What for, and what should it be like?"), required=False, max_length=1000, rows=3
    )
    everyone = forms.ChoiceField(
        label=_("Who may read it?"), widget=forms.RadioSelect, initial="yes",
        choices=[("yes", _("Everyone nearby")), ("no", _("Only members of the community"))],
    )  # fmt: skip
    community = forms.ModelChoiceField(label=_("In which community?"), queryset=Community.objects.none())

    def __init__(self, *args, member, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        mine = communities_of(member)
        homes = list(mine)
        self.fields["community"].queryset = mine
        if homes:
            self.fields["community"].initial = homes[0].pk
        if len(homes) == 1:
            self.fields["community"].widget = forms.HiddenInput()
        self.homeless = not homes
        if member.lat is not None:
            self.fields["place"].initial = member.place
            self.fields["lat"].initial, self.fields["lon"].initial = member.lat, member.lon

    def facts(self) -> dict:
        said = self.cleaned_data
        facts = {name: said[name] for name in ("title", "kind", "description", "starts", "ends", "community", "place")}
        return facts | {"everyone": said["everyone"] == "yes", "point": self.spot.point if self.spot else None}

    def clean(self) -> dict:
        said = super().clean()
        if said.get("place") and self.spot is None and "place" not in self.errors:
            self.add_error("place", _("We do not know this place. Try the nearest town."))
        return said


class AnswerForm(forms.Form):
    """`listing`: one of the neighbour's own that fits; `client_id` makes a form sent twice one answer."""

    listing = forms.ModelChoiceField(
        label=_("Something of yours"), queryset=Listing.objects.none(), required=False, empty_label=_("Only a message")
    )
    body = ProseField(label=_("Your message"), required=False, max_length=4000, rows=3)
    client_id = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args, offers: list[Listing], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["listing"]
        field.queryset = Listing.objects.filter(pk__in=[offer.pk for offer in offers])
        field.choices = [("", field.empty_label), *((offer.pk, offer.title) for offer in offers)]
        if not offers:
            del self.fields["listing"]
