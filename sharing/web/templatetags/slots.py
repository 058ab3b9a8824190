"""{% slot "name" key=value %}: what higher rooms put here."""

from django import template

from sharing.web import slots

register = template.Library()


@register.simple_tag(takes_context=True)
def slot(context, name, **values):
    return slots.render(name, context["request"], **values)
