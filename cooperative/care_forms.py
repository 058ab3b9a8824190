"""Forms of care: they read what was typed; the rules are in `cooperative.care`."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models import Community

from . import things
from .care import planning
from .forms import MinorField, RefusingForm, set_facts
from .models import CareTask
from .states import Rhythm

MOMENT = "%Y-%m-%dT%H:%M"


class MomentField(forms.DateTimeField):
    """A day and a time of the community's zone."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT),
            input_formats=[MOMENT, "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"], **kwargs,
        )
        self.zone = ZoneInfo("UTC")

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, datetime) and timezone.is_aware(value):
            value = value.astimezone(self.zone).replace(tzinfo=None)
        return value

    def clean(self, value: Any) -> datetime | None:
        with timezone.override(self.zone):
            return super().clean(value)


class TaskForm(RefusingForm):
    """What is to be done, by when, and what a steward decides on besides."""

    names = {"credit_minor": "credit"}

    title = forms.CharField(label=_("What is to be done"), max_length=140)
    details = forms.CharField(
        label=_("How, where, with what"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    starts = MomentField(label=_("Begins"), required=False, help_text=_("Empty: whenever it suits."))
    due = MomentField(label=_("To be done by"))
    places = forms.IntegerField(
        label=_("How many are needed"), min_value=1, max_value=planning.MOST_PLACES, initial=1
    )
    minutes = forms.IntegerField(
        label=_("How long it takes, in minutes"), min_value=1, max_value=planning.MOST_MINUTES, initial=60
    )
    rhythm = forms.ChoiceField(label=_("How often"), choices=Rhythm.choices, required=False)
    thing = forms.TypedChoiceField(label=_("Which thing it is about"), coerce=int, empty_value=None, required=False)
    blocks = forms.BooleanField(label=_("Nobody borrows it from then on until this is done"), required=False)
    credit = MinorField(
        label=_("Thanks from the pool"), required=False,
        help_text=_("Shared by those who do it. Empty or 0: none but a kind word."),
    )

    def __init__(
        self, *args: Any, community: Community, steward: bool, task: CareTask | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name in ("starts", "due"):
            set_facts(self.fields[name], zone=ZoneInfo(community.time_zone))
        known = things.of(community)
        if known:
            set_facts(self.fields["thing"], choices=[("", _("none")), *((each.pk, each.title) for each in known)])
        else:
            del self.fields["thing"]
        if steward:
            set_facts(self.fields["credit"], currency=community.currency)
        else:
            del self.fields["credit"]
        if not (steward and known):
            del self.fields["blocks"]
        if task is not None:
            self.initial = {**{name: getattr(task, name) for name in planning.FACTS}, **self.initial}
            self.initial["credit"] = task.credit_minor or None

    def facts(self) -> dict[str, Any]:
        """As the actions take them; what a form did not ask stays as it is."""
        typed = dict(self.cleaned_data)
        if "credit" in typed:
            typed["credit_minor"] = typed.pop("credit")
        return typed


class MinutesForm(RefusingForm):
    minutes = forms.IntegerField(
        label=_("How long it took you, in minutes"), min_value=1, max_value=planning.MOST_MINUTES
    )


class WordForm(RefusingForm):
    words = forms.CharField(label=_("A word to them"), max_length=300, required=False)
