"""How an offer begins: which kind, in which community, whose it is."""

# mypy: disable-error-code="union-attr, attr-defined, return-value, index, operator, arg-type, assignment"
# (the stubs do not know which fields a form has, nor that a cleaned form has its data)

from django import forms
from django.utils.translation import gettext_lazy as _

from listings.states import Kind
from members.models import Community
from members.queries import communities_of
from members.states import Role


class BeginForm(forms.Form):
    kind = forms.ChoiceField(label=_("What do you offer?"), choices=Kind.choices, widget=forms.RadioSelect)
    community = forms.ModelChoiceField(
        label=_("In which community?"),
        queryset=Community.objects.none(),
        help_text=_("Its currency, its house rules and its pool apply."),
    )
    whose = forms.ChoiceField(
        label=_("Whose is it?"),
        required=False,
        widget=forms.RadioSelect,
        choices=[("", _("Mine")), ("commons", _("The community's: stewards look after it"))],
    )

    def __init__(self, *args, member, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        mine = list(communities_of(member))
        self.fields["community"].queryset = communities_of(member)
        if len(mine) == 1:
            self.fields["community"].widget = forms.HiddenInput()
        if mine:
            self.fields["community"].initial = self._usual(member) or mine[0].pk
        if not member.memberships.active().filter(role=Role.STEWARD).exists():
            del self.fields["whose"]
        self.homeless = not mine

    @staticmethod
    def _usual(member) -> int | None:
        """Where the member offered something last, if they still belong there."""
        offered = member.listings.filter(community__in=communities_of(member).values("pk")).order_by("-pk")
        return offered.values_list("community", flat=True).first()

    def facts(self) -> dict:
        said = self.cleaned_data
        return {"kind": said["kind"], "community": said["community"], "commons": said.get("whose") == "commons"}
