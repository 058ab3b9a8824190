"""What the steps' forms have in common: they start from the listing, and a refusal lands at its field."""

# mypy: disable-error-code="union-attr, attr-defined, return-value, index, operator, arg-type, assignment"
# (the stubs do not know which fields a form has, nor that a cleaned form has its data)

from django import forms
from django.utils.translation import gettext_lazy as _

from listings import actions
from listings.actions.desk import StillPromised
from listings.models import Listing
from listings.places import FoundPlace
from listings.states import LIMITS
from sharing.values.money import exponent, parse_minor
from sharing.web.refusals import Refusal


class StepForm(forms.Form):
    """A part of what a listing says. `facts()` is what `actions.update` is given."""

    asks_as: dict[str, str] = {}  # a fact's name → this form's name for it
    answers_for: frozenset[str] = frozenset()  # facts without a field of their own here

    def __init__(self, data=None, files=None, *, listing: Listing, member, **kwargs) -> None:
        self.listing, self.member = listing, member
        super().__init__(data, files, **kwargs)

    def facts(self) -> dict:
        return dict(self.cleaned_data)

    def looked_up(self) -> list[FoundPlace]:
        """The places that were only typed, as they were understood."""
        return [place for place in (getattr(self, "found_place", None),) if place and place.detail]

    def blame(self, fact: str | None, sentence: str) -> bool:
        """Show the sentence at the field that asks for the fact; False when this form does not ask for it."""
        name = self.asks_as.get(fact, fact)
        if name not in self.fields and fact not in self.answers_for:
            return False
        self.add_error(name if name in self.fields else None, sentence)
        return True


def facts_of(sent: list[StepForm]) -> dict:
    """What all the forms of a step say."""
    facts: dict = {}
    for form in sent:
        facts |= form.facts()
    return facts


def saved(sent: list[StepForm], listing: Listing, member, facts: dict) -> bool:
    """Save what the forms of a step say, in one change; False leaves the reason at its field.

    Raises StillPromised when there would be fewer than is promised: that has a page of its own.
    """
    try:
        actions.update(listing.pk, by=member, facts=facts)
    except StillPromised:
        raise
    except Refusal as refusal:
        if not any(form.blame(refusal.field, str(refusal)) for form in sent):
            sent[0].add_error(None, str(refusal))
        return False
    return True


class Amount(forms.CharField):
    """Money as typed, "12.50" or "12,50", in the currency set on the field; cleans to minor units."""

    currency = "EUR"
    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "size": 8})

    def to_python(self, value):
        text = super().to_python(value)
        if text in self.empty_values:
            return 0
        try:
            minor = parse_minor(text[:30], self.currency)
        except (ValueError, OverflowError):
            raise forms.ValidationError(_("Please write an amount, like 12.50."), code="amount") from None
        if not 0 <= minor <= LIMITS["price_minor"][1]:
            raise forms.ValidationError(_("Please write an amount that a neighbour could pay."), code="amount")
        return minor

    def prepare_value(self, value):
        if not isinstance(value, int):
            return value
        places = exponent(self.currency)
        whole, part = divmod(value, 10**places)
        return f"{whole}.{part:0{places}d}" if part else str(whole)


def figure(name: str, label: str, **kwargs) -> forms.IntegerField:
    """A whole number within the LIMITS of its name."""
    least, most = LIMITS[name]
    widget = forms.NumberInput(attrs={"inputmode": "numeric", "class": "input--short"})
    return forms.IntegerField(label=label, min_value=least, max_value=most, widget=widget, **kwargs)
