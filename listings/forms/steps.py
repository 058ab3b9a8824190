"""Three short steps: what it is, what one should know, on which terms; and which forms each kind shows in them."""

# mypy: disable-error-code="union-attr, attr-defined, return-value, index, operator, arg-type, assignment"
# (the stubs do not know which fields a form has, nor that a cleaned form has its data)

from contextlib import suppress
from copy import copy

from django import forms
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from listings import categories
from listings.actions.pricing import usual_deposit
from listings.driving import costs
from listings.models import Listing
from listings.states import UNITS_OF, Cancellation, Kind, ListingState, Terms, Unit, Visibility
from members.models import Member
from sharing.web.formats import money

from .about import RideForm, RoomForm, ToolForm
from .asked import AskedForm
from .audience import audience_facts, audience_of, offer_audience
from .base import Amount, StepForm, figure
from .place import PlaceForm
from .prices import PricesForm, RegistrationForm
from .way import DeparturesForm, StopsForm

STEPS = ("start", "about", "terms")


class StartForm(StepForm):
    """What it is. The photos beside it have their own endpoints."""

    title = forms.CharField(
        label=_("Title"), max_length=120, required=False, help_text=_("What neighbours would look for.")
    )
    category = forms.ChoiceField(label=_("Category"), required=False)

    def __init__(self, *args, listing: Listing, **kwargs) -> None:
        super().__init__(*args, listing=listing, **kwargs)
        self.initial |= {"title": listing.title, "category": categories.slug_of(listing.category_id)}
        self.fields["category"].choices = [
            ("", _("Choose what fits")),
            *categories.choices(listing.kind, categories.own_of(listing.community_id)),
        ]
        self.fields["title"].widget.attrs |= {"placeholder": _EXAMPLES[Kind(listing.kind)], "autocomplete": "off"}
        self.fields["title"].required = listing.kind != Kind.RIDE
        if listing.kind == Kind.RIDE:
            self.fields["title"].help_text = _("Left empty, it says from where to where.")


_TERMS_APART = _("Shared cost: what it costs you, shared, and no more. Rent: what you ask for it, a gain included.")
_COUNTED = {Unit.HOUR: _("hours"), Unit.DAY: _("days"), Unit.NIGHT: _("nights"), Unit.USE: _("days")}

_EXAMPLES = {
    Kind.TOOL: _("Hammer drill, 18 V"),
    Kind.ROOM: _("Quiet room with a view of the yard"),
    Kind.RIDE: _("Freiburg to Bern on Friday"),
}


class TermsForm(StepForm):
    """On which terms. Which of the fields a kind has, its subclasses say."""

    asks_as = {"price_minor": "price", "deposit_minor": "deposit", "stops": "price", "circle": "visibility"}
    terms = forms.ChoiceField(label=_("For free, or for a price?"), choices=Terms.choices, widget=forms.RadioSelect)
    price = Amount(label=_("Price"), required=False)
    price_unit = forms.ChoiceField(label=pgettext_lazy("what a price is for", "per"))
    deposit = Amount(label=_("Deposit"), required=False, help_text=_("Given back when it comes back whole."))
    capacity = figure("capacity", _("How many do you have?"), help_text=_("Copies that are as good as one another."))
    instant = forms.BooleanField(
        label=_("May be booked at once"),
        required=False,
        help_text=_("Without it you answer each request yourself."),
    )
    cancellation = forms.ChoiceField(label=_("Cancelling"), choices=Cancellation.choices)
    visibility = forms.ChoiceField(label=_("Who may see it?"), choices=Visibility.choices, widget=forms.RadioSelect)
    min_units = figure("min_units", _("At least"))
    max_units = figure("max_units", _("At most"))
    notice_hours = forms.TypedChoiceField(label=_("Notice you need"), coerce=int)
    horizon_days = forms.TypedChoiceField(label=_("Bookable ahead"), coerce=int)
    buffer_after = forms.TypedChoiceField(label=_("Kept free between two bookings"), coerce=int)
    _facts = {"price": "price_minor", "deposit": "deposit_minor"}
    _drop: tuple[str, ...] = ()

    def __init__(self, *args, listing: Listing, **kwargs) -> None:
        super().__init__(*args, listing=listing, **kwargs)
        for name in self._drop:
            del self.fields[name]
        for name in ("price", "deposit"):
            if name in self.fields:
                self.fields[name].currency = listing.currency
        if "price_unit" in self.fields:
            self.fields["price_unit"].choices = [(unit, unit.label) for unit in UNITS_OF[Kind(listing.kind)]]
        offer_audience(self, listing, self.member)
        for name, choices in _SPANS.items():
            if name in self.fields:
                self.fields[name].choices = _with(choices, getattr(listing, name))
        self.initial |= {name: getattr(listing, self._facts.get(name, name)) for name in self.fields}
        self.initial["visibility"] = audience_of(listing)
        if not listing.price_minor and "price" in self.fields:
            self.initial["price"] = ""

    @property
    def counted(self) -> SafeString:
        """What a stay counts in, as the price does: the unit chosen is shown, the others wait for another choice."""
        chosen = self["price_unit"].value()
        units = ((unit, "" if unit == chosen else " hidden", label) for unit, label in _COUNTED.items())
        return format_html_join("", '<span data-when="price_unit={}"{}>{}</span>', units)

    def facts(self) -> dict:
        said = super().facts()
        facts = {self._facts.get(name, name): value for name, value in said.items()}
        facts |= audience_facts(facts["visibility"])
        if facts["terms"] == Terms.GIFT:
            facts["price_minor"] = 0
        return facts


class ToolTermsForm(TermsForm):
    """Beside the deposit stands what its worth suggests."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["terms"].help_text = _TERMS_APART
        if worth := self.listing.facts.value_minor:
            code = self.listing.currency
            usual = usual_deposit(worth, code)
            said = {"worth": money(worth, code, short=True), "deposit": money(usual, code, short=True)}
            self.fields["deposit"].help_text = gettext("For %(worth)s of worth, %(deposit)s is usual.") % said


class RoomTermsForm(TermsForm):
    """Where one works or meets one pays by the hour, unless something else was said."""

    _drop = ("capacity",)

    def __init__(self, *args, listing: Listing, **kwargs) -> None:
        super().__init__(*args, listing=listing, **kwargs)
        self.fields["terms"].help_text = _TERMS_APART
        root = categories.root_of(categories.slug_of(listing.category_id))
        untold = listing.state == ListingState.DRAFT and not listing.price_minor and listing.price_unit == Unit.NIGHT
        if untold and root is not None and root.slug == categories.SPACES:
            self.initial["price_unit"] = Unit.HOUR


class RideTermsForm(TermsForm):
    """A ride shares its costs at most: carrying people for profit is another trade, with its own insurance."""

    _drop = ("price_unit", "deposit", "min_units", "max_units", "buffer_after")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["terms"].choices = [(Terms.GIFT, Terms.GIFT.label), (Terms.COST_SHARE, Terms.COST_SHARE.label)]
        self.fields["price"].label = _("A seat for the whole way")
        self.fields["price"].help_text = _("Fuel, tolls and wear, divided by all in the car, you included.")
        self.fields["capacity"].label = _("Free seats")
        self.fields["capacity"].help_text = ""
        self.stops = list(self.listing.stops.all())
        usual = costs.portions(self.stops, self.listing.price_minor) if len(self.stops) > 1 else []
        for number, stop in enumerate(self.stops[1:-1], 1):
            field = Amount(label=gettext("A seat to %(stop)s") % {"stop": stop.place}, required=False)
            field.currency = self.listing.currency
            self.fields[f"to_{stop.position}"] = field
            self.initial[f"to_{stop.position}"] = stop.price_minor if stop.price_minor != usual[number] else None
        self.share = costs.share(self._as_asked(), self.stops) if len(self.stops) > 1 else None

    def _as_asked(self) -> Listing:
        """With as many seats as are being asked for, so that what is said here and what is refused reckon alike."""
        asked = copy(self.listing)
        with suppress(forms.ValidationError):
            asked.capacity = self.fields["capacity"].clean(self["capacity"].value())
        return asked

    @property
    def between(self) -> list:
        """The fields for the stops on the way."""
        return [self[f"to_{stop.position}"] for stop in self.stops[1:-1]]

    def facts(self) -> dict:
        said = super().facts()
        on_the_way = [said.pop(f"to_{stop.position}") for stop in self.stops[1:-1]]
        if len(self.stops) < 2 or said["terms"] == Terms.GIFT:
            return said
        prices = [0, *(price or None for price in on_the_way), said["price_minor"]]
        names = ("place", "lat", "lon", "minutes")
        said["stops"] = [
            {name: getattr(stop, name) for name in names}
            | {"price_minor": price, "km": None if stop.road_m is None else stop.road_m / 1000}
            for stop, price in zip(self.stops, prices, strict=True)
        ]
        return said


_SPANS = {
    "notice_hours": (
        (0, _("None")),
        (2, _("2 hours")),
        (6, _("6 hours")),
        (12, _("12 hours")),
        (24, _("1 day")),
        (48, _("2 days")),
        (96, _("4 days")),
        (168, _("A week")),
    ),
    "horizon_days": (
        (14, _("2 weeks")),
        (30, _("A month")),
        (90, _("3 months")),
        (180, _("Half a year")),
        (365, _("A year")),
    ),
    "buffer_after": (
        (0, _("Nothing")),
        (30, _("Half an hour")),
        (60, _("An hour")),
        (180, _("3 hours")),
        (720, _("Half a day")),
        (1440, _("A day")),
    ),
}


def _with(choices: tuple, value: int) -> list:
    """The usual choices, and what was set by other means."""
    known = [choice for choice, _label in choices]
    return [*choices, *([(value, str(value))] if value not in known else [])]


_FORMS = {
    (Kind.TOOL, "start"): (StartForm,),
    (Kind.ROOM, "start"): (StartForm,),
    (Kind.RIDE, "start"): (StartForm,),
    (Kind.TOOL, "about"): (ToolForm, PlaceForm, AskedForm),
    (Kind.ROOM, "about"): (RoomForm, PlaceForm, AskedForm),
    (Kind.RIDE, "about"): (StopsForm, DeparturesForm, RideForm, AskedForm),
    (Kind.TOOL, "terms"): (ToolTermsForm, PricesForm),
    (Kind.ROOM, "terms"): (RoomTermsForm, PricesForm, RegistrationForm),
    (Kind.RIDE, "terms"): (RideTermsForm, PricesForm),
}


def forms_of(listing: Listing, step: str, member: Member, data=None) -> list[StepForm]:
    """The forms a step shows, bound when there is data."""
    forms_shown = [form(data, listing=listing, member=member) for form in _FORMS[Kind(listing.kind), step]]
    if (listing.kind, step) == (Kind.RIDE, "about"):
        forms_shown[1].zone_source = forms_shown[0]
    if step == "terms":
        for form in forms_shown[1:]:
            form.terms = forms_shown[0]
    return forms_shown
