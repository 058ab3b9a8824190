"""What every page's frame needs: icons drawn once and kept, the tone and the letter of a face."""

from functools import lru_cache

import lucide
from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

from sharing.web import look

register = template.Library()

TONES = 5
STYLESHEETS = (
    "tokens",
    "base",
    "layout",
    *(
        f"components/{name}"
        for name in ("shell", "controls", "forms", "content", "feedback", "calendar", "talk", "data", "map")
    ),
    "utilities",
)


@register.simple_tag
def letters_lie_here() -> bool:
    """Whether letters stay in the outbox, for want of a mail server."""
    return settings.OUTBOX_SHOWN


@register.simple_tag(takes_context=True)
def chosen_look(context: template.Context) -> str:
    """ "light" or "dark" where this browser's owner has chosen one of them, else ""."""
    request = context.get("request")
    return look.of(request) if request else ""


@register.simple_tag
def looks() -> list[look.Choice]:
    """What one may choose between."""
    return look.CHOICES


@register.simple_tag
def stylesheets() -> SafeString:
    """The <link>s of the design system, in the order of its layers."""
    addresses = ((static(f"sharing/css/{name}.css"),) for name in STYLESHEETS)
    return format_html_join("\n  ", '<link rel="stylesheet" href="{}">', addresses)


@register.simple_tag
@lru_cache(maxsize=256)
def icon(name: str, label: str = "") -> SafeString:
    """{% icon "search" %}: a Lucide icon, hidden from screen readers unless it is given a label.

    Serialising the drawing costs 0.1 ms each time, and a page has a dozen: so it is done once.
    """
    words = {"role": "img", "aria-label": str(label)} if label else {"aria-hidden": "true"}
    return mark_safe(lucide._render_icon(str(name), 24, **words))  # noqa: S308 - our own icon file and escaped attributes


@register.filter
def tone(member) -> int:
    """1 to 5, the same for the same member: the paper behind their letter."""
    return (member.pk or 0) % TONES + 1 if isinstance(getattr(member, "pk", None), int) else 1


@register.filter
def lead(label: str) -> str:
    """A label before what is said of it: "Name:", "Where do you live?", and a sentence loses its full stop."""
    label = str(label).rstrip()
    return label if label.endswith(("?", "!")) else f"{label.rstrip('.: ')}:"


@register.filter
def to_mend(forms) -> list:
    """Of a form, or of several of one page, those with something to mend."""
    forms = forms if isinstance(forms, list | tuple) else [forms]
    return [form for form in forms if form and (form.errors or getattr(form, "row_errors", ()))]


@register.filter
def initial(member) -> str:
    return (str(member).strip() or "?")[0]
