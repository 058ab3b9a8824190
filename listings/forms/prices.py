"""Prices beyond the plain one, and the registration number of a place to sleep. Beside the terms, in the same step."""

# mypy: disable-error-code="union-attr, attr-defined, return-value, index, operator, arg-type, assignment"
# (the stubs do not know which fields a form has, nor that a cleaned form has its data)

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from listings import registration
from listings.states import LIMITS, MAX_TIERS, TIERED, UNITS_OF, Kind, Terms
from members.queries import communities_of

from .base import Amount, StepForm


class AmountOrNone(Amount):
    """Money as typed; nothing typed is no amount rather than none to pay."""

    def to_python(self, value):
        return None if value in self.empty_values or not str(value).strip() else super().to_python(value)


class PricesForm(StepForm):
    """Tiers by length, the price for commercial use, and whose members pay nothing. `terms`: the form before it."""

    asks_as = {"price_tiers": "tier_price_1", "commercial_price_minor": "commercial_price"}
    commercial_price = AmountOrNone(
        label=gettext_lazy("Price for commercial use"),
        required=False,
        help_text=gettext_lazy("Left empty, it is the same for all."),
    )
    free_to = forms.MultipleChoiceField(
        label=gettext_lazy("Free to members of"), required=False, widget=forms.CheckboxSelectMultiple
    )
    terms: StepForm | None = None

    def __init__(self, *args, listing, member, **kwargs) -> None:
        super().__init__(*args, listing=listing, member=member, **kwargs)
        self.by_length = any(unit in TIERED for unit in UNITS_OF[Kind(listing.kind)])
        self._ask_for_tiers()
        if listing.kind == Kind.RIDE:
            del self.fields["commercial_price"]
        else:
            self.fields["commercial_price"].currency = listing.currency
            self.initial["commercial_price"] = listing.commercial_price_minor
        mine = {community.slug: str(community) for community in communities_of(member)}
        standing = {community["slug"]: community["name"] for community in listing.freed}
        self.fields["free_to"].choices = list((mine | standing).items())
        self.initial["free_to"] = list(standing)

    def clean(self) -> dict:
        said = super().clean()
        for units, price in self._names():
            if said.get(units) and not said.get(price) and price not in self.errors:
                self.add_error(price, _("What does one cost then?"))
            if said.get(price) and not said.get(units) and units not in self.errors:
                self.add_error(units, _("From how many on?"))
        return said

    def facts(self) -> dict:
        said = self.cleaned_data
        facts: dict = {"free_to": said["free_to"]}
        if "commercial_price" in self.fields:
            facts["commercial_price_minor"] = said["commercial_price"]
        if self.by_length:
            chosen = getattr(self.terms, "cleaned_data", {})
            fit = chosen.get("terms") != Terms.GIFT and chosen.get("price_unit") in TIERED
            facts["price_tiers"] = self._tiers() if fit else []
        return facts

    @property
    def tiers(self) -> list[tuple]:
        """The rows: from how many units on, and what each costs then."""
        return [(self[units], self[price]) for units, price in self._names()]

    @property
    def says_more(self) -> bool:
        """Whether there is something in the fold, so that it stands open."""
        return bool(self.errors) or any(value not in (None, "", []) for value in self.initial.values())

    def _names(self) -> list[tuple[str, str]]:
        return [(f"tier_units_{n}", f"tier_price_{n}") for n in range(1, MAX_TIERS + 1)] if self.by_length else []

    def _ask_for_tiers(self) -> None:
        for number, (units, price) in enumerate(self._names()):
            self.fields[units] = forms.IntegerField(
                label=_("From how many on"),
                min_value=2,
                max_value=LIMITS["max_units"][1],
                required=False,
                widget=forms.NumberInput(attrs={"inputmode": "numeric", "class": "input--short"}),
            )
            self.fields[price] = AmountOrNone(label=_("Each costs then"), required=False)
            self.fields[price].currency = self.listing.currency
            if number < len(self.listing.price_tiers):
                tier = self.listing.price_tiers[number]
                self.initial |= {units: tier["from_units"], price: tier["price_minor"]}

    def _tiers(self) -> list[dict[str, int]]:
        said = self.cleaned_data
        return [
            {"from_units": said[units], "price_minor": said[price]} for units, price in self._names() if said.get(units)
        ]


class RegistrationForm(StepForm):
    """The number EU 2024/1028 asks to show, or that none is needed; asked for in the Union alone."""

    registration = forms.CharField(
        label=gettext_lazy("Registration number"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("European law asks for it where one pays by the night. It stands on the page."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    registration_not_needed = forms.BooleanField(label=gettext_lazy("My town asks for none"), required=False)
    terms: StepForm | None = None

    def __init__(self, *args, listing, **kwargs) -> None:
        super().__init__(*args, listing=listing, **kwargs)
        self.initial |= {name: getattr(listing.facts, name) for name in self.fields}
        self.in_force = listing.community.country.upper() in registration.EU
        if not self.in_force:
            self.fields.clear()

    def clean(self) -> dict:
        said, chosen = super().clean(), getattr(self.terms, "cleaned_data", {})
        asked = self.in_force and registration.is_asked_for(
            self.listing, terms=chosen.get("terms", Terms.GIFT), unit=chosen.get("price_unit", "")
        )
        if asked and not self.errors and not said["registration"] and not said["registration_not_needed"]:
            self.add_error("registration", _("Give the number, or say that your town asks for none."))
        return said
