"""Bringing a list in: whose it is, the file, and which column is which."""

# mypy: disable-error-code="union-attr, attr-defined, return-value, index, operator, arg-type, assignment"
# (the stubs do not know which fields a form has, nor that a cleaned form has its data)

from django import forms
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext_lazy as _

from listings.catalogue import asked
from listings.models import CatalogueImport
from listings.states import Kind
from members.models import Community
from members.queries import communities_of
from members.states import Role

MINE = "mine"
KINDS = [(Kind.TOOL.value, _("Things")), (Kind.ROOM.value, _("Rooms"))]


class ImportForm(forms.Form):
    """`whose` is "mine:<community>" or "commons:<community>"."""

    sheet = forms.FileField(
        label=_("The list"),
        help_text=_("A CSV file: one row a thing, the first row names the columns. Or a ZIP of a list and its photos."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.zip,text/csv,application/zip"}),
        max_length=200,
    )
    pictures = forms.FileField(
        label=_("Photos, as a ZIP file"),
        required=False,
        help_text=_("A column of the list says which photo belongs to which thing, by the name of its file."),
        widget=forms.ClearableFileInput(attrs={"accept": ".zip,application/zip"}),
        max_length=200,
    )
    whose = forms.ChoiceField(label=_("Whose are they, and where?"))
    kind = forms.ChoiceField(label=_("What are they?"), choices=KINDS, initial=Kind.TOOL.value)
    publish = forms.BooleanField(
        label=_("Pin them to the board at once"), required=False, initial=True,
        help_text=format_lazy(
            "{} {}", _("Otherwise they become drafts that only you see."),
            _("Rides wait as drafts until you say when they set off."),
        ),
    )  # fmt: skip

    def __init__(self, *args, member, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        mine = list(communities_of(member))
        stewarded = set(member.memberships.active().filter(role=Role.STEWARD).values_list("community", flat=True))
        commons = [(f"commons:{home.pk}", _of(home)) for home in mine if home.pk in stewarded]
        self.fields["whose"].choices = [*commons, *((f"{MINE}:{home.pk}", _mine_in(home)) for home in mine)]
        self._homes = {home.pk: home for home in mine}
        self.homeless = not mine

    def facts(self) -> dict:
        said = self.cleaned_data
        whose, home = said["whose"].split(":")
        return {
            "community": self._homes[int(home)], "commons": whose != MINE, "kind": said["kind"],
            "publish": said["publish"], "sheet": said["sheet"], "pictures": said["pictures"],
        }  # fmt: skip


class MatchForm(forms.Form):
    """A select for each column of the file, the likely meaning chosen."""

    def __init__(self, *args, run: CatalogueImport, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        choices: list[tuple] = [("", _("– leave it out –"))]
        choices += [(name, capfirst(str(column.label))) for name, column in asked.columns_of(run.community_id).items()]
        for place, header in enumerate(run.headers):
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=header or _("(no name)"), choices=choices, required=False, initial=run.mapping[place]
            )

    def mapping(self) -> list[str]:
        return [self.cleaned_data[name] for name in self.fields]


def _of(home: Community) -> str:
    return _("Everyone's in %(community)s: stewards look after them") % {"community": home.name}


def _mine_in(home: Community) -> str:
    return _("Mine, in %(community)s") % {"community": home.name}
