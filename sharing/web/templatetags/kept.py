"""Parts of pages that read the same again and again, rendered once and kept in memory.

`{% kept "name" what it depends on … %}…{% endkept %}`: what stands inside is rendered once for each language and
each set of values, which must be all that it says; when one of them is None it is rendered anew. Nothing of one
person, no token and no nonce may stand inside.
"""

import threading

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

register = template.Library()

MOST_KEPT = 2000
_kept: dict[tuple, SafeString] = {}
_lock = threading.Lock()


class Kept(template.Node):
    child_nodelists = ("inside",)

    def __init__(self, inside: template.NodeList, name: str, values: list[template.base.FilterExpression]) -> None:
        self.inside, self.name, self.values = inside, name, values

    def render(self, context: template.Context) -> SafeString:
        values = tuple(value.resolve(context) for value in self.values)
        if None in values:
            return self.inside.render(context)
        key = (self.name, get_language(), *values)
        html = _kept.get(key)
        if html is None:
            html = mark_safe(self.inside.render(context))  # noqa: S308 - rendered by the template
            with _lock:
                if len(_kept) >= MOST_KEPT:
                    for oldest in list(_kept)[: MOST_KEPT // 4]:
                        del _kept[oldest]
                _kept[key] = html
        return html


@register.tag
def kept(parser: template.base.Parser, token: template.base.Token) -> Kept:
    _tag, name, *values = token.split_contents()
    inside = parser.parse(("endkept",))
    parser.delete_first_token()
    return Kept(inside, name.strip("\"'"), [parser.compile_filter(value) for value in values])


@register.filter
def for_all(path: str, user) -> str | None:
    """The path for those who are nobody in particular, so that what is shown to them is kept; else None."""
    return None if user is not None and getattr(user, "is_authenticated", False) else path
