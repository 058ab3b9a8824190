"""Who may see it, as one question: everyone, the community, or one of the member's circles."""

from django import forms
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from listings.models import Listing
from listings.states import Visibility
from members.models import Member
from members.queries import circles_of

_CIRCLE = f"{Visibility.CIRCLE.value}:"


def offer_audience(form: forms.Form, listing: Listing, member: Member) -> None:
    """The choices of the field `visibility`, each circle by its name and number of people."""
    field = form.fields["visibility"]
    choices = [
        (Visibility.PUBLIC.value, str(Visibility.PUBLIC.label)),
        (Visibility.COMMUNITY.value, _("Members of %(community)s") % {"community": listing.community}),
    ]
    if not listing.is_commons:
        choices += [(f"{_CIRCLE}{circle.pk}", _of(circle)) for circle in circles_of(member)]
        say = _("You may also choose a few people: <a href=\"{url}\">make a circle</a>.")
        field.help_text = format_html(say, url=reverse("settings_circles"))
    field.choices = choices  # type: ignore[attr-defined]  # it is a ChoiceField


def audience_of(listing: Listing) -> str:
    """What is chosen now."""
    return f"{_CIRCLE}{listing.circle_id}" if listing.visibility == Visibility.CIRCLE else listing.visibility


def audience_facts(chosen: str) -> dict:
    """What the action is told."""
    if not chosen.startswith(_CIRCLE):
        return {"visibility": chosen}
    return {"visibility": Visibility.CIRCLE.value, "circle": chosen.removeprefix(_CIRCLE)}


def _of(circle) -> str:
    people = ngettext("%(n)s person", "%(n)s people", circle.n) % {"n": circle.n}
    return _("My circle “%(name)s” (%(people)s)") % {"name": circle.name, "people": people}
