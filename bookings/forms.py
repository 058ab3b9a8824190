"""What one types to book, to hand over, and to keep the calendar; the actions say what is wrong with it.

Days stay text here, because only the listing knows what they mean (see `stays`); the browser offers
its own date fields.
"""

from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from listings.models import Listing
from listings.states import Kind, Unit
from sharing.photos.pipeline import ACCEPT
from sharing.values.money import exponent, parse_minor
from sharing.values.period import days
from sharing.web import formats

from . import settling, words
from .availability import bounds
from .handover import plan
from .parties import PHASES
from .states import ClaimKind, Meter, Rhythm

NUMBER = forms.NumberInput
SUGGESTED = (1, 2, 5)  # of the currency, as a little more for the pool


class ChoiceForm(forms.Form):
    """When, how much and where: what a listing is asked for. Built for one listing."""

    def __init__(
        self, listing: Listing, *args, pooled: bool = False, departures=None, projects=(), ways: Sequence = (), **kwargs
    ) -> None:
        super().__init__(*args, **kwargs)
        self.listing = listing
        if listing.kind == Kind.RIDE:
            self._add_way(departures or [])
        else:
            self._add_days()
        if listing.capacity > 1:
            self.fields["quantity"] = forms.IntegerField(
                label={Kind.ROOM: _("Beds"), Kind.RIDE: _("Seats"), words.SPACE: _("Places")}.get(
                    words.manner(listing.kind, listing.price_unit), _("How many")
                ),
                min_value=1, max_value=listing.capacity, initial=1, widget=NUMBER(attrs={"inputmode": "numeric"}),
            )
        if pooled:
            self._add_share(projects)
        if len(ways) > 1:
            self.fields["gateway"] = forms.ChoiceField(
                label=_("How you pay"), choices=[(way.name, way.label) for way in ways], required=False,
            )
        self.fields["note"] = forms.CharField(
            label=_("A word to the lender"), required=False, max_length=2000,
            widget=forms.Textarea(attrs={"rows": 3, "data-quiet": ""}),
        )

    @property
    def when(self) -> list:
        """The bound fields that say when, in the order they are shown."""
        return [self[name] for name in ("departure", "board", "alight", "starts", "ends") if name in self.fields]

    def clean_solidarity(self) -> int:
        text = self.cleaned_data.get("solidarity", "")
        if not text:
            return 0
        try:
            return parse_minor(text, self.listing.currency)
        except ValueError:
            raise forms.ValidationError(_("This is not an amount.")) from None

    def asked(self) -> dict:
        """What was typed, as the action takes it."""
        data = self.cleaned_data
        names = ("starts", "ends", "departure", "board", "alight")
        asked = {name: data[name] for name in names if data.get(name)}
        given = data.get("solidarity") or int(data.get("give") or 0)
        if data.get("project"):
            asked["project"] = data["project"]
        return asked | {"quantity": data.get("quantity") or 1, "solidarity_minor": given}

    def refuse(self, refusal) -> None:
        """Show a refusal at its field, or above the form."""
        field = {"solidarity_minor": "solidarity"}.get(refusal.field, refusal.field)
        self.add_error(field if field in self.fields else None, str(refusal))

    def _add_share(self, projects) -> None:
        """What one may give on top, and where a share of the fee may go."""
        major = 10 ** exponent(self.listing.currency) if exponent(self.listing.currency) else 100
        offers = [(str(n * major), formats.money(n * major, self.listing.currency, short=True)) for n in SUGGESTED]
        self.fields["give"] = forms.ChoiceField(
            label=_("A little more for the pool"), required=False, choices=[("", _("nothing")), *offers],
            widget=forms.RadioSelect,
        )
        self.fields["solidarity"] = forms.CharField(
            label=_("Another amount"), required=False, max_length=12,
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        )
        if projects:
            self.fields["project"] = forms.TypedChoiceField(
                label=_("Where a share of your fee goes"), required=False, coerce=int, empty_value=None,
                choices=[("", _("all of it into the pool")), *((project.pk, project.name) for project in projects)],
            )

    def _add_days(self) -> None:
        first, last = bounds(self.listing, timezone.now())
        by_hour = self.listing.price_unit == Unit.HOUR
        kind = "datetime-local" if by_hour else "date"
        span = {"min": f"{first}T00:00" if by_hour else str(first), "max": f"{last}T23:59" if by_hour else str(last)}
        until = span | ({} if by_hour else {"max": str(last + timedelta(days=self.listing.max_units))})
        labels = {
            Unit.NIGHT: (_("Arrive"), pgettext_lazy("a stay", "Leave")), Unit.HOUR: (_("From"), _("Until")),
        }.get(Unit(self.listing.price_unit), (_("First day"), _("Last day")))
        for name, label, attrs in (("starts", labels[0], span), ("ends", labels[1], until)):
            widget = forms.TextInput(attrs=attrs | {"data-choose": name})
            widget.input_type = kind
            self.fields[name] = forms.CharField(label=label, max_length=40, widget=widget)

    def _add_way(self, departures) -> None:
        zone = ZoneInfo(self.listing.time_zone)
        stops = [(str(stop.pk), stop.place) for stop in self.listing.stops.all()]
        leaving = [(str(row.pk), formats.moment(row.leaves, zone)) for row in departures]
        self.fields["departure"] = forms.ChoiceField(label=_("Departure"), choices=leaving)
        self.fields["board"] = forms.ChoiceField(label=_("Get on"), choices=stops[:-1])
        self.fields["alight"] = forms.ChoiceField(
            label=_("Get off"), choices=stops[1:], initial=stops[-1][0] if stops else None
        )
        for name in ("departure", "board", "alight"):
            self.fields[name].widget.attrs["data-choose"] = name


class SeriesForm(ChoiceForm):
    """The first time, how often, until when, and what to do about times that can't be had."""

    rhythm = forms.ChoiceField(label=_("How often"), choices=Rhythm.choices)
    until = forms.DateField(label=_("Until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    skip = forms.BooleanField(label=_("Leave out times that can't be had"), required=False)

    def __init__(self, listing: Listing, *args, **kwargs) -> None:
        super().__init__(listing, *args, **kwargs)
        for name in ("starts", "ends"):
            self.fields[name].widget.attrs.pop("data-choose")

    def asked(self) -> dict:
        data = self.cleaned_data
        asked = {name: data[name] for name in ("starts", "ends", "rhythm", "until")}
        return asked | {"quantity": data.get("quantity") or 1}

    def refuse(self, refusal) -> None:
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


class Photos(forms.ClearableFileInput):
    """Several photos, from the camera at once on a phone."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"

    def __init__(self) -> None:
        super().__init__(attrs={"accept": ACCEPT, "multiple": True, "data-photos": ""})


class PhotosField(forms.FileField):
    """A list of uploads."""

    widget = Photos

    def clean(self, data, initial=None):
        files = data if isinstance(data, (list, tuple)) else [data] if data else []
        return [super(PhotosField, self).clean(file, initial) for file in files]


class StepForm(forms.Form):
    """What goes with a step: words; at a handover photos and what was there; for a mediator, what is kept."""

    note = forms.CharField(
        label=_("In words"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    photos = PhotosField(label=_("Photos"), required=False)
    meter = forms.DecimalField(
        label=_("Reading"), required=False, max_digits=9, decimal_places=1, localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    client_id = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)  # of a phone without network
    made = forms.DateTimeField(required=False, widget=forms.HiddenInput)
    kept = forms.CharField(label=_("How much of the deposit the lender keeps"), required=False, max_length=14)
    beyond = forms.CharField(
        label=_("What is owed beyond that"), required=False, max_length=14,
        help_text=_("Only if the damage is more than the whole deposit. The borrower is asked to pay it; no card is"
                    " charged for it by itself."),
    )

    def __init__(self, booking, step: str, data=None, files=None) -> None:
        super().__init__(data, files, auto_id=f"{step}_%s")
        self.booking, self.step = booking, step
        handover = step in ("hand_over", "return")
        items = plan.items(booking.listing, PHASES[step]) if handover else []
        self.fields["checklist"] = forms.MultipleChoiceField(
            label=_("Is everything there?"), required=False, choices=[(item, item) for item in items],
            widget=forms.CheckboxSelectMultiple,
        )
        unit = plan.meter(booking.listing) if handover else ""
        for name, keep in (
            ("meter", bool(unit)), ("client_id", handover), ("made", handover), ("photos", handover),
            ("checklist", bool(items)),
            ("kept", step in ("agree", "resolve") and booking.quote.get("deposit_minor")),
            ("beyond", step in ("agree", "resolve")),
        ):
            if not keep:
                del self.fields[name]
        if handover:
            self.fields["note"].label = _("Condition, in words")
        if unit:
            self.fields["meter"].label = Meter(unit).label
        if "beyond" in self.fields and (offer := settling.offered(booking)):
            for name, minor in (("kept", offer.minor), ("beyond", offer.beyond)):
                if name in self.fields and (minor or name == "kept"):
                    self.fields[name].initial = amount(minor, booking.quote["currency"])
        if step == "dispute":
            self.fields["note"].required = True
            self.fields["note"].label = _("What is wrong?")

    def clean_kept(self) -> int:
        return self._minor("kept")

    def clean_beyond(self) -> int:
        return self._minor("beyond")

    def _minor(self, name: str) -> int:
        text = self.cleaned_data.get(name, "")
        try:
            return parse_minor(text, self.booking.quote["currency"]) if text else 0
        except ValueError:
            raise forms.ValidationError(_("This is not an amount.")) from None

    def given(self) -> dict:
        data = self.cleaned_data
        given = {"note": data.get("note", ""), "photos": data.get("photos", []), "checklist": data.get("checklist", [])}
        given |= {name: data[name] for name in ("meter", "client_id", "made") if data.get(name) not in (None, "")}
        return given | {f"{name}_minor": data[name] for name in ("kept", "beyond") if name in data}

    def refuse(self, refusal) -> None:
        field = {"kept_minor": "kept", "beyond_minor": "beyond", "photo": "photos"}.get(refusal.field, refusal.field)
        self.add_error(field if field in self.fields else None, str(refusal))


class BlockForm(forms.Form):
    """Days the owner keeps for themselves."""

    starts = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    ends = forms.DateField(label=_("Until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    kind = forms.ChoiceField(
        label=_("Why"), choices=[(ClaimKind.BLOCK, _("I need it myself")), (ClaimKind.REPAIR, _("It is in repair"))]
    )
    quantity = forms.IntegerField(label=_("How many"), min_value=1)
    note = forms.CharField(label=_("Note to yourself"), required=False, max_length=200)

    def __init__(self, listing: Listing | None, *args, choices=None, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if choices is not None:
            self.fields = {"listing": forms.ChoiceField(label=_("What"), choices=choices)} | self.fields
        if listing is None or listing.capacity == 1:
            del self.fields["quantity"]
        else:
            self.fields["quantity"] = forms.IntegerField(
                label=_("How many"), min_value=1, max_value=listing.capacity, initial=listing.capacity,
                help_text=words.pieces(listing.capacity, words.manner(listing.kind, listing.price_unit)),
            )

    def clean(self):
        data = super().clean()
        if data.get("starts") and data.get("ends") and data["ends"] < data["starts"]:
            self.add_error("ends", _("The end lies before the beginning."))
        return data

    def refuse(self, refusal) -> None:
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


class BrokenForm(forms.Form):
    """How many are out of use, from when, until when or until further notice, or for good."""

    quantity = forms.IntegerField(label=_("How many"), min_value=1)
    starts = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    ends = forms.DateField(
        label=_("Until"), required=False, help_text=_("Empty: until further notice."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    for_good = forms.BooleanField(label=_("For good: there are fewer from now on"), required=False)
    note = forms.CharField(
        label=_("A word to those whose booking falls through"), required=False, max_length=600,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, listing: Listing, data=None, *, less: int = 0) -> None:
        today = timezone.now().astimezone(ZoneInfo(listing.time_zone)).date()
        super().__init__(data, initial={"quantity": less or 1, "starts": today, "for_good": bool(less)})
        self.listing = listing
        self.fields["quantity"].help_text = words.pieces(
            listing.capacity, words.manner(listing.kind, listing.price_unit)
        )
        if listing.capacity == 1:
            del self.fields["for_good"]

    def given(self) -> dict:
        """As the action takes it: whole local days, the last one included."""
        data, zone = self.cleaned_data, ZoneInfo(self.listing.time_zone)
        ends = days(data["ends"], data["ends"] + timedelta(days=1), zone).ends if data.get("ends") else None
        starts = days(data["starts"], data["starts"] + timedelta(days=1), zone).starts
        return {
            "quantity": data["quantity"], "starts": starts, "ends": ends, "note": data["note"],
            "for_good": data.get("for_good", False),
        }

    def refuse(self, refusal) -> None:
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


class LateFeeForm(forms.Form):
    """What it costs to bring something back late; empty: nothing."""

    minor = forms.CharField(label=_("Late fee"), required=False, max_length=12)
    most_minor = forms.CharField(label=_("At most"), required=False, max_length=12)

    def __init__(self, listing: Listing, data=None) -> None:
        rule = getattr(listing, "late_fee", None) if data is None else None
        initial = {name: amount(getattr(rule, name), listing.currency) for name in self.base_fields} if rule else None
        super().__init__(data, initial=initial, auto_id="late_%s")
        self.listing = listing
        by_hour = listing.price_unit == Unit.HOUR
        self.fields["minor"].help_text = _("For each started hour") if by_hour else _("For each started day")
        for field in self.fields.values():
            field.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}

    def clean(self):
        data = super().clean()
        for name in ("minor", "most_minor"):
            try:
                data[name] = parse_minor(data[name], self.listing.currency) if data.get(name) else 0
            except ValueError:
                self.add_error(name, _("This is not an amount."))
        if not self.errors and data["minor"] and not data["most_minor"]:
            data["most_minor"] = 10 * data["minor"]
        return data

    def refuse(self, refusal) -> None:
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


class ExceptionForm(forms.Form):
    """A day that differs from the week."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    is_open = forms.ChoiceField(
        label=_("That day it is"), choices=[("", _("closed")), ("1", _("open"))], required=False
    )
    opens = forms.TimeField(
        label=capfirst(_("opens")), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    closes = forms.TimeField(
        label=capfirst(_("closes")), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    note = forms.CharField(label=_("Why"), required=False, max_length=120)

    def refuse(self, refusal) -> None:
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))

    def facts(self) -> dict:
        return self.cleaned_data | {"is_open": bool(self.cleaned_data["is_open"])}


class WeekForm(forms.Form):
    """The weekly plan: a window a weekday, both fields empty where it is closed; nothing at all means always open.

    A window that closes before it opens lasts past midnight. The button "copy" gives every day the first one's times.
    """

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for day in range(7):
            for name, label in (("opens", _("opens")), ("closes", _("closes"))):
                self.fields[f"{name}_{day}"] = forms.TimeField(
                    label=label, required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
                )

    def rows(self) -> list[tuple]:
        """(weekday's name, opens, closes) for the template."""
        names = formats.locale().days["stand-alone"]["wide"]
        return [(names[day], self[f"opens_{day}"], self[f"closes_{day}"]) for day in range(7)]

    def clean(self):
        data = super().clean()
        if "copy" in self.data:
            times = [(data.get(f"opens_{day}"), data.get(f"closes_{day}")) for day in range(7)]
            first = next((both for both in times if None not in both), (None, None))
            for day in range(7):
                data[f"opens_{day}"], data[f"closes_{day}"] = first
            return data
        for day in range(7):
            opens, closes = data.get(f"opens_{day}"), data.get(f"closes_{day}")
            if (opens is None) != (closes is None) and not self.errors.get(f"opens_{day}"):
                self.add_error(f"closes_{day}" if closes is None else f"opens_{day}", _("Both, or neither."))
            elif opens is not None and closes == opens:
                self.add_error(f"closes_{day}", _("It closes after it opens."))
        return data

    def windows(self) -> list[tuple]:
        data = self.cleaned_data
        times = [(day, data.get(f"opens_{day}"), data.get(f"closes_{day}")) for day in range(7)]
        return [window for window in times if window[1] is not None]


def amount(minor: int, currency: str) -> str:
    """A sum as it stands in a field."""
    places = exponent(currency)
    return f"{minor / 10**places:.{places}f}"
