"""The forms of each kind of proposal, of marks for its options, and of who votes for whom."""

from datetime import date
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from members import naming
from members.forms import NameField
from members.models import Community, Membership
from members.queries import current_rules
from members.states import Standing

from . import charter, counting, projects, terms
from .counting import BEST, MOST_OPTIONS
from .delegating import ALL
from .forms import FeeForm, MinorField, ProposalForm, RefusingForm, SpendForm, set_facts
from .models import Proposal
from .states import MANY, METHODS, Method, ProposalKind

ROWS = 5  # options that a new form offers

_THRESHOLDS = [(5000, _("At least 2.5 points")), (6000, _("At least 3 points")), (8000, _("At least 4 points"))]


class OptionsForm(ProposalForm):
    """Several things to choose among, by points or by tokens."""

    names = {"minor": "pot"}

    method = forms.CharField(widget=forms.HiddenInput)  # type: ignore[assignment]
    pot = MinorField(label=_("How much is shared out at most"))
    tokens = forms.IntegerField(
        label=_("Tokens for each member"), min_value=1, max_value=counting.MOST_TOKENS, initial=10
    )

    def __init__(self, *args: Any, kind: str, method: str, rows: int = 0, **kwargs: Any) -> None:
        self.kind = kind
        super().__init__(*args, **kwargs)
        self.initial["method"] = method
        self.costs = kind == ProposalKind.SPEND
        kept = self.proposal.terms if self.proposal else {}
        self._add_rows(kept.get("options", []), rows)
        if method == Method.BUDGET:
            set_facts(self.fields["pot"], currency=self.community.currency)
            self.initial.update({name: kept[key] for name, key in (("pot", "minor"), ("tokens", "tokens")) if kept})
            del self.fields["threshold_bp"]
        else:
            del self.fields["pot"], self.fields["tokens"]
            set_facts(self.fields["threshold_bp"], label=_("What the winner needs on average"), choices=_THRESHOLDS)
            if self.proposal:
                self._offer("threshold_bp", self.proposal.threshold_bp)
        self.common = tuple(name for name in self.common if name in self.fields)

    def rows(self) -> list[dict[str, Any]]:
        """The fields of each option, for the page."""
        parts = ("title", "amount", "payee", "project") if self.costs else ("title",)
        return [
            {part: self[name] for part in parts if (name := f"option_{row}_{part}") in self.fields}
            for row in range(self.count)
        ]

    def terms(self) -> dict[str, Any]:
        typed = self.cleaned_data
        found: dict[str, Any] = {"options": [each for row in range(self.count) if (each := self._option(row))]}
        if typed["method"] == Method.BUDGET:
            found |= {"tokens": typed["tokens"], "minor": typed["pot"]}
        return found

    def _option(self, row: int) -> dict[str, Any]:
        title = self.cleaned_data.get(f"option_{row}_title", "")
        if not self.costs:
            return {"title": title} if title else {}
        minor, payee = self.cleaned_data[f"option_{row}_amount"], self.cleaned_data[f"option_{row}_payee"]
        project = self.cleaned_data.get(f"option_{row}_project")
        named = {"project": project} if project else {}
        return {"title": title, "minor": minor, "payee": payee} | named if title or minor or payee else {}

    def _add_rows(self, kept: list[dict], rows: int) -> None:
        self.count = min(max(len(kept) + 1, rows, ROWS), MOST_OPTIONS)
        for row in range(self.count):
            option = kept[row] if row < len(kept) else {}
            self.fields[f"option_{row}_title"] = forms.CharField(label=_("What"), max_length=120, required=False)
            self.initial[f"option_{row}_title"] = option.get("title", "")
            if self.costs:
                self.fields[f"option_{row}_amount"] = MinorField(
                    label=_("How much"), required=False, currency=self.community.currency
                )
                self.fields[f"option_{row}_payee"] = forms.CharField(label=_("To whom"), max_length=80, required=False)
                self.initial[f"option_{row}_amount"] = option.get("minor")
                self.initial[f"option_{row}_payee"] = "" if option.get("fund") else option.get("payee", "")
                self._add_project(row, option)

    def _add_project(self, row: int, option: dict) -> None:
        """The projects are asked for once, for all rows."""
        if not hasattr(self, "open_projects"):
            self.open_projects = list(projects.open_in(self.community).values_list("pk", "name"))
        if self.open_projects:
            self.fields[f"option_{row}_project"] = forms.TypedChoiceField(
                label=_("For a project"), coerce=int, empty_value=None, required=False,
                choices=[("", _("none")), *self.open_projects],
            )
            self.initial[f"option_{row}_project"] = option.get("project")


class DividendForm(ProposalForm):
    kind = ProposalKind.DIVIDEND
    names = {"minor": "amount", "from": "first", "until": "last", "care_minor": "care"}

    amount = MinorField(label=_("How much is shared out"))
    first = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label=_("Until"), widget=forms.DateInput(attrs={"type": "date"}))
    paid = forms.IntegerField(
        label=_("Fees on what one borrowed count"), min_value=0, max_value=terms.MOST_WEIGHT, initial=1
    )
    earned = forms.IntegerField(
        label=_("Fees on what one lent count"), min_value=0, max_value=terms.MOST_WEIGHT, initial=1
    )
    care = MinorField(
        label=_("An hour of care counts like a fee of"), required=False, help_text=_("Empty or 0: care does not count.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("amount", "care"):
            set_facts(self.fields[name], currency=self.community.currency)
        if self.proposal:
            kept = self.proposal.terms
            self.initial.update(
                amount=kept["minor"], first=kept["from"], last=kept["until"], paid=kept["paid"],
                earned=kept["earned"], care=kept["care_minor"] or None,
            )

    def terms(self) -> dict[str, Any]:
        typed = self.cleaned_data
        first, last = cast(date, typed["first"]), cast(date, typed["last"])
        return {
            "minor": typed["amount"], "from": first.isoformat(), "until": last.isoformat(), "paid": typed["paid"],
            "earned": typed["earned"], "care_minor": typed["care"],
        }


class RuleForm(ProposalForm):
    kind = ProposalKind.RULE
    names = {"care_minor": "care"}

    text = forms.CharField(
        label=_("The house rules as they shall read"), max_length=terms.LONGEST_RULES, required=False,
        widget=forms.Textarea(attrs={"rows": 14}),
    )
    elector_days = forms.IntegerField(
        label=_("One's vote counts after so many days"), min_value=0, max_value=terms.MOST_DAYS, required=False
    )
    care = MinorField(
        label=_("From the pool for care, a month"), required=False, help_text=_("What thanks for care may add up to.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_facts(self.fields["care"], currency=self.community.currency)
        rules = current_rules(self.community)
        self.now = {"text": rules.text if rules else ""} | {
            name: getattr(charter.current(self.community), name) for name in ("elector_days", "care_minor")
        }
        shown = self.now | (self.proposal.terms if self.proposal else {})
        for name, key in (("text", "text"), ("elector_days", "elector_days"), ("care", "care_minor")):
            self.initial.setdefault(name, shown[key])

    def terms(self) -> dict[str, Any]:
        """Only what would change."""
        typed = self.cleaned_data
        asked = {"text": typed["text"].replace("\r\n", "\n").strip()}
        if typed["elector_days"] is not None:
            asked["elector_days"] = typed["elector_days"]
        if self.data.get("care", "").strip():
            asked["care_minor"] = typed["care"]
        found = {name: value for name, value in asked.items() if value != self.now[name]}
        return found or {"text": asked["text"] if not self.now["text"] else ""}


class MemberForm(ProposalForm):
    kind = ProposalKind.MEMBER

    member = forms.TypedChoiceField(label=_("Whom"), coerce=str, empty_value="")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = naming.listed(self.community)
        if people is None:
            self.fields["leaving"] = NameField(self.community, label=_("Part with"), required=False)
            set_facts(self.fields["member"], required=False, label=_("Or admit"))
            people = []
        rows = Membership.objects.filter(community=self.community, standing=Standing.APPLIED).select_related("member")
        applied = [(f"{terms.ADMIT}:{row.member_id}", row.member.name) for row in rows.order_by("created")[:100]]
        leaving = [(f"{terms.REMOVE}:{pk}", name) for pk, name in people]
        self.inside: list = [("", _("Choose someone")), *([(_("Part with"), leaving)] if leaving else [])]
        asking = [(_("Admit"), applied)] if applied else []
        set_facts(self.fields["member"], choices=self.inside + asking)
        if self.proposal:
            deed, member = self.proposal.terms["deed"], self.proposal.terms["member"]
            self.initial["member"] = f"{deed}:{member}"
            self.initial["leaving"] = member if deed == terms.REMOVE else None

    def only_members(self) -> None:
        """Who has applied is for stewards to know."""
        set_facts(self.fields["member"], choices=self.inside)

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if "leaving" in self.fields and not self.errors and not (typed.get("leaving") or typed.get("member")):
            self.add_error("leaving", _("Choose someone"))
        return typed

    def terms(self) -> dict[str, Any]:
        if leaving := self.cleaned_data.get("leaving"):
            return {"deed": terms.REMOVE, "member": leaving}
        deed, _colon, member = self.cleaned_data["member"].partition(":")
        return {"deed": deed, "member": int(member)}


class AdviceForm(ProposalForm):
    kind = ProposalKind.ADVICE
    names = {"minor": "amount"}

    amount = MinorField(
        label=_("Up to how much treasurers may plan by it"), required=False,
        help_text=_("For a budget: its lines together come to so much at most. Empty: it is advice alone."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_facts(self.fields["amount"], currency=self.community.currency)
        if self.proposal:
            self.initial["amount"] = self.proposal.terms.get("minor")

    def terms(self) -> dict[str, Any]:
        return {"minor": self.cleaned_data["amount"]} if self.cleaned_data["amount"] else {}


_FORMS: dict[str, type[ProposalForm]] = {
    form.kind: form for form in (SpendForm, FeeForm, DividendForm, RuleForm, MemberForm, AdviceForm)
}


def form_for(
    community: Community, kind: str, data: Any = None, *, method: str = "", proposal: Proposal | None = None,
    rows: int = 0, steward: bool = False,
) -> ProposalForm:
    """The form for this kind; with a method of several options, the one for these."""
    method = proposal.method if proposal else method
    if method in MANY and method in METHODS[ProposalKind(kind)]:
        return OptionsForm(data, community=community, proposal=proposal, kind=kind, method=method, rows=rows)
    form = _FORMS[kind](data, community=community, proposal=proposal)
    if isinstance(form, MemberForm) and not steward:
        form.only_members()
    return form


class MarksForm(forms.Form):
    """Points, or tokens, for each option; or none at all."""

    abstain = forms.BooleanField(label=_("I abstain"), required=False)
    reason = forms.CharField(
        label=_("Your reason"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The other members can read it."),
    )

    def __init__(self, *args: Any, proposal: Proposal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.proposal = proposal
        most = BEST if proposal.method == Method.SCORE else proposal.terms["tokens"]
        for index, option in enumerate(proposal.options):
            self.fields[f"mark_{index}"] = forms.TypedChoiceField(
                label=option["title"], coerce=int, initial=0, choices=[(mark, mark) for mark in range(most + 1)],
                widget=forms.Select(attrs={"data-mark": ""}),
            )
        if proposal.secret:
            del self.fields["reason"]

    def marks(self) -> list[tuple[dict, forms.BoundField]]:
        return [(option, self[f"mark_{index}"]) for index, option in enumerate(self.proposal.options)]

    def vote(self) -> dict[str, Any]:
        typed = self.cleaned_data
        if typed["abstain"]:
            return {"choice": "abstain", "reason": typed.get("reason", "")}
        given = [typed[f"mark_{index}"] for index in range(len(self.proposal.options))]
        return {"choice": "marked", "marks": given, "reason": typed.get("reason", "")}


class DelegateForm(RefusingForm):
    """Whom one trusts, and in what."""

    names = {"delegate": "to"}

    to = forms.TypedChoiceField(label=_("Who votes for me where I do not"), coerce=int)
    topic = forms.ChoiceField(label=_("About what"), required=False)

    def __init__(self, *args: Any, community: Community, by: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = naming.listed(community)
        if names is None:
            self.fields["to"] = NameField(community, label=self.fields["to"].label)
        else:
            others = [(pk, name) for pk, name in names if pk != by]
            set_facts(self.fields["to"], choices=[("", _("Choose someone")), *others])
        set_facts(self.fields["topic"], choices=[(ALL, _("Everything")), *ProposalKind.choices])


class EvidenceForm(RefusingForm):
    """A paper that speaks for a spend: a link, or a file."""

    title = forms.CharField(label=_("What it is"), max_length=120)
    url = forms.URLField(label=_("Link"), max_length=500, required=False, assume_scheme="https")
    file = forms.FileField(label=_("Or a file"), required=False, max_length=300)
