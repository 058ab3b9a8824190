"""Forms of the treasury: projects, payouts, budgets, and who may look into the books."""

import uuid
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members.models import Member
from sharing.web import formats

from . import budgets, charts
from .forms import MinorField, RefusingForm, set_facts
from .models import BudgetLine, OpenBooks
from .treasury_states import PayoutWay


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


class PayoutForm(RefusingForm):
    """Asking for money that the books owe oneself; treasurers also for what a decided budget line allows."""

    names = {"minor": "amount"}

    key = forms.CharField(max_length=40, widget=forms.HiddenInput)
    line = forms.TypedChoiceField(label=_("Out of"), coerce=int, empty_value=None, required=False)
    payee = forms.CharField(label=_("To whom"), max_length=80, required=False)
    amount = MinorField(label=_("How much"))
    way = forms.ChoiceField(
        label=_("How"), choices=PayoutWay.choices, initial=PayoutWay.CASH, widget=forms.RadioSelect
    )
    note = forms.CharField(label=_("What for"), max_length=140, required=False)

    def __init__(self, *args: Any, currency: str, lines: list[BudgetLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("key", uuid.uuid4().hex)
        self.lines = {line.pk: line for line in lines}
        set_facts(self.fields["amount"], currency=currency)
        if lines:
            named = [(line.pk, f"{line.label} {line.year}") for line in lines]
            set_facts(self.fields["line"], choices=[("", _("my own wallet")), *named])
        else:
            del self.fields["line"], self.fields["payee"]

    def facts(self, member: Member) -> dict[str, Any]:
        typed = self.cleaned_data
        line = self.lines.get(typed.get("line") or 0)
        facts = {"minor": typed["amount"], "key": typed["key"], "way": typed["way"], "note": typed["note"]}
        return facts | ({"line": line, "payee": typed["payee"]} if line else {"member": member})


class ProjectPayoutForm(RefusingForm):
    """A step that is paid out of a project."""

    names = {"minor": "amount"}

    key = forms.CharField(max_length=40, widget=forms.HiddenInput)
    payee = forms.CharField(label=_("To whom"), max_length=80)
    amount = MinorField(label=_("How much"))
    note = forms.CharField(label=_("For which step"), max_length=140, help_text=_("“The frame”, “The wheels”."))
    way = forms.ChoiceField(
        label=_("How"), choices=PayoutWay.choices, initial=PayoutWay.BANK, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("key", uuid.uuid4().hex)
        set_facts(self.fields["amount"], currency=currency)

    def facts(self) -> dict[str, Any]:
        typed = self.cleaned_data
        return {name: typed[name] for name in ("payee", "note", "way", "key")} | {"minor": typed["amount"]}


class StatementForm(RefusingForm):
    """Up to the end of which month."""

    until = forms.ChoiceField(label=_("Up to the end of"))

    def __init__(self, *args: Any, months: list[date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(month.isoformat(), formats.moment(month, style="month")) for month in months]
        set_facts(self.fields["until"], choices=named)

    def clean_until(self) -> date:
        return date.fromisoformat(self.cleaned_data["until"])


class BudgetLineForm(RefusingForm):
    """One line of a year's budget."""

    names = {"minor": "amount"}

    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2200)
    flow = forms.ChoiceField(label=_("Kind"))
    label = forms.CharField(label=_("What for"), max_length=60)
    amount = MinorField(label=_("How much"))
    decision = forms.TypedChoiceField(
        label=_("The decision behind it"), required=False, coerce=int, empty_value=None,
        help_text=_("A line that was decided stays as it is, and may be paid out of by two people."),
    )

    def __init__(self, *args: Any, currency: str, decisions: list[budgets.Decided], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_facts(self.fields["amount"], currency=currency)
        set_facts(self.fields["flow"], choices=[
            (_("comes in"), [(f"in-{kind}", charts.label(kind, True)) for kind in budgets.INCOME]),
            (_("goes out"), [(f"out-{kind}", charts.label(kind, False)) for kind in budgets.OUTGO]),
        ])
        named = [
            (each.proposal.number, _("%(title)s: %(left)s left") % {
                "title": each.proposal.title, "left": formats.money(each.left_minor, currency)
            })
            for each in decisions
        ]
        set_facts(self.fields["decision"], choices=[("", _("none")), *named])

    def facts(self) -> dict[str, Any]:
        typed = self.cleaned_data
        way, _dash, kind = typed["flow"].partition("-")
        return {
            "year": typed["year"], "kind": kind, "incoming": way == "in", "label": typed["label"],
            "minor": typed["amount"], "decision": typed["decision"],
        }
