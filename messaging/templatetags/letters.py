"""What letters need of their templates."""

from django import template

from messaging.notices.addresses import absolute

register = template.Library()


@register.filter
def outside(url: str) -> str:
    """The address as it is reached from a letter."""
    return absolute(url)


@register.filter
def underline(text: object) -> str:
    return "-" * len(str(text))
