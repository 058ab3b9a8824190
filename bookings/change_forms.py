"""What one types to propose other dates, or of a ride another departure or other stops."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from listings.models import Departure
from listings.states import Kind, Unit

from .forms import ChoiceForm
from .models import Booking
from .states import State

DEPARTURES = 40  # to choose from; whoever looks further takes a new seat and cancels


class ChangeForm(ChoiceForm):
    """Other dates for a booking; what is out already keeps its start, who sits in a car sits in it."""

    def __init__(self, booking: Booking, data=None) -> None:
        listing = booking.listing
        ride = listing.kind == Kind.RIDE
        given = _seat(booking) if ride else _dates(booking)
        super().__init__(listing, data, initial=given, departures=_departures(booking) if ride else None)
        self.fields.pop("quantity", None)
        for field in self.fields.values():
            field.widget.attrs.pop("data-choose", None)
        if booking.state == State.HANDED_OVER:
            for name in ("starts", "departure", "board"):
                self.fields.pop(name, None)
        self.fields["note"].label = _("A word about it")

    def asked(self) -> dict:
        """The dates as the action takes them; one that was not touched is left out, whatever its time of day."""
        return {
            name: self.cleaned_data[name] for name in ("starts", "ends", "departure", "board", "alight")
            if self.cleaned_data.get(name) and self.cleaned_data[name] != self.initial[name]
        }


def _dates(booking: Booking) -> dict[str, str]:
    """The dates as one would type them: by the day, the last one is the last day."""
    zone, unit = ZoneInfo(booking.listing.time_zone), booking.listing.price_unit
    begin, end = booking.starts.astimezone(zone), booking.ends.astimezone(zone)
    if unit == Unit.HOUR:
        return {"starts": f"{begin:%Y-%m-%dT%H:%M}", "ends": f"{end:%Y-%m-%dT%H:%M}"}
    last = end if unit == Unit.NIGHT else end - timedelta(microseconds=1)
    return {"starts": f"{begin:%Y-%m-%d}", "ends": f"{last:%Y-%m-%d}"}


def _seat(booking: Booking) -> dict[str, str]:
    return {name: str(getattr(booking, f"{name}_id")) for name in ("departure", "board", "alight")}


def _departures(booking: Booking) -> list[Departure]:
    """Those still to come, and the one it is about."""
    coming = booking.listing.departures.filter(cancelled=False, leaves__gt=timezone.now())[:DEPARTURES]
    rows = {row.pk: row for row in coming}
    if booking.departure is not None:
        rows.setdefault(booking.departure.pk, booking.departure)
    return sorted(rows.values(), key=lambda row: row.leaves)
