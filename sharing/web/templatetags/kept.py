"""Parts of pages that read the same again and again, rendered once and kept in memory.

`{% kept "name" what it depends on … %}…{% endkept %}`: what stands inside is rendered once for each language and
each set of values, which must be all that it says; when one of them is None it is rendered anew. Nothing of one
person, no token and no nonce may stand inside, except in `{% fresh %}…{% endfresh %}`: that is rendered each time, and
so is a kept part inside another. A fresh part knows the names of the page, not those of a loop or `with` around it.
"""

from contextvars import ContextVar

from django import template
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from sharing.web.memory import Memory

register = template.Library()

MARK = "\x00fresh\x00"  # no text of anybody's holds a NUL: they are refused at every door
Parts = tuple[str | template.Node, ...]
_kept: Memory[tuple, Parts] = Memory(2000)


class _Recording:
    """What is fresh in a kept part that is just being rendered for the first time, in order."""

    def __init__(self, context: template.Context) -> None:
        self.context, self.depth = context, len(context.dicts)
        self.fresh: list[template.Node] = []

    def take(self, node: template.Node, context: template.Context) -> str:
        if context is not self.context or any(context.dicts[self.depth :]):
            raise template.TemplateSyntaxError("What is fresh in a kept part cannot stand in a loop or in {% with %}.")
        self.fresh.append(node)
        return MARK


_recording: ContextVar[_Recording | None] = ContextVar("recording", default=None)


class Kept(template.Node):
    child_nodelists = ("inside",)

    def __init__(self, inside: template.NodeList, name: str, values: list[template.base.FilterExpression]) -> None:
        self.inside, self.name, self.values = inside, name, values

    def render(self, context: template.Context) -> str:
        if recording := _recording.get():
            return recording.take(self, context)
        values = tuple([value.resolve(context) for value in self.values])
        if None in values:
            return self.inside.render(context)
        key = (self.name, get_language(), *values)
        parts = _kept.get(key)
        if parts is None:
            parts = _kept.keep(key, self._parts(context))
        said = [part if isinstance(part, str) else str(part.render_annotated(context)) for part in parts]
        return mark_safe("".join(said))  # noqa: S308 - rendered by the template

    def _parts(self, context: template.Context) -> Parts:
        recording = _Recording(context)
        token = _recording.set(recording)
        try:
            texts = self.inside.render(context).split(MARK)
        finally:
            _recording.reset(token)
        parts: list[str | template.Node] = [texts[0]]
        for node, text in zip(recording.fresh, texts[1:], strict=True):
            parts += [node, text]
        return tuple(parts)


class Fresh(template.Node):
    child_nodelists = ("inside",)

    def __init__(self, inside: template.NodeList) -> None:
        self.inside = inside

    def render(self, context: template.Context) -> str:
        recording = _recording.get()
        return recording.take(self, context) if recording else self.inside.render(context)


@register.tag
def kept(parser: template.base.Parser, token: template.base.Token) -> Kept:
    _tag, name, *values = token.split_contents()
    inside = parser.parse(("endkept",))
    parser.delete_first_token()
    return Kept(inside, name.strip("\"'"), [parser.compile_filter(value) for value in values])


@register.tag
def fresh(parser: template.base.Parser, _token: template.base.Token) -> Fresh:
    inside = parser.parse(("endfresh",))
    parser.delete_first_token()
    return Fresh(inside)


@register.filter
def for_all(path: str, user) -> str | None:
    """The path for those who are nobody in particular, so that what is shown to them is kept; else None."""
    return None if user is not None and getattr(user, "is_authenticated", False) else path
