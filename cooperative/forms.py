"""Forms of the cooperative's room: they read what was typed; the rules are in the actions."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from members import naming
from members.forms import NameField
from members.models import Community, Member
from members.states import MemberClass
from sharing.values.money import exponent, parse_minor
from sharing.web.refusals import Refusal

from . import actions, fees, projects, terms
from .models import FeePolicy, Proposal
from .models.fees import FeeBack
from .states import CHOICES, Choice, FeeKind, Method, ProposalKind
from .words import percent


class MinorField(forms.CharField):
    """An amount as people write it ("12.50"), as a whole number of minor units."""

    def __init__(self, *, currency: str = "EUR", **kwargs: Any) -> None:
        self.currency = currency
        super().__init__(max_length=20, **kwargs)
        self.widget.attrs.update({"inputmode": "decimal", "autocomplete": "off"})

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, int):
            return value
        places = exponent(self.currency)
        return f"{value // 10**places}.{value % 10**places:0{places}d}" if places else str(value)

    def clean(self, value: Any) -> int:
        text = super().clean(value)
        if not text:
            return 0
        try:
            return parse_minor(text, self.currency)
        except (ValueError, OverflowError):
            raise forms.ValidationError(_("Write an amount like 12.50.")) from None


class PercentField(forms.CharField):
    """A percentage as people write it ("2.5"), as basis points; empty is None."""

    def __init__(self, *, most_bp: int = terms.MOST_BP, **kwargs: Any) -> None:
        self.most_bp = most_bp
        super().__init__(max_length=8, **kwargs)
        self.widget.attrs.update({"inputmode": "decimal", "autocomplete": "off"})

    def prepare_value(self, value: Any) -> Any:
        return f"{value / 100:g}" if isinstance(value, int) else value

    def clean(self, value: Any) -> int | None:
        text = super().clean(value).replace("%", "").strip()
        if not text:
            return None
        try:
            points = parse_minor(text, "EUR")  # two decimal places: basis points
        except (ValueError, OverflowError):
            raise forms.ValidationError(_("Write a percentage like 5 or 2.5.")) from None
        if not 0 <= points <= self.most_bp:
            raise forms.ValidationError(_("From 0 to %(most)s per cent.") % {"most": self.most_bp // 100})
        return points


class RefusingForm(forms.Form):
    """A form that shows an action's no at the field that caused it."""

    names: dict[str, str] = {}

    def refuse(self, refusal: Refusal) -> None:
        field = self.names.get(refusal.field or "", refusal.field)
        self.add_error(field if field in self.fields else None, str(refusal))


class FeeFields(RefusingForm):
    """The facts of a fee, as fields. Kinds may have rates of their own."""

    names = {
        "commoner_bp": "commoner", "commercial_bp": "commercial", "floor_minor": "floor", "cap_minor": "cap",
        "exempt_kinds": "exempt", "earmark_bp": "earmark",
    }

    enabled = forms.BooleanField(label=_("Bookings add a fee to the pool"), required=False, initial=True)
    commoner = PercentField(label=_("Fee of the price, for neighbours"))
    commercial = PercentField(label=_("Fee of the price, for commercial use"))
    floor = MinorField(label=_("At least"), required=False)
    cap = MinorField(label=_("At most"), required=False, help_text=_("Empty or 0: no limit."))
    exempt = forms.MultipleChoiceField(
        label=_("Pay nothing"), choices=FeeKind.choices, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Gifts never pay."),
    )
    fee_back = forms.ChoiceField(
        label=_("When a paid booking is called off, the fee"), choices=FeeBack.choices, initial=FeeBack.AS_PRICE,
        required=False, widget=forms.RadioSelect,
    )
    earmark = PercentField(
        label=_("Of each fee, the borrower may direct to a project"), required=False, most_bp=10_000,
        help_text=_("Empty or 0: all of it goes into the pool."),
    )

    def __init__(self, *args: Any, currency: str, policy: FeePolicy | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("floor", "cap"):
            set_facts(self.fields[name], currency=currency)
        for kind in FeeKind:
            for member_class in MemberClass:
                label = _("%(kind)s, neighbours") if member_class == MemberClass.COMMONER else _("%(kind)s, commercial")
                self.fields[f"{kind}_{member_class}"] = PercentField(
                    label=label % {"kind": kind.label}, required=False
                )
        if policy is not None:
            self.initial = {**_fee_initial(policy), **self.initial}

    def has_own_rates(self) -> bool:
        return any(field.value() not in (None, "") or field.errors for field in self.own_rates())

    def own_rates(self) -> list[forms.BoundField]:
        return [self[f"{kind}_{member_class}"] for kind in FeeKind for member_class in MemberClass]

    def facts(self) -> dict[str, Any]:
        """As `cooperative.terms.fee` takes them."""
        typed = self.cleaned_data
        rates = {
            kind.value: {
                each.value: typed[f"{kind}_{each}"] for each in MemberClass if typed.get(f"{kind}_{each}") is not None
            }
            for kind in FeeKind
        }
        return {
            "enabled": typed["enabled"], "commoner_bp": typed["commoner"] or 0,
            "commercial_bp": typed["commercial"] or 0, "floor_minor": typed["floor"], "cap_minor": typed["cap"],
            "exempt_kinds": typed["exempt"], "rates": {kind: classes for kind, classes in rates.items() if classes},
            "fee_back": typed["fee_back"] or FeeBack.AS_PRICE, "earmark_bp": typed["earmark"] or 0,
        }


class FirstFeeForm(FeeFields):
    """The fee a community begins with."""


class ProposalForm(RefusingForm):
    """What every proposal has: a sentence, reasons, and how it is decided."""

    kind = ""
    title = forms.CharField(label=_("What is proposed"), max_length=140, help_text=_("One sentence."))
    reasons = forms.CharField(
        label=_("Why"), max_length=8000, required=False, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("What it is for, what else you considered, what it costs to keep."),
    )
    method = forms.ChoiceField(
        label=_("How it is decided"), widget=forms.RadioSelect, initial=Method.MAJORITY,
        choices=[(Method.MAJORITY, _("Majority: more yes than no")),
                 (Method.CONSENT, _("Consent: nobody objects with a reason"))],
    )
    voting_days = forms.TypedChoiceField(label=_("Time to vote"), coerce=int, initial=7)
    quorum_bp = forms.TypedChoiceField(
        label=_("How many must take part"), coerce=int, initial=3000,
        choices=[(2000, _("One in five")), (3000, _("Three in ten")), (5000, _("Half")), (6667, _("Two thirds"))],
    )
    threshold_bp = forms.TypedChoiceField(
        label=_("How many of yes and no must be yes"), coerce=int, initial=5000,
        choices=[(5000, _("More than half")), (6667, _("Two thirds")), (7500, _("Three quarters"))],
    )
    secret = forms.BooleanField(
        label=_("Secret ballot"), required=False,
        help_text=_("Counted without names, at the close only. A secret ballot cannot be changed, by nobody."),
    )
    common: tuple[str, ...] = ("title", "reasons", "method", "voting_days", "quorum_bp", "threshold_bp", "secret")

    def __init__(self, *args: Any, community: Community, proposal: Proposal | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.community, self.proposal = community, proposal
        lengths = sorted({1, 3, 7, 14, 21, 30, proposal.voting_days if proposal else 7})
        set_facts(self.fields["voting_days"], choices=[
            (days, ngettext("%(days)s day", "%(days)s days", days) % {"days": days}) for days in lengths
        ])
        if proposal is not None:
            self.initial = {**{name: getattr(proposal, name) for name in self.common}, **self.initial}
            for name in ("quorum_bp", "threshold_bp"):
                self._offer(name, getattr(proposal, name))

    def terms(self) -> dict[str, Any]:
        """What this kind needs to carry itself out."""
        return {}

    def _offer(self, name: str, share: int) -> None:
        """Let a select keep a share that came by the API and is none of the usual ones."""
        field = cast(forms.TypedChoiceField, self.fields[name])
        usual: dict[int, str] = dict(cast(list, field.choices))
        field.choices = list({share: percent(share), **usual}.items()) if share not in usual else field.choices

    def save(self, *, by: Member) -> Proposal:
        facts = {name: self.cleaned_data[name] for name in self.common} | {"terms": self.terms()}
        if self.proposal is None:
            return actions.propose(self.community, by=by, kind=self.kind, **facts)
        return actions.amend(self.proposal.pk, by=by, **facts)


class SpendForm(ProposalForm):
    kind = ProposalKind.SPEND
    names = {"minor": "amount"}

    amount = MinorField(label=_("How much"))
    commons = forms.CharField(
        label=_("It becomes a thing of the commons, called"), max_length=120, required=False,
        help_text=_("When the pool has paid, the stewards find a listing of that name begun for them."),
    )
    commons_kind = forms.ChoiceField(
        label=_("What it is"), choices=[(FeeKind.TOOL, _("A tool")), (FeeKind.ROOM, _("A room"))], required=False
    )
    payee = forms.CharField(
        label=_("To whom"), max_length=80, required=False, help_text=_("A shop, a workshop, a person.")
    )
    member = forms.TypedChoiceField(
        label=_("Or to the wallet of a member"), coerce=int, empty_value=None, required=False
    )
    project = forms.TypedChoiceField(
        label=_("For a project we save for"), coerce=int, empty_value=None, required=False,
        help_text=_("What is set aside for it is used first. If you name nobody above, the money goes into the project,"
                    " and two officers pay it out from there, step by step."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_facts(self.fields["amount"], currency=self.community.currency)
        offer_projects(self, "project", self.community)
        names = naming.listed(self.community)
        if names is None:
            label = self.fields["member"].label
            self.fields["member"] = NameField(self.community, label=label, required=False)
        else:
            set_facts(self.fields["member"], choices=[("", _("nobody")), *names])
        if self.proposal is not None:
            kept = self.proposal.terms
            bought = kept.get("commons", {})
            self.initial.update(
                amount=kept["minor"], member=kept["member"], commons=bought.get("title"),
                commons_kind=bought.get("kind", FeeKind.TOOL), project=kept.get("project"),
            )
            if not kept["member"] and not kept.get("fund"):
                self.initial.update(payee=kept["payee"])

    def terms(self) -> dict[str, Any]:
        typed = self.cleaned_data
        terms: dict[str, Any] = {"minor": typed["amount"], "payee": typed["payee"], "member": typed.get("member")}
        terms |= {"project": typed["project"]} if typed.get("project") else {}
        if typed["commons"]:
            terms["commons"] = {"title": typed["commons"], "kind": typed["commons_kind"] or FeeKind.TOOL}
        return terms


class FeeForm(FeeFields, ProposalForm):
    kind = ProposalKind.FEE

    def __init__(self, *args: Any, community: Community, proposal: Proposal | None = None, **kwargs: Any) -> None:
        policy = FeePolicy(**proposal.terms) if proposal else fees.current(community)
        super().__init__(
            *args, community=community, proposal=proposal, currency=community.currency, policy=policy, **kwargs
        )

    def terms(self) -> dict[str, Any]:
        return self.facts()


def offer_projects(form: forms.Form, name: str, community: Community) -> None:
    """Let the open projects be chosen from; where there is none, nothing is asked."""
    named = list(projects.open_in(community).values_list("pk", "name"))
    if named:
        set_facts(form.fields[name], choices=[("", _("none")), *named])
    else:
        del form.fields[name]


class BallotForm(forms.Form):
    """A vote and, if one likes, why; an objection needs its reason."""

    choice = forms.ChoiceField(label=_("Your vote"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Your reason"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The other members can read it."),
    )

    def __init__(self, *args: Any, method: str, secret: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if secret:
            del self.fields["reason"]
        set_facts(self.fields["choice"], choices=[(choice.value, choice.label) for choice in CHOICES[Method(method)]])
        if method == Method.CONSENT:
            self.fields["reason"].help_text = _("The other members can read it. An objection needs one.")

    def vote(self) -> dict[str, Any]:
        """As the action takes it."""
        return self.cleaned_data

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if typed.get("choice") == Choice.OBJECT and not typed.get("reason"):
            self.add_error("reason", _("An objection needs a reason that the others can answer."))
        return typed


class CashForm(forms.Form):
    """Cash between a member and the treasurer."""

    member = forms.ModelChoiceField(queryset=Member.objects.none(), widget=forms.HiddenInput)
    way = forms.ChoiceField(choices=[("in", "in"), ("out", "out")], widget=forms.HiddenInput)
    key = forms.CharField(max_length=40, widget=forms.HiddenInput)
    amount = MinorField(label=_("Amount"))

    def __init__(self, *args: Any, community: Community, prefix_id: int = 0, **kwargs: Any) -> None:
        kwargs["auto_id"] = f"cash-{prefix_id}-%s"  # many of these stand on one page
        super().__init__(*args, **kwargs)
        set_facts(self.fields["member"], queryset=Member.objects.filter(accounts__community=community).distinct())
        set_facts(self.fields["amount"], currency=community.currency)


def set_facts(field: forms.Field, **facts: Any) -> None:
    for name, value in facts.items():
        setattr(field, name, value)


def _fee_initial(policy: FeePolicy) -> dict[str, Any]:
    rates = {f"{kind}_{name}": bp for kind, classes in policy.rates.items() for name, bp in classes.items()}
    return {
        "enabled": policy.enabled, "commoner": policy.commoner_bp, "commercial": policy.commercial_bp,
        "floor": policy.floor_minor or None, "cap": policy.cap_minor or None, "exempt": policy.exempt_kinds, **rates,
        "fee_back": policy.fee_back, "earmark": policy.earmark_bp or None,
    }
