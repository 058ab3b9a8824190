"""Amounts with their sign, as the books write them."""

from django import template

from sharing.web import formats

register = template.Library()

MINUS = "−"


@register.filter
def signed(minor: int, currency: str) -> str:
    """{{ -6400|signed:"EUR" }} → −€64.00; what comes in has a plus."""
    if minor == 0:
        return formats.money(0, currency)
    return f"{'+' if minor > 0 else MINUS}{formats.money(abs(minor), currency)}"


@register.filter
def minus(minor: int) -> int:
    return -minor


@register.filter
def absolute(minor: int) -> int:
    return abs(minor)


@register.filter
def units(minor: int) -> str:
    """Hundredths of a unit of credit as typed: {{ 150|units }} → 1.5."""
    return f"{minor / 100:g}"
