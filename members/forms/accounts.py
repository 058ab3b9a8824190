"""Forms of one's own account."""

from django import forms
from django.conf import settings
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from members import geo

from .fields import PlaceForm, ProseField, ZoneField, language_choices


class SignupForm(forms.Form):
    """What sign-up asks beside the address and the password; the zone comes from the browser, unasked."""

    name = forms.CharField(
        label=gettext_lazy("Your name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    time_zone = forms.CharField(
        required=False, max_length=64, widget=forms.HiddenInput(attrs={"data-time-zone": True})
    )
    field_order = ["name", "email", "password1"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if "email" in self.fields:
            self.fields["email"].help_text = gettext_lazy("We send a code there. Nobody else gets to see it.")

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean_time_zone(self) -> str:
        zone = self.cleaned_data["time_zone"]
        return zone if zone in geo.ZONES else "UTC"

    def signup(self, request, user) -> None:
        user.name, user.time_zone = self.cleaned_data["name"], self.cleaned_data["time_zone"]
        user.language = get_language() or settings.LANGUAGE_CODE
        user.save(update_fields=["name", "time_zone", "language"])


class ProfileForm(PlaceForm):
    """What others see of a member."""

    photo = forms.FileField(
        label=gettext_lazy("Photo"), required=False,
        help_text=gettext_lazy("Neighbours like to know whose door they ring at."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/avif,image/*"}),
    )
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    about = ProseField(
        label=gettext_lazy("About me"), max_length=2000, required=False, rows=5,
        help_text=gettext_lazy("What you like to share, what you are good at, when you are usually at home."),
    )
    spoken = forms.CharField(
        label=gettext_lazy("Languages I speak"), max_length=120, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    field_order = ["photo", "name", "about", "spoken", "place"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].help_text = _(
            "Others see these words, and on maps a point some streets away, never your door."
        )

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def changes(self) -> dict:
        """What `actions.update_profile` takes."""
        facts = {name: self.cleaned_data[name] for name in ("name", "about", "spoken", "place")}
        if {"place", "lat", "lon"} & set(self.changed_data):
            facts["point"] = self.spot.point if self.spot else None
            facts["forget_point"] = self.spot is None
        return facts


class LanguageForm(forms.Form):
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=language_choices)
    time_zone = ZoneField(
        label=gettext_lazy("Time zone"),
        help_text=gettext_lazy("For your own calendar. A listing always speaks of the time at its own place."),
    )


class CircleForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("What you call it"), max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("Only you ever see this name."),
    )


class TokenForm(forms.Form):
    label = forms.CharField(
        label=gettext_lazy("What it is for"), max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("So that you recognise it later: “calendar on the laptop”."),
    )


class CloseForm(forms.Form):
    """The password, once more, before an account is gone for good."""

    password = forms.CharField(
        label=gettext_lazy("Your password"), max_length=1024, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args, member, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.member = member
        if not member.has_usable_password():
            del self.fields["password"]

    def clean_password(self) -> str:
        if not self.member.check_password(self.cleaned_data["password"]):
            raise forms.ValidationError(_("That is not your password."))
        return self.cleaned_data["password"]

