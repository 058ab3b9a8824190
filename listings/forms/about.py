"""What one should know of a tool, a room or a ride: the facts of each kind, in words and measures."""

# mypy: disable-error-code="union-attr, attr-defined, return-value, index, operator, arg-type, assignment"
# (the stubs do not know which fields a form has, nor that a cleaned form has its data)

from django import forms
from django.utils.translation import gettext_lazy as _

from listings import categories
from listings.models import Listing
from listings.states import MAX_TAGS, Condition, Kind, ListingState, Unit

from .base import Amount, StepForm, figure

_TALL = forms.Textarea(attrs={"rows": 5})
_LOW = forms.Textarea(attrs={"rows": 2})


def clock(label: str, **kwargs) -> forms.TimeField:
    return forms.TimeField(label=label, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), **kwargs)


_TELL = {
    Kind.TOOL: _("What it is good for, what to mind, how it comes back."),
    Kind.ROOM: _("What it is like there, and what to mind."),
    Kind.RIDE: _("How you drive, and what to mind."),
}


class WordsForm(StepForm):
    """What every kind has to say of itself."""

    description = forms.CharField(
        label=_("Description"),
        max_length=6000,
        required=False,
        widget=_TALL,
    )
    tags = forms.CharField(
        label=_("Tags"),
        max_length=41 * MAX_TAGS,
        required=False,
        help_text=_("Other words one might look for, with commas between them."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args, listing: Listing, **kwargs) -> None:
        super().__init__(*args, listing=listing, **kwargs)
        self.fields["description"].help_text = _TELL[Kind(listing.kind)]
        own = {name: getattr(listing.facts, name) for name in self.fields if hasattr(listing.facts, name)}
        self.initial |= {"description": listing.description, "tags": ", ".join(listing.tags), **own}

    def facts(self) -> dict:
        said = super().facts()
        said["tags"] = [tag for tag in said["tags"].split(",") if tag.strip()]
        return said


class ToolForm(WordsForm):
    asks_as = {"value_minor": "value"}
    condition = forms.ChoiceField(label=_("Condition"), required=False, choices=[("", "—"), *Condition.choices])
    brand = forms.CharField(label=_("Brand and model"), max_length=80, required=False)
    size = forms.CharField(
        label=_("Size"), max_length=80, required=False, help_text=_("In words or measures: M, 4 × 3 m, 25 l.")
    )
    value = Amount(
        label=_("What it is worth"), required=False, help_text=_("Not shown. It helps to find a fair deposit.")
    )
    included = forms.CharField(label=_("What comes with it"), max_length=1000, required=False, widget=_LOW)
    approval_needed = forms.BooleanField(
        label=_("Training or approval needed"),
        required=False,
        help_text=_("For what can hurt, or is hard to replace."),
    )
    approval_note = forms.CharField(
        label=_("What one has to know or show"), max_length=500, required=False, widget=_LOW
    )
    instructions = forms.CharField(
        label=_("How to use it"),
        max_length=6000,
        required=False,
        widget=_LOW,
        help_text=_("What you would show over the fence, in a few lines."),
    )

    def __init__(self, *args, listing: Listing, **kwargs) -> None:
        super().__init__(*args, listing=listing, **kwargs)
        self.fields["value"].currency = listing.currency
        self.initial["value"] = listing.facts.value_minor or None

    def facts(self) -> dict:
        said = super().facts()
        said["value_minor"] = said.pop("value")
        if not said["approval_needed"]:
            said["approval_note"] = ""
        return said


class RoomForm(WordsForm):
    whole = forms.TypedChoiceField(
        label=_("How is it shared?"),
        coerce=lambda value: value == "True",
        choices=[("True", _("The whole room for one party")), ("False", _("Beds or places one by one"))],
        widget=forms.RadioSelect,
    )
    beds = figure("beds", _("Beds, or places"), help_text=_("How many people it has room for."))
    bathrooms = figure("bathrooms", _("Bathrooms"), required=False)
    check_in = clock(_("Check-in from"))
    check_out = clock(_("Check-out until"))
    pets = forms.BooleanField(label=_("Pets are welcome"), required=False)
    smoking = forms.BooleanField(label=_("Smoking is allowed"), required=False)
    work_space = forms.BooleanField(label=_("A place to work"), required=False)
    quiet_from = clock(_("Quiet from"), required=False)
    quiet_until = clock(_("until"), required=False)
    step_free = forms.TypedChoiceField(
        label=_("Without a step?"),
        required=False,
        coerce=lambda value: value == "True",
        empty_value=None,
        choices=[("", _("Not measured")), ("True", _("Yes, step-free")), ("False", _("No, there are steps"))],
    )
    steps = figure("steps", _("Steps on the way in"), required=False)
    door_cm = figure("door_cm", _("Narrowest door"), required=False)
    access = forms.CharField(
        label=_("Getting in, in words"),
        max_length=1000,
        required=False,
        widget=_LOW,
        help_text=_("For wheelchairs and prams: ramp, lift, where the steps are."),
    )
    rules = forms.CharField(label=_("House rules"), max_length=2000, required=False, widget=_LOW)

    def __init__(self, *args, listing: Listing, **kwargs) -> None:
        super().__init__(*args, listing=listing, **kwargs)
        root = categories.root_of(categories.slug_of(listing.category_id))
        by_night = listing.state != ListingState.DRAFT and listing.price_unit == Unit.NIGHT
        if root is not None and root.slug == categories.SPACES and not by_night:
            del self.fields["check_in"], self.fields["check_out"]  # nobody sleeps in a workshop

    def facts(self) -> dict:
        said = super().facts()
        said["capacity"] = 1 if said["whole"] else said["beds"]
        return said

    @property
    def tells_access(self) -> bool:
        """Whether the part on getting in has anything, so that it stands open."""
        names = ("step_free", "steps", "door_cm", "access")
        return bool(self.errors) or any(self[name].value() not in (None, "") for name in names)


class RideForm(WordsForm):
    vehicle = forms.CharField(label=_("Vehicle"), max_length=80, required=False)
    luggage = forms.CharField(
        label=_("Luggage"), max_length=80, required=False, help_text=_("One rucksack each, room for two bicycles…")
    )
    pets = forms.BooleanField(label=_("Pets may come along"), required=False)
    smoking = forms.BooleanField(label=_("Smoking is allowed"), required=False)
    two_behind = forms.BooleanField(label=_("At most two people on the back seat"), required=False)
