"""What owners and stewards type about when a thing can be had, what its days cost, and who may have how much."""

# mypy: disable-error-code="attr-defined, misc"
# (the stubs do not know which fields a form has, nor who gives `initial`)

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from listings.forms.base import Amount
from listings.models import Listing
from listings.states import LIMITS, Kind, Unit
from sharing.values.money import exponent
from sharing.web import formats

from . import closed_days
from .models import FairUse, Policy

DATE: dict[str, Any] = {"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}


class Weekdays(forms.MultipleChoiceField):
    """A set of weekdays as bits, ticked one by one."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs) -> None:
        names = formats.locale().days["stand-alone"]["abbreviated"]
        super().__init__(choices=[(str(1 << day), names[day]) for day in range(7)], **kwargs)

    def prepare_value(self, value):
        return [str(1 << day) for day in range(7) if value >> day & 1] if isinstance(value, int) else value

    def clean(self, value) -> int:
        return sum(int(bit) for bit in super().clean(value))


class RuleForm(forms.Form):
    """A form whose refusals land at their fields."""

    def refuse(self, refusal) -> None:
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


_SHORTEST: dict[str, Any] = {
    Unit.HOUR: _("Shortest time, in hours"), Unit.DAY: _("Shortest time, in days"),
    Unit.NIGHT: _("Shortest time, in nights"), Unit.USE: _("Shortest time, in days"), Unit.SEAT: "",
}
_LONGEST: dict[str, Any] = {
    Unit.HOUR: _("Longest time, in hours"), Unit.DAY: _("Longest time, in days"),
    Unit.NIGHT: _("Longest time, in nights"), Unit.USE: _("Longest time, in days"), Unit.SEAT: "",
}


class TermsForm(RuleForm):
    """How long, how early, how late; the hours are typed as one says them."""

    def __init__(self, listing: Listing, *args, **kwargs) -> None:
        self.listing = listing
        kwargs.setdefault("initial", {name: getattr(listing, name) for name in self._names(listing)})
        super().__init__(*args, **kwargs)
        labels = {
            "min_units": _SHORTEST[listing.price_unit], "max_units": _LONGEST[listing.price_unit],
            "notice_hours": _("Notice to book, in hours"), "change_hours": _("Notice to change, in hours"),
            "cancel_hours": _("Notice to cancel, in hours"), "horizon_days": _("Bookable ahead, in days"),
            "buffer_before": _("Minutes kept free before"), "buffer_after": _("Minutes kept free after"),
        }
        for name in self._names(listing):
            if name in labels:
                least, most = LIMITS[name]
                widget = forms.NumberInput(attrs={"inputmode": "numeric"})
                self.fields[name] = forms.IntegerField(
                    label=labels[name], min_value=least, max_value=most, widget=widget
                )
        if listing.price_unit == Unit.NIGHT:
            wrong = {"required": _("Leave at least one weekday.")}
            self.fields["arrive_days"] = Weekdays(label=_("One arrives on"), error_messages=wrong)
            self.fields["leave_days"] = Weekdays(label=_("One leaves on"), error_messages=wrong)

    def facts(self) -> dict:
        return dict(self.cleaned_data)

    @staticmethod
    def _names(listing: Listing) -> list[str]:
        names = ["notice_hours", "change_hours", "cancel_hours", "horizon_days"]
        if listing.kind != Kind.RIDE:
            names = ["min_units", "max_units", *names, "buffer_before", "buffer_after"]
        return names + (["arrive_days", "leave_days"] if listing.price_unit == Unit.NIGHT else [])


class HolidaysForm(RuleForm):
    """Closed on public holidays: nowhere's, or those of a country or a part of it."""

    holiday_region = forms.ChoiceField(label=_("Closed on public holidays"), required=False)

    def __init__(self, listing: Listing, *args, **kwargs) -> None:
        kwargs.setdefault("initial", {"holiday_region": listing.holiday_region})
        super().__init__(*args, **kwargs)
        country = listing.community.country.upper()
        known = closed_days.regions(country)
        own = listing.holiday_region
        if own and own not in dict(known):
            known = [*known, (own, closed_days.label(own))]
        others = [(code, name) for code, name in closed_days.countries() if code != country]
        self.fields["holiday_region"].choices = [
            ("", _now("No, holidays are like other days")), (closed_days.country_name(country), known),
            (_now("Elsewhere"), others),
        ]


class DayPriceForm(RuleForm):
    """Other days, other price."""

    first = forms.DateField(label=_("First day"), **DATE)
    last = forms.DateField(label=_("Last day"), **DATE)
    price_minor = Amount(label=_("Price then"))
    note = forms.CharField(label=_("Why"), required=False, max_length=60)

    def __init__(self, listing: Listing, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["price_minor"].currency = listing.currency
        today = timezone.now().astimezone(ZoneInfo(listing.time_zone)).date()
        for name in ("first", "last"):
            self.fields[name].widget.attrs["min"] = str(today)


class FairUseForm(RuleForm):
    """How much one member may have; what is left empty is not limited."""

    most_at_once = forms.IntegerField(label=_("At most at once"), required=False)
    most_days = forms.IntegerField(label=_("At most so many days"), required=False)
    window_days = forms.IntegerField(label=pgettext_lazy("at most 5 days …", "in so many days"), required=False)
    pause_days = forms.IntegerField(label=_("Days for others between two bookings"), required=False)
    count_closed = forms.BooleanField(label=_("Days on which it is closed count too"), required=False)
    new_days = forms.IntegerField(label=_("One is new for so many days"), required=False)
    new_at_once = forms.IntegerField(label=_("While new, at most at once"), required=False)
    new_deposit_minor = Amount(label=_("While new, deposits together up to"), required=False)

    def __init__(self, rule: FairUse | None, currency: str, *args, **kwargs) -> None:
        names = [name for name in self.base_fields if name != "new_deposit_minor"]
        initial: dict = {"count_closed": True}
        if rule is not None:
            initial = {name: getattr(rule, name) for name in names}
            initial = {name: value for name, value in initial.items() if value or name == "count_closed"}
            if rule.new_deposit_minor is not None:
                places = exponent(currency)
                initial["new_deposit_minor"] = f"{rule.new_deposit_minor / 10**places:.{places}f}"
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["new_deposit_minor"].currency = currency
        for field in self.fields.values():
            if isinstance(field, forms.IntegerField):
                field.widget.attrs |= {"inputmode": "numeric", "min": 0}

    def clean_new_deposit_minor(self) -> int | None:
        """Nothing typed limits nothing; a zero lets a newcomer have only what asks for no deposit."""
        typed = (self["new_deposit_minor"].data or "").strip()
        return self.cleaned_data["new_deposit_minor"] if typed else None

    def facts(self) -> dict:
        return dict(self.cleaned_data)


class PolicyForm(RuleForm):
    """What one must know or have shown before one may have certain things."""

    name = forms.CharField(label=_("What it is for"), max_length=80)
    how = forms.CharField(
        label=_("How one gets it"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    valid_days = forms.IntegerField(label=_("Valid for, in days"), required=False, min_value=1, max_value=3650)


class UnderPolicyForm(RuleForm):
    """Which approval a listing asks for."""

    policy = forms.ChoiceField(label=_("One needs an approval"), required=False)

    def __init__(self, listing: Listing, *args, **kwargs) -> None:
        from .actions.approving import policies_for

        current = Policy.objects.filter(tools__listing=listing.pk).values_list("pk", flat=True).first()
        super().__init__(*args, initial={"policy": str(current or "")}, **kwargs)
        known = [(str(policy.pk), policy.name) for policy in policies_for(listing)[:80]]
        self.fields["policy"].choices = [("", _now("No, anybody may have it")), *known]


class AnswerForm(RuleForm):
    """A steward's answer to somebody who asks for an approval."""

    note = forms.CharField(label=_("A word with it"), max_length=500, required=False)
    until = forms.DateField(label=_("Valid until"), required=False, **DATE)
