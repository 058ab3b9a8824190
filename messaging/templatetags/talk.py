"""Words about days, as a conversation says them."""

from datetime import date, timedelta

from django import template
from django.utils import timezone
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sharing.web import formats

from .. import lines
from ..states import MessageKind

register = template.Library()


@register.filter
def day_name(day: date) -> str:
    """Today, Yesterday, Fri 20 Nov."""
    today = timezone.localdate()
    if day == today:
        return _("Today")
    if day == today - timedelta(days=1):
        return _("Yesterday")
    return capfirst(formats.moment(day, style="day"))


@register.filter
def moment_name(instant) -> str:
    """In a list: the time today, else the day."""
    day = timezone.localtime(instant).date()
    return formats.moment(instant, style="time") if day == timezone.localdate() else day_name(day)


@register.filter
def run_on(text: str) -> str:
    """Several lines in the room of one."""
    return " · ".join(line.strip() for line in text.splitlines() if line.strip())


@register.filter
def excerpt(message, length: int = 80) -> str:
    """What a message says, in the room of one line."""
    return Truncator(" ".join(lines.text(message).split())).chars(length)


@register.filter
def beyond_words(kept: dict) -> str:
    """What there was in a line kept as evidence beside its words: a photo, a place by its name, dates."""
    kind = kept.get("kind", MessageKind.TEXT)
    if kind in (MessageKind.TEXT, MessageKind.EVENT) or kept.get("deleted"):
        return ""
    label = str(MessageKind(kind).label)
    return f"{label}: {kept['place']}" if kept.get("place") else label


@register.filter
def names(sign) -> str:
    """Who put a sign there: Ana, Bo and 3 more."""
    said = ", ".join(sign.names)
    more = sign.count - len(sign.names)
    return said + " " + ngettext("and %(n)s more", "and %(n)s more", more) % {"n": more} if more > 0 else said
