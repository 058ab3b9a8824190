"""What is written into a conversation by a plain form."""

from django import forms
from django.utils.translation import gettext_lazy as _

from . import actions


class MessageForm(forms.Form):
    """The composer. `client_id` makes a second press of the button the same message."""

    client_id = forms.CharField(max_length=actions.LONGEST_CLIENT_ID, widget=forms.HiddenInput)
    body = forms.CharField(label=_("Message"), max_length=actions.LONGEST_BODY, widget=forms.Textarea)
