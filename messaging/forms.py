"""What is written into a conversation, and about it, by plain forms."""

from typing import cast

from django import forms
from django.utils.translation import gettext_lazy as _

from members.models import Community
from sharing.photos.pipeline import ACCEPT

from . import actions
from .states import ChannelKind, ReportReason, Ruling


class Pictures(forms.ClearableFileInput):
    """Several photos at once."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"

    def __init__(self) -> None:
        super().__init__(attrs={"accept": ACCEPT, "multiple": True})


class PicturesField(forms.FileField):
    """A list of uploads."""

    widget = Pictures

    def clean(self, data, initial=None):
        files = data if isinstance(data, (list, tuple)) else [data] if data else []
        return [super(PicturesField, self).clean(file, initial) for file in files]


class MessageForm(forms.Form):
    """The composer. `client_id` makes a second press of the button the same message.

    `alts`: what the photos show: a line for each, or the field once for each.
    """

    client_id = forms.CharField(max_length=actions.LONGEST_CLIENT_ID, widget=forms.HiddenInput)
    body = forms.CharField(label=_("Message"), required=False, widget=forms.Textarea, strip=False)
    reply_to = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)
    photos = PicturesField(label=_("Photos"), required=False)
    alts = forms.CharField(
        label=_("What they show, a line for each"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    place = forms.CharField(label=_("Place"), max_length=120, required=False)
    lat = forms.FloatField(required=False, widget=forms.HiddenInput)
    lon = forms.FloatField(required=False, widget=forms.HiddenInput)
    exact = forms.BooleanField(label=_("Show exactly where"), required=False)
    starts = forms.CharField(label=_("From"), required=False, max_length=40)
    ends = forms.CharField(label=_("Until"), required=False, max_length=40)

    def given(self) -> dict:
        """What `actions.post` is asked with."""
        facts = self.cleaned_data
        given = {name: facts[name] for name in ("client_id", "body", "reply_to", "photos")}
        words = self.data.getlist("alts") if hasattr(self.data, "getlist") else [facts["alts"]]
        given["alts"] = words[0].splitlines() if len(words) == 1 else words
        if facts["place"] or facts["lat"] is not None:
            given["place"] = {"name": facts["place"]} | {name: facts[name] for name in ("lat", "lon", "exact")}
        if facts["starts"] or facts["ends"]:
            given["period"] = {"starts": facts["starts"], "ends": facts["ends"]}
        return given


class WordsForm(forms.Form):
    """Other words for a line."""

    body = forms.CharField(
        label=_("Message"), required=False, strip=False, widget=forms.Textarea(attrs={"rows": 5, "maxlength": 8000})
    )


class ReportForm(forms.Form):
    """What is wrong with a line; and who should look at it, where there are several communities."""

    reason = forms.ChoiceField(label=_("What is wrong?"), choices=ReportReason.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("In your words"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    community = forms.ModelChoiceField(Community.objects.none(), label=_("Who should look at it?"), required=False)

    def __init__(self, *args, communities=(), **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if len(communities) > 1:
            field = cast(forms.ModelChoiceField, self.fields["community"])
            field.queryset = Community.objects.filter(pk__in=[each.pk for each in communities])
            field.initial, field.empty_label = communities[0].pk, None
        else:
            del self.fields["community"]


class RulingForm(forms.Form):
    """What the stewards do about a report."""

    ruling = forms.ChoiceField(
        label=_("What do you do?"), widget=forms.RadioSelect,
        choices=[
            (Ruling.DISMISSED, _("Leave it as it is")), (Ruling.WARNED, _("Have a word with who wrote it")),
            (Ruling.TAKEN_DOWN, _("Remove the message")), (Ruling.SENT_OFF, _("End their membership")),
        ],
    )
    word = forms.CharField(
        label=_("What they are told"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Goes to whoever wrote it, with a warning or a removed message."),
    )


class ChannelForm(forms.Form):
    """A channel as its stewards describe it."""

    name = forms.CharField(label=_("Name"), max_length=60)
    kind = forms.ChoiceField(
        label=_("What it is for"), choices=ChannelKind.choices, widget=forms.RadioSelect, initial=ChannelKind.TALK,
        help_text=_("Announcements are written by stewards alone."),
    )
    purpose = forms.CharField(label=_("In one sentence"), max_length=200, required=False)
    for_all = forms.BooleanField(
        label=_("Everybody takes part from the start"), required=False,
        help_text=_("Whoever joins the community later, too. Anybody may leave the channel."),
    )
