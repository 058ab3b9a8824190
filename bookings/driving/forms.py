"""What a driver types: the weekly plan with its exceptions, the way back, another time, seats kept."""

# mypy: disable-error-code="attr-defined"
# (the stubs do not know which fields a form has)

from datetime import datetime
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from listings.models import Listing, Schedule
from sharing.values.period import instant
from sharing.web import formats

EXCEPTIONS = 4  # empty rows beside those that stand


def _day(label, **kwargs) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)


def _time(label, **kwargs) -> forms.TimeField:
    return forms.TimeField(label=label, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), **kwargs)


class PlanForm(forms.Form):
    """Weekdays, a local time, from and until; and days that differ, where no time means: not at all."""

    weekdays = forms.TypedMultipleChoiceField(
        label=_("Weekdays"), coerce=int, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one weekday.")},
    )  # fmt: skip
    at = _time(_("Sets off at"))
    starts = _day(_("From"), required=False)
    until = _day(_("Until"), required=False)

    def __init__(self, schedule: Schedule | None, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        names = formats.locale().days["stand-alone"]["wide"]
        self.fields["weekdays"].choices = [(number, names[number]) for number in range(7)]
        standing = list(schedule.exceptions.all()) if schedule else []
        if schedule:
            self.initial = {name: getattr(schedule, name) for name in ("weekdays", "at", "starts", "until")}
        self.count = len(standing) + EXCEPTIONS
        for number in range(self.count):
            row = standing[number] if number < len(standing) else None
            self.fields[f"day_{number}"] = _day(_("Day"), required=False, initial=row and row.day)
            self.fields[f"time_{number}"] = _time(_("At"), required=False, initial=row and row.at)

    @property
    def exceptions(self) -> list:
        return [(self[f"day_{number}"], self[f"time_{number}"]) for number in range(self.count)]

    def given(self) -> dict:
        data = self.cleaned_data
        days = [(data.get(f"day_{number}"), data.get(f"time_{number}")) for number in range(self.count)]
        return {
            "weekdays": data["weekdays"], "at": data["at"], "starts": data["starts"], "until": data["until"],
            "exceptions": [(day, at) for day, at in days if day],
        }  # fmt: skip

    def refuse(self, refusal) -> None:
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


class ReturnForm(forms.Form):
    """When the way back sets off."""

    at = _time(_("Back at"))
    days_later = forms.IntegerField(
        label=_("Days later"), min_value=0, max_value=60, initial=0,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip

    def refuse(self, refusal) -> None:
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


class MoveForm(forms.Form):
    """Another day and time, on the clocks of the first stop."""

    day = _day(_("Day"))
    at = _time(_("At"))

    def __init__(self, listing: Listing, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.zone = ZoneInfo(listing.time_zone)

    def leaves(self) -> datetime:
        return instant(self.cleaned_data["day"], self.cleaned_data["at"], self.zone)


class AboardForm(forms.Form):
    """Seats for riders from elsewhere."""

    board = forms.CharField(label=_("Get on"), max_length=20)
    alight = forms.CharField(label=_("Get off"), max_length=20)
    quantity = forms.IntegerField(label=_("Seats"), min_value=1, max_value=500, initial=1)
    who = forms.CharField(label=_("Who"), required=False, max_length=80)
