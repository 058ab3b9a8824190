"""Template filters and tags for money, distances, moments and safe prose."""

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import mark_safe

from sharing.web import formats
from sharing.web.prose import to_html

register = template.Library()

register.filter("distance", formats.distance)
register.filter("ago", formats.ago)
register.filter("currency_name", formats.currency)
register.filter("zone_name", formats.zone)


@register.filter
def money(minor, currency):
    """{{ 945|money:"EUR" }} → €9.45"""
    return "" if minor in (None, "") else formats.money(int(minor), str(currency))


@register.filter
def money_short(minor, currency):
    """Without cents when there are none: €9"""
    return "" if minor in (None, "") else formats.money(int(minor), str(currency), short=True)


@register.filter
def whole_percent(figure):
    """{{ 53|whole_percent }} → 53%"""
    return formats.percent(int(figure) * 100)


@register.simple_tag
def when(value, zone=None, style="short"):
    """<time> in `zone`: {% when booking.starts zone=listing.time_zone style="day" %}"""
    if value is None:
        return ""
    if not hasattr(value, "hour"):
        return format_html('<time datetime="{}">{}</time>', value.isoformat(), formats.moment(value, zone, style))
    return format_html('<time datetime="{}">{}</time>', formats.stamp(value), formats.moment(value, zone, style))


@register.simple_tag
def span(starts, ends, zone, days=False):
    """{% span booking.starts booking.ends listing.time_zone %}"""
    return (formats.day_span if days else formats.span)(starts, ends, zone)


@register.filter(is_safe=True)
def one_stop(text):
    """{% filter one_stop %}Until {{ day }}.{% endfilter %}"""
    return formats.one_stop(text)


@register.filter
def prose(text):
    """A member's plain text as safe paragraphs, line breaks and links."""
    return to_html(text)


@register.simple_tag
def query(request, **changes):
    """The page's query string with some parameters changed (None removes): href="{% query request sort='new' %}"."""
    params = request.GET.copy()
    for name, value in changes.items():
        params.pop(name, None)
        if value not in (None, ""):
            params[name] = value
    return mark_safe("?" + escape(params.urlencode()))  # noqa: S308 - escaped on this line
