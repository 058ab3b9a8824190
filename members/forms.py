"""The members' forms."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SignupForm(forms.Form):
    """What sign-up asks beside the address and the password."""

    name = forms.CharField(label=_("Your name"), max_length=80)
    field_order = ["name", "email", "password1"]

    def signup(self, request, user) -> None:
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])
