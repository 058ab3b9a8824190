"""The questions of a listing's community, as fields of the step on what one should know."""

# mypy: disable-error-code="union-attr, attr-defined, return-value, index, operator, arg-type, assignment"
# (the stubs do not know which fields a form has, nor that a cleaned form has its data)

from django import forms
from django.utils.translation import gettext_lazy as _

from listings import answers
from listings.actions.asked import questions
from listings.models import Attribute
from listings.states import AttributeType

from .base import StepForm


class AskedForm(StepForm):
    """One field for each question; none where nothing is asked."""

    answers_for = frozenset({"attributes"})

    def __init__(self, *args, listing, **kwargs) -> None:
        super().__init__(*args, listing=listing, **kwargs)
        self.asked = list(questions(listing))
        for attribute in self.asked:
            self.fields[_name(attribute)] = _field(attribute)
        standing = {answer["slug"]: answer for answer in listing.answers}
        for attribute in self.asked:
            if answer := standing.get(attribute.slug):
                value = answers.plain(answer) if answer["thousandths"] is not None else answer["text"]
                self.initial[_name(attribute)] = value

    def blame(self, fact: str | None, sentence: str) -> bool:
        slug = (fact or "").removeprefix("attributes.")
        return super().blame(f"asked-{slug}" if f"asked-{slug}" in self.fields else fact, sentence)

    def facts(self) -> dict:
        said = {attribute.slug: self.cleaned_data[_name(attribute)] or None for attribute in self.asked}
        return {"attributes": said} if said else {}

    @property
    def rows(self) -> list[tuple]:
        """Each field with the unit that stands after it."""
        return [(self[_name(attribute)], attribute.unit) for attribute in self.asked]


def _name(attribute: Attribute) -> str:
    return f"asked-{attribute.slug}"


def _field(attribute: Attribute) -> forms.Field:
    said = {"label": attribute.name, "required": attribute.required}
    if attribute.type in (AttributeType.YES_NO, AttributeType.CHOICE):
        choices = [(option["key"], option["label"]) for option in attribute.options]
        if attribute.type == AttributeType.YES_NO:
            choices = [(answers.YES, _("Yes")), (answers.NO, _("No"))]
        return forms.ChoiceField(choices=[("", "—"), *choices], **said)
    if attribute.type == AttributeType.NUMBER:
        return Number(**said)
    return forms.CharField(max_length=answers.LONGEST_TEXT, **said)


class Number(forms.CharField):
    """As typed, "2.5" or "2,5"; cleaned to text that `answers.kept` reads."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "input--short"})

    def clean(self, value):
        text = super().clean(value)
        try:
            if text:
                answers.thousandths(text)
        except answers.Wrong as wrong:
            raise forms.ValidationError(str(wrong)) from wrong
        return text
