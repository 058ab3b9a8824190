"""Forms of the treasury: projects, payouts, budgets, and who may look into the books."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .forms import MinorField, RefusingForm, set_facts
from .models import OpenBooks


class OpenBooksForm(forms.ModelForm):
    """Who may look into the books beside the members."""

    class Meta:
        model = OpenBooks
        fields = ["public", "indexed"]


class ProjectForm(RefusingForm):
    """Something to save for."""

    names = {"goal_minor": "goal"}

    name = forms.CharField(label=_("What for"), max_length=80)
    goal = MinorField(label=_("How much it takes"), required=False)
    why = forms.CharField(label=_("Why"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_facts(self.fields["goal"], currency=currency)

    def facts(self) -> dict[str, Any]:
        typed = self.cleaned_data
        return {"name": typed["name"], "goal_minor": typed["goal"], "why": typed["why"]}
