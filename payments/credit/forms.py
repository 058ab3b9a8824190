"""What is asked about credit: its plan, a member's limit, and what one gives."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members import naming
from members.forms import NameField
from members.models import Community, Member, Membership
from members.states import CreditUnit
from sharing.values.money import parse_minor

from .accounts import currency_of
from .actions import LONGEST_NOTE


class AmountField(forms.CharField):
    """A decimal amount of `currency`, read into whole minor units."""

    currency = ""

    def __init__(self, **kwargs: Any) -> None:
        typed = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "maxlength": "16"})
        super().__init__(widget=typed, **kwargs)

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        try:
            return parse_minor(text[:30], self.currency)
        except (ValueError, OverflowError) as error:
            raise forms.ValidationError(_("Please write an amount, like 12.50.")) from error


class PlanForm(forms.Form):
    unit = forms.ChoiceField(label=gettext_lazy("What you count in"), choices=CreditUnit.choices)
    worth = AmountField(label=gettext_lazy("One counts for a price of"))
    limit = AmountField(
        label=gettext_lazy("How far one may go below zero"),
        help_text=gettext_lazy("In hours or tokens, for everybody who begins; each member's can be set apart."),
    )

    def __init__(self, community: Community, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["worth"].currency = community.currency  # type: ignore[attr-defined]
        self.fields["limit"].currency = "XHR"  # type: ignore[attr-defined]


class LimitForm(forms.Form):
    limit = AmountField(label=gettext_lazy("Limit"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["limit"].currency = "XHR"  # type: ignore[attr-defined]


class GiveForm(forms.Form):
    """`key` makes a form sent twice one gift."""

    to = forms.ModelChoiceField(
        Member.objects.none(), label=gettext_lazy("To whom"), empty_label=gettext_lazy("Choose a neighbour")
    )
    amount = AmountField(label=gettext_lazy("How much"))
    note = forms.CharField(
        label=gettext_lazy("What for"), max_length=LONGEST_NOTE,
        help_text=gettext_lazy("It stands in the books for good, where every member can read it."),
    )
    key = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    def clean_to(self) -> Member:
        chosen = self.cleaned_data["to"]
        if isinstance(chosen, Member):
            return chosen
        member = self.named.filter(pk=chosen).first()
        if member is None:
            raise forms.ValidationError(_("Choose a neighbour"))
        return member

    def __init__(self, community: Community, giver: Member, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = Membership.objects.active().filter(community=community).values("member")
        named = Member.objects.filter(pk__in=here, is_active=True).exclude(pk=giver.pk).order_by("name", "pk")
        self.named = named
        if len(named.values_list("pk")[: naming.MOST + 1]) > naming.MOST:
            self.fields["to"] = NameField(community, label=self.fields["to"].label)
        else:
            self.fields["to"].queryset = named  # type: ignore[attr-defined]
        self.fields["amount"].currency = currency_of(community)  # type: ignore[attr-defined]
