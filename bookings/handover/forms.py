"""What one types around a handover: the owner's list, times to meet, the other side's code."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from sharing.values.period import instant

from ..models import Booking
from ..states import Meter

PROPOSED_AT_ONCE = 3
LINES = forms.Textarea(attrs={"rows": 6})


class PlanForm(forms.Form):
    """The owner's list, a line an item; left empty it is the usual one."""

    pickup = forms.CharField(label=_("At the pick-up"), required=False, max_length=4000, widget=LINES)
    back = forms.CharField(label=_("At the return"), required=False, max_length=4000, widget=LINES)
    meter = forms.ChoiceField(label=_("A reading, both times"), required=False, choices=Meter.choices)

    def given(self) -> dict:
        data = self.cleaned_data
        return {"pickup": data["pickup"].splitlines(), "back": data["back"].splitlines(), "meter": data["meter"]}

    def refuse(self, refusal) -> None:
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


class TimesForm(forms.Form):
    """Up to three times at once, in the listing's own clock."""

    def __init__(self, booking: Booking, phase: str, *args, **kwargs) -> None:
        kwargs["auto_id"] = f"{phase}_%s"
        super().__init__(*args, **kwargs)
        self.booking, self.moments = booking, list[datetime]()
        zone = ZoneInfo(booking.listing.time_zone)
        first, last = (f"{at.astimezone(zone):%Y-%m-%dT%H:%M}" for at in (booking.starts, booking.ends))
        for n in range(PROPOSED_AT_ONCE):
            widget = forms.TextInput(attrs={"min": first, "max": last})
            widget.input_type = "datetime-local"
            label = _("A time that suits you") if n == 0 else _("Another one")
            self.fields[f"time_{n}"] = forms.CharField(label=label, required=n == 0, max_length=20, widget=widget)
        self.fields["place"] = forms.CharField(label=_("Where"), required=False, max_length=200)

    @property
    def times(self) -> list:
        return [self[f"time_{n}"] for n in range(PROPOSED_AT_ONCE)]

    def clean(self):
        data = super().clean()
        zone = ZoneInfo(self.booking.listing.time_zone)
        self.moments = []
        for n in range(PROPOSED_AT_ONCE):
            text = data.get(f"time_{n}")
            if not text:
                continue
            try:
                local = datetime.fromisoformat(text)
                self.moments.append(instant(local.date(), local.time(), zone))
            except (ValueError, OverflowError):
                self.add_error(f"time_{n}", _("This is not a time."))
        return data

    def refuse(self, refusal) -> None:
        field = {"times": "time_0"}.get(refusal.field, refusal.field)
        self.add_error(field if field in self.fields else None, str(refusal))


class CodeForm(forms.Form):
    """The six digits from the other phone."""

    code = forms.CharField(
        label=_("The code on the other phone"), max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "code-input"}),
    )
