"""Filters that put a listing into words: {{ listing|price }}, {% for line in listing|terms %}."""

from django import template

from listings import categories, words

register = template.Library()

register.filter("price", words.price)
register.filter("price_after", words.unit)
register.filter("terms", words.terms)
register.filter("facts", words.facts)
register.filter("prices", words.prices)


@register.filter
def category(listing) -> str:
    """The name of its category, "" for none; no query."""
    return categories.name_of(listing.category_id)


@register.filter
def category_name(row) -> str:
    """The name of a category at hand."""
    return row.name or categories.name(row.slug)


@register.filter
def kind_icon(listing) -> str:
    """The icon of its category's root, else that of its kind."""
    root = categories.root_of(categories.slug_of(listing.category_id))
    return root.icon if root else words.ICONS[listing.kind]
