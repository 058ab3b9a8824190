"""The forms of the knowledge commons: write, improve, copy."""

# mypy: disable-error-code="union-attr, attr-defined, return-value, index, operator, arg-type, assignment, misc"
# (the stubs do not know which fields a form has, nor that a cleaned form has its data; nor who gives `initial`)

from django import forms
from django.utils.translation import gettext_lazy as _

from listings.models import Listing
from listings.states import Knowledge, Licence, ListingState
from sharing.photos import papers

MOST_TARGETS = 200


class DocumentForm(forms.Form):
    """A document and its first version."""

    title = forms.CharField(label=_("Title"), max_length=120)
    kind = forms.ChoiceField(label=_("What it tells"), choices=Knowledge.choices)
    text = forms.CharField(
        label=_("Text"), max_length=40_000, required=False, widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("Step by step, as you would show it over the fence."),
    )
    file = forms.FileField(
        label=_("File"), required=False, max_length=300, widget=forms.FileInput(attrs={"accept": papers.ACCEPT}),
        help_text=_("A PDF, a picture, plain text or an STL model, up to 20 MB."),
    )
    licence = forms.ChoiceField(
        label=_("What others may do with it"), choices=Licence.choices, initial=Licence.CC_BY_SA,
        widget=forms.RadioSelect,
    )
    author = forms.CharField(label=_("Author"), max_length=120, required=False, help_text=_("Left empty, it is you."))

    def facts(self) -> dict:
        said = dict(self.cleaned_data)
        said["upload"] = said.pop("file")
        return said


class RevisionForm(DocumentForm):
    """Its next version. A copy keeps its licence and its author."""

    kind = None
    keep_file = forms.BooleanField(label=_("Keep the file"), required=False, initial=True)
    note = forms.CharField(
        label=_("What is new"), max_length=200, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    def __init__(self, *args, document, last, **kwargs) -> None:
        self.document = document
        initial = {"title": document.title, "text": last.text, "licence": last.licence, "author": last.author}
        super().__init__(*args, initial=initial, **kwargs)
        if not last.file:
            del self.fields["keep_file"]
        else:
            self.fields["keep_file"].label = _("Keep the file %(name)s") % {"name": last.file_name}
        if document.credit and last.licence != Licence.CC0:
            del self.fields["licence"]


class CopyForm(forms.Form):
    """For which of one's own listings the copy is."""

    listing = forms.ChoiceField(label=_("For which of your things?"))

    def __init__(self, *args, member, origin: int, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        rows = Listing.objects.looked_after_by(member).exclude(pk=origin).exclude(state=ListingState.ARCHIVED)
        rows = rows.exclude(title="").order_by("title", "pk")[:MOST_TARGETS]
        self.fields["listing"].choices = list(rows.values_list("pk", "title"))
        self.targets = bool(self.fields["listing"].choices)


class NumberForm(forms.Form):
    number = forms.CharField(
        label=_("Inventory number"), max_length=24,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
