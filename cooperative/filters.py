"""What the books can be narrowed to, the same on the page and in the API."""

from datetime import date

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from payments.entries import IN, OUT
from payments.models import Transfer
from payments.states import TransferKind
from sharing.web import formats

from . import books

_OF_A_POOL = (
    TransferKind.FEE, TransferKind.SOLIDARITY, TransferKind.PRICE, TransferKind.SPEND, TransferKind.REFUND,
    TransferKind.DEPOSIT, TransferKind.DIVIDEND, TransferKind.CARE, TransferKind.CARD_COST, TransferKind.EARMARK,
)


class EntryFilter(django_filters.FilterSet):
    """`month` is 2026-03 in the community's zone, `kind` one of the ledger's, `direction` in or out."""

    month = django_filters.CharFilter(method="of_month", label=_("Month"))
    kind = django_filters.ChoiceFilter(
        choices=[(kind.value, kind.label) for kind in _OF_A_POOL], label=_("Kind"), empty_label=_("every kind")
    )
    direction = django_filters.ChoiceFilter(
        choices=[(IN, _("in")), (OUT, _("out"))], label=_("In or out"), empty_label=_("in and out"), method="as_it_is"
    )

    class Meta:
        model = Transfer
        fields = ["month", "kind", "direction"]

    def __init__(self, *args, community=None, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.community = community

    def offer_months(self, months: list[date]) -> None:
        """Let the form offer these months, the newest first."""
        choices = [(f"{month:%Y-%m}", formats.moment(month, style="month")) for month in reversed(months)]
        field = self.form.fields["month"]
        asked = str(self.data.get("month") or "")
        if asked not in dict(choices) and (month := _month(asked)):
            choices.append((asked, formats.moment(month, style="month")))
        field.widget = forms.Select(choices=[("", _("every month")), *choices])

    @property
    def side(self) -> str:
        """Which side of the pool is asked for; "" for both."""
        return self.form.cleaned_data.get("direction") or "" if self.is_valid() else ""

    @property
    def is_narrow(self) -> bool:
        return any(self.data.get(name) for name in self.base_filters)

    def of_month(self, queryset, _name, value):
        month = _month(value)
        if month is None:
            return queryset.none()
        starts, ends = books.bounds(self.community, month)
        return queryset.filter(created__gte=starts, created__lt=ends)

    def as_it_is(self, queryset, _name, _value):
        """The side is chosen where the entries are walked (see `payments.entries.page`)."""
        return queryset


def _month(text: str) -> date | None:
    try:
        year, month = text.split("-")
        return date(int(year), int(month), 1) if len(text) == 7 and 2000 <= int(year) < 2200 else None
    except ValueError:
        return None
