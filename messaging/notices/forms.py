"""When one may be disturbed, as a form."""

from datetime import time

from babel.dates import format_time
from django import forms
from django.utils.translation import gettext_lazy as _

from sharing.web import formats

from ..models import Letterbox


class HoursForm(forms.ModelForm):
    """Quiet hours and the hour of the digest, as hours of the member's own clock."""

    class Meta:
        model = Letterbox
        fields = ("quiet", "quiet_from", "quiet_until", "digest_hour")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        hours = [(hour, format_time(time(hour), "short", locale=formats.locale())) for hour in range(24)]
        for name in ("quiet_from", "quiet_until", "digest_hour"):
            self.fields[name] = forms.TypedChoiceField(label=self.fields[name].label, choices=hours, coerce=int)
        self.fields["quiet"].label = _("Keep the night quiet")
        self.fields["quiet"].help_text = _("E-mail and rings wait until it is over, and come as one.")
        self.fields["quiet_from"].label = _("Quiet from")
        self.fields["quiet_until"].label = _("Quiet until")
        self.fields["digest_hour"].label = _("The daily digest comes at")
