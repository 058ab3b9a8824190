"""Small words of the books: a month as short as a chart needs it."""

from datetime import date

from babel.dates import format_date
from django import template

from sharing.web import formats

register = template.Library()


@register.simple_tag
def short_month(month: date) -> str:
    """ "Mar" """
    return format_date(month, "LLL", locale=formats.locale())
