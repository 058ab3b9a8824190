"""Forms of a community: found it, describe it, join it, look after its people."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from members.actions.invitations import DAYS_AT_MOST, USES_AT_MOST
from members.actions.memberships import ANSWER_LENGTH
from members.states import Joining, MemberClass, Role

from .fields import PlaceForm, ProseField, ZoneField, language_choices

QUESTIONS_AT_MOST, QUESTION_LENGTH = 6, 200

_JOINING = [
    (Joining.OPEN, gettext_lazy("Anyone may join, at once")),
    (Joining.APPLICATION, gettext_lazy("People apply, stewards answer")),
    (Joining.INVITATION, gettext_lazy("By invitation only")),
]


class _About(PlaceForm):
    """What founding a community and changing it have in common."""

    point_needed = True

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    about = ProseField(
        label=gettext_lazy("What it is for"), max_length=4000, required=False, rows=5,
        help_text=gettext_lazy("Who you are, what you share, who is welcome."),
    )
    joining = forms.ChoiceField(
        label=gettext_lazy("How one joins"), choices=_JOINING, initial=Joining.OPEN, widget=forms.RadioSelect
    )
    questions = ProseField(
        label=gettext_lazy("Questions to applicants"), required=False, max_length=2000,
        rows=3,
        help_text=gettext_lazy("One on each line. Only asked when people apply."),
    )
    listed = forms.BooleanField(
        label=gettext_lazy("Show this community to everyone"), required=False, initial=True,
        help_text=gettext_lazy("Otherwise only members and people you invite know that it exists."),
    )
    field_order = ["name", "about", "place", "joining", "questions", "listed"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].required = True
        self.fields["place"].help_text = _("The middle of it: a street, a district, a village.")

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean_questions(self) -> list[str]:
        questions = [line.strip() for line in self.cleaned_data["questions"].splitlines() if line.strip()]
        if len(questions) > QUESTIONS_AT_MOST:
            text = ngettext("At most %(n)s question.", "At most %(n)s questions.", QUESTIONS_AT_MOST)
            raise forms.ValidationError(text % {"n": QUESTIONS_AT_MOST})
        if any(len(question) > QUESTION_LENGTH for question in questions):
            raise forms.ValidationError(_("A question has at most %(n)s characters.") % {"n": QUESTION_LENGTH})
        return questions

    def facts(self) -> dict:
        """What `actions.found` and `actions.edit` take; the point only when it was chosen anew."""
        names = [name for name in self.cleaned_data if name not in ("lat", "lon", "rules")]
        facts = {name: self.cleaned_data[name] for name in names}
        if self.spot and (self.is_new or {"place", "lat", "lon"} & set(self.changed_data)):
            # About 100 m: a founder who shares where they stand does not publish their door.
            facts |= {"lat": round(self.spot.point.lat, 3), "lon": round(self.spot.point.lon, 3)}
        return facts

    is_new = False


class FoundForm(_About):
    """A new community. Zone, currency and language follow from the place and can be changed later."""

    is_new = True

    rules = ProseField(
        label=gettext_lazy("House rules"), max_length=20_000, required=False, rows=6,
        help_text=gettext_lazy("Whoever joins reads and accepts them. You can write them later, too."),
    )

    def facts(self) -> dict:
        known = {"time_zone": self.spot.time_zone, "country": self.spot.country} if self.spot else {}
        return super().facts() | known | {"rules": self.cleaned_data["rules"]}


class CommunityForm(_About):
    """All that stewards may change. The currency stays: prices and books are written in it."""

    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=language_choices)
    time_zone = ZoneField(label=gettext_lazy("Time zone"))


class JoinForm(forms.Form):
    """Answers to the stewards' questions, and a yes to the house rules as they stand."""

    invitation = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args, community, rules, asked: bool, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.questions = community.questions if asked else []
        for index, question in enumerate(self.questions):
            self.fields[f"answer_{index}"] = ProseField(
                label=question, max_length=ANSWER_LENGTH, rows=3
            )
        if rules:
            self.fields["rules_version"] = forms.IntegerField(
                initial=rules.version, widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1
            )
            self.fields["accept"] = forms.BooleanField(
                label=_("I have read the house rules and keep to them."),
                error_messages={"required": _("Please say that you accept the house rules.")},
            )

    @property
    def answers(self) -> list[str]:
        return [self.cleaned_data[f"answer_{index}"] for index in range(len(self.questions))]


class RulesForm(forms.Form):
    text = ProseField(
        label=gettext_lazy("House rules"), max_length=20_000, rows=14,
        help_text=gettext_lazy("Every change makes a new version, and members are asked to accept it."),
    )


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=Role.choices, widget=forms.RadioSelect)
    treasurer = forms.BooleanField(label=gettext_lazy("Also looks after the books"), required=False)
    member_class = forms.ChoiceField(
        label=gettext_lazy("Uses the commons as"), choices=MemberClass.choices, widget=forms.RadioSelect,
        help_text=gettext_lazy("Those who use it in the way of trade may pay another fee, if you decided so."),
    )


class DecisionForm(forms.Form):
    word = ProseField(
        label=gettext_lazy("A word to them"), max_length=500, required=False, rows=2
    )


class InvitationForm(forms.Form):
    uses = forms.IntegerField(
        label=gettext_lazy("How many may use it"), min_value=1, max_value=USES_AT_MOST, initial=10,
        widget=forms.NumberInput(attrs={"class": "input--short", "inputmode": "numeric"}),
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("How long it holds"), coerce=int, initial=14,
        choices=lambda: [(n, ngettext("%(n)s day", "%(n)s days", n) % {"n": n}) for n in (1, 7, 14, 30, DAYS_AT_MOST)],
    )
    email = forms.EmailField(
        label=gettext_lazy("Send it to"), required=False, max_length=254,
        help_text=gettext_lazy("An address, for one person. Leave it empty for a link that you pass on yourself."),
    )

